"""`webcare meter`: the numbers of a period from a script."""

from __future__ import annotations

import json
from pathlib import Path

from tests.webcare.conftest import Run
from tests.webcare.test_cli import imported, line


def test_an_empty_period_says_what_would_be_counted(run: Run) -> None:
    told = run("meter")
    assert told.code == 0
    assert ": 0 conversations" in told.out
    assert "Counted are the conversations" in told.out


def test_the_numbers_as_json(run: Run, tmp_path: Path) -> None:
    imported(run, tmp_path, line(1))
    told = json.loads(run("meter", "--since", "2020-01", "--kind", "complaint", "--json").out)
    assert told["n"] == told["turned"] + told["kept"] + told["worsened"] + told["silent"] + told["unknown"]
    assert told["since"] == "2020-01-01"
    assert told["before"] is None
    assert len(told["definitions"]) == 6


def test_a_day_that_is_none_is_one_sentence(run: Run) -> None:
    told = run("meter", "--since", "gisteren")
    assert told.code != 0
    assert told.err.startswith("webcare: “gisteren” is not a day")
    assert "Traceback" not in told.err
