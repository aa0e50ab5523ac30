"""The engine that comes with the program: word lists and rules, weighed by a small model. No library needed.

It learned Dutch (northern and Flemish), English and a little German and French from mentions written for it;
elsewhere it says `unknown`. Where it is too unsure it says so: its score is a hint that a key corrects.
"""

from __future__ import annotations

from typing import Final

from sentiment.evidence import Evidence
from sentiment.features import Features, read
from sentiment.kind import urgency_of
from sentiment.model import Model, shipped
from sentiment.protocol import Kind, Reason, Score, Sentiment
from sentiment.rules import chances

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
_SHARE: Final = 0.5
"""How much the rules' own probabilities count beside the model's; chosen by cross-validation."""

_LEANS: Final = 0.5
_BITTER: Final = 3.0
_IRONIC: Final = 2.0
_HEARD: Final = 0.5
_LEAST: Final = 0.001
_WHY_RULES: Final = 4
_WHY: Final = 6
_TELLING: Final = 3
_ENOUGH_WORDS: Final = 5

Chances = tuple[float, float, float]
"""Of negative, neutral and positive; they add up to 1."""


class EmbeddedEngine:
    """Sentiment, kind, urgency and language; satisfies `sentiment.protocol.Engine`."""

    name = "embedded"
    version = "3"

    def __init__(self, model: Model | None = None) -> None:
        self._model = model

    def score(self, text: str, *, lang: str | None = None, brands: tuple[str, ...] = ()) -> Score:
        """The score of a message; `lang` is believed where it is one of ours, else it is guessed."""
        model = self._model or shipped()
        found = read(text, lang, brands)
        evidence = found.evidence
        said = model.read(found)
        sure, ruled = _ruled(evidence, _blended(said["sentiment"], evidence))
        kind = max(KINDS, key=lambda name: said["kind"][name])
        urgency, pressing = _urgency(found, kind, sure[0], said["urgency"])
        sentiment = _sentiment(found, sure)
        return Score(
            negative=sure[0],
            neutral=1.0 - sure[0] - sure[2],
            positive=sure[2],
            sentiment=sentiment,
            confidence=max(sure),
            kind=kind,
            kind_confidence=said["kind"][kind],
            urgency=urgency,
            language=found.language,
            engine=self.name,
            version=self.version,
            why=(*_why(model, found, sure, ruled), *pressing),
        )


def _sentiment(found: Features, sure: Chances) -> Sentiment:
    """The likeliest, where it is likely enough and the message was read at all."""
    unread = found.language is None and found.evidence.words >= _ENOUGH_WORDS
    if max(sure) < _SURE or (unread and not found.evidence.known):
        return "unknown"
    return SENTIMENTS[sure.index(max(sure))]


def _blended(learned: dict[str, float], evidence: Evidence) -> Chances:
    """The model's word and a share of the rules' own, for messages whose words are new to the model."""
    by_rules = chances(evidence)
    raised = [
        learned[name] * max(rule, _LEAST) ** _SHARE for name, rule in zip(SENTIMENTS, by_rules, strict=True)
    ]
    whole = sum(raised)
    return raised[0] / whole, raised[1] / whole, raised[2] / whole


def _ruled(evidence: Evidence, said: Chances) -> tuple[Chances, tuple[Reason, ...]]:
    """What rules make of the model's word: of two companies ours counts, and thanks are no complaint."""
    side = _our_side(evidence)
    if side is not None:
        rest = (1 - _RULED) / 2
        other = (_RULED, rest, rest) if side == "negative" else (rest, rest, _RULED)
        return other, (Reason("two companies", side),)
    if said[2] == max(said) and _bitter(evidence):
        return (said[2], said[1], said[0]), ()
    if said[0] == max(said) and _closing(evidence):
        return (said[2] / 2, said[1], said[0] + said[2] / 2), (Reason("closing thanks", "positive"),)
    return said, ()


def _our_side(evidence: Evidence) -> Sentiment | None:
    """How our own clauses sound where others are spoken of too; None where that says nothing."""
    if evidence.compared and abs(evidence.good - evidence.bad) >= _LEANS:
        return "positive" if evidence.good > evidence.bad else "negative"
    others = [clause for clause in evidence.clauses if clause.elsewhere]
    ours = [clause for clause in evidence.clauses if not clause.elsewhere]
    said = sum(clause.good - clause.bad for clause in ours)
    if not others or abs(said) < _CLEAR or not any(clause.good or clause.bad for clause in others):
        return None
    return "positive" if said > 0 else "negative"


def _bitter(evidence: Evidence) -> bool:
    """A set phrase of irony, or an ironic turn beside a mishap."""
    return evidence.irony >= _BITTER or (evidence.irony >= _IRONIC and evidence.complaint >= 1)


def _closing(evidence: Evidence) -> bool:
    """Thanks, or something put right, without blame, a turn, a question or a bitter word."""
    told = evidence.thanks > 0 or evidence.solved > 0
    blame = evidence.bad >= 1 or evidence.complaint >= 1 or evidence.irony > 0
    return told and not blame and not evidence.turned and "?" not in evidence.text


def _urgency(
    found: Features, kind: Kind, negative: float, learned: dict[str, float]
) -> tuple[int, tuple[Reason, ...]]:
    """The rules' urgency, with the words that say so; more where the model hears haste or danger."""
    urgency, pressing = urgency_of(found.evidence, kind, negative)
    if learned["3"] >= _HEARD:
        return 3, pressing
    if learned["2"] + learned["3"] >= _HEARD:
        return max(urgency, 2), pressing
    return urgency, pressing


def _why(model: Model, found: Features, sure: Chances, ruled: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The rules' findings first, then the words that the model heard loudest."""
    told = (*ruled, *found.evidence.why[:_WHY_RULES])
    place = sure.index(max(sure))
    others = ((1, 2), (0, 2), (0, 1))[place]
    seen = {word for reason in told for word in reason.words.split()}
    learned: list[Reason] = []
    for _weight, words in model.speaking(found, place, others):
        if len(told) + len(learned) >= _WHY:
            break
        told_by = [word for word in words.split() if len(word) >= _TELLING and word[0].isalpha()]
        if told_by and not seen & set(told_by):
            learned.append(Reason(" ".join(words.split()), SENTIMENTS[place]))
            seen.update(told_by)
    return (*told, *learned)
