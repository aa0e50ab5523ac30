"""Asking when and who for what is promised, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from desk.promise_views import NewPromise
from domain.snooze import NotAMoment
from i18n import _
from tui.points import moment_words
from tui.screens.picker import Picker, Question
from tui.widgets.choices import Choice

if TYPE_CHECKING:
    from desk.promise_views import PromiseFound
    from domain.clock import Millis
    from tui.floor import Floor

_KEEP, _NONE, _COLLEAGUE = "keep", "none", "by:"


async def ask_when_and_who(
    floor: Floor, found: PromiseFound, words: str
) -> NewPromise | Literal["none"] | None:
    """The answer for a promise of a draft; `none` where it is none, None when the operator went back."""
    door, now = floor.look.door, floor.desk.clock.now()
    choices: list[Choice] = []
    moment = moment_words(found.due_at, now, floor.look)
    if found.due_at is not None:
        choices.append(Choice(_KEEP, door.line(_("by me")), door.line(moment)))
        choices += [
            Choice(f"{_COLLEAGUE}{one.login}", door.line(_("by {who}", who=one.name)), door.line(moment))
            for one in await floor.desk.triage.operators()
            if one.login != floor.desk.operator.login
        ]
    choices.append(Choice(_NONE, door.line(_("this is no promise"))))
    title = _("Promise “{words}”: when, and who?", words=words)
    picked = await floor.ask(Picker(floor.look, Question(title, choices, answer=understood(floor))))
    if picked is None:
        return None
    if picked.id == _NONE:
        return "none"
    due_at = found.due_at if picked.id is not None else floor.desk.promises.when(picked.text)
    owner = picked.id.removeprefix(_COLLEAGUE) if picked.id and picked.id.startswith(_COLLEAGUE) else None
    return NewPromise(found.what, due_at, owner, found.start, found.end)


async def ask_when(floor: Floor, title: str) -> Millis | None:
    """A moment that the operator types; None when they went back."""
    picked = await floor.ask(Picker(floor.look, Question(title, answer=understood(floor))))
    return None if picked is None else floor.desk.promises.when(picked.text)


def understood(floor: Floor) -> Callable[[str], str]:
    """What says in words how a typed moment is understood; empty when it is not."""

    def answer(text: str) -> str:
        if not text.strip():
            return _("or type when: tomorrow 17:00, friday, in 2 hours")
        try:
            due_at = floor.desk.promises.when(text)
        except NotAMoment:
            return ""
        return moment_words(due_at, floor.desk.clock.now(), floor.look)

    return answer
