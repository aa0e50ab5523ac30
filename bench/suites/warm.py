"""From `webcare --warm` to the first rows, where a parent is ready, against a mail reader and bare Textual.

Bare, neomutt, warm, cold and warm again, round by round; the two warm ones are the control. neomutt gets a
mailbox of as many messages, up to the largest that it opens in reasonable time, and, in the `small` turns,
one of a thousand.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from bench.lib import mbox, programs
from bench.lib.figures import Figures, paired
from bench.lib.programs import Program
from bench.lib.run import DATA, Bench, say
from bench.suites.startup import Starts, measure

NEOMUTT_ROWS = 100_000
SMALL_ROWS = 1_000
PATIENCE = 20.0


def run(bench: Bench) -> Figures:
    """Start the programs in turns."""
    database = bench.database()
    desk = programs.desk(bench.folder, database)
    warm = replace(desk, command=(*desk.command, "--warm"))
    turns: dict[str, Program] = {
        "bare": programs.bare(bench.folder),
        "warm": warm,
        "cold": desk,
        "control": warm,
    }
    for name, rows in (("neomutt", min(bench.rows, NEOMUTT_ROWS)), ("neomutt_small", SMALL_ROWS)):
        reader = mbox.program(bench.folder, mbox.ensure(DATA, rows, say))
        if reader is not None:
            turns[name] = reader
    with closing(sqlite3.connect(database)) as held, _ready(warm):
        held.execute("SELECT count(*) FROM queue_count").fetchone()
        results = _rounds(bench, turns)
    return _figures(results)


def _rounds(bench: Bench, turns: Mapping[str, Program]) -> dict[str, Starts]:
    results = {name: Starts() for name in turns}
    for number in range(bench.rounds + 1):
        for name, program in turns.items():
            measure(program, results[name] if number else Starts())  # the first round only warms
        if bench.late:
            say(f"warm: out of time after {number} rounds")
            break
    return results


@contextmanager
def _ready(warm: Program) -> Iterator[None]:
    """A parent that waits, for the time of the block. Raises RuntimeError where none can be had."""
    measure(warm, Starts())
    if _parent(warm) is None:
        raise RuntimeError("no process is kept ready")
    try:
        yield
    finally:
        _parent(warm, "--stop")
        deadline = time.monotonic() + PATIENCE
        while _parent(warm) is not None and time.monotonic() < deadline:
            time.sleep(0.05)


def _parent(warm: Program, *options: str) -> str | None:
    """What `webcare warm` says of the process that waits; None where there is none."""
    command = [str(Path(sys.executable).parent / "webcare"), "warm", *options]
    told = subprocess.run(command, env=warm.environment, check=True, capture_output=True, text=True).stdout
    return told if any(letter.isdigit() for letter in told) else None


def _figures(results: Mapping[str, Starts]) -> Figures:
    warm = results["warm"].ms
    found: Figures = {
        "subject": results["warm"].figures(),
        "aa_ratio": paired(results["control"].ms, warm),
    }
    for name in results.keys() - {"warm", "control"}:
        found[f"baseline:{name}"] = results[name].figures()
        found[f"ratio:{name}"] = paired(warm, results[name].ms)
    if "neomutt" not in results:
        found["skipped"] = "neomutt is not installed"
    return found
