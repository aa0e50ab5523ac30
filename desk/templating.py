"""Templates with the conversation's values filled in."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desk.conversations import first_name
from desk.ground import Ground
from desk.reply_views import BegunWith
from desk.signing import signing
from desk.template_views import TemplateChoice, TemplateProposal
from desk.views import Done
from domain.address import form_of_address
from domain.conversation import KINDS
from domain.errors import NotFound
from domain.flemish import is_flemish
from domain.opening_hours import opening_hours, opens_again
from domain.template import Template, cases, render
from domain.template_making import propose, template_id
from i18n import _
from storage import conversations, messages
from storage import templates as store

Kind = Literal["public", "private", "note"]

SCEPTICISM = 5
"""So many reactions halve the doubt about what a template earned."""


@dataclass(frozen=True, slots=True)
class Templating:
    """Templates with a conversation's values. `load` gives the set as it is now."""

    ground: Ground
    load: Callable[[], Sequence[Template]]
    faulty: Callable[[], Sequence[str]] = tuple

    async def faults(self) -> Sequence[str]:
        """A sentence with file and line for each template that cannot be read, or keeps its older text."""
        return await asyncio.to_thread(self.faulty)

    async def choices(self, conversation_id: int, query: str) -> tuple[TemplateChoice, ...]:
        """Templates best first: those for this kind and language, then by use in such cases and its fruit."""
        known = await asyncio.to_thread(self.load)

        def work(connection: sqlite3.Connection) -> tuple[TemplateChoice, ...]:
            row = conversations.get(connection, conversation_id)
            inbound = messages.last_inbound(connection, conversation_id)
            figures = store.figures(connection, row["kind"])
            values, holding = self._values(row, inbound, "public")
            language = self._language(inbound)
            fitting = sorted(
                (one for one in known if _matches(one, query)),
                key=lambda one: (
                    _distance(one.language, language),
                    row["kind"] not in one.kinds,
                    -_worth(figures.get(one.id)),
                    one.name.casefold(),
                ),
            )
            return tuple(
                _choice(one, render(one.parsed(), values, holding).text, figures.get(one.id))
                for one in fitting
            )

        return await self.ground.read(work)

    async def propose(self, conversation_id: int, text: str, kind: Kind) -> TemplateProposal:
        """What a reply in this conversation would be as a template: names and numbers made placeholders."""
        taken = [one.id for one in await asyncio.to_thread(self.load)]
        ground = self.ground

        def work(connection: sqlite3.Connection) -> TemplateProposal:
            row = conversations.get(connection, conversation_id)
            inbound = messages.last_inbound(connection, conversation_id)
            values, _holding = self._values(row, inbound, kind)
            channel = ground.settings.channels.get(row["channel"])
            bare = signing(ground, channel, kind, inbound["lang"] if inbound else None).bare(text)
            others = (one for one in ground.settings.operators.values() if one.login != ground.operator.login)
            made = propose(bare, values, [one.first_name for one in others])
            return TemplateProposal(
                id=template_id(made.name, taken),
                name=made.name,
                language=self._language(inbound),
                kinds=(row["kind"],) if row["kind"] in KINDS else (),
                text=made.text,
                replaced=made.replaced,
            )

        return await ground.read(work)

    async def keep(self, proposal: TemplateProposal) -> Done:
        """Save a template as a file of the team's. Raises TemplateError, or ConfigError where it is there."""
        template = Template(proposal.id, proposal.name, proposal.language, proposal.kinds, proposal.text)
        template.parsed()
        path = await asyncio.to_thread(self._saved, template)
        return Done(_("Template kept: {file}.", file=path.name), undoable=False)

    def _saved(self, template: Template) -> Path:
        from config.template_files import save_template  # noqa: PLC0415 - YAML only where a file is written

        return save_template(self.ground.settings.places.templates, template)

    async def fill(self, conversation_id: int, template_id: str, kind: Kind) -> str:
        """The template's text with values; what is missing stays as a hole. Raises NotFound."""
        template = await asyncio.to_thread(self._get, template_id)

        def work(connection: sqlite3.Connection) -> str:
            return self.rendered(connection, conversation_id, template, kind)

        return await self.ground.read(work)

    def filled(
        self, connection: sqlite3.Connection, conversation_id: int, template_id: str, kind: Kind
    ) -> str | None:
        """As `fill`, inside a transaction; None when the template is gone."""
        found = [one for one in self.load() if one.id == template_id]
        return self.rendered(connection, conversation_id, found[0], kind) if found else None

    def begun(
        self, connection: sqlite3.Connection, conversation_id: int, template_id: str, kind: Kind
    ) -> BegunWith | None:
        """The template of a draft with its values; None when it is gone."""
        for one in self.load():
            if one.id == template_id:
                return BegunWith(one.name, self.rendered(connection, conversation_id, one, kind))
        return None

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
        language = self._language(inbound)
        calendar, now = next(iter(settings.calendars.values()), None), self.ground.clock.now()
        values = {
            "contact.first_name": first_name(row["contact_name"]),
            "contact.name": row["contact_name"],
            "contact.handle": row["handle"],
            "operator.first_name": me.first_name,
            "operator.name": me.name,
            "operator.initials": me.initials,
            "organisation": settings.organisation.name,
            "channel.name": channel.name if channel else row["channel"],
            "conversation.id": str(row["id"]),
            "opening_hours": opening_hours(calendar, language),
            "opens_again": opens_again(calendar, now, language),
        }
        said = form_of_address(inbound["text"], lang=language) if inbound else None
        is_open = calendar is None or calendar.is_open(now)
        return values, cases(form=said, is_open=is_open, private=kind == "private", language=language)

    def _language(self, inbound: sqlite3.Row | None) -> str:
        """What the reply is written in: the contact's language, `nl-BE` for Flemish readers."""
        language = str(inbound["lang"] or "nl") if inbound else "nl"
        if language != "nl":
            return language
        flemish = self.ground.settings.flemish or (inbound is not None and is_flemish(inbound["text"]))
        return "nl-BE" if flemish else "nl"


def _distance(written: str, wanted: str) -> int:
    """How far a template's language is from the reply's: the same, its other variant, another."""
    if written == wanted:
        return 0
    same = written.partition("-")[0] == wanted.partition("-")[0]
    return (1 if "-" not in written else 2) if same else 3


def _worth(figures: store.Figures | None) -> float:
    """Uses in such cases weigh double; what was earned counts for more the more often it was seen."""
    if figures is None:
        return 0.0
    earned = (figures.earned or 0.0) * figures.earned_of / (figures.earned_of + SCEPTICISM)
    return (figures.uses + figures.alike) * (1 + earned)


def _choice(template: Template, preview: str, figures: store.Figures | None) -> TemplateChoice:
    return TemplateChoice(
        id=template.id,
        name=template.name,
        language=template.language,
        kinds=tuple(template.kinds),
        preview=preview,
        uses=figures.uses if figures else 0,
        last_used=figures.last_used if figures else None,
        earned=figures.earned if figures else None,
        earned_of=figures.earned_of if figures else 0,
        edited=figures.edited if figures else None,
    )


def _matches(template: Template, query: str) -> bool:
    words = query.casefold().split()
    text = f"{template.id} {template.name} {template.text}".casefold()
    return all(word in text for word in words)
