"""Whether a reply helps, and what in it is meant to be funny."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from domain.coach.reading import Sentence
from domain.coach.rule import Rule
from domain.coach.view import View

Span = tuple[int, int]

STRONG: Final = ("did", "asks_for", "offers", "will_when", "next_step")
"""Acts of ours that bring the contact further, whatever else the sentence says."""

_CONCRETE: Final = frozenset({"number", "clock", "link"})
_PICTURES: Final = ("gif", "meme")
_LOUD: Final = re.compile(r"\W+")


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
    if view.says("upset", "again"):
        return True
    words = [word for word in _LOUD.split(view.mention.text) if len(word) > 3 and word.isupper() and word.isalpha()]
    return len(words) >= 2 or "!!" in view.mention.text or any(sign in view.mention.text for sign in "😡🤬😠😭😤💔😢")


def jokes(view: View, rule: Rule) -> Iterator[Span]:
    """What is meant to be funny."""
    for hit in view.acts.get("humour", ()):
        yield hit.start, hit.end
    teasing = view.listed("teasing_signs")
    for sign, place in view.reply.signs:
        if sign in teasing:
            yield place, place + 1
    for sentence in view.reply.sentences:
        for word in sentence.words:
            if word.text in _PICTURES:
                yield word.start, word.end
    del rule


def unhelped_jokes(view: View, rule: Rule) -> Iterator[Span]:
    """Jokes before which no sentence has helped."""
    first_help = min(
        (sentence.start for sentence in view.reply.sentences if sentence_helps(view, sentence)),
        default=len(view.reply.text) + 1,
    )
    for start, end in jokes(view, rule):
        sentence = view.reply.sentence_at(start)
        if sentence is None or sentence.start <= first_help:
            yield start, end
