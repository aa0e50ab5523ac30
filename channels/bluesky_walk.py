"""Walking a list that comes newest first and knows no "since": back to known ground, then on from there.

The AppView sorts by `sortAt`, the earlier of the author's own time and its first sight of the post, so a
post that was late can appear *below* what we have already seen. We therefore walk back a while past the
newest known item and keep what we saw there by name; nothing is handed on twice, and nothing is missed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from channels.base import Cursor
from channels.bluesky_parse import raw, sorted_at
from domain.clock import DAY, MINUTE, Millis
from i18n import _

FIRST_REACH: Final[Millis] = 7 * DAY
"""How far back the very first walk goes."""

OVERLAP: Final[Millis] = 10 * MINUTE
"""How late a post may turn up below the newest one and still be found."""

MAX_PAGES: Final = 100
KEPT: Final = 500
"""Names kept in a cursor in calm times."""

MAX_KEPT: Final = 10_000
"""Names kept in a storm, 190 kB; past it an item may be handed on twice, which the desk notices."""

_MARK: Final = 16


@dataclass(frozen=True, slots=True)
class Page:
    """One answer, newest first."""

    entries: Sequence[object]
    cursor: str | None
    """Where the next page begins; some servers give one on the last page too."""


@dataclass(frozen=True, slots=True)
class Walk:
    """All that was new, oldest first, and the cursor that stands behind it."""

    entries: tuple[object, ...]
    cursor: Cursor
    gap: str = ""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What an earlier walk knew."""

    newest: Millis
    known: tuple[str, ...]


def read_pair(cursor: Cursor | None) -> tuple[Cursor | None, Cursor | None]:
    """The two cursors of a stream that walks two lists; an unreadable one starts both over."""
    try:
        one, other = json.loads(cursor or "null")
    except (ValueError, TypeError):
        return None, None
    return (one, other) if isinstance(one, str) and isinstance(other, str) else (None, None)


def write_pair(one: Cursor, other: Cursor) -> Cursor:
    """Two cursors as one."""
    return json.dumps([one, other], separators=(",", ":"))


async def walk(fetch: Callable[[str | None], Awaitable[Page]], cursor: Cursor | None, now: Millis) -> Walk:
    """Every entry that no earlier walk handed on. Errors of `fetch` pass, and then nothing has happened."""
    ground = _read(cursor)
    floor = now - FIRST_REACH if ground is None else ground.newest - OVERLAP
    seen: list[object] = []
    position: str | None = None
    gap = _("There was more than could be read at once; the oldest part was left out.")
    for _number in range(MAX_PAGES):
        page = await fetch(position)
        seen.extend(page.entries)
        ended = not page.entries or page.cursor is None or page.cursor == position
        if ended or _reaches(page.entries, floor):
            gap = ""
            break
        position = page.cursor
    known = frozenset(ground.known if ground else ())
    fresh = {
        mark: entry for entry in seen if (mark := _mark(entry)) not in known and _within(entry, floor, ground)
    }
    newest = max((at for entry in seen if (at := sorted_at(entry)) is not None), default=floor)
    newest = newest if ground is None else max(newest, ground.newest)
    kept = _marks_to_keep(seen, ground)
    return Walk(tuple(sorted(fresh.values(), key=_order)), _written(newest, kept), gap)


def _order(entry: object) -> tuple[Millis, str]:
    """By moment, and within one by record key, which is a time in itself."""
    uri = entry.get("uri") if isinstance(entry, dict) else None
    return sorted_at(entry) or 0, uri.rpartition("/")[2] if isinstance(uri, str) else ""


def _within(entry: object, floor: Millis, ground: _Ground | None) -> bool:
    """At the first walk only what is young enough; later everything, however late it turned up."""
    return ground is not None or (at := sorted_at(entry)) is None or at >= floor


def _reaches(entries: Iterable[object], floor: Millis) -> bool:
    return any((at := sorted_at(entry)) is not None and at < floor for entry in entries)


def _marks_to_keep(seen: Sequence[object], ground: _Ground | None) -> list[str]:
    """What was seen now, newest first, and before: a deletion brings old items up into view again."""
    before = ground.known if ground else ()
    marks = dict.fromkeys((*map(_mark, seen), *before))
    return list(marks)[: max(KEPT, min(len(seen), MAX_KEPT))]


def _mark(entry: object) -> str:
    """A short name of an item in this revision; of its whole text where it has no name of its own."""
    name = None
    if isinstance(entry, dict) and isinstance(entry.get("uri"), str) and isinstance(entry.get("cid"), str):
        name = f"{entry['uri']} {entry['cid']}".encode("utf-8", "backslashreplace")
    return hashlib.sha256(name or raw(entry)).hexdigest()[:_MARK]


def _read(cursor: Cursor | None) -> _Ground | None:
    """What a stored cursor says; an unreadable one means starting over, and the desk drops the doubles."""
    try:
        stored = json.loads(cursor or "null")
        return _Ground(int(stored["newest"]), tuple(map(str, stored["known"])))
    except (ValueError, TypeError, KeyError):
        return None


def _written(newest: Millis, known: Sequence[str]) -> Cursor:
    return json.dumps({"newest": newest, "known": list(known)}, separators=(",", ":"))
