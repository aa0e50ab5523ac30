"""The ledger of promises of the desk in memory: it remembers what was asked of it."""

# ruff: noqa: D101, D102 - what each method does stands in the desk it stands in for

from __future__ import annotations

from desk.promise_views import NewPromise, PromiseAlert, PromiseFound, PromiseMonth, PromiseView
from desk.views import Done
from domain.clock import HOUR, Millis
from domain.errors import NotFound
from tests.tui.world import World


class FakePromises:
    def __init__(self, world: World) -> None:
        self.world = world
        self.open: dict[int, PromiseView] = {}

    def found(self, text: str) -> tuple[PromiseFound, ...]:
        start = text.find("morgen")
        if start < 0:
            return ()
        end = start + len("morgen")
        due = self.world.clock.now() + 24 * HOUR
        first = len(text) - len(text.lstrip())
        return (PromiseFound(first, len(text), "report", "report back", due, "plain", (start, end)),)

    def when(self, text: str) -> Millis:
        return self.world.clock.now() + HOUR

    async def note(self, conversation: int, new: NewPromise) -> Done:
        return self._done("note_promise", conversation, new)

    async def queue(self, *, mine: bool = False) -> tuple[PromiseView, ...]:
        return tuple(one for one in self.open.values() if one.mine or not mine)

    async def of_conversation(self, conversation: int) -> tuple[PromiseView, ...]:
        return tuple(one for one in self.open.values() if one.conversation == conversation)

    async def get(self, promise: int) -> PromiseView:
        if promise not in self.open:
            raise NotFound("There is no such promise.")
        return self.open[promise]

    async def alert(self, *, mine: bool = False) -> PromiseAlert:
        return PromiseAlert(over=0, soon=len(self.open), next_at=None)

    async def keep(self, seen: PromiseView, *, late: bool | None = None) -> Done:
        return self._done("keep_promise", seen.id, late)

    async def break_(self, seen: PromiseView, reason: str) -> Done:
        return self._done("break_promise", seen.id, reason)

    async def withdraw(self, seen: PromiseView, reason: str = "") -> Done:
        return self._done("withdraw_promise", seen.id, reason)

    async def move(self, seen: PromiseView, due_at: Millis) -> Done:
        return self._done("move_promise", seen.id, due_at)

    async def take_over(self, seen: PromiseView, login: str | None = None) -> Done:
        return self._done("take_over_promise", seen.id, login)

    async def months(self) -> tuple[PromiseMonth, ...]:
        return ()

    def _done(self, *act: object) -> Done:
        self.world.did(*act)
        return Done("Done.")
