"""The coach beside the hand: looked at when the hand rests, jumped to, taken, or left aside.

All that is known of the draft's remarks and promises is kept here; the composer and the review are shown it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Final

from domain.errors import WebcareError
from i18n import _
from tui.keymap import key_name
from tui.points import Point, Said, Weight, point_paras, promise_words

if TYPE_CHECKING:
    from desk.coach_views import Advice, RemarkView
    from desk.promise_views import NewPromise, PromiseFound
    from desk.reply_views import ReviewView
    from tui.floor import Floor
    from tui.ports import DraftKind

_REST: Final = 0.15
"""Seconds that the hand rests before a draft is looked at."""

_ORDER: Final[tuple[Weight, ...]] = ("block", "warn", "promise", "hint")
_OPENS: Final = frozenset({"no_empathy", "no_name"})
"""What is missing belongs behind the greeting."""


@dataclass(slots=True)
class _Known:
    """What is known of one text."""

    text: str | None = None
    """The text that was looked at last."""

    advice: Advice | None = None
    aside: set[tuple[str, str]] = field(default_factory=set)
    """Remarks left aside, and promises that are none."""

    answers: dict[tuple[str, str], NewPromise] = field(default_factory=dict)
    at: tuple[str, str] | None = None
    """The point under the hand."""


class Advising:
    """Remarks and promises of the open draft, and of the other one where a private message follows."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._of: defaultdict[DraftKind, _Known] = defaultdict(_Known)
        self._due = 0.0
        self._waits = False

    @property
    def _now(self) -> _Known:
        """Of the text under the hand."""
        view = self._floor.parts.composer.view
        return self._of["public" if view is None else view.draft.kind]

    def text_of(self, kind: DraftKind) -> str:
        """The text of a kind as it was looked at."""
        return self._of[kind].text or ""

    # looking

    def changed(self) -> None:
        """A letter was typed: look once the hand rests; nothing else is done in its way."""
        self._due = monotonic() + _REST
        if not self._waits and self._floor.parts.composer.view is not None:
            self._waits = True
            self._floor.screen.set_timer(_REST, self._rested)

    def _rested(self) -> None:
        left = self._due - monotonic()
        if left > 0:
            self._floor.screen.set_timer(left, self._rested)
        else:
            self._floor.screen.run_worker(self._look_told(), group="coach")

    async def _look_told(self) -> None:
        try:
            await self.look()
        except WebcareError as error:
            self._floor.say(str(error), bad=True)
            return
        finally:
            self._waits = False
        if self._floor.parts.composer.text != self._now.text:
            self.changed()

    async def look(self) -> None:
        """Look at the draft as it is; what comes back late, for another text, is dropped."""
        floor, composer = self._floor, self._floor.parts.composer
        view, text = composer.view, composer.text
        if view is None:
            return
        known = self._of[view.draft.kind]
        if text == known.text:
            self.show()
            return
        if view.draft.kind == "note":
            known.text = text
            return
        length = floor.desk.replies.length_of(view, text)
        advice = await floor.desk.coaching.look(view, text, length)
        now = composer.view
        same = now is not None and (now.draft.conversation, now.draft.kind) == (
            view.draft.conversation, view.draft.kind,
        )  # fmt: skip
        if same and composer.text == text:
            known.text, known.advice = text, advice
            self.show()

    def forget(self) -> None:
        """Another conversation, or none."""
        self._of.clear()
        self._floor.parts.composer.show_points(())

    # what is known

    @property
    def points(self) -> tuple[Point, ...]:
        """Of the text under the hand, gravest first; what was left aside is not among them."""
        return self._points(self._now)

    def _points(self, known: _Known) -> tuple[Point, ...]:
        if known.advice is None or known.text is None:
            return ()
        text = known.text
        found = [_remark(one, text) for one in known.advice.remarks]
        found += [_promise(one, known, self._floor) for one in known.advice.promises]
        found = [one for one in found if one.key not in known.aside]
        return tuple(sorted(found, key=lambda one: (_ORDER.index(one.weight), one.kept is not None)))

    def beside(self, review: ReviewView) -> tuple[Point, ...]:
        """What a review does not say by itself; a dated promise is kept by who sends it, unless left."""
        said = {
            "placeholder": review.gap is not None,
            "too_long": not review.length.ok or bool(review.parts),
            "unedited_template": review.edited == 0,
            "window_closed": bool(review.blocks),
            "listen_only": bool(review.blocks),
        }
        points = self._points(self._of[review.kind])
        return tuple(self._assumed(one) for one in points if not said.get(one.rule, False))

    def _assumed(self, point: Point) -> Point:
        found = point.promise
        if found is None or point.kept is not None or found.due_at is None or found.certainty != "plain":
            return point
        from desk.promise_views import NewPromise  # noqa: PLC0415 - only where something is promised

        kept = NewPromise(found.what, found.due_at, None, found.start, found.end)
        now = self._floor.desk.clock.now()
        return replace(point, kept=kept, message=promise_words(found, kept, now, self._floor.look))

    def show(self) -> None:
        """Put it below the text."""
        points, keymap, known = self.points, self._floor.keymap, self._now
        at = next((index for index, one in enumerate(points) if one.key == known.at), None)
        take, leave = (key_name(keymap.of(f"composer.{act}").keys[0]) for act in ("take", "leave"))
        changed = None if known.advice is None else known.advice.changed
        paras = point_paras(Said(points, at, take, leave), self._floor.look)
        self._floor.parts.composer.show_points(paras, changed)

    # acts

    async def next(self) -> None:
        """To the next point, with its words selected."""
        await self.look()
        points = self.points
        if not points:
            self._floor.say(_("The coach has nothing to say."))
            return
        here = next((index for index, one in enumerate(points) if one.key == self._now.at), -1)
        self.go_to(points[(here + 1) % len(points)])

    def go_to(self, point: Point) -> None:
        """Put the hand on a point."""
        self._now.at = point.key
        self._floor.parts.composer.select(point.start, point.end)
        self.show()

    async def _current(self) -> Point | None:
        """The point under the hand, else the gravest."""
        await self.look()
        points = self.points
        if not points:
            self._floor.say(_("The coach has nothing to say."))
            return None
        return next((one for one in points if one.key == self._now.at), points[0])

    async def take(self) -> None:
        """Put the offered wording in, or answer when and who."""
        point = await self._current()
        if point is None:
            return
        if point.promise is not None:
            await self._answer(point, point.promise)
        elif not point.suggestion:
            self.go_to(point)
            self._floor.say(_("There is no wording to offer here; change the words yourself."))
        else:
            from domain.rewording import reword  # noqa: PLC0415 - only where one is taken

            composer = self._floor.parts.composer
            first = point.rule in _OPENS
            change = reword(composer.text, point.start, point.end, point.suggestion, first=first)
            composer.put(change.start, change.end, change.instead)
            self._now.at = None
            await self.look()

    async def _answer(self, point: Point, found: PromiseFound) -> None:
        """Ask when and who, and remember it for the reply."""
        from tui.promising import ask_when_and_who  # noqa: PLC0415 - only where something is promised

        new = await ask_when_and_who(self._floor, found, point.words)
        if new == "none":
            self._now.aside.add(point.key)
        elif new is not None:
            self._now.answers[point.key] = new
        self._floor.parts.composer.paper.focus()
        self.show()

    async def leave(self) -> None:
        """Leave a remark aside; it is counted for the team, by its rule. A promise is none."""
        point = await self._current()
        if point is None:
            return
        points = self.points
        following = points[points.index(point) + 1 :][:1]
        await self.aside(point)
        self._now.at = following[0].key if following else None
        self.show()

    async def aside(self, point: Point, kind: DraftKind | None = None) -> None:
        """Count what was left aside, by its rule; in the text under the hand, or in the one of a kind."""
        known = self._now if kind is None else self._of[kind]
        known.aside.add(point.key)
        known.answers.pop(point.key, None)
        if point.promise is None:
            await self._floor.desk.coaching.overridden(point.rule)


def _remark(remark: RemarkView, text: str) -> Point:
    words = text[remark.start : remark.end]
    return Point(
        remark.level, remark.rule, remark.start, remark.end, words, remark.message, remark.suggestion
    )


def _promise(found: PromiseFound, known: _Known, floor: Floor) -> Point:
    words = (known.text or "")[found.start : found.end]
    kept = known.answers.get(("promise", words.casefold()))
    if kept is not None:
        kept = replace(kept, start=found.start, end=found.end)
    message = promise_words(found, kept, floor.desk.clock.now(), floor.look)
    return Point("promise", "promise", found.start, found.end, words, message, promise=found, kept=kept)
