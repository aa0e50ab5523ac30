"""Figures of how well an engine reads, and files of labelled messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentiment.labelled import UnreadableSet, read
from sentiment.measure import Labelled, Share, compare, figures, interval_of_f1, macro_f1, measure
from sentiment.registry import load_engine

PAIRS = [("negative", "negative")] * 8 + [("negative", "unknown")] * 2 + [("positive", "negative")] * 2


def test_precision_recall_and_f1() -> None:
    one = figures(PAIRS, "negative")
    assert (one.precision, one.recall, one.count) == (0.8, 0.8, 10)
    assert one.f1 == pytest.approx(0.8)
    assert macro_f1(PAIRS, ("negative", "positive")) == pytest.approx(0.4)


def test_wilson_and_bootstrap_hold_the_value() -> None:
    low, high = Share(80, 100).interval
    assert (round(low, 3), round(high, 3)) == (0.711, 0.867)
    assert Share(0, 0).interval == (0.0, 1.0)
    low, high = interval_of_f1(PAIRS, ("negative", "positive"))
    assert low <= macro_f1(PAIRS, ("negative", "positive")) <= high
    assert interval_of_f1(PAIRS, ("negative",)) == interval_of_f1(PAIRS, ("negative",))


def test_unknown_is_wrong_and_mixed_is_left_out() -> None:
    rows = [
        Labelled("top", "positive", "compliment", ("short",)),
        Labelled("zo zo", "mixed", "chatter", ("short",)),
    ]
    engine = load_engine("rules")
    report = measure(engine, rows)
    assert (report.accuracy.count, len(report.kinds), report.phenomena[0].right.count) == (1, 2, 1)
    said = compare([Labelled("x", "positive")], [engine.score("まだ つながり ません よ ね です か")])
    assert (said.unknown, said.accuracy.right) == (1, 0)


def test_files_of_both_shapes_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ours.tsv"
    path.write_text(
        "Top\\nhoor\tpositive\n\nWaar?\tneutral\tquestion\t-\nbah\tnegative\tcomplaint\tshort, plain\r\n"
        "a-1\ttrain\tx\tNS\tnegative\tcomplaint\t1\timplicit\tTe laat\n",
        "utf-8",
    )
    first, second, third, fourth = read(path, "nl", ("Wij",))
    assert (first.text, first.language, first.brands) == ("Top\nhoor", "nl", ("Wij",))
    assert (second.kind, second.phenomena, third.phenomena) == ("question", (), ("short", "plain"))
    assert (fourth.text, fourth.brands, fourth.urgency) == ("Te laat", ("NS",), 1)


@pytest.mark.parametrize(
    "line", ["alleen tekst", "tekst\tboos", "\t".join("abcdefgh"), "\t".join("abcdefghi")]
)
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "ours.tsv"
    path.write_text(f"goed\tpositive\n{line}\n", "utf-8")
    with pytest.raises(UnreadableSet, match=r"ours\.tsv, line 2"):
        read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSet, match=r"none\.tsv"):
        read(tmp_path / "none.tsv")
