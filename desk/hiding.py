"""Hiding somebody's comment where the platform can: operators ask for it, the collector does it.

Hiding twice is hiding once, so what was asked is simply asked of the platform again after a crash.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from channels.base import Connector, Hides, Permanent, Retryable
from config import platforms
from desk.ground import Ground
from desk.views import Done
from domain.clock import SECOND, Clock, Millis
from domain.errors import NotAllowed, WebcareError
from i18n import _
from storage import conversations, events, hiding
from storage.database import Database

LOOK_EVERY: Final[Millis] = 2 * SECOND
FIRST_WAIT: Final[Millis] = 5 * SECOND
LONGEST_WAIT: Final[Millis] = 600 * SECOND


class Hiding:
    """What operators ask for."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def hidden(self, conversation_id: int) -> bool:
        """Whether the contact's newest public message is hidden, or about to be. Raises NotAllowed."""
        return await self._ground.read(lambda connection: _hidden(_subject(connection, conversation_id)))

    async def ask(self, conversation_id: int, *, hidden: bool) -> Done:
        """Have it hidden, or shown again; two who ask the same ask once. Raises NotAllowed."""
        ground = self._ground

        def work(connection: sqlite3.Connection) -> None:
            row = _subject(connection, conversation_id)
            if _hidden(row) == hidden:
                return
            now, login = ground.clock.now(), ground.operator.login
            hiding.ask(connection, row["id"], wanted=hidden, operator=login, at=now)
            kind = "hide_asked" if hidden else "show_asked"
            _record(connection, conversation_id, row["id"], kind, login, now)

        await ground.write(work)
        said = _("It is being hidden.") if hidden else _("It is being shown again.")
        return Done(said, undoable=False, conversation=conversation_id)


@dataclass(frozen=True, slots=True)
class Hider:
    """What the collector does about it."""

    database: Database
    clock: Clock
    connectors: Mapping[str, Connector]

    async def run(self) -> None:
        """Do what is asked, for ever."""
        while True:
            while await self.step():
                pass
            await asyncio.sleep(LOOK_EVERY / SECOND)

    async def step(self) -> bool:
        """One thing that was asked; False where there is none."""
        asked = await self.database.read(lambda connection: hiding.due(connection, self.clock.now()))
        if asked is None:
            return False
        connector: object = self.connectors.get(asked["channel"])
        if isinstance(connector, Hides):
            await self._do(asked, connector)
        else:
            await self._settle(asked, "failed", _("This channel cannot hide anything."))
        return True

    async def _do(self, asked: sqlite3.Row, connector: Hides) -> None:
        try:
            await connector.hide(asked["remote_id"], hidden=bool(asked["wanted"]))
        except Permanent as refusal:
            await self._settle(asked, "failed", str(refusal))
        except WebcareError as error:
            await self._later(asked, error)
        else:
            await self._settle(asked, "done")

    async def _settle(self, asked: sqlite3.Row, state: str, sentence: str = "") -> None:
        now = self.clock.now()
        kind = ("hidden" if asked["wanted"] else "shown") if state == "done" else "hide_failed"

        def work(connection: sqlite3.Connection) -> None:
            if hiding.settle(connection, asked, state, sentence):
                _record(connection, asked["conversation_id"], asked["message_id"], kind, "system", now)

        await self.database.write(work)

    async def _later(self, asked: sqlite3.Row, error: WebcareError) -> None:
        wait = min(FIRST_WAIT * 2 ** min(asked["tries"], 8), LONGEST_WAIT)
        if isinstance(error, Retryable) and error.after is not None:
            wait = max(wait, error.after)
        next_at = self.clock.now() + wait
        await self.database.write(
            lambda connection: hiding.later(connection, asked, next_at=next_at, sentence=str(error))
        )


def _subject(connection: sqlite3.Connection, conversation_id: int) -> sqlite3.Row:
    conversation = conversations.get(connection, conversation_id)
    spec = platforms.find(conversation["platform"])
    if spec is None or not spec.hides:
        title = conversation["platform"] if spec is None else spec.title
        raise NotAllowed(_("On {platform} nothing can be hidden from here.", platform=title))
    row = hiding.subject(connection, conversation_id)
    if row is None:
        raise NotAllowed(_("There is no public comment of theirs to hide."))
    return row


def _hidden(row: sqlite3.Row) -> bool:
    return bool(row["wanted"]) and row["state"] != "failed"


def _record(
    connection: sqlite3.Connection, conversation_id: int, message_id: int, kind: str, actor: str, at: Millis
) -> None:
    events.move(
        connection, at=at, actor=actor, conversation_id=conversation_id, kind=kind, changes={},
        details={"message": message_id},
    )  # fmt: skip
