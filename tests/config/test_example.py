"""The example shows every key, and can be used as it is."""

from __future__ import annotations

import re
from pathlib import Path

from config import platforms, read_channels, read_clocks, read_queues, read_sentiment, read_settings
from config.load import load
from config.settings import Display, Settings
from domain.clock import HOUR, MINUTE

EXAMPLE = Path(read_settings.__file__).with_name("example.yaml")
RARE = {
    "daily",
    "weekend",
    *read_clocks.DAYS,
    "version",
    "labels",
    "priorities",
    "counted",
    "from",
    "search",
    "window",
}


def example(home: Path) -> Settings:
    """The example's settings."""
    return load(EXAMPLE, {}, home=home)


def test_it_is_a_configuration(tmp_path: Path) -> None:
    settings = example(tmp_path)
    assert list(settings.channels) == ["practice", "bluesky", "mastodon", "news", "imported"]
    complaints, social, rest = settings.sla
    assert complaints.targets.first_response == 30 * MINUTE
    assert complaints.targets.handover == 8 * HOUR
    assert rest.targets.first_response == 4 * HOUR
    assert {policy.calendar for policy in (complaints, social, rest)} == {settings.calendars["office"]}


def test_it_names_what_holds_anyway(tmp_path: Path) -> None:
    settings, bare = example(tmp_path), load(None, {}, home=tmp_path)
    assert (settings.language, settings.undo, settings.identity, settings.sentiment) == (
        bare.language,
        bare.undo,
        bare.identity,
        bare.sentiment,
    )
    assert settings.display == Display()
    assert settings.channels["practice"].options == bare.channels["practice"].options


def test_it_shows_every_key(tmp_path: Path) -> None:
    shown = {channel.platform for channel in example(tmp_path).channels.values()}
    words = set(re.findall(r"^[\s#-]*([a-z_]+):", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
    keys = {
        *read_settings.KEYS,
        *read_settings.OPERATOR_KEYS,
        *read_settings.HOOK_KEYS,
        *read_channels.COMMON_KEYS,
        *(option.key for name in shown for option in platforms.get(name).options),
        *read_clocks.CALENDAR_KEYS,
        *read_clocks.POLICY_KEYS,
        *read_queues.KEYS,
        *read_sentiment.KEYS,
    }
    conditions = {"active", "listening", "owner", "unassigned", "kind", "status", "outbox", "channels"}
    assert keys - words - RARE - conditions - {"timezone"} == set()
