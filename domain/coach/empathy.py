"""Words of empathy: whether there are any, and whether they are worn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from domain.coach.reading import Reading
from domain.coach.view import View

_BY_OPERATOR: Final = 3
_BY_TEAM: Final = 8
"""So often lately, and the word is worth nothing."""


def acknowledged(view: View) -> bool:
    """Whether the reply says that it matters to the contact."""
    return view.has("sorry", "feels", "admits")


def worn_words(reading: Reading, stems: frozenset[str]) -> list[tuple[str, int, int]]:
    """The stock words in a text by stem, with their places."""
    found: list[tuple[str, int, int]] = []
    for sentence in reading.sentences:
        for word in sentence.words:
            stem = next((stem for stem in stems if word.text.startswith(stem)), None)
            if stem is not None:
                found.append((stem, word.start, word.end))
    return found


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
