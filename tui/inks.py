"""Meanings of text, and the colours of each theme for them; nothing here knows how they are drawn.

One accent, weight and dimming before hue, red only for what is over its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Tone = Literal[
    "text",
    "voice",
    "strong",
    "dim",
    "accent",
    "over",
    "soon",
    "fine",
    "good",
    "bad",
    "rule",
    "sign",
    "private",
    "note",
]
"""What a piece of text means; the theme gives it weight and, last, a colour."""

DARK: Final = {
    "ink-text": "#c9ccd1",
    "ink-strong": "#f2f3f5",
    "ink-dim": "#7d848e",
    "ink-rule": "#33383f",
    "ink-accent": "#7fb4e0",
    "ink-over": "#ef6b63",
    "ink-soon": "#e3b64c",
    "ink-good": "#86bf8b",
    "ink-bad": "#d79a8f",
    "ink-private": "#c3a2dd",
    "ink-note": "#d3c08a",
    "ink-cursor": "#1d2229",
}
LIGHT: Final = {
    "ink-text": "#30343a",
    "ink-strong": "#0b0d10",
    "ink-dim": "#6f7680",
    "ink-rule": "#cfd3d8",
    "ink-accent": "#1f5f9c",
    "ink-over": "#b3261e",
    "ink-soon": "#8a5a00",
    "ink-good": "#2f6b38",
    "ink-bad": "#8c4137",
    "ink-private": "#6b3d91",
    "ink-note": "#6a5600",
    "ink-cursor": "#e9edf2",
}
TERMINAL: Final = {
    "ink-text": "ansi_default",
    "ink-strong": "ansi_default",
    "ink-dim": "ansi_bright_black",
    "ink-rule": "ansi_bright_black",
    "ink-accent": "ansi_cyan",
    "ink-over": "ansi_red",
    "ink-soon": "ansi_yellow",
    "ink-good": "ansi_green",
    "ink-bad": "ansi_magenta",
    "ink-private": "ansi_magenta",
    "ink-note": "ansi_yellow",
    "ink-cursor": "ansi_default",
}

GROUNDS: Final = {"dark": "#121519", "light": "#fbfbf9", "terminal": "ansi_default"}
"""The background of each theme."""

SHARED: Final[Mapping[Tone, str]] = {"voice": "strong", "fine": "text", "sign": "dim"}
"""Meanings that share the colour of another."""

BOLD: Final[frozenset[Tone]] = frozenset({"strong", "over", "private"})
