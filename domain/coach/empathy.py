"""Words of empathy: whether there are any, and whether they are worn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from domain.coach.reading import Reading, Sentence, Word
from domain.coach.view import View

_STEM: Final = 6
_LONG: Final = 5
_BY_OPERATOR: Final = 3
_BY_TEAM: Final = 8
"""So often lately, and the word is worth nothing."""

_PREPOSITION: Final = "naar"
_MAKES_ADJECTIVE: Final = frozenset(
    {"wat", "heel", "zo", "erg", "gewoon", "echt", "extra", "is", "dubbel", "ook", "super", "best"}
)
_AFTER_ADJECTIVE: Final = frozenset(
    {"voor", "om", "dat", "en", "als", "zeker", "vooral", "hoor", "is", "van"}
)
_NO_EMPATHY_AFTER: Final = frozenset({"geen", "say", "saying", "says", "no", "zeg", "zeggen"})
"""`jij hoeft geen spijt te hebben`, `she wants to say sorry herself`."""


def acknowledged(view: View) -> bool:
    """Whether the reply says that it matters to the contact, or takes their own words up by name."""
    return view.has("sorry", "feels", "admits") or (view.named and bool(taken_up(view)))


def taken_up(view: View) -> frozenset[str]:
    """The contact's own words, by their beginnings, with which the reply opens."""
    return content(view.mention.sentences) & content(view.reply.sentences[:1])


def content(sentences: Sequence[Sentence]) -> frozenset[str]:
    """The longer words of some sentences, by their beginnings."""
    return frozenset(
        word.text[:_STEM]
        for sentence in sentences
        for word in sentence.words
        if len(word.text) >= _LONG and word.tag == "word"
    )


def worn_words(reading: Reading, stems: frozenset[str]) -> list[tuple[str, int, int]]:
    """The stock words in a text by stem, with their places."""
    found: list[tuple[str, int, int]] = []
    for sentence in reading.sentences:
        for index, word in enumerate(sentence.words):
            stem = next((stem for stem in stems if word.text.startswith(stem)), None)
            before = sentence.words[index - 1].text if index else ""
            if stem is None or before in _NO_EMPATHY_AFTER:
                continue
            if word.text == _PREPOSITION and not _is_adjective(sentence.words, index, before):
                continue
            found.append((stem, word.start, word.end))
    return found


def _is_adjective(words: Sequence[Word], index: int, before: str) -> bool:
    """`naar` is nasty in `wat naar voor je`, and `to` in most other places."""
    last = index + 1 == len(words) or words[index + 1].clause != words[index].clause
    after = "" if last else words[index + 1].text
    return before in _MAKES_ADJECTIVE and (last or after in _AFTER_ADJECTIVE)


def worn(view: View) -> Iterator[tuple[int, int]]:
    """The second time of each stock word in the reply; or the first where others wore it out."""
    around = view.draft.around
    stems = view.listed("empathy_words")
    thread, operator, team = (
        Counter(next((stem for stem in stems if word.startswith(stem)), word) for word in words)
        for words in (around.thread_words, around.operator_words, around.team_words)
    )
    seen: Counter[str] = Counter()
    for stem, start, end in worn_words(view.reply, stems):
        seen[stem] += 1
        outside = thread[stem] >= 1 or operator[stem] >= _BY_OPERATOR or team[stem] >= _BY_TEAM
        if seen[stem] == 2 or (seen[stem] == 1 and outside):
            yield start, end
