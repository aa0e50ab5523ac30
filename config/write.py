"""Writing configuration: the first file of `webcare init`, credentials, and other files, whole or not."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.paths import Places
from config.secrets import check_name
from domain.errors import ConfigError
from i18n import _

Value = str | tuple[str, ...]
"""What a key gets: text, or a list of texts."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What `webcare init` asked; an empty answer is left out of the file."""

    organisation: str = ""
    brands: tuple[str, ...] = ()
    language: str = ""
    timezone: str = ""
    opening_hours: Mapping[str, Value] = field(default_factory=dict)
    """Keys of a calendar, such as `weekdays` and `holidays`."""

    channels: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Keys of a channel by its id; `platform` is one of them."""

    operators: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    """Keys of an operator by login."""

    database: str = ""


def settings_text(answers: Answers) -> str:
    """The configuration file that says what was answered."""
    return "\n".join(_lines(answers)) + "\n"


def write_settings(places: Places, answers: Answers) -> Path:
    """Write a new configuration file, after reading it as the desk will; ConfigError where there is one."""
    from config.read_settings import settings_of  # noqa: PLC0415 - PyYAML only where something is written
    from config.strict_yaml import parse  # noqa: PLC0415

    content = settings_text(answers)
    settings_of(parse(content.encode(), file=str(places.settings)), places)
    new_file(places.settings, content)
    return places.settings


def write_credential(places: Places, name: str, value: str) -> Path:
    """Keep a credential in a file that only this user can read; it takes the place of an older one."""
    check_name(name)
    path = places.credentials / name
    replace_file(path, value.strip() + "\n")
    path.parent.chmod(0o700)
    return path


def new_file(path: Path, content: str) -> None:
    """Write a file that is not there yet, whole or not at all; one that is there is never touched."""
    if path.exists() or path.is_symlink():
        raise _is_there(path)
    _write(path, content, mode=0o644, place=_put_new)


def replace_file(path: Path, content: str, *, mode: int = 0o600) -> None:
    """Put a file in the place of another in one step; a crash leaves the old one or the new one."""
    _write(path, content, mode=mode, place=os.replace)


def _write(path: Path, content: str, *, mode: int, place: Callable[[str, Path], None]) -> None:
    """A complete file beside its place, then put there in one step."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(content)
                stream.flush()
                os.fchmod(descriptor, mode)
                os.fsync(descriptor)
            place(temporary, path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(_("{file} cannot be written: {reason}.", file=path, reason=reason)) from error


def _put_new(temporary: str, path: Path) -> None:
    """Two who write the same new file at once: one of them is told."""
    try:
        os.link(temporary, path)
    except FileExistsError as error:
        raise _is_there(path) from error
    except OSError:  # a file system without hard links
        Path(temporary).replace(path)


def _is_there(path: Path) -> ConfigError:
    return ConfigError(_("{file} is there already; edit it, or move it away first.", file=path))


def quoted(text: str) -> str:
    """The text as a YAML value that comes back as it is, whatever is in it."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character == "\n":
        return "\\n"
    return character if character.isprintable() else f"\\U{ord(character):08x}"


def _lines(answers: Answers) -> Iterator[str]:
    yield "# " + _("What this webcare desk is. Unknown keys are refused; “webcare doctor” checks this file.")
    if answers.organisation:
        organisation: dict[str, Value] = {
            "name": answers.organisation,
            "brands": answers.brands or (answers.organisation,),
        }
        yield from _table("organisation", organisation)
    for key in ("language", "timezone", "database"):
        value = getattr(answers, key)
        if value:
            yield f"{key}: {_value(value)}"
    if answers.opening_hours:
        yield "calendars:"
        yield from _table("office", answers.opening_hours, indent="  ")
    for key, entries in (("channels", answers.channels), ("operators", answers.operators)):
        if entries:
            yield f"{key}:"
        for name, values in entries.items():
            yield from _table(name, values, indent="  ")


def channel_lines(channel: str, values: Mapping[str, Value], indent: str) -> Iterator[str]:
    """One channel as it stands below `channels:`."""
    yield from _table(channel, values, indent=indent)


def _table(name: str, values: Mapping[str, Value], indent: str = "") -> Iterator[str]:
    yield f"{indent}{quoted(name) if indent else name}:"
    for key, value in values.items():
        if value:
            yield f"{indent}  {key}: {_value(value)}"


def _value(value: Value) -> str:
    if isinstance(value, str):
        return quoted(value)
    return "[" + ", ".join(quoted(item) for item in value) + "]"
