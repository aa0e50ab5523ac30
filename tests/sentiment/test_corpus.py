"""The corpus: legal, written line by line, and split so that a test says something."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from sentiment.corpus import HELD_OUT, CorpusError, Mention, mentions, parse, split
from sentiment.corpus.agreement import kappa, report
from sentiment.lexicon import LANGUAGES, function_words

EVERY = mentions()
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_WORD_OR_MARK = re.compile(r"\w+(?:['’]\w+)?|[?!.,]")
_RUN = 5
_RUN_LIMIT = 4
_SKELETON_WORDS = 8
_SKELETON_LIMIT = 2


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of five words of a text."""
    words = _WORD.findall(text.lower())
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


def skeleton(text: str, kept: frozenset[str]) -> str | None:
    """A sentence with every word of meaning taken out; None for one too short to be a pattern."""
    words = _WORD_OR_MARK.findall(text.lower())
    if len(words) < _SKELETON_WORDS:
        return None
    return " ".join(word if word in kept or not word[0].isalnum() else "_" for word in words)


def repeated(texts: list[str]) -> list[tuple[tuple[str, ...], int]]:
    """Runs of five words that stand in too many texts."""
    counted = Counter(run for text in texts for run in runs(text))
    return [(run, times) for run, times in counted.items() if times >= _RUN_LIMIT]


def patterns(texts: list[str]) -> list[tuple[str, int]]:
    """Sentence skeletons that stand in too many texts, those with hardly a word left apart."""
    kept = frozenset[str]().union(*(function_words(language) for language in LANGUAGES))
    found = Counter(bones for text in texts if (bones := skeleton(text, kept)))
    return [
        (bones, times)
        for bones, times in found.items()
        if times > _SKELETON_LIMIT and len(re.findall(r"[^\W_]+", bones)) >= 2
    ]


def test_it_is_as_large_and_as_broad_as_it_says() -> None:
    by_language = Counter(mention.language for mention in EVERY)
    assert sum(by_language.values()) >= 5_000
    assert by_language["nl"] >= 2_500
    assert by_language["nl-BE"] >= 800
    assert by_language["en"] >= 1_250
    assert min(by_language["de"], by_language["fr"]) >= 250
    sectors = Counter(mention.sector for mention in EVERY)
    assert sum(count >= 15 for count in sectors.values()) >= 25
    assert len({mention.channel for mention in EVERY}) == 10


def test_every_label_has_examples_in_every_large_language() -> None:
    for language in ("nl", "nl-BE", "en"):
        mine = [mention for mention in EVERY if mention.language == language]
        assert min(Counter(mention.kind for mention in mine).values()) >= 10
        assert min(Counter(mention.sentiment for mention in mine).values()) >= 10
        marks = Counter(mark for mention in mine for mark in mention.phenomena)
        assert min(marks[mark] for mark in ("negation", "two_targets", "sarcasm", "thanks_closing")) >= 30


def test_nobody_wrote_the_same_twice() -> None:
    texts = Counter(mention.text for mention in EVERY if any(sign.isalnum() for sign in mention.text))
    assert [text for text, times in texts.items() if times > 1] == []
    written = Counter((mention.author, mention.text) for mention in EVERY)
    assert max(written.values()) == 1


def test_no_five_words_recur() -> None:
    assert repeated([mention.text for mention in EVERY]) == []
    twice = Counter(run for mention in EVERY for run in runs(mention.text))
    assert sum(times > 1 for times in twice.values()) / len(twice) < 0.005


def test_no_sentence_is_a_pattern() -> None:
    assert patterns([mention.text for mention in EVERY]) == []


def test_the_checks_of_repetition_can_fail() -> None:
    spun = [
        f"Ik wacht nu al {days} dagen op mijn {thing} van jullie" for days, thing in combinations("2468", 2)
    ]
    assert repeated([text.replace("nu al", "nu al weer dat") for text in spun])
    assert patterns(spun)


def test_an_author_writes_a_few_mentions_in_one_language() -> None:
    by_author: dict[str, list[Mention]] = {}
    for mention in EVERY:
        by_author.setdefault(mention.author, []).append(mention)
    assert max(map(len, by_author.values())) <= 8
    assert all(len({mention.language for mention in mine}) == 1 for mine in by_author.values())
    assert len(by_author) > 1_500


def test_what_is_held_out_shares_no_author_and_no_sector_with_what_is_trained_on() -> None:
    train, test = split(EVERY)
    assert not {mention.author for mention in train} & {mention.author for mention in test}
    assert {mention.sector for mention in test} == HELD_OUT
    assert not {mention.sector for mention in train} & HELD_OUT
    assert len(test) >= 800
    assert {mention.language for mention in test} == {"nl", "nl-BE", "en", "de", "fr"}


@pytest.mark.parametrize(
    "line",
    [
        "a-1\ttrain\tx\tNS\tangry\tquestion\t0\t-\tHoi",
        "a-1\ttrain\tx\tNS\tneutral\tquestion\t4\t-\tHoi",
        "a-1\ttrain\tx\tNS\tneutral\tquestion\t0\tirony\tHoi",
        "a-1\ttrain\tx\tNS\tneutral\tquestion\t0\t-\t ",
        "a-1\ttrain\tx\tNS\tneutral\tquestion\t0\t-",
    ],
)
def test_what_is_not_the_format_is_refused(line: str) -> None:
    with pytest.raises(CorpusError):
        parse(line, "nl")


def test_agreement_is_counted_beyond_chance(tmp_path: Path) -> None:
    assert kappa([("a", "a"), ("b", "b")]) == 1
    assert kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == pytest.approx(0)
    assert kappa(
        [("a", "a")] * 45 + [("a", "b")] * 15 + [("b", "a")] * 25 + [("b", "b")] * 15
    ) == pytest.approx(0.1304, abs=1e-4)
    first = EVERY[0]
    text = first.text.replace("\n", "\\n")
    row = f"{first.author}\tx\tx\tx\t{first.sentiment}\t{first.kind}\t{first.urgency}\t-\t{text}\n"
    path = tmp_path / "second.tsv"
    path.write_text(row + row.replace(first.author, "zzz-1"), "utf-8")
    lines = report(path)
    assert lines[0] == "1 mentions labelled twice, 1 lines that are not of the corpus"
    assert "kappa 1.000" in lines[1]
