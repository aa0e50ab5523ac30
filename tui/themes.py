"""Three themes: dark, light, and the terminal's own 16 colours.

One accent, weight and dimming before hue, red only for what is over its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tui.badges import Tone

_DARK: Final = {
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
_LIGHT: Final = {
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
_TERMINAL: Final = {
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


def _theme(name: str, background: str, inks: dict[str, str], *, dark: bool, ansi: bool = False) -> Theme:
    return Theme(
        name=f"webcare-{name}",
        primary=inks["ink-accent"],
        secondary=inks["ink-dim"],
        accent=inks["ink-accent"],
        warning=inks["ink-soon"],
        error=inks["ink-over"],
        success=inks["ink-good"],
        foreground=inks["ink-text"],
        background=background,
        surface=background,
        panel=background,
        boost=background,
        dark=dark,
        ansi=ansi,
        variables=BUILTIN_THEMES["ansi-dark"].variables | inks if ansi else inks,
    )


THEMES: Final = (
    _theme("dark", "#121519", _DARK, dark=True),
    _theme("light", "#fbfbf9", _LIGHT, dark=False),
    _theme("terminal", "ansi_default", _TERMINAL, dark=True, ansi=True),
)

_SHARED: Final[Mapping[Tone, str]] = {"voice": "strong", "fine": "text", "sign": "dim"}
"""Meanings that share the colour of another."""

_BOLD: Final[frozenset[Tone]] = frozenset({"strong", "over", "private"})


def ink_of(theme: Mapping[str, str], tone: Tone, *, cursor: bool = False) -> Style:
    """The style of a meaning in the variables of a theme, without a ground unless it is the `cursor`'s.

    Not by component classes: every widget would have the stylesheet resolve all of them at the start.
    """
    colour = Color.parse(theme[f"ink-{_SHARED.get(tone, tone)}"])
    ground = Color.parse(theme["ink-cursor"]).rich_color if cursor else None
    return Style(color=colour.rich_color, bgcolor=ground, bold=True if tone in _BOLD else None)
