"""Where the desk stands in the practice day: the connector's cursor."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Final

from channels.base import Cursor
from channels.practice.day import Script
from domain.clock import Millis

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the script and in the people's answers, and how script time maps to real time."""

    anchor: Millis
    """The real moment at which the first shift began."""

    speed: float
    next: int = 0
    """Position in the `Script` of the first mention that was not delivered yet."""

    answered_at: Millis = 0
    answered_id: str = ""
    """Of the last answer delivered; answers are ordered by moment and id."""

    def moment(self, offset: Millis) -> Millis:
        """The real moment of a script time; ages of what stood ready are real already."""
        return self.anchor + (offset if offset < 0 else round(offset / self.speed))

    def moved(self, day: Script, *, now: Millis, speed: float, catch_up: Millis | None) -> Place:
        """The place under another speed, or after the desk was away: the next mention comes now.

        Without it a desk that opens after a night would drown in a night's worth of mentions at speed.
        """
        if self.next < len(day.waiting):
            return replace(self, speed=speed)
        _number, _mention, offset = day.at(self.next)
        late = now - self.moment(offset)
        if speed != self.speed or (catch_up is not None and late > catch_up):
            return replace(self, speed=speed, anchor=now - round(offset / speed))
        return self

    def cursor(self) -> Cursor:
        """As opaque text."""
        return json.dumps({"v": _VERSION, **asdict(self)}, separators=(",", ":"))


def read_place(cursor: Cursor) -> Place | None:
    """The place of a cursor; None for one that this program did not write."""
    try:
        entry = json.loads(cursor)
        if entry.pop("v") != _VERSION:
            return None
        place = Place(**entry)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return place if _sound(place) else None


def _sound(place: Place) -> bool:
    numbers = (place.anchor, place.next, place.answered_at)
    whole = all(isinstance(number, int) and number >= 0 for number in numbers)
    return whole and isinstance(place.speed, int | float) and place.speed > 0
