"""What words are about: the same in both languages, near each other or not."""

from __future__ import annotations

import pytest

from config.coach_rules import load_rules
from domain.coach.concepts import Concepts, read_concepts
from domain.coach.reading import Sentence, read
from domain.coach.rule import LANGUAGES

WRITTEN = """
# a remark
we: wij ons | we our
proof: camera* logboek | cctv log*
show: toont laten_zien | shows
"""
BOTH = read_concepts(WRITTEN, LANGUAGES)


def sentence(text: str) -> Sentence:
    (found,) = read(text).sentences
    return found


def test_a_word_is_what_its_line_says() -> None:
    found = BOTH["nl"].of(sentence("Wij laten camerabeelden zien"))
    assert found == [frozenset({"we"}), frozenset(), frozenset({"proof"}), frozenset()]
    assert BOTH["nl"].of(sentence("Beelden laten zien"))[1] == {"show"}


def test_what_was_learned_in_one_language_counts_in_the_other() -> None:
    dutch = BOTH["nl"].grams(sentence("Het logboek toont"))
    english = BOTH["en"].grams(sentence("The log shows"))
    assert dutch == english
    assert all(dutch)


def test_order_counts_near_and_not_together() -> None:
    one, other = (BOTH["en"].grams(sentence(text)) for text in ("our log shows", "shows our log"))
    assert one[0] != other[0]
    assert one[1] == other[1]


def test_nothing_is_said_of_unknown_words() -> None:
    assert BOTH["nl"].grams(sentence("Zonnetje erbij")) == (frozenset(), frozenset())
    assert Concepts().grams(sentence("Wij")) == (frozenset(), frozenset())


def test_a_line_needs_a_part_for_each_language() -> None:
    with pytest.raises(ValueError, match="zip"):
        read_concepts("we: wij", LANGUAGES)


def test_the_shipped_file_knows_both_languages() -> None:
    shipped = load_rules().rules.concepts
    names = [
        frozenset[str]().union(*one.exact.values(), *one.prefixes.values(), *one.rows.values())
        for one in (shipped["nl"], shipped["en"])
    ]
    assert names[0] == names[1]
    assert len(names[0]) > 80
