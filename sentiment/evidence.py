"""What speaks for and against in one message: words, negation, contrast, turns of phrase, irony."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sentiment import brand, lexicon
from sentiment.lexicon import Cue, Modifiers
from sentiment.protocol import Reason
from sentiment.tokens import Segment, Token, fold, lower, segments, tokens

_NEGATION_REACH: Final = 4
_NEGATION_BACK: Final = 4
_BACKWARD: Final = frozenset({"niet", "nie", "nicht", "niks", "nooit", "pas"})
_NOT_ONLY: Final = frozenset({"alleen", "only", "enkel", "slechts", "nur", "seulement"})
_NEGATED_GOOD: Final = -0.9
_NEGATED_BAD: Final = -0.6
_STRONGER: Final = 1.35
_WEAKER: Final = 0.6
_SHOUTED: Final = 1.15
_OF_OTHERS: Final = 0.35
_BEFORE_TURN: Final = 0.45
_AFTER_TURN: Final = 1.3
_IRONIC_SIGNS: Final = frozenset("🙃🙄👏🤡😒")
_CAPS: Final[dict[str, float]] = {
    "complaint": 4.0,
    "solved": 4.0,
    "irony": 3.0,
    "thanks": 1.3,
    "politeness": 0.0,
}
"""The most that all turns of phrase of a role count together."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What one segment says by itself, and how much that counts towards us."""

    tokens: tuple[Token, ...]
    weight: float
    good: float
    bad: float
    turned: bool
    end: str

    @property
    def elsewhere(self) -> bool:
        """Whether it speaks of somebody else."""
        return self.weight < _OF_OTHERS


@dataclass(slots=True)
class Evidence:
    """Sums of what was found; all weights are positive numbers."""

    text: str
    """Folded, in lower case, without polite formulas."""

    folded: str = ""
    """The same with its capitals."""

    clauses: list[Clause] = field(default_factory=list)

    good: float = 0.0
    bad: float = 0.0
    complaint: float = 0.0
    solved: float = 0.0
    irony: float = 0.0
    thanks: float = 0.0
    softened: set[int] = field(default_factory=set)
    """Where negations stand that took the edge off a bad word; they are no complaint."""

    idle: float = 0.0
    """Weight of the negations that negated no word of feeling."""

    known: int = 0
    """Words and signs of feeling that were recognised."""

    turned: bool = False
    compared: bool = False
    """Whether we are better, or worse, than somebody else (or they than we)."""

    words: int = 0
    why: list[Reason] = field(default_factory=list)


@dataclass(slots=True)
class _Hit:
    index: int
    token: Token
    weight: float
    negated: bool = False


def gather(text: str, languages: tuple[str, ...], ours: re.Pattern[str] | None) -> Evidence:
    """All evidence of a message, read in these languages, towards our names."""
    folded = fold(text)
    low = lower(folded)
    mods = lexicon.modifiers(languages)
    plain = _without_politeness(low, languages)
    folded = "".join(kept if kept == " " else was for kept, was in zip(plain, folded, strict=True))
    found = tokens(folded)
    cut = segments(found, mods.contrast)
    evidence = Evidence(plain, folded, words=sum(token.text[0].isalnum() for token in found))
    weights = _segment_weights(folded, plain, cut, ours)
    evidence.turned = any(segment.turned for segment in cut)
    for segment, weight in zip(cut, weights, strict=True):
        good, bad = _read_segment(segment, weight, languages, mods, evidence)
        evidence.clauses.append(Clause(segment.tokens, weight, good, bad, segment.turned, segment.end))
    _read_cues(lexicon.cues(languages), cut, weights, evidence)
    _read_irony(plain, evidence)
    evidence.compared = brand.compared(plain, ours)
    if brand.compared_with_us(plain, ours) and not evidence.complaint:
        evidence.good, evidence.bad = evidence.bad, evidence.good
    if "!" in text:
        evidence.good *= 1.1
        evidence.bad *= 1.1
    return evidence


def _without_politeness(low: str, languages: tuple[str, ...]) -> str:
    for cue in lexicon.cues(languages):
        if cue.role == "politeness":
            low = cue.pattern.sub(lambda match: " " * len(match.group()), low)
    return low


def _segment_weights(text: str, low: str, cut: list[Segment], ours: re.Pattern[str] | None) -> list[float]:
    weights = brand.weights(text, low, cut, ours)
    turning = {segment.sentence for segment in cut if segment.turned}
    first_turn = min(turning, default=-1)
    for index, segment in enumerate(cut):
        if segment.turned:
            weights[index] *= _AFTER_TURN
        elif segment.sentence in turning or segment.sentence == first_turn - 1:
            weights[index] *= _BEFORE_TURN if segment.sentence in turning else 0.7
    return weights


def _read_segment(
    segment: Segment, weight: float, languages: tuple[str, ...], mods: Modifiers, evidence: Evidence
) -> tuple[float, float]:
    """Adds to the sums; how good and how bad the segment is by itself, unweighted."""
    hits = _hits(segment, languages, mods)
    _negate(segment, hits, mods, evidence)
    good, bad = evidence.good, evidence.bad
    for hit in hits:
        value = hit.weight * weight
        if hit.negated:
            value *= _NEGATED_GOOD if hit.weight > 0 else _NEGATED_BAD
        evidence.known += 1
        if value > 0:
            evidence.good += value
        else:
            evidence.bad -= value
        effect = "negated" if hit.negated else "positive" if value > 0 else "negative"
        evidence.why.append(Reason(hit.token.text, effect))
    return (evidence.good - good) / weight, (evidence.bad - bad) / weight


def _hits(segment: Segment, languages: tuple[str, ...], mods: Modifiers) -> list[_Hit]:
    hits: list[_Hit] = []
    words = segment.tokens
    signs: set[str] = set()
    for index, token in enumerate(words):
        weight = _weight(token, languages)
        if not weight:
            continue
        if not token.text[0].isalnum():
            weight *= 0.3 if token.text in signs else 1.0
            signs.add(token.text)
        elif _only_strengthens(words, index, languages, mods):
            continue
        hits.append(_Hit(index, token, weight * _modified(words, index, mods)))
    return hits


def _weight(token: Token, languages: tuple[str, ...]) -> float:
    if token.text in lexicon.emoji():
        return lexicon.emoji()[token.text]
    word = token.text.lstrip("#")
    if not word[:1].isalpha():
        return 0.0
    return next((found for language in languages if (found := lexicon.weight_of(word, language))), 0.0)


def _only_strengthens(
    words: tuple[Token, ...], index: int, languages: tuple[str, ...], mods: Modifiers
) -> bool:
    """`erg` in `erg fijn`: the next word has the feeling."""
    word = words[index].text
    if (word not in mods.stronger and word not in mods.weaker) or index + 1 >= len(words):
        return False
    return bool(_weight(words[index + 1], languages))


def _modified(words: tuple[Token, ...], index: int, mods: Modifiers) -> float:
    factor = _SHOUTED if words[index].shouted else 1.0
    before = {token.text for token in words[max(0, index - 2) : index]}
    if before & mods.stronger:
        factor *= _STRONGER
    if before & mods.weaker:
        factor *= _WEAKER
    return factor


def _is_negation(word: str, mods: Modifiers) -> bool:
    return word in mods.negation or word.endswith("n't") or word in {"cant", "dont", "wont"}


def _negate(segment: Segment, hits: list[_Hit], mods: Modifiers, evidence: Evidence) -> None:
    words = segment.tokens
    for index, token in enumerate(words):
        if not _is_negation(token.text, mods):
            continue
        if index + 1 < len(words) and words[index + 1].text in _NOT_ONLY:
            continue
        hit = _negated_by(index, token.text, hits)
        if hit is None:
            evidence.idle += 1
            continue
        hit.negated = not hit.negated
        if hit.weight < 0:
            evidence.softened.add(token.start)


def _negated_by(index: int, negation: str, hits: list[_Hit]) -> _Hit | None:
    """The next word of feeling within reach; in Dutch and German also a good one before it."""
    for hit in hits:
        if 0 < hit.index - index <= _NEGATION_REACH:
            return hit
    if negation in _BACKWARD:
        for hit in reversed(hits):
            if 0 < index - hit.index <= _NEGATION_BACK and hit.weight > 0:
                return hit
    return None


def _read_cues(cues: tuple[Cue, ...], cut: list[Segment], weights: list[float], evidence: Evidence) -> None:
    low = evidence.text
    sums = dict.fromkeys(_CAPS, 0.0)
    for cue in cues:
        match = cue.pattern.search(low) if cue.role != "politeness" else None
        if match is None or (cue.role == "complaint" and _softened(match, evidence)):
            continue
        place = sum(segment.start < match.end() for segment in cut) - 1
        weight = weights[place] if place >= 0 and cue.role != "regret" else 1.0
        sums["complaint" if cue.role == "regret" else cue.role] += cue.weight * weight
        evidence.why.append(Reason(" ".join(match.group().split())[:60], cue.role))
    evidence.complaint = min(sums["complaint"], _CAPS["complaint"])
    evidence.solved = min(sums["solved"], _CAPS["solved"])
    evidence.irony = min(sums["irony"], _CAPS["irony"])
    evidence.thanks = min(sums["thanks"], _CAPS["thanks"])


def _softened(match: re.Match[str], evidence: Evidence) -> bool:
    return any(match.start() <= start < match.end() for start in evidence.softened)


def _read_irony(low: str, evidence: Evidence) -> None:
    """Praise beside a mishap that nobody put right is no praise."""
    signs = bool(_IRONIC_SIGNS & set(low))
    trouble = evidence.complaint + evidence.bad
    if evidence.solved >= max(1.5, evidence.complaint):
        evidence.complaint *= 0.4
        return
    if evidence.irony:
        evidence.bad += evidence.irony
        evidence.good *= 0.15
    elif signs and evidence.complaint >= 1:
        evidence.bad += 1.5
        evidence.good *= 0.15
        evidence.why.append(Reason("".join(sorted(_IRONIC_SIGNS & set(low))), "irony"))
    elif trouble >= 1.2 and evidence.complaint >= 1 and not evidence.turned:
        evidence.good *= 0.5
