"""A modal that answers once."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class Asking(ModalScreen[Answer], inherit_bindings=False):
    """Keys that were typed before it had left are nobody's: a second answer does nothing."""

    _answered = False
    ready = False
    """It is painted, and its keys have somewhere to go."""

    def on_screen_resume(self) -> None:
        """The first paint is near."""
        self.call_after_refresh(self._be_ready)

    def _be_ready(self) -> None:
        self.ready = True

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Answer, the first time. Textual itself fails on a second one, and the desk with it."""
        if self._answered:
            return AwaitComplete()
        self._answered = True
        return super().dismiss(result)
