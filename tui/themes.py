"""Three themes: dark, light, and the terminal's own 16 colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tui.inks import BOLD, DARK, GROUNDS, LIGHT, SHARED, TERMINAL, Tone


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
    _theme("dark", GROUNDS["dark"], DARK, dark=True),
    _theme("light", GROUNDS["light"], LIGHT, dark=False),
    _theme("terminal", GROUNDS["terminal"], TERMINAL, dark=True, ansi=True),
)


def ink_of(theme: Mapping[str, str], tone: Tone, *, cursor: bool = False) -> Style:
    """The style of a meaning in the variables of a theme, without a ground unless it is the `cursor`'s.

    Not by component classes: every widget would have the stylesheet resolve all of them at the start.
    """
    colour = Color.parse(theme[f"ink-{SHARED.get(tone, tone)}"])
    ground = Color.parse(theme["ink-cursor"]).rich_color if cursor else None
    return Style(color=colour.rich_color, bgcolor=ground, bold=True if tone in BOLD else None)
