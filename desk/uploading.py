"""Pictures go to the platform before the reply that names them, each as a step of its own.

The platform's word for a picture is committed before anything else happens, so that a sender that dies goes
on behind it: what was confirmed is never sent again. An upload whose answer was lost is made once more;
nobody sees a picture that no post names, and the platform forgets it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from channels.base import Connector, OutboundAttachment, Permanent, Uploaded
from domain.attachment import nothing_taken
from domain.clock import Clock
from i18n import _
from storage import attachments
from storage.attachments import Outgoing
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a picture did not get there; the channel's own error."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Uploading:
    """The steps before a reply, from what is in the database."""

    database: Database
    clock: Clock
    guard: Callable[[sqlite3.Connection], None]
    """Raises when another sender has taken over."""

    async def all_of(self, row: sqlite3.Row, connector: Connector) -> tuple[Uploaded, ...] | Trouble:
        """Everything that goes along with an outbox row, as the platform calls it. Raises StorageError."""
        for one in await self._outgoing(row["id"]):
            if one.remote is None and (trouble := await self._upload(row, one, connector)):
                return trouble
        done = await self._outgoing(row["id"])
        return tuple(Uploaded(one.attached, one.remote or {}) for one in done)

    async def _outgoing(self, outbox_id: int) -> tuple[Outgoing, ...]:
        return await self.database.read(lambda connection: attachments.of_outbox(connection, outbox_id))

    async def _upload(self, row: sqlite3.Row, one: Outgoing, connector: Connector) -> Trouble | None:
        content = await self.database.read(lambda c: attachments.content(c, one.attached.sha256))
        try:
            if not connector.caps.attachments:
                raise Permanent(nothing_taken())
            if content is None:
                raise Permanent(_("{name} is no longer here; attach it again.", name=one.attached.name))
            remote = await connector.upload(OutboundAttachment(one.attached, content, row["visibility"]))
        except Exception as error:  # a bug in a channel meets one reply, not the outbox
            return Trouble(error)

        def confirm(connection: sqlite3.Connection) -> None:
            self.guard(connection)
            attachments.uploaded(connection, row["id"], one.place, remote, at=self.clock.now())

        await self.database.write(confirm)
        return None
