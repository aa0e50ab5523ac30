"""Whether a reply helps, and what in it is meant to be funny."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from domain.coach.reading import Sentence
from domain.coach.view import View

Span = tuple[int, int]

STRONG: Final = ("did", "asks_for", "offers", "will_when", "next_step", "instructs")
"""Acts of ours that bring the contact further, whatever else the sentence says."""

_CONCRETE: Final = frozenset({"number", "clock", "link"})
_PICTURES_FROM: Final = 0x2600
_PICTURES: Final = ("gif", "meme")
_LOUD: Final = re.compile(r"\W+")


WARM_OR_DOING: Final = (
    *STRONG,
    "sorry",
    "feels",
    "admits",
    "report_back",
    "thanks",
    "humour",
    "time",
    "restored",
)
"""Acts of which a bare defence has none."""

_BARE: Final = 5


def bare_defence(view: View) -> bool:
    """A complaint answered with statements alone: no regret, no deed, no question, no name, no time.

    What is then left, however true, defends.
    """
    if view.kind != "complaint" or view.named or view.reply.length < _BARE or view.has(*WARM_OR_DOING):
        return False
    return all(sentence.mark not in {"?", "!"} for sentence in view.reply.sentences)


def bare_promises(view: View) -> Iterator[Span]:
    """What we will do, in a reply without a time, a deed, an answer or a question."""
    concrete = (*STRONG, "answers", "restored")
    if view.has(*concrete) or any(sentence.mark == "?" for sentence in view.reply.sentences):
        return
    if any(word.tag in _CONCRETE for sentence in view.reply.sentences for word in sentence.words):
        return
    for hit in view.acts.get("promise", ()):
        yield hit.start, hit.end


def helps(view: View) -> bool:
    """Whether any sentence does."""
    return any(sentence_helps(view, sentence) for sentence in view.reply.sentences)


def sentence_helps(view: View, sentence: Sentence) -> bool:
    """Answers, asks, or says what happens, by whom and when; a sentence that blames or defends does not."""
    if sentence.mark == "?" and not view.within(sentence, "empty_question"):
        return True
    if sentence.index in view.faults:
        return False
    if view.within(sentence, *STRONG, "was_done"):
        return True
    if view.kind == "complaint" and not view.asked:
        return False
    if view.within(sentence, "answers"):
        return True
    return any(word.tag in _CONCRETE for word in sentence.words) and not view.within(sentence, "idle_number")


def upset(view: View) -> bool:
    """Anger, hurt, worry or repeated failure in a mention that is no compliment."""
    if view.kind not in {"complaint", "cancellation", "question"}:
        return False
    if view.says("upset"):
        return True
    words = [
        word for word in _LOUD.split(view.mention.text) if len(word) > 2 and word.isupper() and word.isalpha()
    ]
    loud = len(words) >= 2 or "!!" in view.mention.text or "??" in view.mention.text
    return (loud and view.kind != "question") or any(sign in view.mention.text for sign in "😡🤬😠😭😤💔😢")


def jokes(view: View) -> Iterator[Span]:
    """What is meant to be funny: turns of phrase, teasing faces, GIFs; beside a complaint playful signs."""
    for hit in view.acts.get("humour", ()):
        yield hit.start, hit.end
    teasing, plain = view.listed("teasing_signs"), view.listed("plain_signs")
    for sign, place in view.reply.signs:
        playful = view.kind == "complaint" and ord(sign) >= _PICTURES_FROM and sign not in plain
        if sign in teasing or (playful and unicodedata.category(sign) == "So"):
            yield place, place + 1
    for sentence in view.reply.sentences:
        for word in sentence.words:
            if word.text in _PICTURES:
                yield word.start, word.end


def unhelped_jokes(view: View) -> Iterator[Span]:
    """Jokes in a reply that does not really help: a bare question back is not yet help."""
    if not any(really_helps(view, sentence) for sentence in view.reply.sentences):
        yield from jokes(view)


def really_helps(view: View, sentence: Sentence) -> bool:
    """Whether a sentence does more than ask."""
    if sentence.mark == "?" or sentence.index in view.faults or view.within(sentence, "humour"):
        return False
    acts = ("did", "will_when", "next_step", "offers", "was_done")
    return view.within(sentence, *acts) or (view.asked and sentence_helps(view, sentence))
