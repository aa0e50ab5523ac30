"""Mentions on their way into conversations: new ones, edits, deletions, and those that come late.

All of it runs inside one write transaction: what the items may touch is read at once, they are taken one by
one in memory, and what came of it is written at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from config.settings import ChannelSettings
from desk import mention_rows as rows
from desk import moves
from desk.authors import Authors
from desk.clocks import Clocks
from desk.edits import Edits, Seen
from desk.threads import Line, Thread, Threads
from domain import conversation as rules
from domain.clock import HOUR, Millis
from domain.conversation import Move, Value
from domain.inbound import Inbound
from domain.thanks import is_closing_thanks
from sentiment.protocol import Score
from storage import messages, scores


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
        self._moment = moment
        self._taken = Taken()
        self._rows: list[dict[str, object]] = []
        self._scores: list[dict[str, object]] = []
        self._raws: list[tuple[int, bytes, Millis]] = []
        self._next_id = messages.next_id(connection)
        self._threads = Threads(connection, channel.id, clocks, moment.now)

    def take(self, scored: Sequence[Scored]) -> Taken:
        """Store the items in the order in which they were written."""
        in_order = sorted(scored, key=lambda one: one.item.created_at)
        self._look_up(in_order)
        for one in in_order:
            seen = self._seen.get(_key(one.item))
            if seen is not None:
                self._again(seen, one)
            elif not one.item.deleted:
                self._new(one)
        self._write()
        return self._taken

    def _look_up(self, scored: Sequence[Scored]) -> None:
        """Read what the items may touch, each kind at once."""
        self._seen = self._known(scored)
        unknown = [one.item for one in scored if _key(one.item) not in self._seen]
        changing = [
            seen
            for one in scored
            if (seen := self._seen.get(_key(one.item))) is not None and seen.differs(one.item)
        ]
        refs = (item.author for item in unknown)
        self._authors = Authors(self._connection, self._channel.id, refs, self._moment.now)
        self._edits = Edits(self._connection, changing)
        contacts = ((item.thread_key, self._authors.known(item.author)) for item in unknown)
        self._threads.load(
            [(thread, contact) for thread, contact in contacts if contact is not None],
            [seen.conversation_id for seen in changing],
        )

    def _known(self, scored: Sequence[Scored]) -> dict[tuple[str, str], Seen]:
        by_account: dict[str, list[str]] = {}
        for one in scored:
            by_account.setdefault(one.item.account, []).append(one.item.remote_id)
        return {
            (account, remote_id): Seen.of(row)
            for account, ids in by_account.items()
            for remote_id, row in messages.known(self._connection, self._channel.id, account, ids).items()
        }

    def _write(self) -> None:
        """Write each kind at once, what others refer to first."""
        self._authors.write()
        self._threads.write()
        messages.insert_many(self._connection, self._rows)
        scores.insert_many(self._connection, self._scores)
        messages.keep_raw(self._connection, self._raws)
        self._edits.write()

    # -- seen before ------------------------------------------------------------------------------------

    def _again(self, seen: Seen, one: Scored) -> None:
        if one.item.deleted and not seen.deleted:
            self._delete(seen)
            self._taken.deleted += 1
        elif self._edits.is_edit(seen, one.item):
            self._edit(seen, one)
            self._taken.edited += 1
        else:
            self._taken.duplicates += 1

    def _delete(self, seen: Seen) -> None:
        self._edits.delete(seen)
        thread = self._threads.of(seen.conversation_id)
        thread.line(seen.id).deleted = True
        self._changed(seen, thread, "mention_deleted", Move())

    def _edit(self, seen: Seen, one: Scored) -> None:
        item, score, thread = one.item, one.score, self._threads.of(seen.conversation_id)
        edited_at = item.edited_at or self._moment.now
        self._edits.rewrite(seen, item, edited_at)
        if not seen.corrected:
            self._edits.rescore(seen, score)
            thread.line(seen.id).value = rows.feeling(score)
        self._scores += rows.score_rows(score, seen.id, self._moment.now)
        newest = thread.newest()
        shown: dict[str, Value] = {}
        if newest is not None and newest.id == seen.id:
            shown = {"preview": rows.preview(item.text)}
            if not seen.corrected:
                shown |= {"sentiment": score.sentiment, "sentiment_unsure": int(score.unsure)}
        move = Move(shown)
        if seen.late and not is_closing_thanks(item.text, lang=item.lang):
            move = self._no_thanks_after_all(seen, thread, move)
        details = {"hash": rows.text_hash(item.text), "moment": edited_at}
        self._changed(seen, thread, "mention_edited", move, **details)

    def _no_thanks_after_all(self, seen: Seen, thread: Thread, move: Move) -> Move:
        """A closing thanks was edited into something else: now it asks."""
        self._edits.ask(seen)
        asks = rules.question_made(moves.state_of(thread.fields))
        left = max(thread.fields["late_arrivals"] - 1, 0)
        return Move({**move.changes, **asks.changes, "late_arrivals": left}, asks.facts)

    def _changed(self, seen: Seen, thread: Thread, kind: str, move: Move, **details: object) -> None:
        self._threads.move(thread, kind, move, {"message": seen.id, **details})
        self._taken.conversations.add(thread.id)

    # -- new --------------------------------------------------------------------------------------------

    def _new(self, one: Scored) -> None:
        item = one.item
        contact_id = self._authors.ensure(item.author)
        found = self._threads.latest(item.thread_key, contact_id)
        hours = self._channel.conversation_hours
        message_id = self._next_id + len(self._rows)
        if found is not None and rules.continues(found.fields["last_at"], item.created_at, hours):
            thread, late = found, self._continue(found, one, message_id)
        else:
            thread, late = self._open(contact_id, one, message_id), False
        self._keep(one, message_id, thread, contact_id=contact_id, late=late)

    def _continue(self, thread: Thread, one: Scored, message_id: int) -> bool:
        """The mention joins a conversation; returns whether it is a late arrival."""
        item, fields = one.item, thread.fields
        answered_at = thread.answered_at()
        thanks = answered_at is not None and is_closing_thanks(item.text, lang=item.lang)
        late = thanks and fields["status"] != "open"
        move = rules.mention(moves.state_of(fields), closing_thanks=thanks)
        if item.created_at < fields["last_at"] and self._is_history(item):
            move, late = Move(), False  # it was there before we listened, and a newer one stands
        asks = "question" in move.facts and not fields["listen_only"]
        facts = move.facts if asks else tuple(fact for fact in move.facts if fact != "question")
        self._threads.move(
            thread,
            "late_arrival" if late else "mention_received",
            Move({**move.changes, **_seen_fields(fields, one, late=late)}, facts),
            {
                "message": message_id,
                "hash": rows.text_hash(item.text),
                # Written before our answer but seen after it: the answer did not answer it.
                "moment": max(item.created_at, (answered_at or 0) + 1),
            },
        )
        return late

    def _open(self, contact_id: int, one: Scored, message_id: int) -> Thread:
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
        return self._threads.open(
            values,
            {
                "message": message_id,
                "hash": rows.text_hash(item.text),
                "moment": item.created_at,
                "set": {**projected, "priority": 0},
                **({} if old or channel.listen_only else {"facts": ["question"]}),
            },
        )

    def _is_history(self, item: Inbound) -> bool:
        """Written so long before we began to listen that it is no work; what came in since always is."""
        old = item.created_at < self._moment.since - self._channel.conversation_hours * HOUR
        return old and item.source != "import"

    def _keep(self, one: Scored, message_id: int, thread: Thread, *, contact_id: int, late: bool) -> None:
        item, score, now = one.item, one.score, self._moment.now
        row = rows.message_row(item, score)
        row |= {"id": message_id, "conversation_id": thread.id, "contact_id": contact_id}
        row |= {"late": int(late), "received_at": now}
        self._rows.append(row)
        self._scores += rows.score_rows(score, message_id, now)
        if item.raw:
            self._raws.append((message_id, item.raw, now))
        thread.lines.append(
            Line(message_id, "in", item.created_at, now, deleted=False, value=rows.feeling(score))
        )
        self._seen[_key(item)] = Seen(
            message_id, thread.id, "in", item.text, item.revision, item.edited_at, deleted=False, late=late,
            corrected=False,
        )  # fmt: skip
        self._taken.conversations.add(thread.id)
        self._taken.stored += 1
        self._taken.newest = max(self._taken.newest or 0, item.created_at)


def _key(item: Inbound) -> tuple[str, str]:
    """What a message is known by on one channel."""
    return item.account, item.remote_id


def _seen_fields(found: Mapping[str, Any], one: Scored, *, late: bool) -> Mapping[str, Value]:
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
