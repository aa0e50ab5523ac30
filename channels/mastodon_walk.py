"""Walking a Mastodon list forward without a gap, and looking back for what was edited or taken away.

`since_id` gives the newest page and leaves a hole behind it; `min_id` gives the page right above, so a walk
with it misses nothing (read off servers). Polling shows no edits: the list as it stands now does, so we look
at its top again once a minute and compare with what we handed on.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from channels.base import Cursor
from channels.mastodon_parse import Unreadable, id_of, is_object, moment, revision, status_of
from domain.clock import DAY, MINUTE, Millis
from i18n import _

FIRST_REACH: Final[Millis] = 7 * DAY
"""How far back the very first walk goes."""

LOOK_BACK: Final[Millis] = MINUTE
"""How often the top of a list is read again for edits and deletions."""

PAGE: Final = 40
MAX_PAGES: Final = 50

Seen = tuple[str, str, str]
"""Status id, revision, author's id."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer, in the server's order."""

    entries: Sequence[object]
    newest: str | None = None
    """What the server itself says to ask after this page (`min_id` of the `prev` link)."""


Fetch = Callable[[Mapping[str, str]], Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class Place:
    """How far a list was read."""

    newest: str | None = None
    seen: Mapping[str, Seen] = field(default_factory=dict)
    """By entry id, the newest of what was handed on."""

    looked: Millis = 0

    def cursor(self) -> Cursor:
        """As it is stored."""
        shape = {"newest": self.newest, "seen": self.seen, "looked": self.looked}
        return json.dumps(shape, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Walk:
    """What one step gave, oldest first, and the place behind it."""

    place: Place
    entries: tuple[object, ...] = ()
    missing: tuple[Seen, ...] = ()
    """Handed on before and no longer in the list: perhaps deleted."""

    more: bool = False
    gap: str = ""


def read_place(cursor: Cursor | None) -> Place:
    """What a stored cursor says; an unreadable one means starting over, and the desk drops the doubles."""
    try:
        stored = json.loads(cursor or "{}")
        newest = stored.get("newest")
        seen = {str(name): _seen(each) for name, each in stored.get("seen", {}).items()}
        return Place(newest if isinstance(newest, str) else None, seen, int(stored.get("looked", 0)))
    except (ValueError, TypeError, AttributeError):
        return Place()


async def walk(fetch: Fetch, place: Place, now: Millis) -> Walk:
    """One step. Errors of `fetch` pass, and then nothing has happened."""
    if place.newest is None:
        return await _first(fetch, now)
    page = await fetch({"min_id": place.newest})
    if not page.entries:
        return await _look_back(fetch, place, now)
    entries = _ordered(page.entries)
    newest = page.newest or _newest(entries) or place.newest
    new_place = Place(newest, _kept({**place.seen, **_marks(entries)}), place.looked)
    return Walk(new_place, tuple(entries), more=newest != place.newest)


def order(entry_id: str) -> tuple[int, str]:
    """Sorts ids of one server by age: longer ones are younger, then by letters (numbers, ULIDs)."""
    return len(entry_id), entry_id


def entry_id(entry: object) -> str | None:
    """What the list pages by: a conversation pages by its last status."""
    if is_object(entry) and "last_status" in entry:
        return id_of(entry["last_status"])
    return id_of(entry)


async def look(fetch: Fetch, place: Place, now: Millis) -> Walk:
    """One step in a list that has no order to walk by, such as a search: its top, less what was seen."""
    page = await fetch({})
    entries, floor = _ordered(page.entries), now - FIRST_REACH
    marks = _marks(entries)
    fresh = [
        entry
        for entry in entries
        if ((at := _moment(entry)) is None or at >= floor)
        and ((name := entry_id(entry)) is None or place.seen.get(name) != marks.get(name))
    ]
    missed = len(fresh) == len(entries) >= PAGE and bool(place.seen)
    gap = _("More was found than the search shows at once; some may be missing.") if missed else ""
    return Walk(Place(None, _kept({**place.seen, **marks}), now), tuple(fresh), gap=gap)


async def _first(fetch: Fetch, now: Millis) -> Walk:
    """A week back, all pages at once."""
    floor, position = now - FIRST_REACH, None
    found: list[object] = []
    gap = _("There was more than could be read at once; the oldest part was left out.")
    for _number in range(MAX_PAGES):
        page = await fetch({} if position is None else {"max_id": position})
        found += page.entries
        oldest = _oldest(page.entries)
        if oldest is None or oldest == position or _reaches(page.entries, floor):
            gap = ""
            break
        position = oldest
    entries = _ordered(found)
    young = [each for each in entries if (at := _moment(each)) is None or at >= floor]
    return Walk(Place(_newest(entries), _kept(_marks(young)), now), tuple(young), gap=gap)


async def _look_back(fetch: Fetch, place: Place, now: Millis) -> Walk:
    """The top of the list once more: what changed since it was handed on, and what is gone."""
    if not place.seen or now - place.looked < LOOK_BACK:
        return Walk(place)
    entries = _ordered((await fetch({})).entries)
    marks = _marks(entries)
    changed = [
        entry
        for entry in entries
        if (name := entry_id(entry)) in place.seen and name in marks and marks[name] != place.seen[name]
    ]
    shown = {entry_id(entry) for entry in entries if status_of(entry) is not None}
    # A page as long as what we know reaches as far down; a shorter one is the whole list, or a modest server.
    start = order(_oldest(entries) or "") if len(entries) >= len(place.seen) else (0, "")
    missing = {name: each for name, each in place.seen.items() if name not in shown and order(name) >= start}
    kept = {name: marks.get(name, each) for name, each in place.seen.items() if name not in missing}
    return Walk(Place(place.newest, kept, now), tuple(changed), tuple(missing.values()))


def _ordered(entries: Sequence[object]) -> list[object]:
    """Oldest first, each once; what has no id comes first."""
    named = {entry_id(entry): entry for entry in entries}
    nameless = [entry for entry in entries if entry_id(entry) is None]
    return nameless + [named[name] for name in sorted((n for n in named if n is not None), key=order)]


def _newest(entries: Sequence[object]) -> str | None:
    return max((name for each in entries if (name := entry_id(each)) is not None), key=order, default=None)


def _oldest(entries: Sequence[object]) -> str | None:
    return min((name for each in entries if (name := entry_id(each)) is not None), key=order, default=None)


def _moment(entry: object) -> Millis | None:
    status = status_of(entry)
    return moment(status.get("created_at")) if is_object(status) else None


def _reaches(entries: Sequence[object], floor: Millis) -> bool:
    return any((at := _moment(entry)) is not None and at < floor for entry in entries)


def _marks(entries: Sequence[object]) -> dict[str, Seen]:
    """What can be recognised later, by entry id."""
    marks: dict[str, Seen] = {}
    for entry in entries:
        name, status = entry_id(entry), status_of(entry)
        status_id, account = id_of(status), status.get("account") if is_object(status) else None
        author = id_of(account)
        if name is None or status_id is None or author is None or not is_object(status):
            continue
        try:
            marks[name] = (status_id, revision(status), author)
        except Unreadable:
            continue
    return marks


def _kept(seen: Mapping[str, Seen]) -> dict[str, Seen]:
    return {name: seen[name] for name in sorted(seen, key=order)[-PAGE:]}


def _seen(stored: object) -> Seen:
    status_id, revision_, author = map(str, stored) if isinstance(stored, list) else ("", "", "")
    return status_id, revision_, author
