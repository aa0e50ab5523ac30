"""What the learned scorer looks at: acts, the rules' own verdicts, the shape of the reply, its words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.coach import empathy, helping
from domain.coach.grams import Grams, letter_grams, mention_grams, word_grams
from domain.coach.reading import Sentence
from domain.coach.view import View

_MOST: Final = 3
_NO_PIECES: Final[tuple[Grams, Grams, Grams, Grams]] = (frozenset(), frozenset(), frozenset(), frozenset())
_TOUCHING: Final = frozenset({"anger", "hurt", "vulnerable", "ruin", "danger", "repeat", "waiting", "money"})
_ACKNOWLEDGING: Final = frozenset({"sorry", "feel", "admit", "strength"})
_WARM: Final = frozenset({"sorry", "feels", "admits", "did", "asks_for", "offers"})
_OURSELVES: Final = frozenset({"ik", "i", "i've", "i'll", "i'm", "we've", "we'll"})
_YOU: Final = frozenset({"je", "jij", "jou", "u", "uw", "jouw", "you", "your", "you're", "you'll", "jullie"})


@dataclass(frozen=True, slots=True)
class Look:
    """What the scorer sees of a draft, or of one of its sentences."""

    named: Mapping[str, float]
    """Named numbers, most of them 0 or 1."""

    pieces: tuple[Grams, Grams, Grams, Grams, Grams]
    """Hashed: words in a row, letters, concepts near each other, concepts together; and the mention's words,
    nothing where it is about a sentence."""


def whole(view: View, fired: frozenset[str]) -> Look:
    """The draft as a whole, with the verdicts of the rules."""
    found: dict[str, float] = {}
    for name, hits in view.acts.items():
        found[f"a:{name}"] = min(len(hits), _MOST) ** 0.5
    for name in view.said:
        found[f"m:{name}"] = 1.0
    for rule in fired:
        found[f"f:{rule}"] = 1.0
    found[f"k:{view.kind}"] = 1.0
    found["public"] = float(view.public)
    found |= _shape(view) | _opening(view)
    found |= _crossed(view, found)
    asked = frozenset[int]().union(*(mention_grams(each) for each in view.mention.sentences))
    words, letters, near, together = (
        frozenset[int]().union(*parts)
        for parts in zip(_NO_PIECES, *(_pieces(view, each) for each in view.reply.sentences), strict=True)
    )
    return Look(_spoken(view, found), (words, letters, near, together, asked))


def _pieces(view: View, sentence: Sentence) -> tuple[Grams, Grams, Grams, Grams]:
    near, together = view.concepts.grams(sentence)
    return word_grams(sentence), letter_grams(sentence), near, together


def single(view: View, spans: Mapping[str, Sequence[tuple[int, int]]]) -> list[Look]:
    """Each sentence of the reply for itself: a fault lives in one of them."""
    acts: dict[int, dict[str, float]] = defaultdict(dict)
    for name, hits in view.acts.items():
        for hit in hits:
            acts[hit.sentence.index][f"s:{name}"] = 1.0
    for rule, places in spans.items():
        for start, end in places:
            sentence = view.reply.sentence_at(start) if end else None
            if sentence is not None:
                acts[sentence.index][f"s:f:{rule}"] = 1.0
    named = [_sentence(view, each, acts[each.index]) for each in view.reply.sentences]
    looks: list[Look] = []
    for sentence in view.reply.sentences:
        at = sentence.index
        beside = {f"<{name}": value for name, value in (named[at - 1] if at else {}).items()}
        beside |= {
            f">{name}": value for name, value in (named[at + 1] if at + 1 < len(named) else {}).items()
        }
        kind = {f"s:k:{view.kind}": 1.0}
        pieces = (*_pieces(view, sentence), frozenset[int]())
        looks.append(Look(_spoken(view, {**named[at], **kind}) | beside, pieces))
    return looks


def _sentence(view: View, sentence: Sentence, acts: Mapping[str, float]) -> Mapping[str, float]:
    length = len(sentence.words)
    named = {
        **acts,
        "s:first": float(sentence.index == 0),
        "s:last": float(sentence.index + 1 == len(view.reply.sentences)),
        "s:alone": float(len(view.reply.sentences) == 1),
        "s:helps": float(helping.sentence_helps(view, sentence)),
        "s:short": float(length < 5),
        "s:words": min(length, 30) / 15,
        "s:number": float(any(word.tag != "word" for word in sentence.words)),
        "s:upset": float(helping.upset(view)),
        "s:you": float(any(word.text in _YOU for word in sentence.words)),
        "s:we": float(any(word.text in _OURSELVES for word in sentence.words)),
    }
    return {name: value for name, value in named.items() if value}


def _spoken(view: View, named: Mapping[str, float]) -> dict[str, float]:
    """Each number once for all languages and once for this one."""
    kept = {name: value for name, value in named.items() if value}
    return kept | {f"{view.language}|{name}": value for name, value in kept.items()}


def _opening(view: View) -> dict[str, float]:
    """What the first sentence does, and whether it takes up what the contact said."""
    if not view.reply.sentences:
        return {}
    first = view.reply.sentences[0]
    acts = [name for name, hits in view.acts.items() if any(hit.sentence is first for hit in hits)]
    found = {f"1:{name}": 1.0 for name in acts}
    theirs = empathy.content(view.mention.sentences)
    shared = empathy.taken_up(view)
    found["mirrors"] = min(len(shared), 3) / 1.5
    found["shares"] = min(len(theirs & empathy.content(view.reply.sentences)), 5) / 2.5
    found["cold"] = float(not any(name in _WARM for name in acts) and not shared)
    found["named"] = float(view.named)
    found["we"] = float(any(word.text in _OURSELVES for each in view.reply.sentences for word in each.words))
    found["you"] = float(any(word.text in _YOU for each in view.reply.sentences for word in each.words))
    return found


def _crossed(view: View, found: Mapping[str, float]) -> dict[str, float]:
    """What the mention is about beside what the reply lacks: a sum cannot tell that both must hold."""
    ideas = view.concepts
    theirs = frozenset[str]().union(*(names for each in view.mention.sentences for names in ideas.of(each)))
    ours = frozenset[str]().union(*(names for each in view.reply.sentences for names in ideas.of(each)))
    touched = theirs & _TOUCHING
    warm = bool(ours & _ACKNOWLEDGING) or any(view.acts.get(name) for name in ("sorry", "feels", "admits"))
    helped = found["no_help"] == 0
    crossed = {f"mc:{name}": 1.0 for name in touched}
    crossed |= {f"mc:{name}&{'warm' if warm else 'cold'}": 1.0 for name in touched}
    sore = min(len(touched), 3) / 1.5
    crossed |= {"sore": sore, "sore&cold": 0.0 if warm else sore, "sore&warm": sore if warm else 0.0}
    state = ("warm" if warm else "cold", "helped" if helped else "unhelped", view.kind)
    crossed["&".join(state)] = crossed["&".join(state[:2])] = crossed["&".join(state[1:])] = 1.0
    mood = "sore" if sore else "calm"
    crossed[f"{state[0]}&{view.kind}&{mood}"] = crossed[f"{state[1]}&{state[2]}&{mood}"] = 1.0
    return crossed


def _shape(view: View) -> dict[str, float]:
    sentences = view.reply.sentences
    helpful = [helping.sentence_helps(view, sentence) for sentence in sentences]
    tags = Counter(word.tag for sentence in sentences for word in sentence.words)
    marks = Counter(sentence.mark for sentence in sentences)
    length = max(1, len(sentences))
    return {
        "helpful": sum(helpful) / length,
        "no_help": float(not any(helpful)),
        "helpful_n": min(sum(helpful), 4) / 2,
        "unhelpful_n": min(length - sum(helpful), 4) / 2,
        "first_helps": float(bool(helpful) and helpful[0]),
        "last_helps": float(bool(helpful) and helpful[-1]),
        "upset": float(helping.upset(view)),
        "upset_unseen": float(helping.upset(view) and not empathy.acknowledged(view)),
        "unseen": float(not empathy.acknowledged(view)),
        "sentences": min(length, 6) / 3,
        "words": min(view.reply.length, 80) / 40,
        "short": float(view.reply.length < 20),
        "numbers": min(tags["number"] + tags["clock"], 4) / 2,
        "no_number": float(not tags["number"] and not tags["clock"] and not tags["link"]),
        "asks": float(marks["?"] > 0),
        "exclaims": float(marks["!"] > 0),
        "commas": 1.0 * (view.reply.folded.count(",") > 2),
        "emoji": float(any(ord(sign) > 0x2190 for sign, _place in view.reply.signs)),
    }
