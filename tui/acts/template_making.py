"""A good reply becomes a template: shown first, what became what, and only then saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import NotFound
from i18n import _
from tui.acts.table import ActOn
from tui.floor import Floor
from tui.screens.picker import Confirm, Picker, Question

if TYPE_CHECKING:
    from desk.template_views import TemplateProposal


async def _make(floor: Floor, count: int) -> None:  # noqa: ARG001 - one signature for all acts
    """Our last reply of this conversation."""
    conversation = floor.current
    if conversation is None:
        return
    view = await floor.desk.conversations.view(conversation)
    ours = next((one for one in reversed(view.messages) if one.direction == "out"), None)
    if ours is None:
        raise NotFound(_("There is no reply of ours in this conversation yet."))
    proposal = await floor.desk.templating.propose(conversation, ours.text, ours.visibility)
    if not await floor.ask(Confirm(floor.look, _("Keep this as a template?"), _shown(proposal))):
        return
    asked = Question(_("What is it called?"), free=True, value=proposal.name)
    named = await floor.ask(Picker(floor.look, asked))
    if named is not None and named.text:
        floor.done(await floor.desk.templating.keep(replace(proposal, name=named.text)))


def _shown(proposal: TemplateProposal) -> list[str]:
    """The text, and what became what."""
    became = [
        _("{original} becomes {placeholder}", original=one.original, placeholder=one.placeholder)
        for one in proposal.replaced
    ]
    return [*proposal.text.split("\n"), "", *(became or [_("Nothing in it was somebody's own.")])]


TEMPLATE_MAKING: Mapping[str, ActOn] = {"template.make": _make}
