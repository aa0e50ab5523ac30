"""The clocks of a conversation, worked out from what happened to it.

A clock is a pure function of the conversation's facts and of the policy: nothing is stored that cannot be
computed again. One clock runs per question and not per message: more mentions before our answer start
nothing new. An opening is the stretch from the first question, or a reopening, to the resolution.

- first response: from the question that opens, to our first confirmed reply;
- next response: from a later question in the same opening, to our next confirmed reply;
- hand-over: from the opening, to the hand-over or the resolution;
- resolution: from the opening, to the resolution.

Hand-over and resolution stand still while we wait for the contact; a response clock never does. A reply
counts when the platform confirmed it, so the time in which it can be called back counts too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal, NamedTuple

from domain.clock import Millis
from domain.sla_policy import (
    METRICS,
    Metric,
    SlaPolicy,
    SlaTargets,
    choose_policy,
    default_policies,
)

__all__ = [
    "METRICS",
    "Due",
    "Fact",
    "Metric",
    "Outcome",
    "Pause",
    "SlaClock",
    "SlaPolicy",
    "SlaTargets",
    "What",
    "choose_policy",
    "clocks",
    "default_policies",
    "due",
]

What = Literal[
    "question", "reply", "paused", "resumed", "handed_over", "resolved", "reopened", "policy_changed"
]
Outcome = Literal["running", "met", "missed", "dropped"]
"""`dropped`: a response clock that ended in time by resolving without a reply; neither met nor missed."""

_RESPONSES: tuple[Metric, ...] = ("first_response", "next_response")
_WHOLE_OPENING: tuple[Metric, ...] = ("handover", "resolution")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to a conversation, as far as its clocks care."""

    at: Millis
    """For a question, when the contact wrote; for a reply, when the platform confirmed it."""

    what: What
    event_id: int | None = None
    note: str = ""
    """Why it was paused: `waiting`, `snoozed`, or words."""

    policy: SlaPolicy | None = None
    """With `policy_changed`: what counts from here on, and for the clocks that run, from their start."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which a clock stood still."""

    starts_at: Millis
    ends_at: Millis | None
    """None while it lasts."""

    cause: str


@dataclass(frozen=True, slots=True)
class SlaClock:
    """One promise in one conversation, running or history."""

    metric: Metric
    policy: SlaPolicy
    target: Millis
    """Working milliseconds."""

    started_at: Millis
    started_by: What
    due_at: Millis | None
    """The moment at which the target is used up; None while paused before that."""

    soon_at: Millis | None
    """The moment at which 80 % of the target is used; None while paused before that."""

    stopped_at: Millis | None
    stopped_by: What | None
    pauses: tuple[Pause, ...]
    outcome: Outcome
    """`running` also when over: only stopping decides."""

    policy_changed_at: Millis | None = None
    """When the policy replaced another while this clock ran."""

    @property
    def paused(self) -> bool:
        """Whether it stands still now."""
        return self.stopped_at is None and bool(self.pauses) and self.pauses[-1].ends_at is None

    def used(self, now: Millis) -> Millis:
        """Working time counted until it stopped, or else until now."""
        end = now if self.stopped_at is None else self.stopped_at
        count = self.policy.calendar.working_between
        return sum(count(start, min(stop, end)) for start, stop in self.stretches(end))

    def left(self, now: Millis) -> Millis:
        """Working time until the target is used up; negative when over."""
        return self.target - self.used(now)

    def stretches(self, end: Millis) -> Iterable[tuple[Millis, Millis]]:
        """The parts between start and `end` in which it did not stand still."""
        begin = self.started_at
        for pause in self.pauses:
            yield begin, min(pause.starts_at, end)
            if pause.ends_at is None:
                return
            begin = pause.ends_at
        yield begin, end


class Due(NamedTuple):
    """The clock that runs out first."""

    due_at: Millis
    soon_at: Millis
    metric: Metric


def clocks(timeline: Iterable[Fact], policy: SlaPolicy) -> tuple[SlaClock, ...]:
    """All clocks that the facts started, in order of starting; those that stopped are the history.

    `timeline` stands in the order in which things happened, without acts that were undone. Moments may run
    backwards, as after a correction of the machine's clock: nothing then ends before it began. `policy`
    holds until a `policy_changed` brings another; a metric without a target runs no clock.
    """
    reading = _Reading(policy)
    for fact in timeline:
        reading.take(fact)
    made = (_clock(run, run.policy or reading.policy) for run in reading.runs)
    return tuple(clock for clock in made if clock is not None)


def due(timeline: Iterable[Fact], policy: SlaPolicy) -> Due | None:
    """The running one of the `clocks` that is due first; None when none runs, or all stand still.

    All other clocks are left out, because they are most of the work and every mention asks.
    """
    reading = _Reading(policy)
    for fact in timeline:
        reading.take(fact)
    # A clock that runs is judged by what holds now.
    promised = ((run, reading.policy.targets.of(run.metric)) for run in reading.running)
    ends = [(_reached(run, reading.policy, target), run, target) for run, target in promised if target]
    first = min((due_at for due_at, _run, _target in ends if due_at is not None), default=None)
    found = (
        Due(due_at, soon_at, run.metric)
        for due_at, run, target in ends
        if due_at is not None and due_at == first
        if (soon_at := _reached(run, reading.policy, target * 4 // 5)) is not None
    )
    return min(found, default=None)


@dataclass(slots=True)
class _Run:
    """A clock while the facts are read; without a target yet."""

    metric: Metric
    started_at: Millis
    started_by: What
    stopped_at: Millis | None = None
    stopped_by: What | None = None
    pauses: list[Pause] = field(default_factory=list)
    policy: SlaPolicy | None = None
    """What it was judged by when it stopped."""

    policy_changed_at: Millis | None = None

    def pause(self, at: Millis, cause: str) -> None:
        self.pauses.append(Pause(max(at, self._edge()), None, cause))

    def resume(self, at: Millis) -> None:
        if self.pauses and self.pauses[-1].ends_at is None:
            last = self.pauses[-1]
            self.pauses[-1] = Pause(last.starts_at, max(at, last.starts_at), last.cause)

    def stop(self, fact: Fact, policy: SlaPolicy) -> None:
        self.stopped_at = max(fact.at, self._edge())
        self.resume(self.stopped_at)
        self.stopped_by = fact.what
        self.policy = policy

    def _edge(self) -> Millis:
        """The latest moment that it has seen."""
        if not self.pauses:
            return self.started_at
        last = self.pauses[-1]
        return last.starts_at if last.ends_at is None else last.ends_at


class _Reading:
    """Reads facts one by one and keeps which clocks run."""

    def __init__(self, policy: SlaPolicy) -> None:
        self.policy = policy
        self.runs: list[_Run] = []
        self._running: dict[Metric, _Run] = {}
        self._open = False
        self._replied = False
        self._cause: str | None = None
        """Why the opening is paused; None when it is not."""

    @property
    def running(self) -> Iterable[_Run]:
        return self._running.values()

    def take(self, fact: Fact) -> None:
        self._STEPS[fact.what](self, fact)

    def _question(self, fact: Fact) -> None:
        if not self._open:
            self._open_up(fact)
        self._resume(fact)
        self._start("next_response" if self._replied else "first_response", fact)

    def _reopen(self, fact: Fact) -> None:
        if not self._open:
            self._open_up(fact)
            self._start("first_response", fact)

    def _reply(self, fact: Fact) -> None:
        self._replied = True
        self._stop(_RESPONSES, fact)

    def _pause(self, fact: Fact) -> None:
        if not self._open or self._cause is not None:
            return
        self._cause = fact.note or "waiting"
        for metric in _WHOLE_OPENING:
            if metric in self._running:
                self._running[metric].pause(fact.at, self._cause)

    def _resume(self, fact: Fact) -> None:
        self._cause = None
        for run in self._running.values():
            run.resume(fact.at)

    def _hand_over(self, fact: Fact) -> None:
        self._stop(("handover",), fact)

    def _resolve(self, fact: Fact) -> None:
        self._stop(METRICS, fact)
        self._open = False
        self._cause = None

    def _change_policy(self, fact: Fact) -> None:
        before, self.policy = self.policy, fact.policy or self.policy
        if (before.id, before.version) == (self.policy.id, self.policy.version):
            return
        for run in self._running.values():
            run.policy_changed_at = max(fact.at, run.started_at)

    def _open_up(self, fact: Fact) -> None:
        self._open = True
        self._replied = False
        for metric in _WHOLE_OPENING:
            self._start(metric, fact)

    def _start(self, metric: Metric, fact: Fact) -> None:
        if metric not in self._running:
            run = _Run(metric, fact.at, fact.what)
            self._running[metric] = run
            self.runs.append(run)

    def _stop(self, metrics: Sequence[Metric], fact: Fact) -> None:
        for metric in metrics:
            run = self._running.pop(metric, None)
            if run is not None:
                run.stop(fact, self.policy)

    _STEPS: ClassVar[Mapping[What, Callable[[_Reading, Fact], None]]] = {
        "question": _question,
        "reply": _reply,
        "paused": _pause,
        "resumed": _resume,
        "handed_over": _hand_over,
        "resolved": _resolve,
        "reopened": _reopen,
        "policy_changed": _change_policy,
    }


def _clock(run: _Run, policy: SlaPolicy) -> SlaClock | None:
    target = policy.targets.of(run.metric)
    if target is None:
        return None
    due_at = _reached(run, policy, target)
    return SlaClock(
        metric=run.metric,
        policy=policy,
        target=target,
        started_at=run.started_at,
        started_by=run.started_by,
        due_at=due_at,
        soon_at=_reached(run, policy, target * 4 // 5),
        stopped_at=run.stopped_at,
        stopped_by=run.stopped_by,
        pauses=tuple(run.pauses),
        outcome=_outcome(run, due_at),
        policy_changed_at=run.policy_changed_at,
    )


def _outcome(run: _Run, due_at: Millis | None) -> Outcome:
    if run.stopped_at is None:
        return "running"
    if due_at is not None and run.stopped_at > due_at:
        return "missed"
    return "dropped" if run.stopped_by == "resolved" and run.metric in _RESPONSES else "met"


def _reached(run: _Run, policy: SlaPolicy, amount: Millis) -> Millis | None:
    """When `amount` of working time is used, skipping the pauses; None while a pause holds it up."""
    calendar, begin, left = policy.calendar, run.started_at, amount
    for pause in run.pauses:
        worked = calendar.working_between(begin, pause.starts_at)
        if worked >= left:
            return calendar.add_working(begin, left)
        left -= worked
        if pause.ends_at is None:
            return None
        begin = pause.ends_at
    return calendar.add_working(begin, left)
