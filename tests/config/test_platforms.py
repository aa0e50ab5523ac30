"""Platforms are found by listing a folder, and each says of itself what the desk must know."""

from __future__ import annotations

import subprocess
import sys

import pytest

from channels.spec import Spec
from config import platforms
from config.platforms import FOLDER
from domain.errors import ConfigError, NotFound
from domain.measure import measure
from tests.config.conftest import Load

NAMES = platforms.names()


def test_a_file_in_the_folder_is_a_platform() -> None:
    assert set(NAMES) == {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert {"bluesky", "feed", "jsonl", "mastodon", "practice"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_platform_says_what_the_desk_must_know(name: str) -> None:
    spec = platforms.get(name)
    assert isinstance(spec, Spec)
    assert spec.name == name
    assert spec.title
    assert 1 <= len(spec.badge) <= 2
    assert all(option.help for option in spec.options)
    assert all(field.help for field in spec.credential)
    assert len({option.key for option in spec.options}) == len(spec.options)
    for visibility in ("public", "private"):
        assert measure(platforms.counting(name, visibility), "hallo").limit > 0
    assert spec.build is not None or not spec.pulled
    assert spec.hooked == (spec.hook is not None)
    assert [spec.along(each) is None for each in ("public", "private")] == [
        not (spec.sends and key) for key in (spec.media, spec.media_private or spec.media)
    ]


def test_two_platforms_never_share_a_badge() -> None:
    badges = [platforms.get(name).badge for name in NAMES]
    assert len(set(badges)) == len(badges)


@pytest.mark.parametrize("name", ["twitter", "", "__init__", "../practice", "practice.py", "base", "os"])
def test_what_is_not_in_the_folder_is_no_platform(name: str) -> None:
    assert platforms.find(name) is None
    with pytest.raises(NotFound, match="practice"):
        platforms.get(name)


def test_an_unknown_platform_is_told_the_names_there_are(load_text: Load) -> None:
    with pytest.raises(ConfigError, match=r"webcare\.yaml, line 1.*'channels\.a\.platform'.*'mastodon'"):
        load_text("channels: {a: {platform: hyves}}")
    with pytest.raises(ConfigError, match="did you mean 'mastodon'"):
        load_text("channels: {a: {platform: mastodn}}")


def test_a_slip_in_the_key_platform_is_told_as_one(load_text: Load) -> None:
    with pytest.raises(ConfigError, match="did you mean 'platform'"):
        load_text("channels: {a: {platfrom: mastodon, server: social.example}}")


def test_another_platform_s_key_is_refused(load_text: Load) -> None:
    with pytest.raises(ConfigError, match=r"no key 'channels\.a\.handle'"):
        load_text("channels: {a: {platform: mastodon, server: social.example, handle: x}}")


def loaded_after(code: str) -> set[str]:
    """Names in `sys.modules` after running the code in a fresh interpreter."""
    code += "\nimport sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_only_what_is_asked_for_is_imported() -> None:
    loaded = loaded_after("from config import platforms; platforms.names(); platforms.get('mastodon')")
    assert "channels.platforms.mastodon" in loaded
    assert "channels.platforms.bluesky" not in loaded


@pytest.mark.parametrize("name", NAMES)
def test_a_platform_s_word_on_itself_is_light(name: str) -> None:
    loaded = loaded_after(f"from config import platforms; platforms.get({name!r})")
    assert loaded.isdisjoint(
        {"httpx", "feedparser", "yaml", "asyncio", "regex", "sqlite3", "json", "domain.media"}
    )
    assert not any(module.startswith(f"channels.{name}") for module in loaded)
