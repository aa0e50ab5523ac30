"""Acts of the composer on pictures and films: attach one, describe it, take it out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from domain.attachment import LONGEST_ALT, Attached, MediaLimits
from domain.errors import WebcareError
from i18n import _
from tui.along_words import form_words, limit_words
from tui.screens.along import Along, Verdict
from tui.screens.attach import AttachFile, Disk
from tui.screens.describing import Describe, Description
from tui.stage import ShowsPictures
from tui.widgets.picture import Draw
from tui.writing import Writing

_HOME = "~/"


class Attaching:
    """What goes along with the draft under the hand."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._folder = _HOME
        """Where the last file was found."""

    async def attach(self) -> None:
        """The list of what goes along; at once the choice of a file where there is none."""
        floor, composer = self._writing.floor, self._writing.floor.parts.composer
        if composer.view is None:
            return
        limits = await floor.desk.attachments.limits(composer.view.draft)
        try:
            if composer.view.attachments:
                await self._go_through(limits)
            else:
                await self._add(limits)
        finally:
            composer.paper.focus()

    @property
    def _attached(self) -> Sequence[Attached]:
        view = self._writing.floor.parts.composer.view
        return () if view is None else view.attachments

    async def _go_through(self, limits: MediaLimits) -> None:
        floor, at = self._writing.floor, 0
        while self._attached:
            asked = Along(floor.look, floor.keymap, self._attached, self._draw, at=at)
            verdict: Verdict | None = await floor.ask(asked)
            at = asked.index
            if verdict is None:
                return
            try:
                if verdict == "add":
                    await self._add(limits)
                elif verdict == "describe":
                    await self._describe(self._attached[at], limits)
                else:
                    await self._take_out(self._attached[at])
            except WebcareError as error:
                floor.say(str(error), bad=True)

    async def _add(self, limits: MediaLimits) -> None:
        floor = self._writing.floor
        view = floor.parts.composer.view
        assert view is not None
        desk, draft = floor.desk.attachments, view.draft
        disk = Disk(desk.browse, partial(desk.look, draft))
        takes = (limit_words(limits), form_words(limits))
        path = await floor.ask(AttachFile(floor.look, disk, takes, self._folder))
        if path is None:
            return
        folder = os.path.dirname(path)  # noqa: PTH120 - as it was typed, with its `~`
        self._folder = f"{folder.rstrip('/')}/" if folder else _HOME
        prepared = await desk.prepare(draft, path)
        said = await self._ask_words(prepared, limits)
        if said is None:
            floor.say(_("{name} was not attached.", name=prepared.name))
            return
        kept = await desk.put(draft, replace(prepared, alt=said.alt, decorative=said.decorative))
        others = [one for one in self._attached if one.sha256 != kept.sha256]
        self._show((*others, kept))
        floor.say(_("{name} goes along.", name=kept.name))

    async def _describe(self, one: Attached, limits: MediaLimits) -> None:
        floor = self._writing.floor
        view = floor.parts.composer.view
        said = await self._ask_words(one, limits)
        if said is None or view is None:
            return
        desk = floor.desk.attachments
        kept = await desk.describe(view.draft, one.sha256, said.alt, decorative=said.decorative)
        self._show([kept if each.sha256 == kept.sha256 else each for each in self._attached])

    async def _take_out(self, one: Attached) -> None:
        floor = self._writing.floor
        view = floor.parts.composer.view
        assert view is not None
        done = await floor.desk.attachments.detach(view.draft, one.sha256)
        self._show([each for each in self._attached if each.sha256 != one.sha256])
        floor.done(done)

    async def _ask_words(self, one: Attached, limits: MediaLimits) -> Description | None:
        floor = self._writing.floor
        app = floor.screen.app
        shown = isinstance(app, ShowsPictures) and app.stage.by_itself and not app.stage.off
        draw = self._draw(one) if shown else None
        return await floor.ask(Describe(floor.look, floor.keymap, one, limits.alt or LONGEST_ALT, draw))

    def _draw(self, one: Attached) -> Draw:
        return partial(self._writing.floor.desk.attachments.draw, one.sha256)

    def _show(self, attached: Sequence[Attached]) -> None:
        composer = self._writing.floor.parts.composer
        if composer.view is not None:
            composer.view = replace(composer.view, attachments=tuple(attached))
            composer.show_along()
