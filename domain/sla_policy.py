"""What we promise: targets in working time, and for which conversations they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from domain.calendar import Calendar
from domain.clock import HOUR, MINUTE, Millis
from i18n import _

Metric = Literal["first_response", "next_response", "handover", "resolution"]
METRICS: tuple[Metric, ...] = ("first_response", "next_response", "handover", "resolution")
_TEN_YEARS_OF_WEEKS = 520


@dataclass(frozen=True, slots=True)
class SlaTargets:
    """The four promises, each in working milliseconds; None is no promise and runs no clock."""

    first_response: Millis | None = None
    """From the contact's mention until the platform confirmed our reply."""

    next_response: Millis | None = None
    """The same for a later question in the same conversation."""

    handover: Millis | None = None
    """From the opening of the conversation until the right department has it."""

    resolution: Millis | None = None
    """From the opening until it is resolved; waiting for the contact does not count."""

    def __post_init__(self) -> None:
        for metric in METRICS:
            target = self.of(metric)
            if target is not None and target <= 0:
                raise ValueError(_("A target must be longer than nothing; leave it out to promise nothing."))

    def of(self, metric: Metric) -> Millis | None:
        """The promise for one metric."""
        target: Millis | None = getattr(self, metric)
        return target


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """Targets counted on a calendar, for the conversations that match. An empty condition matches all."""

    id: str
    version: int
    """Goes up with every change, so that a clock can be explained by the policy it ran under."""

    calendar: Calendar
    targets: SlaTargets
    channels: frozenset[str] = frozenset()
    """Ids of configured channels."""

    platforms: frozenset[str] = frozenset()
    """Such as `bluesky`; wider than a channel."""

    kinds: frozenset[str] = frozenset()
    """Such as `complaint`."""

    priorities: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    """At least one of them must be on the conversation."""

    def __post_init__(self) -> None:
        longest = max((self.targets.of(metric) or 0) for metric in METRICS)
        if longest > _TEN_YEARS_OF_WEEKS * self.calendar.usual_week:
            sentence = _(
                "A target of policy “{policy}” takes more than ten years on calendar “{calendar}”.",
                policy=self.id,
                calendar=self.calendar.name,
            )
            raise ValueError(sentence)

    @property
    def specificity(self) -> int:
        """How many things it says about a conversation; a channel says two, as it implies its platform."""
        conditions = (self.kinds, self.priorities, self.labels)
        place = 2 if self.channels else 1 if self.platforms else 0
        return place + sum(1 for condition in conditions if condition)

    def matches(
        self, *, channel: str, platform: str, kind: str, priority: str, labels: Iterable[str] = ()
    ) -> bool:
        """Whether every condition that it has holds."""
        return (
            _holds(self.channels, channel)
            and _holds(self.platforms, platform)
            and _holds(self.kinds, kind)
            and _holds(self.priorities, priority)
            and (not self.labels or not self.labels.isdisjoint(labels))
        )


def choose_policy(
    policies: Iterable[SlaPolicy],
    *,
    channel: str,
    platform: str,
    kind: str,
    priority: str,
    labels: Iterable[str] = (),
) -> SlaPolicy | None:
    """The matching policy that says most; of equals the one that stands first. None: no clocks run."""
    worn = frozenset(labels)
    fitting = (
        policy
        for policy in policies
        if policy.matches(channel=channel, platform=platform, kind=kind, priority=priority, labels=worn)
    )
    return max(fitting, key=lambda policy: policy.specificity, default=None)


_PLATFORMS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "social": frozenset({"x", "facebook", "instagram", "mastodon", "bluesky", "practice"}),
        "messaging": frozenset({"whatsapp", "messenger", "telegram", "signal", "sms", "chat"}),
        "elsewhere": frozenset(),
    }
)
_RESPONSE: Mapping[str, Millis] = MappingProxyType(
    {"social": HOUR, "messaging": 30 * MINUTE, "elsewhere": 4 * HOUR}
)


def default_policies(calendar: Calendar) -> tuple[SlaPolicy, ...]:
    """What a team gets that configured nothing.

    A reply within an hour on social networks, half an hour in messaging apps and four hours elsewhere; a
    solution within two working days, and a complaint handed over within one.
    """
    day = calendar.usual_day
    found: list[SlaPolicy] = []
    for group, platforms in _PLATFORMS.items():
        response = _RESPONSE[group]
        targets = SlaTargets(response, response, None, 2 * day)
        found.append(SlaPolicy(group, 1, calendar, targets, platforms=platforms))
        complaint = SlaTargets(response, response, day, 2 * day)
        kinds = frozenset({"complaint"})
        found.append(
            SlaPolicy(f"{group}-complaint", 1, calendar, complaint, platforms=platforms, kinds=kinds)
        )
    return tuple(found)


def _holds(condition: frozenset[str], value: str) -> bool:
    return not condition or value in condition
