"""The signs of the screen, each with an ASCII stand-in for terminals that have nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.text import Mode, SafeText


@dataclass(frozen=True, slots=True)
class Signs:
    """Every sign that is not a letter or a digit. Each has a word form in the help and on its own screen."""

    cursor: SafeText
    marked: SafeText
    writing: SafeText
    minus: SafeText
    neutral: SafeText
    plus: SafeText
    unknown: SafeText
    rule: SafeText
    upright: SafeText
    alive: SafeText
    broken: SafeText
    up: SafeText
    to: SafeText
    dot: SafeText
    more: SafeText
    cut_left: SafeText
    cut_right: SafeText
    prompt: SafeText
    tick: SafeText
    dial_left: SafeText
    dial_right: SafeText
    filled: SafeText
    half_left: SafeText
    half_right: SafeText
    shade: SafeText
    heights: SafeText
    """From the lowest to the highest, eight of them."""


UNICODE: Final = Signs(
    cursor=SafeText("▌"),
    marked=SafeText("•"),
    writing=SafeText("✎"),
    minus=SafeText("−"),
    neutral=SafeText("="),
    plus=SafeText("+"),
    unknown=SafeText("?"),
    rule=SafeText("─"),
    upright=SafeText("│"),
    alive=SafeText("●"),
    broken=SafeText("○"),
    up=SafeText("↑"),
    to=SafeText("→"),
    dot=SafeText("·"),
    more=SafeText("…"),
    cut_left=SafeText("‹"),
    cut_right=SafeText("›"),
    prompt=SafeText("›"),
    tick=SafeText("✓"),
    dial_left=SafeText("▕"),
    dial_right=SafeText("▏"),
    filled=SafeText("█"),
    half_left=SafeText("▌"),
    half_right=SafeText("▐"),
    shade=SafeText("░"),
    heights=SafeText("▁▂▃▄▅▆▇█"),
)
ASCII: Final = Signs(
    cursor=SafeText(">"),
    marked=SafeText("*"),
    writing=SafeText("~"),
    minus=SafeText("-"),
    neutral=SafeText("="),
    plus=SafeText("+"),
    unknown=SafeText("?"),
    rule=SafeText("-"),
    upright=SafeText("|"),
    alive=SafeText("*"),
    broken=SafeText("o"),
    up=SafeText("^"),
    to=SafeText("->"),
    dot=SafeText("-"),
    more=SafeText("..."),
    cut_left=SafeText("<"),
    cut_right=SafeText(">"),
    prompt=SafeText(">"),
    tick=SafeText("v"),
    dial_left=SafeText("["),
    dial_right=SafeText("]"),
    filled=SafeText("#"),
    half_left=SafeText("#"),
    half_right=SafeText("#"),
    shade=SafeText("."),
    heights=SafeText("---==+++"),
)


def signs_of(mode: Mode) -> Signs:
    """The signs that this terminal can draw."""
    return ASCII if mode == "ascii" else UNICODE
