"""Putting one more channel into a configuration file that somebody wrote: everything else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from config.paths import Places
from config.read_settings import settings_of
from config.strict_yaml import parse
from config.write import Answers, Value, channel_lines, replace_file, write_settings
from domain.errors import ConfigError
from i18n import _

_HEAD = re.compile(r"^channels:[ \t]*(#.*)?$", re.MULTILINE)
_ANY = re.compile(r"^channels:", re.MULTILINE)
_ENTRY = re.compile(r"^([ ]+)\S", re.MULTILINE)


def add_channel(places: Places, channel: str, values: Mapping[str, Value]) -> Path:
    """Write the channel, after reading the whole file as the desk will. ConfigError: nothing changed."""
    path = places.settings
    if not path.exists():
        return write_settings(places, Answers(channels={channel: values}))
    before = path.read_text(encoding="utf-8")
    known = settings_of(parse(before.encode(), file=str(path)), places)
    if _ANY.search(before) and channel in known.channels:
        raise ConfigError(_("There is a channel called {name} already; choose another name.", name=channel))
    after = _with(before, channel, values, path)
    settings_of(parse(after.encode(), file=str(path)), places)
    replace_file(path, after, mode=path.stat().st_mode & 0o777)
    return path


def _with(before: str, channel: str, values: Mapping[str, Value], path: Path) -> str:
    head = _HEAD.search(before)
    if head is None:
        if _ANY.search(before):
            raise ConfigError(
                _(
                    "“channels:” in {file} is written on one line; write one channel below the other first.",
                    file=path,
                )
            )
        lines = "\n".join(channel_lines(channel, values, "  "))
        return f"{before.rstrip()}\n\nchannels:\n{lines}\n".lstrip("\n")
    entry = _ENTRY.search(before, head.end())
    lines = "\n".join(channel_lines(channel, values, entry[1] if entry else "  "))
    return f"{before[: head.end()]}\n{lines}{before[head.end() :]}"
