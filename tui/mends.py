"""What Textual does that a program which stays open all day cannot live with."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.style import Style

_GROUNDS: Final = 256


@lru_cache(_GROUNDS)
def _inner_outer(base: Color, background: Color) -> tuple[Style, Style]:
    return Style(background=base + background), Style(background=base)


def _get_inner_outer(_cache: StylesCache, base_background: Color, background: Color) -> tuple[Style, Style]:
    return _inner_outer(base_background, background)


def let_closed_screens_go() -> None:
    """Remember grounds by their colours alone.

    Textual (seen in 8.2.8) caches `StylesCache.get_inner_outer` with the widget's cache of lines as a part of
    the key, so 1,024 widgets that were closed long ago keep all their lines: 400 KiB for each reviewed reply.
    """
    StylesCache.get_inner_outer = _get_inner_outer  # type: ignore[method-assign,assignment]
