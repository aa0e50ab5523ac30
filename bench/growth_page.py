"""The generated parts of docs/performance.md, and its picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.lib.page import filled, table
from bench.lib.plot import Panel, shown, svg
from bench.lib.proc import ROOT
from bench.lib.run import RESULTS

PAGE = ROOT / "docs" / "performance.md"
PICTURE = ROOT / "docs" / "growth.svg"
YEAR = 730_000
"""Mentions of a year, 2,000 a day; a quarter of them get a reply in the generated files."""

_PANELS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("First rows on the screen", "times bare Textual", {"": "first_paint.med"}),
    ("A move inside the page (j)", "ms, median", {"": "j_ms.med"}),
    ("Half a page down, new rows", "ms, median", {"": "page_down_ms.med"}),
    (
        "Search, first fifty", "ms, median",
        {"rare word": "search_rare_ms.med", "most common word": "search_common_ms.med"},
    ),
    ("A page of fifty rows read", "µs, median", {"": "page_us.med"}),
    ("All queue counts read", "µs, median", {"": "counts_us.med"}),
    ("The file", "bytes a message", {"": "bytes_per_message"}),
    ("Memory of a desk", "MiB", {"at the first rows": "rss_mib", "after reading all orders": "walked_mib"}),
)  # fmt: skip

Found = Mapping[str, Any]


def write(found: Found, goals: Path | None) -> None:
    """Write picture and page; the goals come from this file, or from the newest whole run that is kept."""
    sizes = [int(size) for size in found["sizes"]]
    PICTURE.write_text(svg(sizes, panels(found), caption(sizes)), encoding="utf-8")
    parts = {"growth": growth_table(found), "year": year(found), "machine": machine(found)}
    run = newest_run() if goals is None else json.loads(goals.read_text(encoding="utf-8"))
    if run is not None:
        parts["goals"] = goals_table(run)
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), parts), encoding="utf-8")


def newest_run(folder: Path = RESULTS) -> Found | None:
    """The newest kept result of all suites, not a quick one; None where there is none."""
    for path in sorted(folder.glob("[0-9]*.json"), reverse=True):
        run: Found = json.loads(path.read_text(encoding="utf-8"))
        if not run["quick"] and not run["broken"] and len(run["suites"]) > 8:
            return run
    return None


def value(found: Found, size: int, path: str) -> float | None:
    """One figure at one size; None where it was not measured."""
    at: Any = found["by_size"][str(size)]
    for key in path.split("."):
        at = at.get(key) if isinstance(at, Mapping) else None
    return float(at) if isinstance(at, int | float) else None


def panels(found: Found) -> list[Panel]:
    """All charts."""
    sizes = found["sizes"]
    return [
        Panel(
            title, unit, {name: [value(found, size, path) for size in sizes] for name, path in lines.items()}
        )
        for title, unit, lines in _PANELS
    ]


def caption(sizes: Sequence[int]) -> str:
    """What the picture shows, in a sentence."""
    return f"What a desk costs with {sizes[0]:,} to {sizes[-1]:,} messages; the table has the same numbers."


def growth_table(found: Found) -> str:
    """One line a figure, one column a size."""
    sizes = found["sizes"]
    rows: list[list[str]] = []
    for title, unit, lines in _PANELS:
        for name, path in lines.items():
            head = f"{title}{', ' + name if name else ''} ({unit})"
            rows.append([head, *(_cell(value(found, size, path)) for size in sizes)])
    steady = found["aa"]["steady"]
    note = f"Control pairs: start {found['aa']['startup']}, keys {found['aa']['keys']}" + (
        "." if steady else "; **not within 7 % of 1, so the times above are inconclusive: measure again.**"
    )
    return f"{table(['', *(f'{size:,}' for size in sizes)], rows)}\n\n{note}"


def _cell(number: float | None) -> str:
    return "-" if number is None else shown(number)


def year(found: Found) -> str:
    """What a busy desk's year costs, in a paragraph."""
    smallest, largest = int(found["sizes"][0]), int(found["sizes"][-1])
    conversations = found["by_size"][str(largest)]["conversations"]
    size = value(found, largest, "bytes") or 0.0
    per_mention = size / conversations
    opened, small = value(found, largest, "first_paint_ms"), value(found, smallest, "first_paint_ms")
    rare, common = (value(found, largest, f"search_{name}_ms.med") for name in ("rare", "common"))
    enough = "more" if conversations >= YEAR else "less"
    return (
        f"**A year at 2,000 mentions a day** is {YEAR:,} mentions, with a reply to every fourth of them"
        f" {YEAR * 5 // 4:,} messages. They take {YEAR * per_mention / 1e9:.2f} GB: {per_mention:,.0f} bytes"
        " a mention with its reply, events, score, search index and counters. The largest file here holds"
        f" {conversations:,} mentions, {enough} than such a year; on it the first rows stand after"
        f" {_cell(opened)} ms ({_cell(small)} ms with {smallest:,} messages), and the first fifty hits are"
        f" read in {_cell(rare)} ms for a rare word and {_cell(common)} ms for the most common one."
    )


def machine(found: Found) -> str:
    """Where the numbers come from, in a line."""
    facts = found["machine"]
    return (
        f"Measured on {found['when']}: {facts['cpus']} CPUs, {facts['system']}, Python {facts['python']}"
        f" ({'with' if facts['pgo'] else 'without'} profile-guided optimisation),"
        f" Textual {facts['textual']}, SQLite {facts['sqlite']}; {facts['noise']['steal_pct']} % of the time"
        " went to other guests of the host."
    )


def goals_table(run: Found) -> str:
    """Each goal with what came of it."""
    rows = [
        [one["id"], one["says"], f"{one['op']} {shown(one['limit'])}", _cell(one["value"]), _verdict(one)]
        for one in run["goals"]
    ]
    revision = run["git"] or "unknown"
    head = f"From the run of {run['when'][:10]} at revision `{revision}`, {run['rows']:,} messages."
    return f"{head}\n\n{table(['goal', 'what', 'limit', 'value', 'verdict'], rows, left=2)}"


def _verdict(one: Mapping[str, Any]) -> str:
    if one["verdict"] != "fail" or not one["limit"]:
        return str(one["verdict"])
    over = one["value"] / one["limit"]
    return f"fail, {over:.2f} times the limit" if one["kind"] != "soft" else f"not reached, {over:.2f} times"
