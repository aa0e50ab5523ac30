"""The desk's clocks: from recorded events to due moments and their explanation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desk.queue_views import ClockWhat
from desk.views import ClockView
from domain import sla
from domain.clock import Clock, Millis
from domain.conversation import PRIORITIES, Value
from domain.sla import Fact, SlaClock, SlaPolicy
from i18n import _
from storage import events
from storage.conversations import FAR_AWAY, Fields
from storage.events import Event

_PAUSE_NOTES: Mapping[str, str] = {
    "reply_sent": "waiting",
    "answered_outside": "waiting",
    "snoozed": "snoozed",
}
_POLICY_FIELDS = frozenset({"kind", "priority", "labels"})

_Case = tuple[str, str, Value, Value, Value]
"""What a policy is chosen by: channel, platform, kind, priority, labels."""

_REMEMBERED_CASES = 1_024


@dataclass(frozen=True, slots=True)
class Clocks:
    """Policies with the two questions that the desk asks of them: when is it due, and why."""

    policies: tuple[SlaPolicy, ...]
    timezone: str
    clock: Clock
    _chosen: dict[_Case, SlaPolicy | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def due(self, row: Fields, recorded: Sequence[Event]) -> dict[str, Value]:
        """The projection's clock fields for a conversation."""
        due_at, soon_at, what = self._earliest(row, recorded)
        window = row["window_until"]
        ends = [moment for moment in (due_at, window) if moment is not None]
        return {
            "due_at": due_at,
            "soon_at": soon_at,
            "due_what": what,
            "due_sort": min(ends, default=FAR_AWAY),
        }

    def views(self, row: Fields, recorded: Sequence[Event]) -> tuple[ClockView, ...]:
        """The clocks that run or stand still now, for the header."""
        return tuple(
            ClockView(clock.metric, clock.due_at, clock.soon_at, clock.paused)
            for clock in self._clocks(row, recorded)
            if clock.stopped_at is None
        )

    def why(self, row: Fields, recorded: Sequence[Event]) -> tuple[str, ...]:
        """The explanation in sentences, in the desk's time zone."""
        from domain.sla_why import why  # noqa: PLC0415 - only for whoever asks why
        from domain.sla_words import in_words  # noqa: PLC0415 - as above

        if row["listen_only"]:
            return (_("This channel is only listened to; no clock runs here."),)
        policy = self._policy(row, _values(row))
        if policy is None:
            return (_("No policy fits this conversation, so no clock runs."),)
        first, timeline = self._timeline(row, recorded)
        return in_words(why(timeline, first or policy, self.clock.now()), self.timezone)

    def _earliest(
        self, row: Fields, recorded: Sequence[Event]
    ) -> tuple[Millis | None, Millis | None, ClockWhat]:
        promised = row["snooze_due_at"]
        running = self._running(row, recorded)
        if promised is not None and (
            row["status"] == "snoozed" or running is None or promised < running.due_at
        ):
            return promised, row["shows_at"], "snooze"
        return (None, None, "") if running is None else (running.due_at, running.soon_at, running.metric)

    def _running(self, row: Fields, recorded: Sequence[Event]) -> sla.Due | None:
        if row["listen_only"]:
            return None
        first, timeline = self._timeline(row, recorded)
        return None if first is None else sla.due(timeline, first)

    def _clocks(self, row: Fields, recorded: Sequence[Event]) -> tuple[SlaClock, ...]:
        if row["listen_only"]:
            return ()
        first, timeline = self._timeline(row, recorded)
        return () if first is None else sla.clocks(timeline, first)

    def _timeline(self, row: Fields, recorded: Sequence[Event]) -> tuple[SlaPolicy | None, tuple[Fact, ...]]:
        """The policy the conversation began under, and its facts with the changes of policy among them."""
        values: dict[str, Value] = {**_values(row), "priority": 0, "labels": "[]"}
        first: SlaPolicy | None = None
        changes: list[tuple[int, Fact]] = []
        for event in recorded:
            changed = event.payload.get("set")
            if not isinstance(changed, dict) or _POLICY_FIELDS.isdisjoint(changed):
                continue
            values |= {name: changed[name] for name in _POLICY_FIELDS & changed.keys()}
            policy = self._policy(row, values)
            if first is None:
                first = policy
            elif policy is not None:
                changes.append((event.id, Fact(event.at, "policy_changed", event.id, policy=policy)))
        first = first or self._policy(row, _values(row))
        facts = [(fact.event_id, _fact(fact)) for fact in events.facts(recorded)]
        if changes:
            facts = sorted([*facts, *changes], key=lambda pair: pair[0])
        return first, tuple(fact for _id, fact in facts)

    def _policy(self, row: Fields, values: Mapping[str, Value]) -> SlaPolicy | None:
        case = (row["channel"], row["platform"], values["kind"], values["priority"], values["labels"])
        if case in self._chosen:
            return self._chosen[case]
        policy = sla.choose_policy(
            self.policies,
            channel=row["channel"],
            platform=row["platform"],
            kind=str(values["kind"]),
            priority=PRIORITIES[int(values["priority"] or 0)],
            labels=json.loads(str(values["labels"])),
        )
        if len(self._chosen) < _REMEMBERED_CASES:
            self._chosen[case] = policy
        return policy


def _values(row: Fields) -> dict[str, Value]:
    return {"kind": row["kind"], "priority": row["priority"], "labels": row["labels"]}


def _fact(recorded: events.RecordedFact) -> Fact:
    what: sla.What = recorded.what  # type: ignore[assignment]
    return Fact(recorded.at, what, recorded.event_id, _PAUSE_NOTES.get(recorded.note, recorded.note))
