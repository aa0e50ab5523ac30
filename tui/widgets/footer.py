"""The last line of a place: its keys; and how a press is written in the keymap."""

from __future__ import annotations

from textual import events

from domain.text import SafeText
from i18n import _
from tui.keymap import Keymap, Place, key_name
from tui.keys import FOOTERS
from tui.look import Look
from tui.widgets.ink import Span, Spans


def token(event: events.Key) -> str:
    """The press as the keymap writes it: the character typed, or the key's name."""
    if event.is_printable and event.character is not None and event.character != " ":
        return event.character
    return event.key


def footer(keymap: Keymap, place: Place, look: Look, *, instead: dict[str, str] | None = None) -> Spans:
    """The keys of a place, for its last line; `instead` gives another word for an act as things stand."""
    words = instead or {}
    pieces: list[Span] = [(SafeText(" "), "text")]
    ids = [*FOOTERS[place], *(["desk.help"] if place in {"list", "conversation"} else [])]
    for id_ in ids:
        key = keymap.of(id_)
        pieces += [
            (look.door.line(key_name(key.keys[0])), "strong"),
            (look.door.line(f" {words.get(id_, _(key.short))}  "), "dim"),
        ]
    return tuple(pieces)
