"""The review of what is written, and what is done with the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.errors import Conflict

if TYPE_CHECKING:
    from desk.reply_views import ReviewView
    from tui.points import Point
    from tui.ports import DraftKind
    from tui.screens.review import Verdict
    from tui.writing import Writing

    Points = tuple[tuple[Point, DraftKind], ...]


class Reviewing:
    """Asks until a text goes out, or writing goes on."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._floor = writing.floor

    async def review(self, *, in_parts: bool = False) -> None:
        """Show the text as it will stand, in parts where that is asked, and do what is answered."""
        from tui.screens.review import Review  # noqa: PLC0415 - not needed to paint

        floor, writing = self._floor, self._writing
        while (view := floor.parts.composer.view) is not None:
            await writing.save()
            await writing.advising.look()
            review = await self._looked(view.draft.conversation, view.draft.kind, in_parts=in_parts)
            points = self._points(review)
            asked = Review(floor.look, floor.keymap, review, [point for point, _kind in points])
            verdict: Verdict | None = await floor.ask(asked)
            if verdict == "parts":
                in_parts = not in_parts
            elif not await self._answered(verdict, review, points, asked.at):
                return

    async def _answered(
        self, verdict: Verdict | None, review: ReviewView, points: Points, at: int | None
    ) -> bool:
        """Do what was answered; True to show it again."""
        following = self._writing.following
        if verdict == "send":
            return not await self._send(review, points)
        if verdict == "both":
            if review.follow is None:
                await following.switch()
                return False
            await following.drop()
            return True
        await self._unsent(verdict, review)
        if verdict == "edit" and at is not None:
            point, kind = points[at]
            if following.on and kind != "note":
                await following.go(kind)
            self._writing.advising.go_to(point)
        return False

    async def _looked(self, conversation: int, kind: DraftKind, *, in_parts: bool) -> ReviewView:
        replies = self._floor.desk.replies
        text, follow = await self._writing.following.texts()
        if follow is None:
            return await replies.review(conversation, kind, text, in_parts=in_parts)
        return await replies.review(conversation, "public", text, in_parts=in_parts, follow=follow)

    def _points(self, review: ReviewView) -> Points:
        """What there is to say about each text, and which one it is."""
        beside = self._writing.advising.beside
        texts = (review,) if review.follow is None else (review, review.follow)
        return tuple((point, one.kind) for one in texts for point in beside(one))

    async def _send(self, review: ReviewView, points: Points) -> bool:
        """False when the conversation moved meanwhile, so that it is shown again."""
        floor, writing = self._floor, self._writing
        promising = self._promising(review, points)
        if review.follow is not None:
            promising = replace(promising, follow=self._promising(review.follow, points))
        try:
            done = await floor.desk.replies.send(promising)
        except Conflict as moved:
            floor.say(str(moved), bad=True)
            return False
        for point, kind in points:
            if point.weight == "block":
                await writing.advising.aside(point, kind)
        floor.done(done)
        await writing.sent(review.conversation, settles=review.kind != "note")
        return True

    def _promising(self, review: ReviewView, points: Points) -> ReviewView:
        """With what is promised in it; the ledger counts places in the text without its outer blanks."""
        text = self._writing.advising.text_of(review.kind)
        ahead = len(text) - len(text.lstrip())
        kept = [one.kept for one, kind in points if one.kept is not None and kind == review.kind]
        return replace(
            review,
            promises=tuple(
                replace(one, start=(one.start or 0) - ahead, end=(one.end or 0) - ahead) for one in kept
            ),
        )

    async def _unsent(self, verdict: Verdict | None, review: ReviewView) -> None:
        if verdict == "discard":
            texts = (review,) if review.follow is None else (review, review.follow)
            for one in texts:
                done = await self._floor.desk.replies.discard(one.conversation, one.kind)
            await self._writing.thrown_away()
            self._floor.done(done)
        elif verdict == "back":
            await self._writing.leave()
