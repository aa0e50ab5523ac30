"""The picture and the page that the bench writes."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import growth_page
from bench.lib.page import filled, table
from bench.lib.plot import Panel, ceiling, shown, svg

SVG = "{http://www.w3.org/2000/svg}"


def numbers(size: int) -> dict[str, object]:
    """Figures of one size, as `growth` keeps them."""
    return {
        "first_paint": {"med": 1.5}, "first_paint_ms": 300.0, "j_ms": {"med": 2.5},
        "page_down_ms": {"med": 9.0}, "search_rare_ms": {"med": 0.4}, "search_common_ms": {"med": 1.25},
        "page_us": {"med": 210.0}, "counts_us": {"med": 55.0},
        "bytes_per_message": 1_140, "bytes": 1_140 * size, "rss_mib": 50.0,
        "walked_mib": 58.0, "conversations": size * 4 // 5,
    }  # fmt: skip


FOUND = {
    "sizes": [1_000, 1_000_000],
    "when": "2026-11-25",
    "machine": {
        "cpus": 2, "system": "Linux", "python": "3.11", "pgo": False, "textual": "8.2", "sqlite": "3.40",
        "noise": {"steal_pct": 0.5},
    },
    "aa": {"startup": 1.01, "keys": 0.99, "steady": True},
    "by_size": {"1000": numbers(1_000), "1000000": numbers(1_000_000)},
}  # fmt: skip


def test_a_picture_has_a_point_with_its_value_for_every_figure() -> None:
    root = ET.fromstring(
        svg([10, 100], [Panel("a <b>", "ms", {"": [1.0, 2.5], "x & y": [None, 3.0]})], "says")
    )
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert len(list(root.iter(f"{SVG}circle"))) == 3
    assert {"a <b>", "x & y", "ms", "2.5", "100"} <= set(texts)


def test_a_higher_value_stands_higher() -> None:
    root = ET.fromstring(svg([10, 100], [Panel("t", "ms", {"": [1.0, 4.0]})], "says"))
    low, high = (float(circle.attrib["cy"]) for circle in root.iter(f"{SVG}circle"))
    assert high < low


@given(st.floats(min_value=1e-6, max_value=1e12))
def test_an_axis_ends_above_its_values_and_not_far_above(value: float) -> None:
    assert value <= ceiling(value) * (1 + 1e-6)
    assert ceiling(value) <= value * 2.51


@pytest.mark.parametrize(
    ("value", "text"), [(1_234_567.0, "1,234,567"), (1.0, "1"), (0.0123, "0.0123"), (12.34, "12.3")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert shown(value) == text


def test_only_what_stands_between_marks_is_written_anew() -> None:
    page = "before\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nafter \\1\n"
    assert (
        filled(page, {"a": "new \\1"}) == "before\n<!-- bench:a -->\nnew \\1\n<!-- /bench:a -->\nafter \\1\n"
    )
    assert filled(filled(page, {"a": "x"}), {"a": "y"}) == filled(page, {"a": "y"})


@pytest.mark.parametrize("page", ["nothing", "<!-- bench:a --><!-- /bench:a -->" * 2])
def test_a_part_without_its_one_place_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="exactly one place for a"):
        filled(page, {"a": "new"})


def test_a_table_has_a_line_under_its_head() -> None:
    assert table(["", "10"], [["j", "1"]]) == "|  | 10 |\n| --- | ---: |\n| j | 1 |"


def test_the_page_says_what_was_measured_and_has_a_place_for_all_of_it() -> None:
    parts = {
        "growth": growth_page.growth_table(FOUND), "year": growth_page.year(FOUND), "goals": "",
        "machine": growth_page.machine(FOUND),
    }  # fmt: skip
    page = filled(growth_page.PAGE.read_text(encoding="utf-8"), parts)
    assert "| A move inside the page (j) (ms, median) | 2.5 | 2.5 |" in page
    assert "730,000 mentions" in page
    assert "1.04 GB" in page  # 730,000 x 1,140 / 0.8 bytes
    assert "more than such a year" in page


def test_restless_times_are_said_to_be() -> None:
    restless = {**FOUND, "aa": {"startup": 1.2, "keys": 1.0, "steady": False}}
    assert "inconclusive" in growth_page.growth_table(restless)
    assert "inconclusive" not in growth_page.growth_table(FOUND)


def test_a_goal_that_failed_says_by_how_much() -> None:
    goal = {
        "id": "B1a",
        "says": "bytes",
        "op": "<=",
        "limit": 520,
        "value": 780.0,
        "verdict": "fail",
        "kind": "hard",
    }
    run = {"when": "2026-11-25T00:00:00Z", "git": "abc", "rows": 1_000_000, "goals": [goal]}
    assert "| B1a | bytes | <= 520 | 780 | fail, 1.50 times the limit |" in growth_page.goals_table(run)
