"""How the desk looks on this terminal, settled once at the start and handed to whoever draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from domain.calendar import ALWAYS, Calendar, zone_of
from domain.terminal_pictures import Showing
from domain.text import Mode
from tui.signs import Signs, signs_of
from tui.text import Door

ThemeName = Literal["dark", "light", "terminal"]


@dataclass(frozen=True, slots=True)
class Look:
    """The reader's terminal and habits."""

    theme: ThemeName = "dark"
    """`terminal` uses the 16 colours and the background that the terminal already has."""

    unicode: Mode = "safe"
    timezone: str = "UTC"
    """Where the reader's clock hangs, as an IANA name."""

    calendar: Calendar = ALWAYS
    """When the desk works; "tomorrow" is when it opens then."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """Own keys by action id, comma separated; they replace the shipped ones."""

    first_queue: str = "open"
    editor: str = "vi"
    """What Ctrl+O starts; the launcher hands in VISUAL or EDITOR."""

    width: int = 0
    """Columns at most; 0 for all that the terminal has."""

    scrolls: bool = True
    """The terminal can move lines by itself (SU and SD inside margins)."""

    pictures: Showing = field(default_factory=Showing)
    """How pictures are shown, before the terminal was asked."""

    simulated: bool = False
    """The practice channel is on: the screen says so."""

    @property
    def zone(self) -> ZoneInfo:
        """The reader's time zone."""
        return zone_of(self.timezone)

    @property
    def door(self) -> Door:
        """Through which all text goes."""
        return Door(self.unicode)

    @property
    def signs(self) -> Signs:
        """The signs this terminal can draw."""
        return signs_of(self.unicode)
