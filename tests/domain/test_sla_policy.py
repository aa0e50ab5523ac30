"""Which policy holds for a conversation, and what a team gets that configured none."""

from __future__ import annotations

import pytest

from domain.calendar import ALWAYS, Calendar
from domain.clock import HOUR, MINUTE
from domain.sla import METRICS, SlaPolicy, SlaTargets, choose_policy, default_policies

_HOUR = SlaTargets(first_response=HOUR)


def policy(policy_id: str, **conditions: frozenset[str]) -> SlaPolicy:
    return SlaPolicy(policy_id, 1, ALWAYS, _HOUR, **conditions)


ALL = policy("all")
BLUESKY = policy("bluesky", platforms=frozenset({"bluesky"}))
OURS = policy("ours", channels=frozenset({"bluesky-gemeente"}))
COMPLAINT = policy("complaint", kinds=frozenset({"complaint"}))
URGENT_COMPLAINT = policy(
    "urgent complaint", kinds=frozenset({"complaint"}), priorities=frozenset({"urgent"})
)
FAULT = policy("fault", labels=frozenset({"storing", "outage"}))


def chosen(*policies: SlaPolicy, channel: str = "bluesky-gemeente", **said: str) -> str | None:
    worn = tuple(filter(None, said.pop("labels", "").split()))
    values = {"platform": "bluesky", "kind": "question", "priority": "normal"} | said
    found = choose_policy(policies, channel=channel, labels=worn, **values)
    return None if found is None else found.id


def test_the_policy_that_says_most_holds_wherever_it_stands() -> None:
    policies = (ALL, BLUESKY, OURS, COMPLAINT, URGENT_COMPLAINT)
    for order in (policies, policies[::-1]):
        assert chosen(*order, kind="complaint", priority="urgent", channel="other", platform="x") == (
            "urgent complaint"
        )
        assert chosen(*order) == "ours"
        assert chosen(*order, channel="other") == "bluesky"
        assert chosen(*order, channel="other", platform="x") == "all"


def test_of_equals_the_first_holds() -> None:
    assert chosen(BLUESKY, COMPLAINT, kind="complaint") == "bluesky"
    assert chosen(COMPLAINT, BLUESKY, kind="complaint") == "complaint"


def test_one_of_the_labels_is_enough_and_none_is_not() -> None:
    assert chosen(ALL, FAULT, labels="outage vip") == "fault"
    assert chosen(ALL, FAULT, labels="vip") == "all"


def test_no_policy_is_no_clock() -> None:
    assert chosen(COMPLAINT) is None


@pytest.mark.parametrize(
    ("platform", "response"),
    [("mastodon", HOUR), ("bluesky", HOUR), ("whatsapp", 30 * MINUTE), ("feed", 4 * HOUR)],
)
def test_the_defaults_follow_the_kind_of_medium(platform: str, response: int) -> None:
    office = Calendar("office", "Europe/Amsterdam", dict.fromkeys(range(5), ((540, 1020),)))
    for kind, handover in (("question", None), ("complaint", 8 * HOUR)):
        found = choose_policy(
            default_policies(office), channel="c", platform=platform, kind=kind, priority="normal"
        )
        assert found is not None
        assert [found.targets.of(metric) for metric in METRICS] == [response, response, handover, 16 * HOUR]
