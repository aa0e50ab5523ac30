"""SQL statements of a running program, as its connections trace them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_FRAME = re.compile(r"\s*(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|--)", re.IGNORECASE)
"""What stands around statements, and what triggers do inside one."""

_OFFSET = re.compile(r"\bOFFSET\s+(\d+)", re.IGNORECASE)
_VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b")
_LIST = re.compile(r"\(\s*\?(?:\s*,\s*\?)*\s*\)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with its values filled in."""

    at: int
    """Nanoseconds on the monotonic clock, when it began."""

    sql: str

    @property
    def reads_thread(self) -> bool:
        """Whether it reads what was said in a conversation; no line of a list needs that."""
        return " FROM message " in self.sql

    @property
    def shape(self) -> str:
        """Without its values, so that the same statement is known again."""
        return _LIST.sub("(?)", _VALUE.sub("?", " ".join(self.sql.split())))


def read(path: Path) -> list[Statement]:
    """All so far, transactions' own words and pragmas left out."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [Statement(*json.loads(line)) for line in lines]
    return [one for one in found if not _FRAME.match(one.sql)]


def between(statements: Iterable[Statement], since: int, until: int) -> list[Statement]:
    """Those that began in a stretch of time."""
    return [one for one in statements if since <= one.at < until]


def deepest_offset(statements: Iterable[Statement]) -> int:
    """The largest OFFSET; 0 where there is none."""
    return max((int(number) for one in statements for number in _OFFSET.findall(one.sql)), default=0)


def undisturbed(
    windows: Sequence[Sequence[Statement]], background: frozenset[str], *, reading: bool = False
) -> list[Sequence[Statement]]:
    """The windows into which no timer's statement fell; all of them where that would leave less than half.

    A key that by itself causes what timers cause would otherwise never be counted. Where a conversation is
    read (`reading` lets that be), the cursor has rested: on a busy machine time alone does not tell.
    """
    clean = [
        window
        for window in windows
        if not any(one.shape in background or (one.reads_thread and not reading) for one in window)
    ]
    return clean if 2 * len(clean) >= len(windows) else list(windows)
