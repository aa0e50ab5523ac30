"""Suggestions of the desk in memory: what a test puts into `offered`."""

# ruff: noqa: D101, D102 - what each method does stands in the desk it stands in for

from __future__ import annotations

from collections.abc import Sequence

from desk.suggestion_views import Suggestion
from desk.views import Done
from tests.tui.world import World


class FakeSuggestions:
    def __init__(self, world: World) -> None:
        self.world = world
        self.offered: tuple[Suggestion, ...] = ()

    async def suggest(self, conversation: int) -> tuple[Suggestion, ...]:
        return self.offered

    async def chosen(self, conversation: int, offered: Sequence[Suggestion], took: int) -> Done:
        self.world.did("suggestion_chosen", conversation, offered[took].name)
        return Done("Taken over.", undoable=False, conversation=conversation)

    async def refused(self, conversation: int, offered: Sequence[Suggestion]) -> Done:
        self.world.did("suggestion_refused", conversation)
        return Done("Noted.", undoable=False, conversation=conversation)
