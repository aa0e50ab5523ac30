"""The shape of an act."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tui.floor import Floor

ActOn = Callable[[Floor, int], Awaitable[None]]
"""Does one thing on the floor, so many times; raises WebcareError with the sentence to show."""
