"""The sender: takes replies whose undo window is over and gets each to its platform once.

`sending` is committed, with everything a read-back needs, before the first byte leaves. After an answer that
leaves doubt the reply is `unknown`: it is read back from the platform, sent again only where the platform
recognises a repeat, and otherwise put before a person. Only one sender runs; a fence number in the database
stops one that was frozen and overtaken. Pictures were uploaded before, each a step of its own (uploading.py).
A reply in parts is a row a part; each waits for the one before it and answers that (chaining.py).
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from channels.base import (
    AuthFailed,
    Connector,
    Draft,
    Permanent,
    Prepared,
    RateLimited,
    Retryable,
    SendResult,
    TemplateUse,
    Uploaded,
)
from desk.chaining import Parent, changed_meanwhile, parent_of
from desk.clocks import Clocks
from desk.settling import confirm_sent
from desk.uploading import Trouble, Uploading
from domain.clock import MINUTE, SECOND, Clock, Millis
from domain.errors import ChannelError, StorageError
from domain.inbound import ContactRef
from domain.outbox import OutboxStatus
from i18n import _
from storage import chains, events, outbox, sender_lock
from storage.database import Database

FIRST_WAIT: Millis = 5 * SECOND
LONGEST_WAIT: Millis = 5 * MINUTE


_log = logging.getLogger(__name__)


class Overtaken(StorageError):
    """Another sender has taken over; this one must stop."""


@dataclass(frozen=True, slots=True)
class _Try:
    """One attempt at one reply: what the platform says of it says nothing of another attempt."""

    outbox_id: int
    fence: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Sender:
    """Works the outbox; after every step of it anyone can go on from what is in the database."""

    database: Database
    clock: Clock
    clocks: Clocks
    connectors: Mapping[str, Connector]
    fence: int
    """Our number; a higher one in the database means that another sender took over."""

    async def recover(self) -> int:
        """What a dead sender left in `sending` is in doubt now. Returns how many."""

        def work(connection: sqlite3.Connection) -> int:
            self._guard(connection)
            left = outbox.left_sending(connection)
            sentence = _("The sender stopped while it was sending.")
            now = self.clock.now()
            for row in left:
                self._step(connection, row, "unknown", "reply_unknown", sentence=sentence, next_at=now)
            chains.release_left(connection, at=now)
            return len(left)

        return await self.database.write(work)

    async def step(self) -> int:
        """Take every reply that is due one step further. Returns how many were taken."""
        rows = await self.database.read(lambda connection: outbox.due(connection, self.clock.now()))
        for row in rows:
            connector = self.connectors.get(row["channel"])
            if connector is None:
                await self._later(
                    row, _("Its channel cannot be opened here; its health line says why."), MINUTE, tries=0
                )
            elif row["status"] == "unknown":
                await self._read_back(row, connector)
            else:
                await self._send(row, connector)
        return len(rows)

    async def next_due(self) -> Millis | None:
        """When there is something to do again; None for nothing on its way."""
        return await self.database.read(outbox.next_due)

    # -- sending ----------------------------------------------------------------------------------------

    async def _send(self, row: sqlite3.Row, connector: Connector) -> None:
        if row["prepared"]:
            prepared, parent = _prepared(row["prepared"]), Parent(row["parent_id"], row["parent_ref"])
        else:
            along = await Uploading(self.database, self.clock, self._guard).all_of(row, connector)
            if isinstance(along, Trouble):
                await self._not_prepared(row, along.error)
                return
            try:
                parent = await parent_of(self.database, row, connector)
                prepared = await connector.prepare(_draft(row, along, parent))
            except Exception as error:
                await self._not_prepared(row, error)
                return
        await self._begin_and_post(row, connector, prepared, parent)

    async def _begin_and_post(
        self, row: sqlite3.Row, connector: Connector, prepared: Prepared, parent: Parent
    ) -> None:
        if await self.database.write(lambda connection: self._begin(connection, row, prepared, parent)):
            await self._post(_Try(row["id"], self.fence, row["attempts"] + 1), connector, prepared)

    async def _not_prepared(self, row: sqlite3.Row, error: Exception) -> None:
        """Nothing was posted yet, so nothing is in doubt."""
        if isinstance(error, ChannelError) and not isinstance(error, Permanent):
            await self._later(row, str(error), _wait(error, row["attempts"]))
            return
        if not isinstance(error, Permanent):
            _log.error("a reply on %s could not be prepared", row["channel"], exc_info=error)
        sentence = str(error) if isinstance(error, Permanent) else _("It could not be made ready to send.")
        await self._settle(row, "refused", "reply_refused", sentence)

    def _begin(
        self, connection: sqlite3.Connection, row: sqlite3.Row, prepared: Prepared, parent: Parent
    ) -> bool:
        """Commit that we are sending; False when somebody called it back, or changed what it answers."""
        self._guard(connection)
        before: OutboxStatus = row["status"]
        if row["after_id"] is None and (sentence := changed_meanwhile(connection, row)):
            self._step(connection, row, "refused", "reply_refused", sentence=sentence, next_at=None)
            return False
        return outbox.step(
            connection,
            row["id"],
            before,
            "sending",
            prepared=json.dumps(asdict(prepared)),
            parent_id=parent.id,
            parent_ref=parent.ref,
            sending_at=self.clock.now(),
            attempts=row["attempts"] + 1,
            fence=self.fence,
        )

    async def _post(self, tried: _Try, connector: Connector, prepared: Prepared) -> None:
        try:
            result = await connector.send(prepared)
        except Permanent as error:
            await self._answered(tried, "refused", "reply_refused", str(error), next_at=None)
        except (Retryable, AuthFailed) as error:
            next_at = self.clock.now() + _wait(error, tried.attempt)
            await self._answered(tried, "retry_wait", "reply_waits", str(error), next_at=next_at)
        except Exception as error:
            known = isinstance(error, ChannelError)
            if not known:
                _log.error("a channel broke while sending", exc_info=error)
            sentence = str(error) if known else _("The answer was lost.")
            next_at = self.clock.now() + connector.caps.settle
            await self._answered(tried, "unknown", "reply_unknown", sentence, next_at=next_at)
        else:
            await self._confirm(tried.outbox_id, result)

    async def _confirm(self, outbox_id: int, result: SendResult) -> None:
        def work(connection: sqlite3.Connection) -> None:
            row = outbox.get(connection, outbox_id)
            if row is not None:
                confirm_sent(
                    connection, self.clocks, row, remote_id=result.remote_id, permalink=result.permalink,
                    now=self.clock.now(), ref=result.ref, sent_at=result.sent_at,
                )  # fmt: skip

        await self.database.write(work)

    async def _answered(
        self, tried: _Try, after: OutboxStatus, kind: str, sentence: str, *, next_at: Millis | None
    ) -> None:
        """The platform's word on this very try; a sender that took over may be at another one by now."""

        def work(connection: sqlite3.Connection) -> None:
            row = outbox.get(connection, tried.outbox_id)
            same = row is not None and (row["fence"], row["attempts"]) == (tried.fence, tried.attempt)
            if row is not None and same:
                self._step(connection, row, after, kind, sentence=sentence, next_at=next_at)

        await self.database.write(work)

    # -- doubt ------------------------------------------------------------------------------------------

    async def _read_back(self, row: sqlite3.Row, connector: Connector) -> None:
        caps = connector.caps
        if not row["prepared"] or not (caps.find_sent or caps.idempotent_send or caps.told_later):
            await self._ask(row)
            return
        prepared = _prepared(row["prepared"])
        result: SendResult | None = None
        if caps.find_sent:
            try:
                result = await connector.find_sent(prepared)
            except Exception as error:
                sentence = str(error) if isinstance(error, ChannelError) else _("Reading back failed.")
                await self._later(row, sentence, _wait(error, row["attempts"]))
                return
        if result is not None:
            await self._confirm(row["id"], result)
        elif caps.idempotent_send:
            again = Parent(row["parent_id"], row["parent_ref"])
            await self._begin_and_post(row, connector, prepared, again)
        elif self.clock.now() - (row["sending_at"] or 0) >= caps.settle_max:
            await self._ask(row)
        else:
            await self._later(
                row, _("Not seen on the platform yet; looking again."), max(caps.settle, SECOND), tries=0
            )

    async def _ask(self, row: sqlite3.Row) -> None:
        sentence = _("It cannot be known whether this went out; please look.")
        await self._settle(row, "ask_operator", "reply_asked", sentence)

    # -- steps ------------------------------------------------------------------------------------------

    def _step(
        self,
        connection: sqlite3.Connection,
        row: sqlite3.Row,
        after: OutboxStatus,
        kind: str,
        **changes: object,
    ) -> None:
        """One step from where the row was read, recorded; nothing when it stands elsewhere by now."""
        if outbox.step(connection, row["id"], row["status"], after, **changes):
            self._record(connection, row, kind)

    async def _settle(self, row: sqlite3.Row, after: OutboxStatus, kind: str, sentence: str) -> None:
        await self.database.write(
            lambda connection: self._step(connection, row, after, kind, next_at=None, sentence=sentence)
        )

    async def _later(self, row: sqlite3.Row, sentence: str, wait: Millis, *, tries: int = 1) -> None:
        """Look again after a while; a fruitless try counts, so that the waits grow."""
        next_at, attempts = self.clock.now() + wait, row["attempts"] + tries
        await self.database.write(
            lambda connection: outbox.update(
                connection, row["id"], status=row["status"], next_at=next_at, sentence=sentence,
                attempts=attempts,
            )
        )  # fmt: skip

    def _record(self, connection: sqlite3.Connection, row: sqlite3.Row, kind: str) -> None:
        events.record(
            connection,
            at=self.clock.now(),
            actor="system",
            conversation_id=row["conversation_id"],
            kind=kind,
            payload={"outbox": row["id"], "operator": row["operator"]},
        )
        events.project(connection, row["conversation_id"], {})

    def _guard(self, connection: sqlite3.Connection) -> None:
        if sender_lock.fence(connection) != self.fence:
            raise Overtaken(_("Another webcare process sends for this database now."))


def _wait(error: Exception, attempts: int) -> Millis:
    """As long as the platform said, else longer with every attempt."""
    if isinstance(error, (RateLimited, Retryable)) and error.after is not None:
        return max(error.after, SECOND)
    if isinstance(error, AuthFailed):
        return MINUTE
    grown: Millis = FIRST_WAIT * 2 ** min(attempts, 10)
    return min(grown, LONGEST_WAIT)


def _draft(row: sqlite3.Row, along: tuple[Uploaded, ...], parent: Parent) -> Draft:
    recipient = json.loads(row["recipient"])
    return Draft(
        text=row["text"],
        visibility=row["visibility"],
        thread_key=row["thread_key"],
        parent_id=parent.id,
        parent_ref=json.loads(parent.ref) if parent.ref else None,
        recipient=ContactRef(recipient["remote_id"], recipient["handle"], recipient["name"]),
        lang=row["lang"],
        attachments=along,
        template=TemplateUse(**json.loads(row["template"])) if row["template"] else None,
    )


def _prepared(text: str) -> Prepared:
    return Prepared(**json.loads(text))
