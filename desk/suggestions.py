"""Suggestions that learn: the team's best answers to similar mentions, offered and never sent.

Reading goes through the reader, weighing on a thread of its own, so no key waits. An answer is shown without
the person it was written to; the conversation it comes from is named, so that it can be looked up.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Literal

from desk.conversations import first_name
from desk.ground import Ground
from desk.suggesting import Material, gather
from desk.suggestion_views import Suggestion
from desk.suggestion_words import why
from desk.templating import Templating
from desk.views import Done
from domain.errors import NotAllowed, TemplateError
from domain.impersonal import Written, impersonal
from domain.suggest import MOST, Candidate, Neighbour, name_of
from domain.suggest_learning import Lesson
from domain.template import Template
from i18n import _
from storage import contacts, conversations, messages, operators, suggestions

_SPARE = 3
"""Candidates looked at beyond MOST, because one may turn out to be no text."""


class Suggestions:
    """The composer's and the command line's side of suggestions."""

    def __init__(self, ground: Ground, templating: Templating) -> None:
        self._ground = ground
        self._templating = templating

    async def suggest(self, conversation_id: int) -> tuple[Suggestion, ...]:
        """Up to three answers, best first, none where nothing similar was ever answered. Raises NotFound."""
        now = self._ground.clock.now()
        material = await self._ground.read(lambda connection: gather(connection, conversation_id, now))
        if not material.neighbours:
            return ()
        ranked = await asyncio.to_thread(Material.ranked, material)
        return await self._ground.read(
            lambda connection: self._dressed(connection, conversation_id, ranked[: MOST + _SPARE])
        )

    async def chosen(self, conversation_id: int, offered: Sequence[Suggestion], took: int) -> Done:
        """The operator took one of those offered into the draft. Raises NotAllowed for one that was not."""
        if not 0 <= took < len(offered):
            raise NotAllowed(_("There is no such suggestion."))
        await self._teach(conversation_id, offered, took)
        return Done(_("Taken over; change it so that it fits."), undoable=False, conversation=conversation_id)

    async def refused(self, conversation_id: int, offered: Sequence[Suggestion]) -> Done:
        """The operator wants none of those offered."""
        if offered:
            await self._teach(conversation_id, offered, None)
        return Done(
            _("Noted; the next suggestions learn from it."), undoable=False, conversation=conversation_id
        )

    async def _teach(self, conversation_id: int, offered: Sequence[Suggestion], took: int | None) -> None:
        ground = self._ground
        lesson = Lesson(
            ground.clock.now(),
            tuple(one.name for one in offered),
            tuple(one.features for one in offered),
            took,
        )

        def work(connection: sqlite3.Connection) -> None:
            conversations.get(connection, conversation_id)
            suggestions.teach(
                connection, lesson, conversation_id=conversation_id, operator=ground.operator.login
            )

        await ground.write(work)

    # -- inside -----------------------------------------------------------------------------------------

    def _dressed(
        self, connection: sqlite3.Connection, conversation_id: int, ranked: Sequence[Candidate]
    ) -> tuple[Suggestion, ...]:
        shown: list[Suggestion] = []
        for candidate in ranked:
            if len(shown) == MOST:
                break
            text = self._text(connection, conversation_id, candidate)
            if text and all(text != one.text for one in shown):
                source = candidate.source
                name = f"template:{candidate.template}" if candidate.template else name_of(source)
                shown.append(
                    Suggestion(
                        name, text, why(candidate), source.conversation, candidate.template,
                        round(candidate.score, 3), candidate.features,
                    )
                )  # fmt: skip
        return tuple(shown)

    def _text(self, connection: sqlite3.Connection, conversation_id: int, candidate: Candidate) -> str:
        """The candidate's words for this contact; empty where they cannot be told."""
        row = conversations.get(connection, conversation_id)
        kind: Literal["public", "private"] = "private" if row["visibility"] == "private" else "public"
        if candidate.template is not None:
            filled = self._templating.filled(connection, conversation_id, candidate.template, kind)
            if filled is not None:
                return filled
        text = impersonal(
            candidate.source.answer, self._written(connection, candidate.source, conversation_id)
        )
        try:
            return self._templating.rendered(
                connection, conversation_id, Template("", "", "nl", (), text), kind
            ).strip()
        except TemplateError:  # braces of its own that no rule of ours foresaw: rather nothing than a risk
            return ""

    def _written(self, connection: sqlite3.Connection, source: Neighbour, asking: int) -> Written:
        row = conversations.get(connection, source.conversation)
        names = {row["contact_name"], contacts.name(connection, row["contact_id"])}
        handles = {row["handle"]} | {one["handle"] for one in contacts.handles(connection, row["contact_id"])}
        settings = self._ground.settings
        people = [one["name"] for one in operators.everyone(connection)]
        return Written(
            contact_names=tuple(sorted(names)),
            handles=tuple(sorted(handles)),
            colleagues=tuple(sorted({*people, *map(first_name, people)})),
            thread=_said(connection, source.conversation),
            here=_said(connection, asking),
            ours=(settings.organisation.name, *settings.organisation.brands),
        )


def _said(connection: sqlite3.Connection, conversation_id: int) -> str:
    """What the contact wrote in a conversation."""
    thread = messages.thread(connection, conversation_id, 50)
    return "\n".join(one["text"] for one in thread if one["direction"] == "in")
