"""What the desk writes to the terminal for each thing an operator does; counts, not times.

Moves come faster than the cursor rests, so that the conversation below is not part of them; what it costs to
show one is counted by itself.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench.lib import mbox, programs
from bench.lib.figures import Figures, spread
from bench.lib.programs import CURSOR, Seat
from bench.lib.pty import Chunk, frames
from bench.lib.run import DATA, Bench, say
from bench.lib.screen import Screen

BEAT = 0.085
"""Seconds between presses: long enough to paint, shorter than the cursor's rest."""

REST = 0.5
HELD_HZ = 30
HELD_SECONDS = 3
TICK_SECONDS = 4.0
BADGE = slice(2, 8)
MAIL_ROWS = 1_000
"""What a line of a list costs does not depend on how many there are."""

_SCROLLED = re.compile(rb"\x1b\[\d+;\d+r")
"""A scroll region was set, so that the terminal moved the lines by itself."""


@dataclass(slots=True)
class Counter:
    """Bytes, and what `ssh -C` makes of them: one zlib stream, level 6, flushed after each press."""

    plain: list[int] = field(default_factory=list)
    packed: list[int] = field(default_factory=list)

    def figures(self) -> Figures:
        """As JSON."""
        return {"bytes": spread(self.plain, 0), "zlib": spread(self.packed, 0)}


class Line:
    """A desk whose bytes are counted."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self._packer = zlib.compressobj(6)

    def pack(self, data: bytes) -> int:
        """How many bytes would go over a compressed line."""
        return len(self._packer.compress(data)) + len(self._packer.flush(zlib.Z_SYNC_FLUSH))

    def count(self, keys: bytes, seconds: float, into: Counter | None = None) -> list[Chunk]:
        """Press, and count what comes in the time after it."""
        self.seat.terminal.send(keys)
        chunks = self.seat.terminal.within(seconds)
        data = b"".join(chunk.data for chunk in chunks)
        self.seat.screen.feed(data)
        packed = self.pack(data)
        if into is not None:
            into.plain.append(len(data))
            into.packed.append(packed)
        return chunks

    def rest(self) -> int:
        """Wait until the conversation has been painted; its bytes."""
        chunks = self.seat.terminal.quiet(REST)
        data = b"".join(chunk.data for chunk in chunks)
        self.seat.screen.feed(data)
        self.pack(data)
        return len(data)


def run(bench: Bench) -> Figures:
    """Count."""
    with _line(bench, head=False) as line:
        found: Figures = {
            "step": _steps(line),
            "peek": _peeks(line),
            "edge": _edges(line),
            "page": _pages(line),
            "held": _held(line),
            "idle": _idle(line),
        }
    with _line(bench, head=True) as line:
        found["tick"] = _ticks(line)
    return {"subject": found, **_others(bench, found)}


def _others(bench: Bench, found: Figures) -> Figures:
    """What neomutt writes for a held key, and Textual's DataTable for a second of clocks."""
    table = _table_tick(bench)
    others: Figures = {"baseline:table": table, "tick_ratio": _over(found["tick"], table, "per_badge")}
    mail = mbox.program(bench.folder, mbox.ensure(DATA, MAIL_ROWS, say))
    if mail is None:
        return {**others, "skipped": "neomutt is not installed"}
    seat = Seat(mail, mbox.cursor)
    try:
        seat.open(settle=0.5)
        line = Line(seat)
        line.count(b"=L", REST)  # to the first message, then to the last line of the page
        held = _held(line)
    finally:
        seat.close()
    return {**others, "baseline:neomutt": held, "held_ratio": _over(found["held"], held, "bytes_per_s")}


def _over(one: object, other: Figures, name: str) -> float | None:
    above, below = one.get(name) if isinstance(one, dict) else None, other.get(name)
    if not isinstance(above, int | float) or not isinstance(below, int | float) or not below:
        return None
    return round(above / below, 3)


def _table_tick(bench: Bench) -> Figures:
    seat = Seat(programs.ticking_table(bench.folder))
    try:
        seat.open(settle=0.5)
        cut = frames(b"".join(chunk.data for chunk in seat.terminal.within(TICK_SECONDS)))
    finally:
        seat.close()
    total = sum(map(len, cut))
    return {"frames": len(cut), "bytes": total, "per_badge": round(total / len(cut) / 46, 1) if cut else None}


@contextmanager
def _line(bench: Bench, *, head: bool) -> Iterator[Line]:
    seat = Seat(programs.desk(bench.folder, bench.database(head=head)))
    try:
        opened = seat.open(settle=0.8 if head else 1.5)  # badges that tick leave no longer quiet
        line = Line(seat)
        line.pack(b"".join(chunk.data for chunk in opened))
        yield line
    finally:
        seat.close()


def _steps(line: Line) -> Figures:
    counter = Counter()
    line.count(b"gg", REST)
    for number in range(24):
        line.count(b"j" if number % 12 < 6 else b"k", BEAT, counter)
    line.rest()
    return counter.figures()


def _peeks(line: Line) -> Figures:
    counter = Counter()
    for keys in (b"j", b"j", b"k", b"j", b"k", b"j"):
        line.count(keys, BEAT)
        counter.plain.append(line.rest())
    return {"bytes": spread(counter.plain, 0)}


def _edges(line: Line) -> Figures:
    """48 presses in a row, edges and all: the mean is what a line of the list costs."""
    counter, scrolled = Counter(), Counter()
    for _press in range(48):
        data = b"".join(chunk.data for chunk in line.count(b"j", BEAT, counter))
        if _SCROLLED.search(data):
            scrolled.plain.append(counter.plain[-1])
            scrolled.packed.append(counter.packed[-1])
    line.rest()
    return {
        **counter.figures(),
        "scrolled": scrolled.figures(),
        "mean": round(sum(counter.plain) / 48),
        "mean_zlib": round(sum(counter.packed) / 48),
    }


def _pages(line: Line) -> Figures:
    counter = Counter()
    for _press in range(12):
        line.count(b"\x04", BEAT, counter)
    line.rest()
    return counter.figures()


def _held(line: Line) -> Figures:
    total = 0
    for _press in range(HELD_HZ * HELD_SECONDS):
        total += sum(len(chunk.data) for chunk in line.count(b"j", 1 / HELD_HZ))
    line.rest()
    return {"hz": HELD_HZ, "bytes_per_s": round(total / HELD_SECONDS)}


def _idle(line: Line) -> Figures:
    """Nothing on the screen changes, so nothing should be written."""
    chunks = line.seat.terminal.within(3.5)
    return {"seconds": 3.5, "bytes": sum(len(chunk.data) for chunk in chunks)}


def _badges(screen: Screen) -> list[str]:
    top = screen.line_of(CURSOR) or 0
    return [row[BADGE] for row in screen.rows[top : top + 44]]


def _ticks(line: Line) -> Figures:
    """Badges with seconds: bytes in some seconds, over the badges that changed from frame to frame."""
    line.rest()
    changed = frames_ = total = 0
    packed = 0
    before = _badges(line.seat.screen)
    for frame in frames(b"".join(chunk.data for chunk in line.seat.terminal.within(TICK_SECONDS))):
        line.seat.screen.feed(frame)
        after = _badges(line.seat.screen)
        changed += sum(one != other for one, other in zip(before, after, strict=True))
        before, frames_, total = after, frames_ + 1, total + len(frame)
        packed += line.pack(frame)
    return {
        "frames": frames_,
        "badges": changed,
        "bytes": total,
        "per_badge": round(total / changed, 1) if changed else None,
        "per_frame": round(total / frames_) if frames_ else None,
        "per_frame_zlib": round(packed / frames_) if frames_ else None,
    }
