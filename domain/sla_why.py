"""Why a clock is due then: every period counted, every pause, every holiday, line by line.

The lines are facts and not words; `domain.sla_words` says them in the reader's language. The counted lines
of a clock that is due add up to its target exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.calendar import Calendar, CalendarDay
from domain.clock import Millis
from domain.sla import Fact, Metric, SlaClock, clocks
from domain.sla_policy import SlaPolicy

WhyKind = Literal[
    "nothing",
    "clock",
    "started",
    "policy_changed",
    "target",
    "period",
    "days",
    "holiday",
    "closed",
    "pause",
    "folded",
    "used",
    "left",
    "over",
    "due",
    "standing_still",
    "stopped",
    "earlier",
    "earlier_folded",
]
MOST_LINES = 60
_FIXED_LINES = 7
"""Lines of a clock beside what was counted: clock, started, policy changed, target, used, left, due."""

_EARLIER_LINES = 6
_FEWEST_COUNTED = 6
_PLAIN_RUN = 3
"""So many equal whole days in a row become one line."""


@dataclass(frozen=True, slots=True)
class WhyLine:
    """One line of the explanation; which fields are filled depends on `kind`."""

    kind: WhyKind
    metric: Metric | None = None
    starts_at: Millis | None = None
    """The moment, or the start of the stretch, that the line is about."""

    ends_at: Millis | None = None
    day: date | None = None
    last_day: date | None = None
    amount: Millis = 0
    """Working time that the line counts; of `days` for each day, of `target` the target."""

    count: int = 0
    """How many days or lines it stands for; of a policy its version."""

    name: str = ""
    """The holiday, the cause, the outcome, what happened, or the policy's id."""

    calendar: str = ""
    timezone: str = ""

    @property
    def counted(self) -> Millis:
        """What the line adds to the time that is used when the clock is due."""
        if self.kind == "days":
            return self.amount * self.count
        return self.amount if self.kind in ("period", "folded") else 0


def why(timeline: Iterable[Fact], policy: SlaPolicy, now: Millis) -> tuple[WhyLine, ...]:
    """The explanation of a conversation's clocks: running ones in full, then history, a line each.

    Where none runs the one that started last is told in full. At most 60 lines; what is folded says so.
    """
    found = clocks(timeline, policy)
    if not found:
        return (WhyLine("nothing", name=policy.id, count=policy.version),)
    told = sorted((clock for clock in found if clock.stopped_at is None), key=_urgency) or [found[-1]]
    history = [clock for clock in found if clock.stopped_at is not None and clock is not told[0]]
    earlier = tuple(_earlier(history))
    lines = [line for clock in told for line in explain(clock, now)]
    if len(lines) + len(earlier) > MOST_LINES:
        room = (MOST_LINES - len(earlier)) // len(told) - _FIXED_LINES
        lines = [line for clock in told for line in explain(clock, now, room=room)]
    return (*lines, *earlier)


def _urgency(clock: SlaClock) -> tuple[bool, Millis]:
    return clock.due_at is None, clock.due_at or 0


def explain(clock: SlaClock, now: Millis, *, room: int = MOST_LINES - _FIXED_LINES) -> tuple[WhyLine, ...]:
    """One clock in full; `room` is how many lines its counting may take before its middle is folded."""
    return (*_heading(clock), *_folded(list(_counting(clock)), room), *_result(clock, now))


def _heading(clock: SlaClock) -> Iterator[WhyLine]:
    policy, metric = clock.policy, clock.metric
    yield WhyLine("clock", metric, name=clock.outcome)
    yield WhyLine("started", metric, clock.started_at, name=clock.started_by)
    if clock.policy_changed_at is not None:
        yield WhyLine("policy_changed", metric, clock.policy_changed_at, name=policy.id, count=policy.version)
    yield WhyLine(
        "target",
        metric,
        amount=clock.target,
        name=policy.id,
        count=policy.version,
        calendar=policy.calendar.name,
        timezone=policy.calendar.timezone,
    )


def _result(clock: SlaClock, now: Millis) -> Iterator[WhyLine]:
    metric, left = clock.metric, clock.left(now)
    yield WhyLine("used", metric, amount=clock.used(now))
    yield WhyLine("left", metric, amount=left) if left >= 0 else WhyLine("over", metric, amount=-left)
    if clock.due_at is None:
        yield WhyLine("standing_still", metric, name=clock.pauses[-1].cause)
    elif clock.stopped_at is None:
        yield WhyLine("due", metric, clock.due_at)
    else:
        yield WhyLine("stopped", metric, clock.stopped_at, clock.due_at, name=clock.stopped_by or "")


def _counting(clock: SlaClock) -> Iterator[WhyLine]:
    """From the start until the target is used up, the clock stopped, or the pause that holds it up."""
    ends = [moment for moment in (clock.due_at, clock.stopped_at) if moment is not None]
    end = min(ends) if ends else clock.pauses[-1].starts_at
    calendar, begin = clock.policy.calendar, clock.started_at
    for pause in clock.pauses:
        if pause.starts_at > end:
            break
        yield from _stretch(clock.metric, calendar, begin, min(pause.starts_at, end))
        yield WhyLine("pause", clock.metric, pause.starts_at, pause.ends_at, name=pause.cause)
        if pause.ends_at is None:
            return
        begin = pause.ends_at
    yield from _stretch(clock.metric, calendar, begin, end)


def _stretch(metric: Metric, calendar: Calendar, start: Millis, end: Millis) -> Iterator[WhyLine]:
    if calendar.around_the_clock:
        if start < end:
            yield WhyLine("period", metric, start, end, amount=end - start)
        return
    run: list[CalendarDay] = []
    for day in calendar.days_between(start, end):
        if day.holiday:
            yield from _told(metric, run)
            run = []
            yield WhyLine("holiday", metric, day=day.day, name=day.holiday)
        elif day.periods or day.whole:
            if not _joins(run, day):
                yield from _told(metric, run)
                run = []
            run.append(day)
    yield from _told(metric, run)


def _joins(run: Sequence[CalendarDay], day: CalendarDay) -> bool:
    """Whether the day goes on with a run of whole days of one length, closed days in between."""
    worked = [before for before in run if before.periods]
    if not day.whole or (worked and not worked[-1].whole):
        return False
    return not day.periods or not worked or worked[-1].length == day.length


def _told(metric: Metric, run: Sequence[CalendarDay]) -> Iterator[WhyLine]:
    worked = [day for day in run if day.periods]
    if len(worked) < _PLAIN_RUN:
        yield from _day_by_day(metric, run)
        return
    first, last = run.index(worked[0]), run.index(worked[-1])
    yield from _day_by_day(metric, run[:first])
    yield WhyLine(
        "days",
        metric,
        day=worked[0].day,
        last_day=worked[-1].day,
        amount=worked[0].length,
        count=len(worked),
    )
    yield from _day_by_day(metric, run[last + 1 :])


def _day_by_day(metric: Metric, run: Sequence[CalendarDay]) -> Iterator[WhyLine]:
    closed: list[date] = []
    for day in run:
        if not day.periods:
            closed.append(day.day)
            continue
        yield from _closed(metric, closed)
        closed = []
        for period in day.periods:
            yield WhyLine(
                "period", metric, period.starts_at, period.ends_at, day=day.day, amount=period.length
            )
    yield from _closed(metric, closed)


def _closed(metric: Metric, days: Sequence[date]) -> Iterator[WhyLine]:
    if days:
        yield WhyLine("closed", metric, day=days[0], last_day=days[-1], count=len(days))


def _folded(lines: Sequence[WhyLine], room: int) -> Sequence[WhyLine]:
    if len(lines) <= max(room, _FEWEST_COUNTED):
        return lines
    tail = max(room, _FEWEST_COUNTED) // 2
    head = max(room, _FEWEST_COUNTED) - tail - 1
    middle = lines[head : len(lines) - tail]
    counted = sum(line.counted for line in middle)
    fold = WhyLine("folded", middle[0].metric, amount=counted, count=len(middle))
    return (*lines[:head], fold, *lines[-tail:])


def _earlier(history: Sequence[SlaClock]) -> Iterator[WhyLine]:
    """The latest first, as that is what somebody asks after."""
    shown = history if len(history) <= _EARLIER_LINES else history[-(_EARLIER_LINES - 1) :]
    for clock in reversed(shown):
        yield WhyLine(
            "earlier",
            clock.metric,
            clock.started_at,
            clock.stopped_at,
            amount=clock.used(clock.started_at),
            name=clock.outcome,
            count=clock.policy.version,
        )
    if len(shown) < len(history):
        yield WhyLine("earlier_folded", count=len(history) - len(shown))
