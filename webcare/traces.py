"""Looking for a person's words in files, byte by byte, after they were forgotten."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from storage.guard import SUFFIXES

_BACKUP: Final = ".db"


def places_of(database: Path, state: Path) -> Iterator[Path]:
    """The database's own files, copies that lie beside it, and what crashed or was logged."""
    yield from (database.with_name(database.name + suffix) for suffix in SUFFIXES)
    if database.parent.is_dir():
        own = {database.name + suffix for suffix in SUFFIXES}
        yield from (
            each
            for each in sorted(database.parent.iterdir())
            if each.suffix == _BACKUP and each.name not in own
        )
    if state.is_dir():
        yield from sorted(each for each in state.rglob("*") if each.is_file())


def holding(files: Iterable[Path], words: Sequence[str]) -> list[Path]:
    """Which of the files hold one of these words. The database must not be open in this process."""
    wanted = [word.encode() for word in words]
    return [file for file in dict.fromkeys(files) if file.is_file() and _holds(file, wanted)]


def _holds(file: Path, wanted: Sequence[bytes]) -> bool:
    if not file.stat().st_size:
        return False
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as seen:
        return any(seen.find(word) >= 0 for word in wanted)
