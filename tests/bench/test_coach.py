"""The coach's bench: its arithmetic, its corpus, its fuzz run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.coach.corpus import FOLDER, Item, read_items
from bench.coach.fuzz import fuzz
from bench.coach.measures import Tally, false_alarms, interval, macro, tallies
from domain.coach.draft import Draft
from domain.coach.rule import RULES


def item(*labels: str) -> Item:
    return Item("x", Draft("x"), frozenset(labels), frozenset(), "dev-1")


def test_tallies_count_what_was_wanted_and_what_was_said() -> None:
    items = [item("a"), item("a"), item("b"), item()]
    said = [frozenset({"a"}), frozenset(), frozenset({"a", "b"}), frozenset({"b"})]
    found = tallies(items, said)
    assert found == {"a": Tally(1, 1, 1), "b": Tally(1, 1, 0)}
    assert macro(found) == pytest.approx((0.5, 0.75, (0.5 + 2 / 3) / 2))
    assert false_alarms(items, said, {"b": "hint"}) == (1, 0, 1)
    assert false_alarms(items, said, {"b": "warn"}) == (1, 1, 1)


def test_an_interval_holds_its_share() -> None:
    for hits, of in ((0, 5), (5, 5), (3, 7), (90, 100)):
        low, high = interval(hits, of)
        assert 0 <= low <= hits / of <= high <= 1
    assert interval(0, 0) == (0.0, 1.0)


def test_a_corpus_is_read(tmp_path: Path) -> None:
    line = {
        "id": "1",
        "lang": "nl",
        "channel": "x",
        "visibility": "public",
        "mention_kind": "question",
        "contact_first_name": None,
        "mention": "m",
        "reply": "r",
        "labels": ["no_help"],
        "near": [],
    }
    (tmp_path / "dev-1.jsonl").write_text(json.dumps(line) + "\n\n")
    (found,) = read_items("dev", tmp_path)
    assert (found.labels, found.draft.kind, found.part) == (frozenset({"no_help"}), "question", "dev-1")
    assert read_items("unseen", tmp_path) == ()


def test_the_labels_of_the_corpus_are_rules() -> None:
    for part in ("dev", "unseen"):
        for each in read_items(part, FOLDER):
            assert each.labels <= set(RULES), each.id


def test_a_short_fuzz_run_raises_nothing() -> None:
    drafts = [
        Item(
            "x",
            Draft("Wat vervelend! Bel ons op 0800-1234.", "Waar blijft het?"),
            frozenset(),
            frozenset(),
            "",
        )
    ]
    assert "300 drafts" in fuzz(300, 5, drafts)
