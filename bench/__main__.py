"""Measure, print a table, keep JSON. `python -m bench data --rows N` only makes the file of N messages.

`python -m bench growth` and `python -m bench soak` are commands of their own; each has its `--help`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

from bench.lib import data, goals, noise
from bench.lib.figures import Figures
from bench.lib.goals import Judged
from bench.lib.proc import ROOT
from bench.lib.run import DATA, RESULTS, Bench, say

SUITES = (
    "imports", "startup", "warm", "bytes", "overhead", "reads", "search", "ingest", "notify", "idle",
    "memory", "multi", "storm", "keys",
)  # fmt: skip
SECONDS = {
    "imports": 60, "startup": 110, "warm": 120, "bytes": 100, "overhead": 60, "reads": 60, "search": 30,
    "ingest": 80, "notify": 60, "idle": 60, "memory": 40, "multi": 90, "storm": 130, "keys": 340,
}  # fmt: skip
"""After which a phase of a suite comes to its end; a twelfth of it with --quick."""

NOT_QUICK = frozenset({"notify", "storm", "warm"})
"""Nothing but times, of which a few prove nothing; with --quick only where they are asked for by name."""

ASIDE = frozenset({"growth", "soak"})
"""Commands of their own."""

LARGE, QUICK_LARGE = 1_000_000, 100_000


def main() -> int:
    """Run; exit 2 where something could not be measured, with `--gate` 1 where a hard goal failed."""
    if sys.argv[1:2] and sys.argv[1] in ASIDE:
        return int(importlib.import_module(f"bench.{sys.argv[1]}").main(sys.argv[2:]))
    asked = _arguments()
    if asked.suites == ["data"]:
        data.ensure(DATA, asked.rows, say=say, now=time.time_ns() // 1_000_000)
        return 0
    started = time.monotonic()
    result, broken = _measure(asked)
    suites = _suites(result)
    judged = [goals.judge(goal, suites, asked.rows) for goal in goals.load() if goal.suite in suites]
    result["goals"] = [one.figures() for one in judged]
    result["took_s"] = round(time.monotonic() - started, 1)
    path = _keep(result, asked.json)
    if asked.print_json:
        print(json.dumps(result, indent=1))
    print(table(judged, result))
    print(f"kept in {path}")
    if asked.gate and any(one.verdict == "fail" and one.goal.kind == "hard" for one in judged):
        return 1
    return 2 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SUITES)}; all without one")
    parser.add_argument("--rounds", type=int, default=None, help="starts of each program; 15, with --quick 5")
    parser.add_argument(
        "--presses", type=int, default=None, help="presses of each kind; 100, with --quick 15"
    )
    parser.add_argument(
        "--rows", type=int, default=None, help=f"messages; {LARGE:,}, with --quick {QUICK_LARGE:,}"
    )
    parser.add_argument("--quick", action="store_true", help="less of everything, within three minutes")
    parser.add_argument("--json", type=Path, default=None, metavar="PATH", help="where the result is kept")
    parser.add_argument("--gate", action="store_true", help="exit 1 where a hard goal failed")
    parser.add_argument("--print-json", action="store_true", help="print the whole result before the table")
    parser.add_argument("--seed", type=int, default=1, help="of the order and the pauses")
    asked = parser.parse_args()
    unknown = set(asked.suites) - {*SUITES, "data"}
    if unknown:
        parser.error(f"there is no suite {', '.join(sorted(unknown))}; choose from {', '.join(SUITES)}")
    asked.rows = asked.rows or (QUICK_LARGE if asked.quick else LARGE)
    asked.rounds = asked.rounds or (5 if asked.quick else 15)
    asked.presses = asked.presses or (15 if asked.quick else 100)
    return asked


def _measure(asked: argparse.Namespace) -> tuple[Figures, list[str]]:
    found: dict[str, Figures] = {}
    took: dict[str, float] = {}
    broken: list[str] = []
    listening = noise.Noise()
    left_out = NOT_QUICK if asked.quick else frozenset()
    chosen = [
        name for name in SUITES if name in (asked.suites or SUITES) and name not in left_out - {*asked.suites}
    ]
    with tempfile.TemporaryDirectory(prefix="webcare-bench-") as folder:
        for name in chosen:
            say(f"{name} ...")
            bench = _bench(asked, name, Path(folder))
            started = time.monotonic()
            try:
                found[name] = importlib.import_module(f"bench.suites.{name}").run(bench)
                took[name] = round(time.monotonic() - started, 1)
            except (TimeoutError, RuntimeError, OSError) as error:
                say(f"{name} could not be measured: {error}")
                broken.append(name)
            listening.sample()
    facts: Figures = {**noise.machine(), "noise": listening.figures()}
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    result: Figures = {
        "schema": 1, "when": when, "git": _revision(), "machine": facts, "rows": asked.rows,
        "quick": asked.quick, "broken": broken, "suite_s": took, "suites": found,
    }  # fmt: skip
    return result, broken


def _bench(asked: argparse.Namespace, name: str, folder: Path) -> Bench:
    home = folder / name
    home.mkdir()
    seconds = SECONDS[name] / (12 if asked.quick else 1)
    bench = Bench(home, asked.rows, asked.rounds, asked.presses, asked.quick, 0.0, Random(asked.seed))
    bench.database()  # what has to be made first is not the suite's time
    return Bench(
        home,
        asked.rows,
        asked.rounds,
        asked.presses,
        asked.quick,
        time.monotonic() + seconds,
        Random(asked.seed),
    )


def _suites(result: Figures) -> dict[str, Figures]:
    suites = result["suites"]
    return suites if isinstance(suites, dict) else {}


def _revision() -> str:
    """The commit, with a + where the tree differs from it; empty outside a repository."""
    with suppress(OSError, subprocess.CalledProcessError):
        told = [
            subprocess.run(
                ["git", *words], cwd=ROOT, check=True, capture_output=True, text=True
            ).stdout.strip()
            for words in (("rev-parse", "--short", "HEAD"), ("status", "--porcelain", "-uno"))
        ]
        return told[0] + ("+" if told[1] else "")
    return ""


def _keep(result: Figures, path: Path | None) -> Path:
    path = path or RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return path


def table(judged: Sequence[Judged], result: Figures) -> str:
    """The verdicts for a person, and how quiet the machine was."""
    lines = [f"{'goal':5} {'':12} {'value':>10}   {'limit':<9} kind   what"]
    for one in judged:
        value = "-" if one.value is None else f"{one.value:,.10g}"
        limit = f"{one.goal.op} {one.goal.limit:,.10g}"
        lines.append(
            f"{one.goal.id:5} {one.verdict:12} {value:>10}   {limit:<9} {one.goal.kind:6} {one.goal.says}"
        )
    machine = result["machine"]
    quiet = machine["noise"] if isinstance(machine, dict) else {}
    lines.append(f"machine: {json.dumps(quiet)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
