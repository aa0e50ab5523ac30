"""Templates with the conversation's values filled in."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from desk.conversations import first_name
from desk.ground import Ground
from desk.views import TemplateChoice
from domain.address import form_of_address
from domain.clock import SECOND
from domain.errors import NotFound
from domain.template import Template, cases, render
from i18n import _
from storage import conversations, messages
from storage import templates as store

Kind = Literal["public", "private", "note"]


@dataclass(frozen=True, slots=True)
class Templating:
    """The picker's side of templates. `load` gives the current set; it may have been edited meanwhile."""

    ground: Ground
    load: Callable[[], Sequence[Template]]

    async def choices(self, conversation_id: int, query: str) -> tuple[TemplateChoice, ...]:
        """Templates best first: those for this kind and language, then the most used."""
        known = self.load()

        def work(connection: sqlite3.Connection) -> tuple[TemplateChoice, ...]:
            row = conversations.get(connection, conversation_id)
            inbound = messages.last_inbound(connection, conversation_id)
            uses = store.uses(connection)
            values, holding = self._values(row, inbound, "public")
            language = inbound["lang"] if inbound else None
            fitting = sorted(
                (one for one in known if _matches(one, query)),
                key=lambda one: (
                    one.language != language,
                    row["kind"] not in one.kinds,
                    -uses.get(one.id, (0, 0))[0],
                    one.name.casefold(),
                ),
            )
            return tuple(
                TemplateChoice(
                    id=one.id,
                    name=one.name,
                    language=one.language,
                    kinds=tuple(one.kinds),
                    preview=render(one.parsed(), values, holding).text,
                    uses=uses.get(one.id, (0, 0))[0],
                    last_used=uses[one.id][1] if one.id in uses else None,
                )
                for one in fitting
            )

        return await self.ground.read(work)

    async def fill(self, conversation_id: int, template_id: str, kind: Kind) -> str:
        """The template's text with values; what is missing stays as a hole. Raises NotFound."""
        template = self._get(template_id)

        def work(connection: sqlite3.Connection) -> str:
            return self.rendered(connection, conversation_id, template, kind)

        return await self.ground.read(work)

    def filled(
        self, connection: sqlite3.Connection, conversation_id: int, template_id: str, kind: Kind
    ) -> str | None:
        """As `fill`, inside a transaction; None when the template is gone."""
        found = [one for one in self.load() if one.id == template_id]
        return self.rendered(connection, conversation_id, found[0], kind) if found else None

    def rendered(
        self, connection: sqlite3.Connection, conversation_id: int, template: Template, kind: Kind
    ) -> str:
        """Any template's text for a conversation; what is missing stays as a hole. Raises TemplateError."""
        row = conversations.get(connection, conversation_id)
        inbound = messages.last_inbound(connection, conversation_id)
        values, holding = self._values(row, inbound, kind)
        return render(template.parsed(), values, holding).text

    def _get(self, template_id: str) -> Template:
        for one in self.load():
            if one.id == template_id:
                return one
        raise NotFound(_("There is no template {id}.", id=template_id))

    def _values(
        self, row: sqlite3.Row, inbound: sqlite3.Row | None, kind: Kind
    ) -> tuple[Mapping[str, str], frozenset[str]]:
        settings, me = self.ground.settings, self.ground.operator
        channel = settings.channels.get(row["channel"])
        values = {
            "contact.first_name": first_name(row["contact_name"]),
            "contact.name": row["contact_name"],
            "contact.handle": row["handle"],
            "operator.first_name": me.first_name,
            "operator.name": me.name,
            "organisation": settings.organisation.name,
            "channel.name": channel.name if channel else row["channel"],
            "conversation.id": str(row["id"]),
        }
        language = inbound["lang"] if inbound else None
        said = form_of_address(inbound["text"], lang=language) if inbound else None
        holding = cases(
            form=said, is_open=self._in_hours(), private=kind == "private", language=language or "nl"
        )
        return values, holding

    def _in_hours(self) -> bool:
        """Whether the desk's first calendar is open now; a desk without one is always open."""
        for calendar in self.ground.settings.calendars.values():
            now = self.ground.clock.now()
            return calendar.working_between(now, now + SECOND) > 0
        return True


def _matches(template: Template, query: str) -> bool:
    words = query.casefold().split()
    text = f"{template.id} {template.name} {template.text}".casefold()
    return all(word in text for word in words)
