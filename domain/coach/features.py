"""What the learned scorer looks at: acts, the rules' own verdicts, the shape of the reply, a few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from domain.coach import empathy, helping
from domain.coach.reading import Reading
from domain.coach.view import View

_MOST: Final = 3
_STEM: Final = 6
_WARM: Final = frozenset({"sorry", "feels", "admits", "did", "asks_for", "offers"})
_OURSELVES: Final = frozenset({"ik", "i", "i've", "i'll", "i'm", "we've", "we'll"})
_YOU: Final = frozenset({"je", "jij", "jou", "u", "uw", "jouw", "you", "your", "you're", "you'll", "jullie"})


def features(view: View, fired: frozenset[str]) -> Mapping[str, float]:
    """Named numbers, most of them 0 or 1."""
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
    for word, _start, _end in named_words(view.reply):
        found[word] = 1.0
    return found


def named_words(reading: Reading) -> Iterator[tuple[str, int, int]]:
    """Features that are words of the reply, with their places: stems and pairs of words."""
    for sentence in reading.sentences:
        before = "^"
        for word in sentence.words:
            text = word.text if word.tag == "word" else f"#{word.tag}"
            yield f"w:{text[:_STEM]}", word.start, word.end
            yield f"p:{before}_{text[:_STEM]}", word.start, word.end
            before = text[:_STEM]


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
