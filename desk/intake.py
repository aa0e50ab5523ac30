"""From a fetched batch to stored conversations, in one transaction with the cursor.

Scoring happens before the transaction, so that the write lock is held for SQL alone. A duplicate is skipped,
another revision is an edit, an item that cannot be stored goes to quarantine and stops nothing.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from channels.base import Batch
from config.settings import ChannelSettings
from desk import moves
from desk.clocks import Clocks
from desk.echoes import take_echo
from domain import conversation as rules
from domain.clock import Millis
from domain.conversation import Value
from domain.inbound import BadItem, Cap, Inbound
from domain.text import clean_for_store
from domain.thanks import is_closing_thanks
from i18n import _
from sentiment.protocol import Score
from storage import channels as channel_store
from storage import contacts, conversations, events, messages, scores

PREVIEW_LENGTH = 160
"""Characters of a message that a list row may show."""

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


@dataclass(frozen=True, slots=True)
class Scored:
    """An item with what the engine thinks of it."""

    item: Inbound
    score: Score


@dataclass(frozen=True, slots=True)
class Intake:
    """Stores batches of one channel."""

    channel: ChannelSettings
    clocks: Clocks
    score: Callable[[Inbound], Score]

    def prepare(self, batch: Batch) -> tuple[list[Scored], list[BadItem]]:
        """Clean and score every item, outside the transaction; what fails becomes a bad item."""
        scored: list[Scored] = []
        bad: list[BadItem] = list(batch.bad)
        for item in batch.items:
            fault = _fault(item)
            if fault:
                bad.append(BadItem(fault, item.raw or item.text.encode("utf-8", "replace"), item.remote_id))
                continue
            cleaned = _cleaned(item)
            scored.append(Scored(cleaned, self.score(cleaned)))
        return scored, bad

    def store(
        self,
        connection: sqlite3.Connection,
        batch: Batch,
        prepared: tuple[list[Scored], list[BadItem]],
        *,
        stream: str,
        now: Millis,
    ) -> Taken:
        """Store a prepared batch and its cursor; to be called inside one write transaction."""
        scored, bad = prepared
        taken = Taken()
        for item in bad:
            taken.quarantined += channel_store.quarantine(
                connection, self.channel.id, item, source=stream, at=now
            )
        desk_batch = _Batch(self, connection, now, taken)
        desk_batch.take(scored)
        for echo in batch.echoes:
            take_echo(connection, self.clocks, self.channel, echo, now=now)
        if batch.cursor is not None:
            channel_store.set_cursor(connection, self.channel.id, stream, batch.cursor)
        channel_store.set_health(connection, self.channel.id, at=now, item_at=taken.newest, error="")
        return taken


class _Batch:
    """The state of one batch while it is being stored."""

    def __init__(self, intake: Intake, connection: sqlite3.Connection, now: Millis, taken: Taken) -> None:
        self._intake = intake
        self._connection = connection
        self._now = now
        self._taken = taken
        self._rows: list[dict[str, object]] = []
        self._scores: list[dict[str, object]] = []
        self._raws: list[tuple[int, bytes, Millis]] = []
        self._seen: dict[str, str] = {}
        self._next_id = messages.next_id(connection)

    def take(self, scored: Sequence[Scored]) -> None:
        """Store the items in the order in which they were written."""
        if not scored:
            return
        account = scored[0].item.account
        known = messages.known(
            self._connection, self._intake.channel.id, account, [one.item.remote_id for one in scored]
        )
        touched: dict[int, Scored] = {}
        for one in sorted(scored, key=lambda one: one.item.created_at):
            before = known.get(one.item.remote_id)
            if before is not None:
                self._again(before, one)
            elif one.item.remote_id in self._seen:
                self._taken.duplicates += 1
            elif not one.item.deleted:
                touched[self._new(one)] = one
        messages.insert_many(self._connection, self._rows)
        scores.insert_many(self._connection, self._scores)
        messages.keep_raw(self._connection, self._raws)
        for conversation_id in touched:
            moves.refresh(self._connection, self._intake.clocks, conversation_id)
        self._taken.conversations |= set(touched)

    def _again(self, before: sqlite3.Row, one: Scored) -> None:
        item = one.item
        if item.deleted and not before["deleted"]:
            messages.mark_deleted(self._connection, before["id"])
            self._changed(before, "mention_deleted", {})
            self._taken.deleted += 1
        elif item.revision != before["revision"] and not item.deleted and before["direction"] == "in":
            messages.rewrite(
                self._connection,
                before["id"],
                text=item.text,
                revision=item.revision,
                edited_at=item.edited_at or self._now,
            )
            newest = messages.last_inbound(self._connection, before["conversation_id"])
            shown = newest is not None and newest["id"] == before["id"]
            self._changed(
                before,
                "mention_edited",
                {"preview": _preview(item.text)} if shown else {},
                hash=_hash(item.text),
            )
            self._taken.edited += 1
        else:
            self._taken.duplicates += 1

    def _changed(
        self, before: sqlite3.Row, kind: str, changes: Mapping[str, Value], **details: object
    ) -> None:
        events.move(
            self._connection,
            at=self._now,
            actor=SYSTEM,
            conversation_id=before["conversation_id"],
            kind=kind,
            changes=changes,
            touches_thread=True,
            details={"message": before["id"], **details},
        )
        self._taken.conversations.add(before["conversation_id"])

    def _new(self, one: Scored) -> int:
        item = one.item
        contact_id = contacts.ensure(self._connection, item.channel, item.author, self._now)
        found = conversations.latest_of_thread(self._connection, item.channel, item.thread_key, contact_id)
        hours = self._intake.channel.conversation_hours
        goes_on = found is not None and rules.continues(found["last_at"], item.created_at, hours)
        message_id = self._next_id + len(self._rows)
        if found is not None and goes_on:
            conversation_id, late = self._continue(found, one, message_id)
        else:
            conversation_id, late = self._open(contact_id, one, message_id), False
        self._keep(one, message_id, conversation_id, contact_id=contact_id, late=late)
        return conversation_id

    def _continue(self, found: sqlite3.Row, one: Scored, message_id: int) -> tuple[int, bool]:
        item = one.item
        conversation_id = int(found["id"])
        answered_at = messages.last_outgoing(self._connection, conversation_id)
        thanks = answered_at is not None and is_closing_thanks(item.text, lang=item.lang)
        late = thanks and found["status"] != "open"
        move = rules.mention(moves.state_of(found), closing_thanks=thanks)
        asks = "question" in move.facts and not found["listen_only"]
        events.move(
            self._connection,
            at=self._now,
            actor=SYSTEM,
            conversation_id=conversation_id,
            kind="late_arrival" if late else "mention_received",
            changes={**move.changes, **_seen_fields(found, one, late=late)},
            facts=move.facts if asks else tuple(fact for fact in move.facts if fact != "question"),
            touches_thread=True,
            details={
                "message": message_id,
                "hash": _hash(item.text),
                # Written before our answer but seen after it: the answer did not answer it.
                "moment": max(item.created_at, (answered_at or 0) + 1),
            },
        )
        return conversation_id, late

    def _open(self, contact_id: int, one: Scored, message_id: int) -> int:
        item, channel = one.item, self._intake.channel
        old = item.source != "import" and not rules.continues(
            item.created_at, self._now, channel.conversation_hours
        )
        values: dict[str, object] = {
            "channel": channel.id,
            "account": item.account,
            "platform": channel.platform,
            "thread_key": item.thread_key,
            "contact_id": contact_id,
            "contact_name": item.author.name or item.author.handle,
            "handle": item.author.handle,
            "preview": _preview(item.text),
            "visibility": "private" if item.visibility == "private" else "public",
            "status": "resolved" if old else "open",
            "outcome": "history" if old else "",
            "kind": one.score.kind,
            "sentiment": one.score.sentiment,
            "sentiment_unsure": int(one.score.unsure),
            "listen_only": int(channel.listen_only),
            "proactive": int(item.source.startswith(("search:", "tag:"))),
            "opened_at": item.created_at,
            "last_at": item.created_at,
            "last_inbound_at": item.created_at,
        }
        conversation_id = conversations.insert(self._connection, values)
        events.record(
            self._connection,
            at=self._now,
            actor=SYSTEM,
            conversation_id=conversation_id,
            kind="conversation_opened",
            payload={
                "message": message_id,
                "hash": _hash(item.text),
                "moment": item.created_at,
                "set": {"kind": one.score.kind, "priority": 0},
                **({} if old or channel.listen_only else {"facts": ["question"]}),
            },
        )
        return conversation_id

    def _keep(
        self, one: Scored, message_id: int, conversation_id: int, *, contact_id: int, late: bool
    ) -> None:
        item = one.item
        self._seen[item.remote_id] = item.revision
        self._rows.append(
            _message_row(one, message_id, conversation_id)
            | {"contact_id": contact_id, "late": int(late), "received_at": self._now}
        )
        self._scores.append(_score_row(one.score, message_id, self._now))
        if item.raw:
            self._raws.append((message_id, item.raw, self._now))
        self._taken.stored += 1
        self._taken.newest = max(self._taken.newest or 0, item.created_at)


def _fault(item: Inbound) -> str:
    """Why an item cannot be stored, in words; empty when it can."""
    if not item.remote_id or not item.author.remote_id:
        return _("The item has no id, or its author has none.")
    if item.created_at < 0:
        return _("The item's time lies before 1970.")
    return ""


def _cleaned(item: Inbound) -> Inbound:
    author = replace(
        item.author, name=clean_for_store(item.author.name), handle=clean_for_store(item.author.handle)
    )
    return replace(item, text=clean_for_store(item.text), author=author)


def _seen_fields(found: sqlite3.Row, one: Scored, *, late: bool) -> dict[str, str | int]:
    """What the newest message makes a row show; a late thanks leaves kind and preview alone."""
    item, score = one.item, one.score
    fields: dict[str, str | int] = {
        "last_at": max(found["last_at"], item.created_at),
        "last_inbound_at": max(found["last_inbound_at"] or 0, item.created_at),
        "sentiment": score.sentiment,
        "sentiment_unsure": int(score.unsure),
    }
    if not late:
        fields["preview"] = _preview(item.text)
        if score.kind != "chatter":
            fields["kind"] = score.kind
    return fields


def _message_row(one: Scored, message_id: int, conversation_id: int) -> dict[str, object]:
    item, score = one.item, one.score
    return {
        "id": message_id,
        "conversation_id": conversation_id,
        "direction": "in",
        "channel": item.channel,
        "account": item.account,
        "remote_id": item.remote_id,
        "revision": item.revision,
        "kind": item.kind,
        "parent_id": item.parent_id,
        "parent_ref": None if item.parent_ref is None else json.dumps(dict(item.parent_ref)),
        "text": item.text,
        "visibility": "private" if item.visibility == "private" else "public",
        "lang": item.lang or score.language,
        "created_at": item.created_at,
        "edited_at": item.edited_at,
        "rating": item.rating,
        "permalink": item.permalink,
        "source": item.source,
        "attachments": json.dumps(
            [{"kind": a.kind, "url": a.url, "mime": a.mime, "alt": a.alt} for a in item.attachments]
        ),
        "caps": json.dumps({"public": _cap(item.can_reply_public), "private": _cap(item.can_reply_private)}),
        "raw_hash": hashlib.sha256(item.raw).hexdigest() if item.raw else None,
        "sentiment": score.sentiment,
        "sentiment_unsure": int(score.unsure),
        "sentiment_value": score.value,
        "engine": f"{score.engine} {score.version}",
    }


def _score_row(score: Score, message_id: int, now: Millis) -> dict[str, object]:
    return {
        "message_id": message_id,
        "engine": score.engine,
        "version": score.version,
        "sentiment": score.sentiment,
        "value": score.value,
        "confidence": score.confidence,
        "kind": score.kind,
        "language": score.language,
        "scored_at": now,
    }


def _cap(cap: Cap) -> Mapping[str, object]:
    return {"ok": cap.ok, "reason": cap.reason, "until": cap.until, "needs": cap.needs}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _preview(text: str) -> str:
    return " ".join(text.split())[:PREVIEW_LENGTH]
