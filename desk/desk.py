"""The desk: everything a face may ask for, as one value with a service per task."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from config.settings import Settings
from desk.claims import Claims
from desk.conversations import Conversations
from desk.ground import Ground
from desk.health import Health
from desk.history import History
from desk.lists import Lists
from desk.outgoing import Outgoing
from desk.replies import Replies
from desk.suggestions import Suggestions
from desk.templating import Templating
from desk.triage import Triage
from desk.views import Change, Operator
from desk.watching import Watching
from domain.clock import Clock


@dataclass(frozen=True, slots=True)
class Desk:
    """What the screen and the command line work with."""

    operator: Operator
    clock: Clock
    settings: Settings
    queues: Lists
    conversations: Conversations
    claims: Claims
    triage: Triage
    replies: Replies
    suggestions: Suggestions
    outbox: Outgoing
    history: History
    health: Health
    changes: Callable[[], AsyncIterator[Change]]


def make_desk(ground: Ground, templating: Templating, *, collecting: Callable[[], bool]) -> Desk:
    """Put the services on their ground; `collecting` says whether this very process fetches and sends."""
    return Desk(
        operator=ground.operator,
        clock=ground.clock,
        settings=ground.settings,
        queues=Lists(ground),
        conversations=Conversations(ground),
        claims=Claims(ground),
        triage=Triage(ground),
        replies=Replies(ground, templating),
        suggestions=Suggestions(ground, templating),
        outbox=Outgoing(ground),
        history=History(ground),
        health=Health(ground, collecting),
        changes=Watching(ground).changes,
    )
