"""What stands below a draft: remarks of the coach and promises, as points to jump to, take or leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from i18n import N_, _
from tui import format as fmt
from tui.inks import Tone
from tui.look import Look
from tui.spans import Span, Spans
from tui.text import blank
from tui.widgets.sheet import Para

if TYPE_CHECKING:
    from desk.promise_views import NewPromise, PromiseFound
    from domain.clock import Millis

Weight = Literal["block", "warn", "promise", "hint"]

WEIGHTS: Final[Mapping[Weight, str]] = {
    "block": N_("stop"),
    "warn": N_("mind"),
    "promise": N_("promise"),
    "hint": N_("tip"),
}
"""What each is called, gravest first; msgids."""

TONES: Final[Mapping[Weight, Tone]] = {"block": "over", "warn": "soon", "promise": "accent", "hint": "dim"}
MOST_LINES: Final = 7
_LONGEST_QUOTE: Final = 24


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to say about a draft; places are code points of it, both 0 where something is missing."""

    weight: Weight
    rule: str
    start: int
    end: int
    words: str
    """The words that it is about."""

    message: str
    suggestion: str = ""
    promise: PromiseFound | None = None
    kept: NewPromise | None = None
    """What goes into the ledger with the reply; None where nothing does."""

    @property
    def key(self) -> tuple[str, str]:
        """Stays the same while the text around it changes."""
        return self.rule, self.words.casefold()


@dataclass(frozen=True, slots=True)
class Said:
    """All points, the one under the hand, and the keys for it."""

    points: Sequence[Point] = ()
    at: int | None = None
    take: str = ""
    leave: str = ""
    """Keys, as people write them; empty where they do nothing."""


def moment_words(due_at: Millis | None, now: Millis, look: Look) -> str:
    """By when, in words."""
    if due_at is None:
        return _("no moment yet")
    return _("due {moment}", moment=fmt.moment(due_at, now, look.zone))


def promise_words(found: PromiseFound, kept: NewPromise | None, now: Millis, look: Look) -> str:
    """What will become of a promise, or the question."""
    if kept is not None:
        who = kept.owner or _("you")
        return _("will be kept: {moment}, by {who}", moment=moment_words(kept.due_at, now, look), who=who)
    if found.due_at is None:
        return _("{what}: by when, and who?", what=found.label)
    moment = moment_words(found.due_at, now, look)
    return _("{what}: keep it, {moment}, by you?", what=found.label, moment=moment)


def point_paras(said: Said, look: Look, most: int = MOST_LINES) -> list[Para]:
    """At most so many lines, gravest first; the one under the hand with its wording and keys."""
    paras: list[Para] = []
    first = max(0, (said.at or 0) - 3) if len(said.points) >= most else 0
    for index, point in list(enumerate(said.points))[first:]:
        lines = _lines(point, said, look, here=index == said.at)
        left = len(said.points) - index
        if len(paras) + len(lines) + (left > 1) > most:
            words = _("{sign} and {n} more", sign=look.signs.more, n=left)
            return [*paras, Para(((look.door.line(f"   {words}"), "dim"),), wrap=False)]
        paras += lines
    return paras


def _lines(point: Point, said: Said, look: Look, *, here: bool) -> list[Para]:
    door, signs = look.door, look.signs
    sign = {"hint": signs.dot, "promise": signs.to}.get(point.weight, door.line("!"))
    head: list[Span] = [
        (signs.cursor if here else blank(1), "accent"),
        (door.line(f"{sign} {_(WEIGHTS[point.weight])}"), TONES[point.weight]),
        (blank(2), "text"),
    ]
    if point.words:
        head.append((door.line(f"“{_short(point.words, look)}”"), "strong" if here else "text"))
        head.append((blank(1), "text"))
    head.append((door.line(point.message), "strong" if here else "text"))
    paras = [Para(tuple(head), hang=4, wrap=here)]
    if here and said.leave:
        paras.append(Para(_offer(point, said, look), indent=4, wrap=False))
    return paras


def _offer(point: Point, said: Said, look: Look) -> Spans:
    door = look.door
    pieces: list[Span] = []
    if point.suggestion or point.promise is not None:
        take = _("answer") if point.promise is not None else _("take it")
        pieces += [(door.line(f"{said.take} "), "strong"), (door.line(f"{take}   "), "dim")]
    pieces += [(door.line(f"{said.leave} "), "strong"), (door.line(f"{_('leave it')}   "), "dim")]
    if point.suggestion:
        pieces.append((door.line(f"{look.signs.to} {point.suggestion}"), "good"))
    return tuple(pieces)


def _short(words: str, look: Look) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _LONGEST_QUOTE else f"{plain[:_LONGEST_QUOTE]}{look.signs.more}"
