"""Working time the slow way: every minute of ten years looked at by itself.

It knows nothing of intervals. Each UTC minute gets the wall time that its zone shows; the desk works in it
when the week's table says so for that wall minute and the date is no holiday. In the minutes that a wall
clock shows for the second time, the desk is what it was in the minute before the clock was set back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.clock import MINUTE, Millis

FIRST = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()) // 60
LAST = int(datetime(2034, 12, 31, tzinfo=UTC).timestamp()) // 60
"""In minutes since 1970; eleven years, so that what starts in ten of them can end."""

STEP = 30
"""Zones change their offset on half hours only, in these years."""

Week = Mapping[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class WallMinutes:
    """What a zone's wall clock shows in each UTC minute."""

    days: NDArray[np.int32]
    """Days since 1970, local."""

    minutes: NDArray[np.int16]
    """Minute of the local day."""

    set_back: tuple[tuple[int, int], ...]
    """Where the clock was set back: index of the first repeated minute, and how many there are."""

    changes: tuple[Millis, ...]
    """Every moment at which the offset changed."""


@cache
def wall_minutes(timezone: str) -> WallMinutes:
    """The wall clock of one zone over all the years."""
    zone = ZoneInfo(timezone)
    starts = np.arange(FIRST, LAST, STEP)
    offsets = np.array(
        [_offset_minutes(datetime.fromtimestamp(int(start) * 60, zone)) for start in starts], dtype=np.int64
    )
    jumps = np.diff(offsets)
    changed = np.flatnonzero(jumps)
    local = np.arange(FIRST, LAST) + np.repeat(offsets, STEP)[: LAST - FIRST]
    return WallMinutes(
        (local // 1440).astype(np.int32),
        (local % 1440).astype(np.int16),
        tuple((int(index + 1) * STEP, -int(jumps[index])) for index in changed if jumps[index] < 0),
        tuple((FIRST + int(index + 1) * STEP) * MINUTE for index in changed),
    )


def _offset_minutes(local: datetime) -> int:
    offset = local.utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) // 60


class MinuteOracle:
    """Open or closed for every minute, and how many open minutes went before."""

    def __init__(self, timezone: str, week: Week, holidays: Mapping[date, str]) -> None:
        wall = wall_minutes(timezone)
        table = np.zeros((7, 1440), dtype=np.bool_)
        for weekday, periods in week.items():
            for start, end in periods:
                table[weekday, start:end] = True
        weekdays = (wall.days + 3) % 7  # 1 January 1970 was a Thursday
        self.open: NDArray[np.bool_] = table[weekdays, wall.minutes]
        epoch = date(1970, 1, 1).toordinal()
        off = np.array([day.toordinal() - epoch for day in holidays], dtype=np.int32)
        if len(off):
            self.open &= ~np.isin(wall.days, off)
        for index, count in wall.set_back:
            self.open[index : index + count] = self.open[index - 1]
        self._before = np.concatenate(([0], np.cumsum(self.open, dtype=np.int32)))

    def without(self, start: Millis, end: Millis) -> None:
        """Close a stretch of whole minutes, as a pause does."""
        self.open[start // MINUTE - FIRST : end // MINUTE - FIRST] = False
        self._before = np.concatenate(([0], np.cumsum(self.open, dtype=np.int32)))

    def worked_before(self, moment: Millis) -> Millis:
        """Working time from the first minute to this moment."""
        minute, rest = divmod(moment, MINUTE)
        index = minute - FIRST
        return int(self._before[index]) * MINUTE + (rest if self.open[index] else 0)

    def between(self, start: Millis, end: Millis) -> Millis:
        """Working time between two moments."""
        return max(0, self.worked_before(end) - self.worked_before(start))

    def add(self, start: Millis, amount: Millis) -> Millis | None:
        """The first moment at which that much was worked; None beyond the last year."""
        if amount == 0:
            return start
        wanted = self.worked_before(start) + amount
        full, rest = divmod(wanted, MINUTE)
        need = full + (1 if rest else 0)
        index = int(np.searchsorted(self._before, need, side="left"))
        if index >= len(self._before):
            return None
        return (FIRST + index - 1) * MINUTE + (rest or MINUTE)
