"""Finding a picture on the disk by typing the beginning of its path."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.text import clean

ENDINGS: Final = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4")
"""Of files that are offered; any other can be typed."""

MOST_LOOKED_AT: Final = 5_000
MOST_SHOWN: Final = 200
"""Entries of a folder."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A folder or a file."""

    path: str
    """As it is opened; may hold what no screen can show."""

    name: str
    folder: bool
    size: int = 0
    """In bytes."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What fits what was typed: the newest files first, then folders by name."""

    entries: tuple[Entry, ...] = ()
    completed: str = ""
    """What was typed with all that the entries have in common; never shorter."""

    exact: bool = False
    """What was typed names a file."""


def plain_path(typed: str) -> Path:
    """What a person or a file manager put down: quoted, as a `file:` address, with `~`."""
    text = typed.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    if text.startswith("file://"):
        from urllib.parse import unquote  # noqa: PLC0415 - nearly never needed

        text = unquote(text.removeprefix("file://").removeprefix("localhost"))
    text = os.path.expanduser(text)  # noqa: PTH111 - Path.expanduser raises where there is no home
    if "\\" in text and not os.path.lexists(text.replace("\x00", "")):
        text = text.replace("\\ ", " ")
    return Path(text)


def listing(typed: str) -> Listing:
    """What is there that begins as what is typed; blocks on the disk."""
    folder, slash, begun = typed.rpartition("/")
    place = plain_path(folder + slash) if slash else Path()
    try:
        found = list(_entries(place, begun, folder + slash if folder.startswith("~") else ""))
    except (OSError, ValueError):
        found = []
    found.sort(key=lambda pair: (pair[1].folder, pair[0], pair[1].name.casefold(), pair[1].path))
    entries = tuple(one for _age, one in found[:MOST_SHOWN])
    return Listing(entries, _completed(folder + slash, begun, entries), _is_file(typed))


def _entries(place: Path, begun: str, before: str) -> Iterator[tuple[float, Entry]]:
    """Each with its age as a number that grows; `before` stands before names instead of the whole path."""
    with os.scandir(place) as entries:
        for looked_at, entry in enumerate(entries):
            if looked_at >= MOST_LOOKED_AT:
                return
            if not entry.name.casefold().startswith(begun.casefold()):
                continue
            if entry.name.startswith(".") and not begun.startswith("."):
                continue
            found = _entry(entry, f"{before}{entry.name}" if before else entry.path)
            if found is not None:
                yield found


def _entry(entry: os.DirEntry[str], path: str) -> tuple[float, Entry] | None:
    try:
        facts = entry.stat()
    except OSError:
        return None
    name = clean(os.fsencode(entry.name).decode("utf-8", "replace"))
    if stat.S_ISDIR(facts.st_mode):
        # a folder is opened by what stands in the field, so its name has to be one that can stand there
        return (0.0, Entry(path, name, folder=True)) if name == entry.name else None
    if stat.S_ISREG(facts.st_mode) and entry.name.casefold().endswith(ENDINGS):
        return (-facts.st_mtime, Entry(path, name, folder=False, size=facts.st_size))
    return None


def _completed(before: str, begun: str, entries: tuple[Entry, ...]) -> str:
    names = [one.name for one in entries]
    if not names:
        return before + begun
    first = names[0]
    same = len(first)
    for name in names[1:]:
        pairs = zip(first[:same].casefold(), name.casefold(), strict=False)
        same = next((at for at, pair in enumerate(pairs) if pair[0] != pair[1]), min(same, len(name)))
    if same < len(begun):
        return before + begun
    whole = "/" if len(entries) == 1 and entries[0].folder else ""
    return before + first[:same] + whole


def _is_file(typed: str) -> bool:
    try:
        return plain_path(typed).is_file()
    except (OSError, ValueError):
        return False
