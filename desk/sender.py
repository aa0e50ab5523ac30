"""The sender: takes replies whose undo window is over and gets each to its platform once.

`sending` is committed, with everything a read-back needs, before the first byte leaves. After an answer that
leaves doubt the reply is `unknown`: it is read back from the platform, sent again only where the platform
recognises a repeat, and otherwise put before a person. Only one sender runs; a fence number in the database
stops one that was frozen and overtaken.
"""

from __future__ import annotations

import json
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
)
from desk.clocks import Clocks
from desk.settling import confirm_sent
from domain.clock import MINUTE, SECOND, Clock, Millis
from domain.errors import ChannelError, StorageError
from domain.inbound import ContactRef
from domain.outbox import OutboxStatus
from i18n import _
from storage import events, outbox, sender_lock
from storage.database import Database

FIRST_WAIT: Millis = 5 * SECOND
LONGEST_WAIT: Millis = 5 * MINUTE


class Overtaken(StorageError):
    """Another sender has taken over; this one must stop."""


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
            left = outbox.left_sending(connection)
            for outbox_id in left:
                self._doubt(connection, outbox_id, _("The sender stopped while it was sending."))
            return len(left)

        return await self.database.write(work)

    async def step(self) -> int:
        """Take every reply that is due one step further. Returns how many were taken."""
        rows = await self.database.read(lambda connection: outbox.due(connection, self.clock.now()))
        for row in rows:
            connector = self.connectors.get(row["channel"])
            if connector is None:
                await self._later(row, _("Its channel is not configured here."), MINUTE)
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
            prepared = _prepared(row["prepared"])
        else:
            try:
                prepared = await connector.prepare(_draft(row))
            except ChannelError as error:
                await self._not_prepared(row, error)
                return
        if await self.database.write(lambda connection: self._begin(connection, row, prepared)):
            await self._post(row["id"], connector, prepared)

    async def _not_prepared(self, row: sqlite3.Row, error: ChannelError) -> None:
        """Nothing was posted yet, so nothing is in doubt."""
        if isinstance(error, Permanent):
            before: OutboxStatus = row["status"]
            await self._settle(row["id"], before, "refused", "reply_refused", str(error))
        else:
            await self._later(row, str(error), _wait(error, row["attempts"]))

    def _begin(self, connection: sqlite3.Connection, row: sqlite3.Row, prepared: Prepared) -> bool:
        """Commit that we are sending; False when somebody called it back meanwhile."""
        self._guard(connection)
        before: OutboxStatus = row["status"]
        return outbox.step(
            connection,
            row["id"],
            before,
            "sending",
            prepared=json.dumps(asdict(prepared)),
            sending_at=self.clock.now(),
            attempts=row["attempts"] + 1,
            fence=self.fence,
        )

    async def _post(self, outbox_id: int, connector: Connector, prepared: Prepared) -> None:
        try:
            result = await connector.send(prepared)
        except Permanent as error:
            await self._settle(outbox_id, "sending", "refused", "reply_refused", str(error))
        except (Retryable, AuthFailed) as error:
            await self._wait_and_retry(outbox_id, error)
        except Exception as error:
            sentence = str(error) if isinstance(error, ChannelError) else _("The answer was lost.")
            await self.database.write(
                lambda connection: self._doubt(connection, outbox_id, sentence, connector.caps.settle)
            )
        else:
            await self._confirm(outbox_id, result)

    async def _confirm(self, outbox_id: int, result: SendResult) -> None:
        def work(connection: sqlite3.Connection) -> None:
            row = outbox.get(connection, outbox_id)
            if row is not None:
                confirm_sent(
                    connection, self.clocks, row, remote_id=result.remote_id, permalink=result.permalink,
                    now=self.clock.now(), ref=result.ref, sent_at=result.sent_at,
                )  # fmt: skip

        await self.database.write(work)

    async def _wait_and_retry(self, outbox_id: int, error: ChannelError) -> None:
        def work(connection: sqlite3.Connection) -> None:
            row = outbox.get(connection, outbox_id)
            if row is None:
                return
            next_at = self.clock.now() + _wait(error, row["attempts"])
            if outbox.step(
                connection, outbox_id, "sending", "retry_wait", next_at=next_at, sentence=str(error)
            ):
                self._record(connection, row, "reply_waits")

        await self.database.write(work)

    # -- doubt ------------------------------------------------------------------------------------------

    async def _read_back(self, row: sqlite3.Row, connector: Connector) -> None:
        if not connector.caps.find_sent or not row["prepared"]:
            await self._ask(row)
            return
        prepared = _prepared(row["prepared"])
        try:
            result = await connector.find_sent(prepared)
        except Exception as error:
            sentence = str(error) if isinstance(error, ChannelError) else _("Reading back failed.")
            await self._later(row, sentence, _wait(error, row["attempts"]))
            return
        if result is not None:
            await self._confirm(row["id"], result)
        elif connector.caps.idempotent_send:
            if await self.database.write(lambda connection: self._begin(connection, row, prepared)):
                await self._post(row["id"], connector, prepared)
        elif self.clock.now() - (row["sending_at"] or 0) >= connector.caps.settle_max:
            await self._ask(row)
        else:
            await self._later(row, _("Not seen on the platform yet; looking again."), connector.caps.settle)

    async def _ask(self, row: sqlite3.Row) -> None:
        sentence = _("It cannot be known whether this went out; please look.")
        await self._settle(row["id"], "unknown", "ask_operator", "reply_asked", sentence)

    # -- steps ------------------------------------------------------------------------------------------

    def _doubt(
        self, connection: sqlite3.Connection, outbox_id: int, sentence: str, settle: Millis = 0
    ) -> None:
        row = outbox.get(connection, outbox_id)
        next_at = self.clock.now() + settle
        if row is not None and outbox.step(
            connection, outbox_id, "sending", "unknown", next_at=next_at, sentence=sentence
        ):
            self._record(connection, row, "reply_unknown")

    async def _settle(
        self, outbox_id: int, before: OutboxStatus, after: OutboxStatus, kind: str, sentence: str
    ) -> None:
        def work(connection: sqlite3.Connection) -> None:
            row = outbox.get(connection, outbox_id)
            if row is not None and outbox.step(
                connection, outbox_id, before, after, next_at=None, sentence=sentence
            ):
                self._record(connection, row, kind)

        await self.database.write(work)

    async def _later(self, row: sqlite3.Row, sentence: str, wait: Millis) -> None:
        next_at = self.clock.now() + wait
        await self.database.write(
            lambda connection: outbox.update(connection, row["id"], next_at=next_at, sentence=sentence)
        )

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


def _draft(row: sqlite3.Row) -> Draft:
    recipient = json.loads(row["recipient"])
    return Draft(
        text=row["text"],
        visibility=row["visibility"],
        thread_key=row["thread_key"],
        parent_id=row["parent_id"],
        parent_ref=json.loads(row["parent_ref"]) if row["parent_ref"] else None,
        recipient=ContactRef(recipient["remote_id"], recipient["handle"], recipient["name"]),
        lang=row["lang"],
    )


def _prepared(text: str) -> Prepared:
    return Prepared(**json.loads(text))
