"""Which of the team's earlier answers fit an open mention, and in what order.

Earlier mentions that look like this one are neighbours; each brings the answer it got and what came of it.
Answers that say the same are one candidate, so that what is known of them adds up. A candidate is described
by a dozen figures, all of them relations and outcomes, never words; `suggest_learning` weighs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log
from typing import Final

from domain.clock import DAY, Millis
from domain.likeness import Asked, Likeness, overlap, words
from domain.suggest_learning import FEATURES, Taught, Weights

MOST: Final = 3
SAME_ANSWER: Final = 0.5
"""Words in common from which two answers count as one."""

BARELY: Final = 0.05
"""Added to how near a neighbour is, so that one with no word in common still counts for what it is worth."""

FADES: Final[Millis] = 45 * DAY
"""After so long an answer counts half: what was right in spring may be wrong by autumn."""

NEWS: Final[Millis] = 14 * DAY
"""As `FADES`, for how fresh a candidate is."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a mention beside its words."""

    kind: str
    language: str | None
    channel: str
    platform: str
    visibility: str
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an answer; None where it is not known, or not yet."""

    came_back: bool | None = None
    """Whether the contact asked the same again, or was still angry."""

    lift: float | None = None
    """Sentiment after minus before, -2 to 2; None while silent."""

    edited: float | None = None
    """Share of it that was changed when it last began as a suggestion or template, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An answered mention that resembles the open one."""

    reply: int
    """Id of our message."""

    conversation: int
    at: Millis
    mention: str
    answer: str
    circumstances: Circumstances
    template: str | None = None
    """Id of the template that the answer began as."""

    outcome: Outcome = Outcome()


@dataclass(frozen=True, slots=True)
class Open:
    """The mention that waits for an answer."""

    asked: Asked
    circumstances: Circumstances
    now: Millis


@dataclass(frozen=True, slots=True)
class Near:
    """A neighbour and how near it is."""

    neighbour: Neighbour
    likeness: Likeness
    weight: float
    """Nearness squared, faded by age."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer with all that speaks for it."""

    members: tuple[Near, ...]
    """Nearest first."""

    features: tuple[float, ...] = ()
    """In the order of `FEATURES`."""

    score: float = 0.0
    taught: Taught = field(default_factory=Taught)

    @property
    def template(self) -> str | None:
        """The template behind it; None for a written answer."""
        return next((one.neighbour.template for one in self.members if one.neighbour.template), None)

    @property
    def source(self) -> Neighbour:
        """The member to show: a good outcome first, then the nearest, then the newest."""
        return min(
            self.members,
            key=lambda one: (
                bool(one.neighbour.outcome.came_back),
                -round(one.weight, 6),
                -one.neighbour.reply,
            ),
        ).neighbour


def rank(
    opened: Open, neighbours: Sequence[Neighbour], taught: Mapping[str, Taught], weights: Weights
) -> tuple[Candidate, ...]:
    """All candidates, best first; the order depends on nothing but the arguments.

    `taught` are choices and refusals by source name (see `name_of`). An answer in another language than the
    mention's, and one that was given in private where this one would be public, are no candidates.
    """
    found = [one for one in (_near(opened, each) for each in neighbours) if one is not None]
    near = sorted(found, key=lambda one: (-one.weight, -one.neighbour.reply))
    groups = _grouped(near)
    whole = sum(one.weight for one in near) or 1.0
    candidates = [_described(opened, group, taught, whole=whole, many=len(near)) for group in groups]
    scored = [
        Candidate(one.members, one.features, weights.score(one.features), one.taught) for one in candidates
    ]
    return tuple(sorted(scored, key=lambda one: (-one.score, -one.source.reply)))


def name_of(neighbour: Neighbour) -> str:
    """Under which choices and refusals of an answer are kept."""
    return f"template:{neighbour.template}" if neighbour.template else f"message:{neighbour.reply}"


def _near(opened: Open, neighbour: Neighbour) -> Near | None:
    mine, theirs = opened.circumstances, neighbour.circumstances
    if mine.language and theirs.language and mine.language != theirs.language:
        return None
    if mine.visibility == "public" and theirs.visibility == "private":
        return None
    likeness = opened.asked.compare(words(neighbour.mention))
    nearness = 0.7 * likeness.words + 0.3 * likeness.pieces
    return Near(neighbour, likeness, (nearness + BARELY) ** 2 * _faded(opened.now - neighbour.at, FADES))


def _faded(age: Millis, half: Millis) -> float:
    return exp(-max(age, 0) / half * 0.6931471805599453)


def _grouped(near: Sequence[Near]) -> list[tuple[Near, ...]]:
    """Answers that say the same, together; each joins the first group whose first member it resembles."""
    groups: list[tuple[str | None, frozenset[str], list[Near]]] = []
    for one in near:
        said = frozenset(words(one.neighbour.answer))
        template = one.neighbour.template
        for known, first, members in groups:
            if (template is not None and template == known) or overlap(said, first) >= SAME_ANSWER:
                members.append(one)
                break
        else:
            groups.append((template, said, [one]))
    return [tuple(members) for _template, _said, members in groups]


def _described(
    opened: Open, members: tuple[Near, ...], taught: Mapping[str, Taught], *, whole: float, many: int
) -> Candidate:
    mine = opened.circumstances
    total = sum(one.weight for one in members)
    lessons = sum(
        (taught[name] for name in sorted({name_of(one.neighbour) for one in members}) if name in taught),
        Taught(),
    )
    newest = max(one.neighbour.at for one in members)
    values = {
        "words": max(one.likeness.words for one in members),
        "pieces": max(one.likeness.pieces for one in members),
        "votes": total / whole,
        "kind": _share(members, total, lambda one: one.kind == mine.kind),
        "place": _share(
            members, total, lambda one: one.channel == mine.channel or one.platform == mine.platform
        ),
        "labels": _share(members, total, lambda one: bool(one.labels & mine.labels)),
        "held": _held(members),
        "lift": _lift(members),
        "kept": _kept(members),
        "taken": lessons.balance,
        "fresh": _faded(opened.now - newest, NEWS),
        "often": log(1 + len(members)) / log(1 + max(many, 1)),
    }
    return Candidate(members, tuple(round(values[name], 3) for name in FEATURES), taught=lessons)


def _share(members: Sequence[Near], total: float, holds: Callable[[Circumstances], bool]) -> float:
    if not total:
        return 0.0
    return sum(one.weight for one in members if holds(one.neighbour.circumstances)) / total


def _held(members: Sequence[Near]) -> float:
    """How surely the contact did not come back with the same, -1 to 1; 0 where nothing is known."""
    known = [(one.weight, one.neighbour.outcome.came_back) for one in members]
    heaviest = max(one.weight for one in members) or 1.0
    good = sum(weight / heaviest for weight, back in known if back is False)
    bad = sum(weight / heaviest for weight, back in known if back)
    return (good - bad) / (good + bad + 2)


def _lift(members: Sequence[Near]) -> float:
    lifts = [one.neighbour.outcome.lift for one in members if one.neighbour.outcome.lift is not None]
    return sum(lifts) / (len(lifts) + 2)


def _kept(members: Sequence[Near]) -> float:
    """How little of it was changed, -1 to 1; 0 where it was never offered."""
    edits = [one.neighbour.outcome.edited for one in members if one.neighbour.outcome.edited is not None]
    return sum(1 - 2 * edited for edited in edits) / (len(edits) + 1)
