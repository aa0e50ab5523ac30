"""Each polled platform makes its connector from what stands in a configuration file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from channels.spec import Making, Spec
from config import platforms
from config.load import load
from domain.clock import ManualClock
from domain.errors import ConfigError

CHANNELS = """
channels:
  x: {platform: x, handle: "@gemeente", searches: [energie], monthly_cap: 10}
  mail: {platform: mail, address: balie@voorbeeld.example, imap: imap.voorbeeld.example,
         smtp: "smtp.voorbeeld.example:587", sender: Gemeente}
  outlook: {platform: mail, address: balie@voorbeeld.example, imap: outlook.example, smtp: smtp.example,
            client_id: abc}
  matrix: {platform: matrix, server: matrix.example}
  telegram: {platform: telegram}
  discourse: {platform: discourse, server: "https://forum.example", username: "@gemeente"}
  google: {platform: google, locations: [accounts/1/locations/2], client_id: abc}
  trustpilot: {platform: trustpilot, business_unit: "5f3a"}
  youtube: {platform: youtube, client_id: abc}
  reddit: {platform: reddit, client_id: abc, communities: [/r/buurt], searches: [storing]}
  bridge: {platform: webhook, answers_to: "https://bridge.example/x"}
"""
STREAMS = {
    "x": ("mentions", "messages", "own", "search:energie"),
    "mail": ("inbox", "sent"),
    "outlook": ("inbox", "sent"),
    "matrix": ("sync",),
    "telegram": ("updates",),
    "discourse": ("posts", "private"),
    "google": ("reviews:accounts/1/locations/2",),
    "trustpilot": ("reviews",),
    "youtube": ("comments",),
    "reddit": ("inbox", "own", "comments:buurt", "posts:buurt", "search:storing"),
    "bridge": (),
}


class Shelf:
    """Keeps nothing."""

    async def load(self) -> str | None:
        """Nothing."""
        return None

    async def save(self, session: str) -> None:
        """Nothing."""


def making(tmp_path: Path, channel_id: str, text: str = CHANNELS, **secrets: str) -> tuple[Spec, Making]:
    """What a configured channel is made from; every secret is a plain word but a bot's token."""
    (tmp_path / "webcare.yaml").write_text(text, encoding="utf-8")
    channel = load(tmp_path / "webcare.yaml", {}, home=tmp_path).channels[channel_id]
    spec = platforms.get(channel.platform)
    assert isinstance(spec, Spec)
    known: Mapping[str, str] = {field.key: secrets.get(field.key, "geheim") for field in spec.credential}
    return spec, Making(channel, ManualClock(0), lambda key: known[key], tmp_path, Shelf)


@pytest.mark.parametrize("channel_id", STREAMS)
def test_a_configured_channel_becomes_a_connector(tmp_path: Path, channel_id: str) -> None:
    if channel_id in {"mail", "outlook"}:
        pytest.importorskip("imapclient")
        pytest.importorskip("aiosmtplib")
    bot = {"token": "12345:abcdefghijkl"} if channel_id == "telegram" else {}
    spec, made_from = making(tmp_path, channel_id, **bot)
    assert spec.build is not None

    async def build() -> None:
        assert spec.build is not None
        connector = spec.build(made_from)
        assert connector.channel == channel_id
        assert connector.streams == STREAMS[channel_id]
        assert connector.measure("hallo").ok
        await connector.close()

    asyncio.run(build())


def test_mail_without_its_packages_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec, made_from = making(tmp_path, "mail")
    monkeypatch.setattr("channels.platforms.mail.find_spec", lambda _name: None)
    assert spec.build is not None
    with pytest.raises(ConfigError, match=r"webcare\[mail\]"):
        spec.build(made_from)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{platform: mail, address: balie, imap: a.example, smtp: b.example}", "mail address"),
        ("{platform: mail, address: a@b.example, imap: 'https://a', smtp: b.example}", "server's name"),
        ("{platform: x}", "handle"),
        ("{platform: webhook, answers_to: ftp://x}", "web address"),
        ("{platform: x, handle: a, monthly_cap: -1}", "monthly_cap"),
    ],
)
def test_a_slip_is_told_with_its_key(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "webcare.yaml").write_text(f"channels: {{a: {line}}}", encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load(tmp_path / "webcare.yaml", {}, home=tmp_path)
