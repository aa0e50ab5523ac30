"""What is pasted stays text, whatever is in it.

Textual reads an escape character inside a bracketed paste as the start of a key, and gives out up to 32
letters behind it as presses: pasted into the review, a `y` among them would send the reply.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Final

from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.message import Message

from tui.terminal_answers import AnswerFilter, Told

START: Final = "\x1b[200~"
END: Final = "\x1b[201~"
ESCAPE: Final = "\x1b"
SHOWN: Final = "^["
"""Stands for an escape character, as everywhere on the screen."""


class PasteFilter:
    """Takes the escape characters out of pastes, in whatever pieces the terminal hands them over."""

    def __init__(self) -> None:
        self._inside = False
        self._held = ""
        """The end of what was pasted so far, where it may be the beginning of the end mark."""

        self._passed = ""
        """The end of what was typed so far: an escape key cannot wait for a start mark that never comes."""

    def take(self, piece: str) -> str:
        """What of it can go on to the parser."""
        given: list[str] = []
        while piece:
            taken, piece = self._pasted(piece) if self._inside else self._typed(piece)
            given.append(taken)
        return "".join(given)

    def _typed(self, piece: str) -> tuple[str, str]:
        """What goes on as it is, and what comes behind a start mark."""
        seen = self._passed + piece
        at = seen.find(START)
        if at < 0:
            self._passed = seen[1 - len(START) :]
            return piece, ""
        behind = at + len(START) - len(self._passed)
        self._inside, self._passed = True, ""
        return piece[:behind], piece[behind:]

    def _pasted(self, piece: str) -> tuple[str, str]:
        """Harmless text with its end mark, and what comes behind it."""
        text, found, behind = (self._held + piece).partition(END)
        self._held = ""
        if found:
            self._inside = False
        else:
            text, self._held = _without_beginning(text, END)
        return text.replace(ESCAPE, SHOWN) + found, behind


def _without_beginning(text: str, mark: str) -> tuple[str, str]:
    """The text, and apart from it what may be the first characters of `mark` at its end."""
    for length in range(min(len(mark) - 1, len(text)), 0, -1):
        if text.endswith(mark[:length]):
            return text[:-length], text[-length:]
    return text, ""


class TextOnlyParser(XTermParser):
    """Textual's parser of what comes from the terminal, with pastes made harmless and answers taken out."""

    def __init__(self, *debug: bool) -> None:
        super().__init__(*debug)
        self._pastes = PasteFilter()
        self._answers = AnswerFilter()

    def feed(self, data: str) -> Iterable[Message]:
        """The events in the next piece; an empty piece is the end."""
        if not data:
            return super().feed(data)
        calm, told = self._answers.take(self._pastes.take(data))
        typed = super().feed(calm) if calm else ()
        return chain([Told(told)], typed) if told else typed


def install() -> None:
    """Have Textual's driver use it; the driver names its parser nowhere else."""
    setattr(linux_driver, "XTermParser", TextOnlyParser)  # noqa: B010 - imported there, not exported
