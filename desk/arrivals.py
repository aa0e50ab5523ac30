"""Mentions on their way into conversations: new ones, edits, deletions, and those that come late.

All of it runs inside one write transaction. Rows of new messages are gathered and written together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from config.settings import ChannelSettings
from desk import mention_rows as rows
from desk import moves
from desk.clocks import Clocks
from domain import conversation as rules
from domain.clock import HOUR, Millis
from domain.conversation import Move, Value
from domain.inbound import Inbound
from domain.thanks import is_closing_thanks
from sentiment.protocol import Score
from storage import contacts, conversations, events, messages, scores

SYSTEM = "system"


@dataclass(slots=True)
class Taken:
    """What one batch came to."""

    stored: int = 0
    duplicates: int = 0
    edited: int = 0
    deleted: int = 0
    quarantined: int = 0
    newest: Millis | None = None
    conversations: set[int] = field(default_factory=set)

    def add(self, part: Taken) -> None:
        """Count a part of it too."""
        self.stored += part.stored
        self.duplicates += part.duplicates
        self.edited += part.edited
        self.deleted += part.deleted
        self.quarantined += part.quarantined
        self.conversations |= part.conversations
        if part.newest is not None:
            self.newest = max(self.newest or 0, part.newest)


@dataclass(frozen=True, slots=True)
class Scored:
    """An item with what the engine thinks of it."""

    item: Inbound
    score: Score


@dataclass(frozen=True, slots=True)
class Moment:
    """When a batch is stored, and since when its stream is listened to."""

    now: Millis
    since: Millis


class Arrivals:
    """One batch of one channel while it is being stored; throw it away when its part is rolled back."""

    def __init__(
        self, connection: sqlite3.Connection, channel: ChannelSettings, clocks: Clocks, moment: Moment
    ) -> None:
        self._connection = connection
        self._channel = channel
        self._clocks = clocks
        self._moment = moment
        self._taken = Taken()
        self._rows: list[dict[str, object]] = []
        self._scores: list[dict[str, object]] = []
        self._raws: list[tuple[int, bytes, Millis]] = []
        self._pending: set[tuple[str, str]] = set()
        self._next_id = messages.next_id(connection)

    def take(self, scored: Sequence[Scored]) -> Taken:
        """Store the items in the order in which they were written."""
        known = self._known(scored)
        for one in sorted(scored, key=lambda one: one.item.created_at):
            key = (one.item.account, one.item.remote_id)
            if key in self._pending:
                self._flush()
                known |= self._known([one])
            before = known.get(key)
            if before is not None:
                if self._again(before, one):
                    known |= self._known([one])
            elif not one.item.deleted:
                self._new(one)
                self._pending.add(key)
        self._flush()
        for conversation_id in self._taken.conversations:
            moves.refresh(self._connection, self._clocks, conversation_id)
        return self._taken

    def _known(self, scored: Sequence[Scored]) -> dict[tuple[str, str], sqlite3.Row]:
        by_account: dict[str, list[str]] = {}
        for one in scored:
            by_account.setdefault(one.item.account, []).append(one.item.remote_id)
        return {
            (account, remote_id): row
            for account, ids in by_account.items()
            for remote_id, row in messages.known(self._connection, self._channel.id, account, ids).items()
        }

    def _flush(self) -> None:
        messages.insert_many(self._connection, self._rows)
        scores.insert_many(self._connection, self._scores)
        messages.keep_raw(self._connection, self._raws)
        self._next_id += len(self._rows)
        self._rows, self._scores, self._raws = [], [], []
        self._pending.clear()

    # -- seen before ------------------------------------------------------------------------------------

    def _again(self, before: sqlite3.Row, one: Scored) -> bool:
        """Whether it changed what we had."""
        if one.item.deleted and not before["deleted"]:
            messages.mark_deleted(self._connection, before["id"])
            self._changed(before, "mention_deleted", Move())
            self._taken.deleted += 1
        elif self._is_edit(before, one.item):
            self._edit(before, one)
            self._taken.edited += 1
        else:
            self._taken.duplicates += 1
            return False
        return True

    def _is_edit(self, before: sqlite3.Row, item: Inbound) -> bool:
        if item.deleted or before["direction"] != "in" or item.revision == before["revision"]:
            return False
        if item.edited_at is not None and before["edited_at"] is not None:
            return bool(item.edited_at >= before["edited_at"])
        # A slower stream still shows the old text; without a stamp it is no edit back to it.
        return not messages.had_revision(self._connection, before["id"], item.revision)

    def _edit(self, before: sqlite3.Row, one: Scored) -> None:
        item, score, connection = one.item, one.score, self._connection
        edited_at = item.edited_at or self._moment.now
        messages.rewrite(
            connection, before["id"], text=item.text, revision=item.revision, edited_at=edited_at
        )
        if not before["corrected"]:
            messages.rescore(
                connection, before["id"], sentiment=score.sentiment, unsure=score.unsure, value=score.value,
                engine=f"{score.engine} {score.version}",
            )  # fmt: skip
        scores.insert_many(connection, [rows.score_row(score, before["id"], self._moment.now)])
        newest = messages.last_inbound(connection, before["conversation_id"])
        shown: dict[str, Value] = {}
        if newest is not None and newest["id"] == before["id"]:
            shown = {"preview": rows.preview(item.text)}
            if not before["corrected"]:
                shown |= {"sentiment": score.sentiment, "sentiment_unsure": int(score.unsure)}
        move = Move(shown)
        if before["late"] and not is_closing_thanks(item.text, lang=item.lang):
            move = self._no_thanks_after_all(before, move)
        self._changed(before, "mention_edited", move, hash=rows.text_hash(item.text), moment=edited_at)

    def _no_thanks_after_all(self, before: sqlite3.Row, move: Move) -> Move:
        """A closing thanks was edited into something else: now it asks."""
        messages.set_late(self._connection, [before["id"]], late=False)
        row = conversations.get(self._connection, before["conversation_id"])
        asks = rules.question_made(moves.state_of(row))
        left = max(row["late_arrivals"] - 1, 0)
        return Move({**move.changes, **asks.changes, "late_arrivals": left}, asks.facts)

    def _changed(self, before: sqlite3.Row, kind: str, move: Move, **details: object) -> None:
        events.move(
            self._connection,
            at=self._moment.now,
            actor=SYSTEM,
            conversation_id=before["conversation_id"],
            kind=kind,
            changes=move.changes,
            facts=move.facts,
            touches_thread=True,
            details={"message": before["id"], **details},
        )
        self._taken.conversations.add(before["conversation_id"])

    # -- new --------------------------------------------------------------------------------------------

    def _new(self, one: Scored) -> None:
        item = one.item
        contact_id = contacts.ensure(self._connection, item.channel, item.author, self._moment.now)
        found = conversations.latest_of_thread(self._connection, item.channel, item.thread_key, contact_id)
        hours = self._channel.conversation_hours
        message_id = self._next_id + len(self._rows)
        if found is not None and rules.continues(found["last_at"], item.created_at, hours):
            conversation_id, late = self._continue(found, one, message_id)
        else:
            conversation_id, late = self._open(contact_id, one, message_id), False
        self._keep(one, message_id, conversation_id, contact_id=contact_id, late=late)

    def _continue(self, found: sqlite3.Row, one: Scored, message_id: int) -> tuple[int, bool]:
        item = one.item
        conversation_id = int(found["id"])
        answered_at = messages.last_outgoing(self._connection, conversation_id)
        thanks = answered_at is not None and is_closing_thanks(item.text, lang=item.lang)
        late = thanks and found["status"] != "open"
        move = rules.mention(moves.state_of(found), closing_thanks=thanks)
        if item.created_at < found["last_at"] and self._is_history(item):
            move, late = Move(), False  # it was there before we listened, and a newer one stands
        asks = "question" in move.facts and not found["listen_only"]
        events.move(
            self._connection,
            at=self._moment.now,
            actor=SYSTEM,
            conversation_id=conversation_id,
            kind="late_arrival" if late else "mention_received",
            changes={**move.changes, **_seen_fields(found, one, late=late)},
            facts=move.facts if asks else tuple(fact for fact in move.facts if fact != "question"),
            touches_thread=True,
            details={
                "message": message_id,
                "hash": rows.text_hash(item.text),
                # Written before our answer but seen after it: the answer did not answer it.
                "moment": max(item.created_at, (answered_at or 0) + 1),
            },
        )
        return conversation_id, late

    def _open(self, contact_id: int, one: Scored, message_id: int) -> int:
        item, channel = one.item, self._channel
        old = self._is_history(item)
        projected: dict[str, Value] = {
            "visibility": rows.visibility(item),
            "status": "resolved" if old else "open",
            "outcome": "history" if old else "",
            "kind": one.score.kind,
            "sentiment": one.score.sentiment,
            "sentiment_unsure": int(one.score.unsure),
            "last_at": item.created_at,
            "last_inbound_at": item.created_at,
            "window_until": rows.window_until(item),
        }
        values: dict[str, object] = {
            **projected,
            "channel": channel.id,
            "account": item.account,
            "platform": channel.platform,
            "thread_key": item.thread_key,
            "contact_id": contact_id,
            "contact_name": item.author.name or item.author.handle,
            "handle": item.author.handle,
            "preview": rows.preview(item.text),
            "listen_only": int(channel.listen_only),
            "proactive": int(item.source.startswith(("search:", "tag:"))),
            "opened_at": item.created_at,
        }
        conversation_id = conversations.insert(self._connection, values)
        events.record(
            self._connection,
            at=self._moment.now,
            actor=SYSTEM,
            conversation_id=conversation_id,
            kind="conversation_opened",
            payload={
                "message": message_id,
                "hash": rows.text_hash(item.text),
                "moment": item.created_at,
                "set": {**projected, "priority": 0},
                **({} if old or channel.listen_only else {"facts": ["question"]}),
            },
        )
        return conversation_id

    def _is_history(self, item: Inbound) -> bool:
        """Written so long before we began to listen that it is no work; what came in since always is."""
        old = item.created_at < self._moment.since - self._channel.conversation_hours * HOUR
        return old and item.source != "import"

    def _keep(
        self, one: Scored, message_id: int, conversation_id: int, *, contact_id: int, late: bool
    ) -> None:
        item, now = one.item, self._moment.now
        self._rows.append(
            rows.message_row(item, one.score, message_id, conversation_id)
            | {"contact_id": contact_id, "late": int(late), "received_at": now}
        )
        self._scores.append(rows.score_row(one.score, message_id, now))
        if item.raw:
            self._raws.append((message_id, item.raw, now))
        self._taken.conversations.add(conversation_id)
        self._taken.stored += 1
        self._taken.newest = max(self._taken.newest or 0, item.created_at)


def _seen_fields(found: sqlite3.Row, one: Scored, *, late: bool) -> Mapping[str, Value]:
    """What the newest message makes a row show; an older one that came in behind it shows nothing.

    A late thanks leaves kind and preview alone.
    """
    item, score = one.item, one.score
    if item.created_at < (found["last_inbound_at"] or 0):
        return {}
    fields: dict[str, Value] = {
        "last_at": max(found["last_at"], item.created_at),
        "last_inbound_at": item.created_at,
        "sentiment": score.sentiment,
        "sentiment_unsure": int(score.unsure),
        "window_until": rows.window_until(item),
    }
    if not late:
        fields["preview"] = rows.preview(item.text)
        if score.kind != "chatter":
            fields["kind"] = score.kind
    return fields
