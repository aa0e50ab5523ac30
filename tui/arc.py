"""How one conversation went, in a few cells: a bar a message, and in words what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from domain.meter import Arc, Outcome, mood
from domain.text import SafeText
from i18n import N_, _
from tui import format as fmt
from tui.inks import Tone
from tui.look import Look
from tui.spans import Span, Spans
from tui.text import blank

MOOD_TONES: dict[int, Tone] = {-1: "bad", 0: "text", 1: "good"}

OUTCOME_WORDS: dict[Outcome, str] = {
    "turned": N_("turned"),
    "kept": N_("stayed the same"),
    "worsened": N_("worsened"),
    "silent": N_("silent since"),
    "unknown": N_("mood unknown"),
}
_OUTCOME_TONES: dict[Outcome, Tone] = {"turned": "good", "worsened": "bad"}

_SHOWN = 4
"""Messages of an arc on either side."""


def arc(one: Arc, look: Look) -> Spans:
    """Each message a bar, before and after, and in words what became of it: `▁▁▃ → ▅▆ turned`."""
    pieces = [*_bars(one.before[-_SHOWN:], look), (look.door.line(f" {look.signs.to} "), "dim")]
    pieces += _bars(one.after[-_SHOWN:], look) if one.answered else [(look.signs.unknown, "dim")]
    if one.outcome is None:
        return tuple(pieces)
    word = look.door.line(_(OUTCOME_WORDS[one.outcome]))
    gap = blank(1) if one.after else blank(0)
    return (*pieces, (gap, "text"), (word, _OUTCOME_TONES.get(one.outcome, "dim")))


def in_words(one: Arc) -> str:
    """The same as a sentence: `before −0.70, after +0.50: turned`."""
    known = [
        f"{name} {'?' if value is None else fmt.signed(value)}"
        for name, value in ((_("before"), one.start), (_("after"), one.end))
    ]
    if one.outcome is None:
        return known[0]
    if not one.came_back:
        return f"{known[0]}: {_(OUTCOME_WORDS[one.outcome])}"
    return f"{', '.join(known)}: {_(OUTCOME_WORDS[one.outcome])}"


def _bars(feelings: Sequence[float | None], look: Look) -> list[Span]:
    return [_bar(feeling, look) for feeling in feelings]


def _bar(feeling: float | None, look: Look) -> Span:
    if feeling is None:
        return (look.signs.unknown, "dim")
    heights = look.signs.heights
    place = min(len(heights) - 1, int((feeling + 1) / 2 * len(heights)))
    return (SafeText(heights[place]), MOOD_TONES[mood(feeling)])
