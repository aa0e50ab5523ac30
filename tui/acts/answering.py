"""Acts that write: replies, notes, and the composer's own keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from tui.acts.attaching import Attaching
from tui.acts.suggesting import suggest
from tui.acts.table import ActOn
from tui.floor import Floor
from tui.writing import Writing

if TYPE_CHECKING:
    from tui.ports import DraftKind


def answering(writing: Writing) -> Mapping[str, ActOn]:
    """The acts of one composer."""

    def begin(kind: DraftKind | None, *, template: bool = False) -> ActOn:
        """A reply of this kind; None answers where it was asked."""

        async def act(floor: Floor, count: int) -> None:  # noqa: ARG001 - one signature for all acts
            if floor.current is not None:
                await writing.begin(floor.current, kind or _where_asked(floor), template=template)

        return act

    def composing(do: Callable[[], Awaitable[None]]) -> ActOn:
        async def act(floor: Floor, count: int) -> None:  # noqa: ARG001
            await do()

        return act

    async def next_hole(floor: Floor, count: int) -> None:  # noqa: ARG001
        floor.parts.composer.next_hole()

    async def both(floor: Floor, count: int) -> None:  # noqa: ARG001
        await writing.following.switch()

    return {
        "reply.public": begin(None),
        "reply.private": begin("private"),
        "reply.note": begin("note"),
        "reply.template": begin(None, template=True),
        "composer.keep": composing(writing.leave),
        "composer.template": composing(writing.template),
        "composer.editor": composing(writing.edit_outside),
        "composer.review": composing(writing.review),
        "composer.suggest": composing(partial(suggest, writing)),
        "composer.attach": composing(Attaching(writing).attach),
        "composer.both": both,
        "composer.split": composing(partial(writing.review, in_parts=True)),
        "composer.next_remark": composing(writing.next_remark),
        "composer.take": composing(writing.take_remark),
        "composer.leave": composing(writing.leave_remark),
        "composer.next_hole": next_hole,
    }


def _where_asked(floor: Floor) -> DraftKind:
    row = floor.parts.list.row(floor.current)
    return "public" if row is None else row.visibility
