"""The last line of a place: its keys; and how a press is written in the keymap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from domain.text import SafeText
from i18n import _
from tui.keymap import Keymap, Place, key_name
from tui.keys import FOOTERS
from tui.look import Look
from tui.spans import Span, Spans

if TYPE_CHECKING:
    from textual import events


def token(event: events.Key) -> str:
    """The press as the keymap writes it: the character typed, or the key's name."""
    if event.is_printable and event.character is not None and event.character != " ":
        return event.character
    return event.key


def footer(
    keymap: Keymap,
    place: Place,
    look: Look,
    *,
    instead: dict[str, str] | None = None,
    acts: Sequence[str] = (),
    width: int | None = None,
) -> Spans:
    """The keys of a place, for its last line; `instead` gives another word for an act as things stand.

    `acts` are those that mean something now, where not all of the place's do.

    Where `width` cells are too few for all of them, the last acts give way and the key to the rest stays.
    """
    words = instead or {}

    def piece(id_: str) -> tuple[Span, Span]:
        key = keymap.of(id_)
        return (
            (look.door.line(key_name(key.keys[0])), "strong"),
            (look.door.line(f" {words.get(id_, _(key.short))}  "), "dim"),
        )

    pieces = [piece(id_) for id_ in acts or FOOTERS[place]]
    rest = [piece("desk.help")] if place in {"list", "conversation"} else []
    while width is not None and len(pieces) > 1 and _cells([*pieces, *rest]) > width:
        pieces.pop()
    return ((SafeText(" "), "text"), *(span for pair in (*pieces, *rest) for span in pair))


def _cells(pieces: list[tuple[Span, Span]]) -> int:
    """How wide they are on a line, its first blank included and the last two not."""
    return sum(cell_len(text) for pair in pieces for text, _tone in pair) - 1
