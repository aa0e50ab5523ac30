"""The tables of how well the engines read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.understanding import END, PAGE, START, measured, milliseconds, sets_of, tables
from sentiment.corpus import HELD_OUT, mentions


def test_the_held_out_sectors_are_measured_by_language_too() -> None:
    sets = sets_of([])
    held = [mention for mention in mentions() if mention.sector in HELD_OUT]
    assert len(sets["held-out sectors"]) == len(held)
    assert sum(len(rows) for name, rows in sets.items() if name.startswith("held-out, ")) == len(held)
    assert len(sets["practice day"]) > 100


def test_a_set_is_a_row_for_each_engine(tmp_path: Path) -> None:
    path = tmp_path / "few.tsv"
    path.write_text("Waardeloos\tnegative\nTop, bedankt!\tpositive\nHoe laat?\tneutral\n", "utf-8")
    sets = sets_of([str(path)])
    lines = tables(list(measured(sets)))
    assert [line.split(" | ")[:3] for line in lines[2:]] == [
        ["| few", "embedded", "3"],
        ["| few", "rules", "3"],
    ]
    assert milliseconds(sets["few"]) > 0


@pytest.mark.parametrize("mark", [START, END])
def test_the_page_has_a_place_for_them(mark: str) -> None:
    assert PAGE.read_text("utf-8").count(mark) == 1


def test_the_engine_reads_what_is_held_out_far_better_than_the_rules() -> None:
    """A guard: the figures themselves are in docs/understanding.md."""
    rows = {name: report for _set, name, report in measured({"held": sets_of([])["held-out sectors"]})}
    assert rows["embedded"].macro_f1 > rows["rules"].macro_f1 + 0.1
    assert rows["embedded"].macro_f1 > 0.72
    assert rows["embedded"].kind_f1 > 0.6
