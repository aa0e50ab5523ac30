"""Acts that sort work: resolve, snooze, label, assign, correct. All are events, so all can be undone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import asdict

from desk import moves
from desk.ground import Ground
from desk.queue_views import Sentiment
from desk.views import Done, Operator
from domain import conversation as rules
from domain.clock import Millis
from domain.conversation import Move, State, Value
from domain.errors import NotAllowed, NotFound
from i18n import _, ngettext
from storage import conversations, labels, messages, operators, promises, scores
from storage.scores import Judged

SENTIMENT_VALUE = {"negative": -1.0, "neutral": 0.0, "positive": 1.0, "unknown": None}


class Triage:
    """Every act takes a conversation's id and says what it did."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def resolve(self, conversation_id: int) -> Done:
        """Done with it."""
        await self._move(conversation_id, "resolved", rules.resolve, release=True)
        return Done(await self._with_promises(_("Resolved."), conversation_id), conversation=conversation_id)

    async def reopen(self, conversation_id: int) -> Done:
        """It needs us again."""
        await self._move(conversation_id, "reopened", rules.reopen)
        return Done(_("Reopened."), conversation=conversation_id)

    async def no_reply(self, conversation_id: int, reason: str) -> Done:
        """Close without an answer, for one of `domain.conversation.NO_REPLY_REASONS`."""
        await self._move(
            conversation_id, "no_reply", lambda state: rules.resolve(state, reason), release=True
        )
        sentence = _("No reply needed: {reason}.", reason=_(rules.NO_REPLY_REASONS[reason]))
        return Done(await self._with_promises(sentence, conversation_id), conversation=conversation_id)

    async def snooze(
        self,
        conversation_id: int,
        shows_at: Millis | None,
        due_at: Millis | None = None,
        *,
        until_reply: bool = False,
    ) -> Done:
        """Out of sight until a moment, with a second moment by which it must be done."""
        await self._move(
            conversation_id,
            "snoozed",
            lambda state: rules.snooze(state, shows_at, due_at, until_reply=until_reply),
            release=True,
        )
        return Done(_("Snoozed."), conversation=conversation_id)

    async def wake(self, conversation_id: int) -> Done:
        """Fetch a snoozed conversation back."""
        await self._move(conversation_id, "woken", rules.wake)
        return Done(_("Back in the queue."), conversation=conversation_id)

    async def make_question(self, conversation_id: int) -> Done:
        """The late thanks was a question after all."""

        def work(connection: sqlite3.Connection) -> None:
            row = conversations.get(connection, conversation_id)
            late = messages.late_ids(connection, conversation_id)
            if not late:
                raise NotAllowed(_("There is no late thanks here to make a question of."))
            # They asked when they wrote it, but not before our answer to something else.
            answered_at = messages.last_outgoing(connection, conversation_id) or 0
            moment = max(messages.sent_at(connection, late[0]), answered_at + 1)
            messages.set_late(connection, late, late=False)
            self._make(
                connection, conversation_id, rules.question_made(moves.state_of(row)), "question_made",
                {"messages": late, "moment": min(moment, self._ground.clock.now())},
            )  # fmt: skip

        await self._ground.write(work)
        return Done(_("It is a question now; its clock runs."), conversation=conversation_id)

    async def label(self, conversation_id: int, label: str, *, on: bool = True) -> Done:
        """Put a label on, or take it off."""
        name = " ".join(label.split())
        if not name:
            raise NotAllowed(_("A label needs a name."))

        def work(connection: sqlite3.Connection) -> None:
            now = set(json.loads(conversations.get(connection, conversation_id)["labels"]))
            changed = sorted(now | {name} if on else now - {name})
            labels.remember(connection, name)
            changes: dict[str, Value] = {"labels": json.dumps(changed, ensure_ascii=False)}
            self._make(connection, conversation_id, Move(changes), "labelled" if on else "unlabelled")

        await self._ground.write(work)
        sentence = _("Label {label} on.", label=name) if on else _("Label {label} off.", label=name)
        return Done(sentence, conversation=conversation_id)

    async def labels(self) -> tuple[str, ...]:
        """The labels the team knows."""
        return await self._ground.read(labels.known)

    async def assign(self, conversation_id: int, login: str | None) -> Done:
        """Give it to a colleague, or to nobody."""

        def work(connection: sqlite3.Connection) -> str:
            who = operators.get(connection, login) if login else None
            if login and who is None:
                raise NotFound(_("No operator is called {login}.", login=login))
            move = Move({"assignee": login}, ("handed_over",) if login else ())
            self._make(connection, conversation_id, move, "assigned")
            return "" if who is None else str(who["name"])

        name = await self._ground.write(work)
        sentence = _("Assigned to {name}.", name=name) if name else _("Assigned to nobody.")
        return Done(sentence, conversation=conversation_id)

    async def operators(self) -> tuple[Operator, ...]:
        """Everyone who has ever sat at this desk."""
        rows = await self._ground.read(operators.everyone)
        return tuple(
            Operator(row["login"], row["name"], row["first_name"], row["initials"], uid=row["uid"])
            for row in rows
        )

    async def priority(self, conversation_id: int, priority: int) -> Done:
        """0 normal, 1 high, 2 urgent; a policy may promise more for it."""
        if priority not in range(len(rules.PRIORITIES)):
            raise NotAllowed(_("Priority is 0, 1 or 2."))
        await self._change(conversation_id, "priority_set", {"priority": priority})
        return Done(_("Priority {name}.", name=_(rules.PRIORITIES[priority])), conversation=conversation_id)

    async def kind(self, conversation_id: int, kind: str) -> Done:
        """Say what it is: question, complaint, compliment and so on."""
        if kind not in rules.KINDS:
            raise NotAllowed(_("“{kind}” is not a kind; choose from {kinds}.", kind=kind,
                               kinds=", ".join(rules.KINDS)))  # fmt: skip

        def work(connection: sqlite3.Connection) -> None:
            was = conversations.get(connection, conversation_id)["kind"]
            newest = messages.last_inbound(connection, conversation_id)
            if newest is not None:
                self._learn(connection, newest["id"], field="kind", was=was, became=kind)
            details = {"message": None if newest is None else newest["id"], "predicted": was}
            self._make(connection, conversation_id, Move({"kind": kind}), "kind_set", details)

        await self._ground.write(work)
        return Done(_("Kind set."), conversation=conversation_id)

    async def sentiment(self, conversation_id: int, sentiment: Sentiment) -> Done:
        """Correct the badge: the newest message of the contact is what you say it is."""
        if sentiment not in SENTIMENT_VALUE:
            raise NotAllowed(_("“{sentiment}” is not a sentiment; choose from {sentiments}.",
                               sentiment=sentiment, sentiments=", ".join(SENTIMENT_VALUE)))  # fmt: skip

        def work(connection: sqlite3.Connection) -> None:
            newest = messages.last_inbound(connection, conversation_id)
            if newest is None:
                raise NotAllowed(_("There is no message of the contact to correct."))
            before = scores.judged(connection, newest["id"])
            after = Judged(sentiment, SENTIMENT_VALUE[sentiment], unsure=False, corrected=True)
            scores.judge(connection, newest["id"], after)
            self._learn(connection, newest["id"], field="sentiment", was=before.sentiment, became=sentiment)
            changes: dict[str, Value] = {"sentiment": sentiment, "sentiment_unsure": 0}
            self._make(
                connection, conversation_id, Move(changes), "sentiment_corrected",
                {"message": newest["id"], "predicted": before.sentiment, "judged": asdict(before)},
            )  # fmt: skip

        await self._ground.write(work)
        return Done(_("Sentiment corrected; the desk learns from it."), conversation=conversation_id)

    def _learn(
        self, connection: sqlite3.Connection, message_id: int, *, field: str, was: str, became: str
    ) -> None:
        ground = self._ground
        scores.keep_correction(
            connection, message_id, operator=ground.operator.login, field=field, was=was, became=became,
            at=ground.clock.now(),
        )  # fmt: skip

    async def _with_promises(self, sentence: str, conversation_id: int) -> str:
        """What was done, and what stays to be done all the same."""
        left = await self._ground.read(lambda connection: promises.open_in(connection, conversation_id))
        if not left:
            return sentence
        rest = ngettext("{n} promise is still open.", "{n} promises are still open.", left)
        return f"{sentence} {rest}"

    async def _change(self, conversation_id: int, kind: str, changes: dict[str, Value]) -> None:
        await self._ground.write(
            lambda connection: self._make(connection, conversation_id, Move(changes), kind)
        )

    async def _move(
        self, conversation_id: int, kind: str, rule: Callable[[State], Move], *, release: bool = False
    ) -> None:
        def work(connection: sqlite3.Connection) -> None:
            row = conversations.get(connection, conversation_id)
            move = rule(moves.state_of(row))
            if release and row["holder_session"] == self._ground.session:
                move = Move({**move.changes, "holder": None, "holder_session": None}, move.facts)
            self._make(connection, conversation_id, move, kind)

        await self._ground.write(work)

    def _make(
        self,
        connection: sqlite3.Connection,
        conversation_id: int,
        move: Move,
        kind: str,
        details: Mapping[str, object] | None = None,
    ) -> None:
        conversations.get(connection, conversation_id)
        moves.make(
            connection,
            self._ground.clocks,
            conversation_id,
            move,
            at=self._ground.clock.now(),
            actor=self._ground.operator.login,
            kind=kind,
            details=details,
        )
