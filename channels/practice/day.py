"""The script of the practice day: who writes what, and at which time of the day.

The texts stand in `script/*.txt`, one mention a line, all written by hand: the customers of Heldervonk, an
invented supplier of energy and internet. A shift begins at 08:30; what was written before stands ready when
the desk opens, the rest comes in over the day, and after a day the next one begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from random import Random
from typing import Final, Protocol

from domain.clock import DAY, HOUR, MINUTE, SECOND, Millis

SHIFT_START: Final[Millis] = 8 * HOUR + 30 * MINUTE
PRIVATE_PLACES: Final = frozenset({"dm", "pm"})
_JITTER: Final[Millis] = 2 * MINUTE
_OLDEST: Final[Millis] = DAY - (16 * HOUR + 52 * MINUTE) + SHIFT_START
_COLUMNS: Final = 8
_SENTIMENTS: Final = {"neg": "negative", "neu": "neutral", "pos": "positive"}
_ESCAPE: Final = re.compile(r"\\(?:n|x([0-9a-f]{2})|u([0-9a-f]{4}))")


@dataclass(frozen=True, slots=True)
class ScriptedMention:
    """One line of the script."""

    id: str
    """Follows from who says what, so that it outlives a reordering of the script."""

    before_shift: bool
    """Written before 08:30 or the evening before."""

    offset: Millis
    """After the start of the shift; for what came before it, within the 24 hours that follow it."""

    place: str
    """The flavour of platform: x, ms, bs, fb, ig, fo (forum), rv1 to rv5 (review), dm, pm (private)."""

    lang: str
    kind: str
    sentiment: str
    """What the author of the line meant, also where no machine could see it."""

    handle: str
    name: str
    thread: str
    """Lines with the same word here are one thread; empty where the line stands alone."""

    text: str

    @property
    def private(self) -> bool:
        """Whether only the organisation can read it."""
        return self.place in PRIVATE_PLACES

    @property
    def rating(self) -> int | None:
        """The stars of a review."""
        return int(self.place[2:]) if self.place.startswith("rv") else None


class Script(Protocol):
    """Who writes what and when, without end."""

    @property
    def waiting(self) -> Sequence[ScriptedMention]:
        """Ready when the desk opens, oldest first."""
        ...

    def at(self, position: int) -> tuple[int, ScriptedMention, Millis]:
        """The day's number, the mention and its time after the start of the first shift; times only grow."""
        ...


@dataclass(frozen=True, slots=True)
class Day:
    """One seeded order of the script."""

    waiting: tuple[ScriptedMention, ...]
    """Ready when the desk opens, oldest first."""

    arriving: tuple[ScriptedMention, ...]
    """What comes in over the 24 hours from the start of a shift, by offset: this day's lines, then the
    evening and night lines of the next."""

    def at(self, position: int) -> tuple[int, ScriptedMention, Millis]:
        """The day's number, the mention and its time after the start of the first shift.

        Positions below `len(waiting)` are what stood ready; their time is minus their age.
        """
        if position < len(self.waiting):
            mention = self.waiting[position]
            return 0, mention, -waiting_age(mention)
        day, index = divmod(position - len(self.waiting), len(self.arriving))
        mention = self.arriving[index]
        number = day + 1 if mention.before_shift else day
        return number, mention, day * DAY + mention.offset


def waiting_age(mention: ScriptedMention) -> Millis:
    """How old something that stood ready is: half of it within the last hour, the oldest 15 hours."""
    share = min(1.0, (DAY - mention.offset) / _OLDEST)
    return round(share * share * 14 * HOUR + share * HOUR)


@cache
def script() -> tuple[ScriptedMention, ...]:
    """All lines of the shipped script, in the order of its files."""
    folder = files("channels.practice") / "script"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name[:1].isdigit())
    return tuple(
        _read(line)
        for name in names
        for line in (folder / name).read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    )


def make_day(seed: int) -> Day:
    """The day in this seed's order: every thread shifted by up to two minutes."""
    shifted = [_shifted(mention, seed) for mention in script()]
    ready = [mention for mention in shifted if mention.before_shift]
    return Day(
        waiting=tuple(sorted(ready, key=lambda mention: (-waiting_age(mention), mention.id))),
        arriving=tuple(sorted(shifted, key=lambda mention: (mention.offset, mention.id))),
    )


def _shifted(mention: ScriptedMention, seed: int) -> ScriptedMention:
    shift = Random(f"{seed}:{mention.thread or mention.id}").randint(-_JITTER, _JITTER)  # noqa: S311
    return replace(mention, offset=min(max(mention.offset + shift, SECOND), DAY - SECOND))


def _read(line: str) -> ScriptedMention:
    """One line of a script file; a broken one is a fault of the package and raises ValueError."""
    columns = [_ESCAPE.sub(_unescape, column) for column in line.split("|", _COLUMNS - 1)]
    if len(columns) != _COLUMNS:
        raise ValueError(f"a script line needs {_COLUMNS} columns: {line}")
    time, place, lang, kind, sentiment, who, thread, text = columns
    yesterday = time.startswith("y")
    hours, minutes = time.removeprefix("y").split(":")
    of_day = int(hours) * HOUR + int(minutes) * MINUTE
    handle, _space, name = who.partition(" ")
    return ScriptedMention(
        id=sha256(f"{handle}\n{text}".encode()).hexdigest()[:10],
        before_shift=yesterday or of_day < SHIFT_START,
        offset=(of_day - SHIFT_START) % DAY,
        place=place,
        lang=lang,
        kind=kind,
        sentiment=_SENTIMENTS[sentiment],
        handle=handle,
        name=name,
        thread="" if thread == "-" else thread,
        text=text,
    )


def _unescape(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else "\n"
