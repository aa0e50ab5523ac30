"""The coach at the composer: what it knows around a draft is read here, and what was left aside is counted.

Weighing runs on a thread of its own, so no key waits for it.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from config.coach_rules import load_coach
from config.platforms import only_listens
from desk.coach_views import Advice, RemarkView
from desk.conversations import first_name
from desk.ground import Ground
from desk.promises import Promises
from desk.sentences import window_over
from desk.suggesting import asked
from domain.clock import DAY, SECOND
from domain.coach.draft import Draft, Surroundings
from domain.coach.empathy import worn_words
from domain.conversation import KINDS
from domain.template import edited_share
from storage import coach as store
from storage import conversations, messages

if TYPE_CHECKING:
    from desk.reply_views import ComposerView, Length
    from domain.coach.coach import Coach

_OWN_REPLIES = 12
"""Replies of one operator in which a worn word counts."""

MOST_KEPT = 4 * store.LATELY
"""Replies whose stock words are remembered."""

_TURN = 0.001
"""Seconds after which the thread that reads a draft lets a key go first; Python has 0.005."""

CRISIS = "crisis"
"""The label of a conversation that belongs to a crisis, whatever its capitals."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What was read for one composer."""

    mention: str
    first_name: str
    kind: str | None
    thread: tuple[str, ...]
    operator: tuple[str, ...]
    team: tuple[str, ...]
    """Our replies in this thread, by this operator lately, and of a day by all."""

    window_closed: bool
    listen_only: bool
    crisis: bool


class Coaching:
    """Remarks and promises of a draft."""

    def __init__(self, ground: Ground, promises: Promises) -> None:
        self._ground = ground
        self._promises = promises
        self._words: Mapping[str, tuple[str, ...]] = {}

    async def look(self, composer: ComposerView, text: str, length: Length) -> Advice:
        """What there is to say about a draft. Raises NotFound."""
        around = await self._ground.read(lambda connection: self._around(connection, composer))
        sys.setswitchinterval(_TURN)
        return await asyncio.to_thread(self._advice, composer, text, length, around)

    async def overridden(self, rule: str) -> None:
        """A remark of a rule was left aside: counted for the team, never for a person."""
        ground = self._ground
        zone = ZoneInfo(ground.settings.timezone)
        day = f"{datetime.fromtimestamp(ground.clock.now() / SECOND, zone):%Y-%m-%d}"
        await ground.write(lambda connection: store.overridden(connection, rule, day))

    async def overrides(self, since: date | None = None) -> Mapping[str, int]:
        """How often each rule was left aside, from a local day on or ever, for the team's report."""
        day = "" if since is None else since.isoformat()
        return await self._ground.read(lambda connection: store.overrides(connection, day))

    # -- inside -----------------------------------------------------------------------------------------

    @cached_property
    def _coach(self) -> Coach:
        return load_coach(self._ground.settings.places.coach)

    def _around(self, connection: sqlite3.Connection, composer: ComposerView) -> _Around:
        row = conversations.get(connection, composer.draft.conversation)
        text, _language = asked(connection, row["id"])
        since, me = self._ground.clock.now() - DAY, self._ground.operator.login
        sent = store.sent_lately(connection)
        thread = messages.thread(connection, row["id"], 50)
        channel = self._ground.settings.channels.get(row["channel"])
        return _Around(
            mention=text,
            first_name=first_name(row["contact_name"]),
            kind=row["kind"] if row["kind"] in KINDS else None,
            thread=tuple(one["text"] for one in thread if one["direction"] == "out"),
            operator=tuple(one["body"] for one in sent if one["operator"] == me)[:_OWN_REPLIES],
            team=tuple(one["body"] for one in sent if one["queued_at"] >= since),
            window_closed=self._window_over(connection, composer),
            listen_only=channel is not None and only_listens(channel),
            crisis=any(label.casefold() == CRISIS for label in json.loads(row["labels"] or "[]")),
        )

    def _window_over(self, connection: sqlite3.Connection, composer: ComposerView) -> bool:
        inbound = messages.last_inbound(connection, composer.draft.conversation)
        return window_over(inbound, composer.draft.kind, now=self._ground.clock.now())

    def _advice(self, composer: ComposerView, text: str, length: Length, around: _Around) -> Advice:
        changed = None
        if composer.template is not None:
            changed = edited_share(composer.template.text, text)
        if not text.strip():
            return Advice(changed=changed)
        remarks = self._coach.remarks(
            Draft(
                reply=text,
                mention=around.mention,
                language=composer.language,
                channel=composer.platform,
                visibility=composer.draft.kind,
                first_name=around.first_name or None,
                kind=around.kind,
                around=Surroundings(
                    used=length.used,
                    limit=length.limit,
                    fits=length.ok,
                    template_changed=changed,
                    window_closed=around.window_closed,
                    listen_only=around.listen_only,
                    crisis=around.crisis,
                    continues=bool(around.thread),
                    thread_words=self._worn(around.thread),
                    operator_words=self._worn(around.operator),
                    team_words=self._worn(around.team),
                    own=self._ground.settings.organisation.own,
                ),
            )
        )
        return Advice(
            tuple(
                RemarkView(one.rule, one.level, one.start, one.end, one.message, one.suggestion)
                for one in remarks
            ),
            self._promises.found(text),
            changed,
        )

    def _worn(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """The stock words of replies; each reply is read once."""
        known = self._words
        words = {text: known[text] if text in known else self._stock(text) for text in texts}
        self._words = words if len(known) > MOST_KEPT else {**known, **words}
        return tuple(word for text in texts for word in words[text])

    def _stock(self, text: str) -> tuple[str, ...]:
        view = self._coach.view(Draft(reply=text))
        return tuple(stem for stem, _start, _end in worn_words(view.reply, view.listed("empathy_words")))
