"""The engine that comes with the program: word lists and rules, weighed by a small model. No library needed.

It learned Dutch (northern and Flemish), English and a little German and French from mentions written for it;
elsewhere it says `unknown`. Where it is too unsure it says so: its score is a hint that a key corrects.
"""

from __future__ import annotations

from typing import Final

from sentiment.evidence import Clause, Evidence
from sentiment.features import Features, read
from sentiment.kind import urgency_of
from sentiment.model import Model, shipped
from sentiment.protocol import Kind, Reason, Score, Sentiment

SENTIMENTS: Final[tuple[Sentiment, ...]] = ("negative", "neutral", "positive")
KINDS: Final[tuple[Kind, ...]] = (
    "question",
    "complaint",
    "compliment",
    "suggestion",
    "cancellation",
    "commercial",
    "chatter",
    "spam",
)
_SURE: Final = 0.4
"""Below this no sentiment is named; chosen by cross-validation, where fewer answers were right than wrong."""

_CLEAR: Final = 1.2
"""So much feeling in our own clauses is believed over the model, where another company is spoken of too."""

_RULED: Final = 0.8
_WHY_RULES: Final = 4
_WHY: Final = 6
_ENOUGH_WORDS: Final = 5

Chances = tuple[float, float, float]
"""Of negative, neutral and positive; they add up to 1."""


class EmbeddedEngine:
    """Sentiment, kind, urgency and language; satisfies `sentiment.protocol.Engine`."""

    name = "embedded"
    version = "2"

    def __init__(self, model: Model | None = None) -> None:
        self._model = model

    def score(self, text: str, *, lang: str | None = None, brands: tuple[str, ...] = ()) -> Score:
        """The score of a message; `lang` is believed where it is one of ours, else it is guessed."""
        model = self._model or shipped()
        found = read(text, lang, brands)
        evidence = found.evidence
        said = model.read(found)
        learned = tuple(said["sentiment"][name] for name in SENTIMENTS)
        chances, ruled = _ruled(evidence, (learned[0], learned[1], learned[2]))
        kind = max(KINDS, key=lambda name: said["kind"][name])
        urgency, pressing = _urgency(found, kind, chances[0], said["urgency"])
        sentiment = _sentiment(found, chances)
        return Score(
            negative=chances[0],
            neutral=1.0 - chances[0] - chances[2],
            positive=chances[2],
            sentiment=sentiment,
            confidence=max(chances),
            kind=kind,
            kind_confidence=said["kind"][kind],
            urgency=urgency,
            language=found.language,
            engine=self.name,
            version=self.version,
            why=(*_why(model, found, chances, ruled), *pressing),
        )


def _sentiment(found: Features, chances: Chances) -> Sentiment:
    """The likeliest, where it is likely enough and the message was read at all."""
    unread = found.language is None and found.evidence.words >= _ENOUGH_WORDS
    if max(chances) < _SURE or (unread and not found.evidence.known):
        return "unknown"
    return SENTIMENTS[chances.index(max(chances))]


def _ruled(evidence: Evidence, learned: Chances) -> tuple[Chances, tuple[Reason, ...]]:
    """What two rules make of the model's word: of two companies ours counts, and thanks are no complaint."""
    side = _our_side(evidence.clauses)
    if side is not None:
        rest = (1 - _RULED) / 2
        other = (_RULED, rest, rest) if side == "negative" else (rest, rest, _RULED)
        return other, (Reason("our own part of it", side),)
    if learned[0] == max(learned) and _closing(evidence):
        return (learned[2] / 2, learned[1], learned[0] + learned[2] / 2), (
            Reason("closing thanks", "positive"),
        )
    return learned, ()


def _our_side(clauses: list[Clause]) -> Sentiment | None:
    """How our own clauses sound where others are spoken of too; None where that says nothing."""
    others = [clause for clause in clauses if clause.elsewhere]
    ours = [clause for clause in clauses if not clause.elsewhere]
    said = sum(clause.good - clause.bad for clause in ours)
    if not others or abs(said) < _CLEAR or not any(clause.good or clause.bad for clause in others):
        return None
    return "positive" if said > 0 else "negative"


def _closing(evidence: Evidence) -> bool:
    """Thanks for something that was put right, without a new complaint or a bitter word."""
    put_right = evidence.solved > 0 and (evidence.thanks > 0 or evidence.good > 0)
    plain = evidence.thanks > 0 and evidence.words <= _ENOUGH_WORDS + 3
    return (put_right or plain) and not evidence.irony and not evidence.turned and evidence.complaint < 1


def _urgency(
    found: Features, kind: Kind, negative: float, learned: dict[str, float]
) -> tuple[int, tuple[Reason, ...]]:
    """The rules' urgency, with the words that say so; the model's where they found none."""
    urgency, pressing = urgency_of(found.evidence, kind, negative)
    return urgency, pressing


def _why(model: Model, found: Features, chances: Chances, ruled: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The rules' findings first, then the words that the model heard loudest."""
    told = (*ruled, *found.evidence.why[:_WHY_RULES])
    place = chances.index(max(chances))
    others = tuple(other for other in range(len(SENTIMENTS)) if other != place)
    seen = {word for reason in told for word in reason.words.split()}
    learned: list[Reason] = []
    for _weight, words in model.speaking(found, place, others):
        if len(told) + len(learned) >= _WHY:
            break
        if not seen & set(words.split()):
            learned.append(Reason(words, SENTIMENTS[place]))
            seen.update(words.split())
    return (*told, *learned)
