"""A coach in memory, of a few words, and templates that are made of replies."""

# ruff: noqa: D101, D102 - what each method does stands in the desk it stands in for

from __future__ import annotations

from desk.coach_views import Advice, RemarkView
from desk.reply_views import ComposerView, Length
from desk.template_views import TemplateProposal
from desk.views import Done
from domain.template_making import propose
from tests.tui.fake_promises import FakePromises
from tests.tui.world import World

RULES = {
    "0612345678": RemarkView("personal_data", "block", 0, 0, "A telephone number in public."),
    "[naam]": RemarkView("placeholder", "block", 0, 0, "Something is left to fill in."),
    "bel ons": RemarkView("redirect", "warn", 0, 0, "This sends them away.", "Ik help je hier."),
    "jammer": RemarkView("empathy_worn", "hint", 0, 0, "This word is worn.", "spijtig"),
}


class FakeCoaching:
    def __init__(self, world: World, promises: FakePromises) -> None:
        self.world = world
        self._promises = promises
        self.looked: list[str] = []

    async def look(self, composer: ComposerView, text: str, length: Length) -> Advice:
        self.looked.append(text)
        remarks = tuple(
            RemarkView(one.rule, one.level, at, at + len(words), one.message, one.suggestion)
            for words, one in RULES.items()
            if (at := text.find(words)) >= 0
        )
        changed = None if composer.template is None else float(text != composer.template.text)
        return Advice(remarks, self._promises.found(text), changed)

    async def overridden(self, rule: str) -> None:
        self.world.did("overridden", rule)


class FakeTemplating:
    def __init__(self, world: World) -> None:
        self.world = world

    async def propose(self, conversation: int, text: str, kind: str) -> TemplateProposal:
        made = propose(text, {})
        return TemplateProposal("own", made.name, "nl", (), made.text, made.replaced)

    async def keep(self, proposal: TemplateProposal) -> Done:
        self.world.did("keep_template", proposal.name, proposal.text)
        return Done("Template kept.", undoable=False)
