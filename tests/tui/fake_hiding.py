"""Hiding comments, as the fake desk's platform does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.views import Done
from domain.errors import NotAllowed

if TYPE_CHECKING:
    from tests.tui.world import World


class FakeHiding:
    """A platform that can, but for conversation 2."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: set[int] = set()

    async def hidden(self, conversation: int) -> bool:
        """Whether it was asked for."""
        if conversation == 2:
            raise NotAllowed("On Toots nothing can be hidden from here.")
        return conversation in self.asked

    async def ask(self, conversation: int, *, hidden: bool) -> Done:
        """Ask for it, or take it back."""
        self.asked = self.asked | {conversation} if hidden else self.asked - {conversation}
        self.world.did("hide" if hidden else "show", conversation)
        return Done("It is being hidden.", undoable=False, conversation=conversation)
