"""The part of the desk in memory that sends, undoes and reports health."""

# ruff: noqa: D101, D102 - what each method does stands in the desk it stands in for

from __future__ import annotations

from dataclasses import replace

from desk.reply_views import DraftView, OutboxView
from desk.views import ChannelHealth, CollectorState, Done
from domain.clock import MINUTE, SECOND
from domain.errors import Conflict, NotAllowed
from tests.tui.world import World


class FakeOutbox:
    def __init__(self, world: World) -> None:
        self.world = world

    async def list(self) -> tuple[OutboxView, ...]:
        return tuple(self.world.outbox.values())

    async def call_back(self, outbox: int) -> Done:
        self.world.did("call_back", outbox)
        reply = self.world.outbox[outbox]
        if reply.undo_until is None or reply.undo_until <= self.world.clock.now():
            raise Conflict("Too late: it is out.")
        del self.world.outbox[outbox]
        self.world.change(reply.conversation, status="open")
        text = reply.text.removesuffix(" ^SV")
        self.world.drafts[reply.conversation, "public"] = DraftView(
            reply.conversation, "public", text, None, 0, 0
        )
        return Done("Called back.", conversation=reply.conversation, outbox=outbox)

    async def try_again(self, outbox: int) -> Done:
        self.world.did("try_again", outbox)
        self.world.outbox[outbox] = replace(self.world.outbox[outbox], status="queued", sentence="")
        return Done("Goes out again.")

    async def settle(self, outbox: int, *, there: bool) -> Done:
        self.world.did("settle", outbox, there)
        self.world.outbox[outbox] = replace(self.world.outbox[outbox], status="sent" if there else "queued")
        return Done("Noted.")


class FakeHistory:
    def __init__(self, world: World) -> None:
        self.world = world

    async def undo(self) -> Done:
        self.world.did("undo")
        if not self.world.undo:
            raise NotAllowed("There is nothing of yours to undo.")
        last = self.world.undo.pop()
        if isinstance(last, int):
            return await FakeOutbox(self.world).call_back(last)
        self.world.rows[last.id] = replace(last, version=self.world.rows[last.id].version + 1)
        return Done("Undone.", conversation=last.id)

    async def redo(self) -> Done:
        self.world.did("redo")
        raise NotAllowed("There is nothing of yours to redo.")


class FakeHealth:
    def __init__(self, world: World) -> None:
        self.world = world

    async def channels(self) -> tuple[ChannelHealth, ...]:
        now = self.world.clock.now()
        return (
            ChannelHealth("gemeente", "bluesky", "Bluesky gemeente", False, False, now, now - 4 * SECOND, ""),
            ChannelHealth("nieuws", "feed", "Nieuws", True, False, now, now - 14 * MINUTE, "token expired"),
        )

    async def collector(self) -> CollectorState:
        return self.world.collector
