"""Answering after the platform's window has closed: a text that it approved, filled in place by place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.approved_views import FilledIn
from domain.approved import filled, on_one_line
from domain.errors import Conflict
from i18n import _
from tui import format as fmt
from tui.screens.picker import Picker, Question
from tui.screens.review import Review
from tui.widgets.choices import Choice

if TYPE_CHECKING:
    from desk.approved_views import ApprovedList, ApprovedTemplate
    from tui.floor import Floor
    from tui.screens.review import Verdict


@dataclass(frozen=True, slots=True)
class Approving:
    """One such answer in one conversation."""

    floor: Floor
    conversation: int

    async def offer(self) -> bool:
        """Choose, fill in, review and send. False where nothing was chosen."""
        floor = self.floor
        found = await floor.desk.approved.of(self.conversation)
        if not found.templates:
            floor.say(_("The window is closed: only approved templates. {why}", why=found.sentence), bad=True)
            return False
        try:
            await floor.desk.claims.claim(self.conversation)
        except Conflict as held:
            floor.say(_("{sentence} C takes it over.", sentence=held), bad=True)
            return True
        await floor.feed.read((self.conversation,))
        await floor.peek()
        template = await self._choose(found)
        if template is None:
            return False
        if template.refusal:
            floor.say(template.refusal, bad=True)
            return True
        values: dict[str, str] = {}
        while await self._fill(template, values):
            verdict = await self._review(FilledIn(template.name, template.language, dict(values)))
            if verdict != "edit":
                return True
        return True

    async def _choose(self, found: ApprovedList) -> ApprovedTemplate | None:
        floor = self.floor
        door = floor.look.door
        choices = [
            Choice(
                str(place),
                door.line(one.name),
                door.line(f" {floor.look.signs.dot} ".join(filter(None, (one.language, one.category)))),
                door.block("\n".join(filter(None, (one.refusal, one.text)))),
            )
            for place, one in enumerate(found.templates)
        ]
        picked = await floor.ask(Picker(floor.look, Question(self._title(found), choices, preview=True)))
        return None if picked is None or picked.id is None else found.templates[int(picked.id)]

    def _title(self, found: ApprovedList) -> str:
        floor = self.floor
        if found.listed_at is None:
            return _("The window is closed: only approved templates")
        at = fmt.moment(found.listed_at, floor.desk.clock.now(), floor.look.zone)
        return _("The window is closed: only approved templates (list of {at})", at=at)

    async def _fill(self, template: ApprovedTemplate, values: dict[str, str]) -> bool:
        """Ask for one place after the other; False when the operator went back at the first."""
        places, at = template.places, 0
        while at < len(places):
            given = await self._ask(template, values, at)
            if given is None:
                if at == 0:
                    return False
                at -= 1
                continue
            values[places[at]] = given
            at += 1
        return True

    async def _ask(self, template: ApprovedTemplate, values: dict[str, str], at: int) -> str | None:
        place = template.places[at]

        def stands(typed: str) -> str:
            """The line that it goes into."""
            so_far = {**values, place: on_one_line(typed) or f"{{{{{place}}}}}"}
            lines = (
                line for line in template.text.split("\n") if f"{{{{{place}}}}}" in line.replace(" ", "")
            )
            return filled(next(lines, template.text), so_far)

        title = _(
            "{template}: {place} ({n} of {all})", template=template.name, place=place, n=at + 1,
            all=len(template.places),
        )  # fmt: skip
        asked = Question(title, free=True, value=values.get(place, ""), answer=stands)
        picked = await self.floor.ask(Picker(self.floor.look, asked))
        return None if picked is None else on_one_line(picked.text)

    async def _review(self, use: FilledIn) -> Verdict | None:
        """Show it as it will stand, and send it where that is answered."""
        floor = self.floor
        while True:
            review = await floor.desk.approved.review(self.conversation, use)
            verdict: Verdict | None = await floor.ask(Review(floor.look, floor.keymap, review))
            if verdict != "send":
                return verdict
            try:
                done = await floor.desk.replies.send(review)
            except Conflict as moved:
                floor.say(str(moved), bad=True)
                continue
            floor.done(done)
            floor.stop_reading()
            await floor.feed.after_act((self.conversation,), settles=True)
            await floor.peek()
            return verdict
