"""Walking a list that a platform gives newest first: back to what is known, and only then is it stored.

All pages of one walk are collected before anything is handed on, so a walk that breaks off has moved nothing
and leaves no hole. What was seen is remembered by its revision: an edit is handed on as one, and what has
gone from between others is named, for the connector to ask about.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from channels.base import Batch, Cursor
from channels.fields import Reading, fingerprint
from domain.clock import DAY, Millis
from domain.inbound import BadItem, Echo, Inbound
from i18n import _

FIRST_REACH: Final[Millis] = 7 * DAY
"""How far back the very first walk goes."""

MAX_PAGES: Final = 50
MAX_SEEN: Final = 500
MAX_ASKED: Final = 10
"""How many that are missing are asked about at once."""

Mark = tuple[str, Millis, str]
"""Revision, moment in the list, author's id; the last is empty for what is ours."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer, newest first, as read."""

    read: Sequence[Reading]
    after: str | None
    """What to ask for the following, older page; None where there is none."""

    ends: bool = True
    """Without `after`: whether the list ends here, or is only not asked for any further."""


Gone = Callable[[str, Mark], Awaitable[Inbound | None]]
"""Asks whether something is gone; its tombstone, or None."""

Fetch = Callable[[str | None], Awaitable[Page]]
When = Callable[[Inbound | Echo], Millis]


@dataclass(frozen=True, slots=True)
class Place:
    """How far a list was read."""

    newest: Millis | None = None
    floor: Millis = 0
    """Nothing at or below this moment is new."""

    seen: Mapping[str, Mark] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)
    """What the connector keeps for itself, JSON types only."""

    def cursor(self) -> Cursor:
        """As it is stored."""
        shape = {"newest": self.newest, "floor": self.floor, "seen": self.seen, "extra": self.extra}
        return json.dumps(shape, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Walk:
    """What one walk gave, oldest first."""

    place: Place
    items: tuple[Inbound, ...] = ()
    echoes: tuple[Echo, ...] = ()
    bad: tuple[BadItem, ...] = ()
    missing: Mapping[str, Mark] = field(default_factory=dict)
    """Of other people's, seen before and no longer where they stood: perhaps deleted."""

    gap: str = ""

    def batch(self, *more: Inbound) -> Batch:
        """For the desk; `more` are deletions that the connector made sure of."""
        return Batch(
            items=(*self.items, *more),
            echoes=self.echoes,
            bad=self.bad,
            cursor=self.place.cursor(),
            gap=self.gap,
        )


def read_place(cursor: Cursor | None) -> Place:
    """What a stored cursor says; an unreadable one means starting over, and the desk drops the doubles."""
    try:
        stored = json.loads(cursor or "{}")
        newest, extra = stored.get("newest"), stored.get("extra", {})
        seen = {str(name): _mark(each) for name, each in stored.get("seen", {}).items()}
        return Place(
            newest if isinstance(newest, int) else None,
            int(stored.get("floor", 0)),
            seen,
            extra if isinstance(extra, dict) else {},
        )
    except (ValueError, TypeError, AttributeError):
        return Place()


async def walk_back(
    fetch: Fetch,
    place: Place,
    now: Millis,
    *,
    when: When | None = None,
    whole_list: bool = True,
    least_pages: int = 1,
) -> Walk:
    """One walk. `when` is the moment by which the platform orders, when it was written where not given.

    `whole_list` is False where the platform gives only what is newer than a mark: nothing is missed then.
    `least_pages` are read in any case, for what changes further down. Errors of `fetch` pass, and then
    nothing has happened.
    """
    when = when or _created
    floor = now - FIRST_REACH if place.newest is None else max(place.floor, place.newest)
    found: list[Reading] = []
    token: str | None = None
    gap, page = "", Page((), None)
    for number in range(MAX_PAGES + 1):
        if number == MAX_PAGES:
            gap = _("There was more than could be read at once; the oldest part was left out.")
            break
        page = await fetch(token)
        found += page.read
        token = page.after
        if token is None or (number + 1 >= least_pages and _reaches(page.read, floor, when)):
            break
    ended = token is None and page.ends
    walked = _walked(found, place, now, when, whole=ended if whole_list else None)
    return replace(walked, gap=gap)


async def with_deletions(
    walk: Walk, gone: Gone, *, worth: Callable[[str], bool] = lambda _name: True
) -> Batch:
    """For the desk, with tombstones of what is surely gone.

    What is not `worth` asking about, and what is too much at once, stays known for another time.
    """
    asked = [name for name in walk.missing if worth(name)][:MAX_ASKED]
    found = [await gone(name, walk.missing[name]) for name in asked]
    kept = {name: mark for name, mark in walk.missing.items() if name not in asked}
    place = replace(walk.place, seen={**kept, **walk.place.seen})
    return replace(walk, place=place).batch(*(each for each in found if each is not None))


def _walked(found: Sequence[Reading], place: Place, now: Millis, when: When, *, whole: bool | None) -> Walk:
    floor = place.floor if place.newest is not None else now - FIRST_REACH
    seen = dict(place.seen)
    fresh: list[tuple[Millis, Inbound | Echo]] = []
    bad: list[BadItem] = []
    shown: dict[str, Millis] = {}
    for each in reversed(found):
        if isinstance(each, BadItem):
            name = f"bad {hashlib.sha256(each.raw).hexdigest()[:24]}"
            if name not in seen:
                bad.append(each)
            seen[name] = ("", now, "")
            continue
        moment, mark = when(each), _marked(each, when)
        shown[each.remote_id] = moment
        known = seen.get(each.remote_id)
        if (known is None and moment > floor) or (known is not None and known[0] != mark[0]):
            fresh.append((moment, each))
        if known is not None or moment > floor:
            seen[each.remote_id] = mark
    missing = _missing(place, shown, whole=whole)
    for name in missing:
        del seen[name]
    fresh.sort(key=lambda one: one[0])
    newest = max((*shown.values(), place.newest or floor), default=floor)
    kept, floor = _pruned(seen, floor)
    return Walk(
        Place(newest, floor, kept, place.extra),
        tuple({one.remote_id: one for _at, one in fresh if isinstance(one, Inbound)}.values()),
        tuple(one for _at, one in fresh if isinstance(one, Echo)),
        tuple(bad),
        missing,
    )


def _missing(place: Place, shown: Mapping[str, Millis], *, whole: bool | None) -> dict[str, Mark]:
    """What should stand between the oldest and the newest that the list shows now, and does not."""
    if whole is None or (not shown and not whole):
        return {}
    oldest = 0 if whole else min(shown.values())
    return {
        name: mark for name, mark in place.seen.items() if mark[2] and name not in shown and mark[1] >= oldest
    }


def _pruned(seen: Mapping[str, Mark], floor: Millis) -> tuple[dict[str, Mark], Millis]:
    """The youngest of it; what is forgotten raises the floor, so that it is not new again."""
    if len(seen) <= MAX_SEEN:
        return dict(seen), floor
    ordered = sorted(seen.items(), key=lambda one: one[1][1])
    forgotten, kept = ordered[:-MAX_SEEN], ordered[-MAX_SEEN:]
    return dict(kept), max(floor, *(mark[1] for _name, mark in forgotten))


def _reaches(read: Sequence[Reading], floor: Millis, when: When) -> bool:
    return any(not isinstance(each, BadItem) and when(each) < floor for each in read)


def _marked(each: Inbound | Echo, when: When) -> Mark:
    if isinstance(each, Echo):
        return fingerprint(each.text), when(each), ""
    return each.revision, when(each), each.author.remote_id


def _created(each: Inbound | Echo) -> Millis:
    return each.created_at


def _mark(stored: object) -> Mark:
    revision, moment, author = stored if isinstance(stored, list) and len(stored) == 3 else ("", 0, "")
    return str(revision), int(moment), str(author)
