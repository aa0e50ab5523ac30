"""Writing a public answer and the private message that follows it: two texts, one pen between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from i18n import _
from tui.keymap import key_name

if TYPE_CHECKING:
    from desk.reply_views import ComposerView
    from tui.writing import Writing

Side = Literal["public", "private"]


class Following:
    """Whether a private message follows what is written; each text stays a draft of its own."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self.on = False

    async def switch(self) -> None:
        """Go on with the other text; the first time, begin the private one. Says why where it cannot be."""
        floor = self._writing.floor
        view = floor.parts.composer.view
        if view is None:
            return
        kind = view.draft.kind
        if kind == "note":
            floor.say(_("A note is only for the team; no message follows it."), bad=True)
        elif not self.on and kind == "private":
            floor.say(_("This goes out in private already."), bad=True)
        elif not self.on and view.no_private:
            floor.say(view.no_private, bad=True)
        else:
            self.on = True
            await self.go("private" if kind == "public" else "public")

    async def go(self, side: Side) -> None:
        """Put the pen to one of the texts; the other one is kept as it is."""
        writing, floor = self._writing, self._writing.floor
        view = floor.parts.composer.view
        if view is None or view.draft.kind == side:
            return
        await writing.advising.look()
        await writing.save()
        writing.take_up(await floor.desk.replies.open(view.draft.conversation, side))
        if not self.on:
            return
        switch, review = (key_name(floor.keymap.of(f"composer.{act}").keys[0]) for act in ("both", "review"))
        if side == "private":
            words = _("Private message; {switch} goes back, {review} reviews both.",
                      switch=switch, review=review)  # fmt: skip
        else:
            words = _("The public answer; {switch} goes to the private message.", switch=switch)
        floor.say(words)

    async def drop(self) -> None:
        """Only the public answer; the private text stays a draft."""
        self.on = False
        composer = self._writing.floor.parts.composer
        await self.go("public")
        if composer.view is not None:
            composer.head(composer.view)

    def place(self, view: ComposerView) -> int:
        """Which step a text is, 1 or 2; 0 where there is one only."""
        return 0 if not self.on or view.draft.kind == "note" else 1 + (view.draft.kind == "private")

    async def texts(self) -> tuple[str, str | None]:
        """The text that is reviewed first, and the private one behind it; None where none follows."""
        composer = self._writing.floor.parts.composer
        view = composer.view
        if view is None or not self.on:
            return composer.text, None
        other: Side = "public" if view.draft.kind == "private" else "private"
        kept = await self._writing.floor.desk.replies.open(view.draft.conversation, other)
        if other == "private":
            return composer.text, kept.draft.text
        return kept.draft.text, composer.text
