"""`webcare channel add`: a channel in the file, its credentials beside it, and nothing else changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config.load import load
from tests.webcare.conftest import Outcome, Run

Add = Callable[..., Outcome]
BEFORE = """# ours
language: nl
channels:   # one below the other
    news:
        platform: feed        # the town's
        feeds: [https://example.org/rss]
undo_seconds: 5
"""


@pytest.fixture
def add(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Add:
    monkeypatch.setenv("WEBCARE_CONFIG", str(tmp_path / "conf"))
    (tmp_path / "conf").mkdir(mode=0o700)
    return lambda *words, text="": run("channel", "add", *words, text=text)


def test_a_first_channel_makes_the_file(add: Add, tmp_path: Path) -> None:
    done = add("facebook", "--name", "page", "--set", "page=1001", "--yes")
    assert done.code == 0
    assert "page.app_secret" in done.out
    channel = load(tmp_path / "conf", {}, home=tmp_path).channels["page"]
    assert (channel.platform, channel.options["page"], channel.credential) == ("facebook", "1001", "page")


def test_everything_else_in_the_file_stays(add: Add, tmp_path: Path) -> None:
    file = tmp_path / "conf" / "webcare.yaml"
    file.write_text(BEFORE)
    assert add("bluesky", "--set", "handle=voorbeeld.example", "--set", "searches=a, b", "--yes").code == 0
    after = file.read_text()
    added = after.replace(BEFORE.split("channels:", maxsplit=1)[0], "")
    assert all(line in after.splitlines() for line in BEFORE.splitlines())
    assert added.count("platform:") == 2
    channels = load(tmp_path / "conf", {}, home=tmp_path).channels
    assert list(channels) == ["bluesky", "news"]
    assert channels["bluesky"].options["searches"] == ("a", "b")


def test_what_is_asked_is_written(add: Add, tmp_path: Path) -> None:
    assert add("jsonl", "--name", "lines", text="@voorbeeld\n").code == 0
    channel = load(tmp_path / "conf", {}, home=tmp_path).channels["lines"]
    assert channel.options["account"] == "@voorbeeld"


@pytest.mark.parametrize(
    ("words", "before", "says"),
    [
        (("hyves", "--yes"), "", "mastodon"),
        (("facebook", "--yes"), "", "page"),
        (("feed", "--name", "news", "--set", "feeds=https://example.org/x", "--yes"), BEFORE, "news"),
        (("feed", "--set", "feeds=geen adres", "--yes"), BEFORE, "https://"),
        (("jsonl", "--yes"), "channels: {a: {platform: jsonl}}\n", "one line"),
    ],
)
def test_what_cannot_be_changes_nothing(
    add: Add, tmp_path: Path, words: tuple[str, ...], before: str, says: str
) -> None:
    file = tmp_path / "conf" / "webcare.yaml"
    if before:
        file.write_text(before)
    done = add(*words)
    assert done.code != 0
    assert says in done.err
    assert (file.read_text() if file.exists() else "") == before
