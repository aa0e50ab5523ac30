"""`python -m bench growth`: what grows with the messages, at 1,000 to 1,000,000 of them; prints JSON.

With `--write` the picture, the tables and the goals of the newest whole run go into docs/performance.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from random import Random

from bench import growth_page
from bench.lib import noise, programs
from bench.lib.figures import Figures, paired, spread, steady
from bench.lib.proc import desk_environment, memory_mib
from bench.lib.run import RESULTS, Bench, say
from bench.suites import keys, search, startup
from bench.suites.keys import Player
from bench.suites.reads import OPEN, PAGE
from domain.clock import ManualClock
from storage import queues
from storage.database import Database
from webcare.bootstrap import desk_on
from webcare.program import start

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(prog="python -m bench growth", description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="rewrite docs/growth.svg and docs/performance.md"
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds, up to 100,000 messages")
    parser.add_argument("--json", type=Path, default=None, metavar="PATH", help="where the result is kept")
    parser.add_argument(
        "--from", dest="kept", type=Path, metavar="PATH", help="write from this result; measure nothing"
    )
    parser.add_argument(
        "--goals", type=Path, default=None, metavar="PATH", help="a whole run's result; the newest one"
    )
    asked = parser.parse_args(arguments)
    if asked.kept is not None:
        found: Figures = json.loads(asked.kept.read_text(encoding="utf-8"))
    else:
        found = measure(SIZES[:3] if asked.quick else SIZES, quick=asked.quick)
        path = asked.json or RESULTS / f"growth-{time.strftime('%Y%m%d-%H%M%S')}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    if asked.write:
        growth_page.write(found, asked.goals)
    return 0


def measure(sizes: Sequence[int], *, quick: bool) -> Figures:
    """Every figure at every size."""
    listening = noise.Noise()
    with tempfile.TemporaryDirectory(prefix="webcare-growth-") as folder:
        bench = Bench(
            Path(folder),
            max(sizes),
            4 if quick else 10,
            12 if quick else 50,
            quick,
            time.monotonic() + 3600,
            Random(1),
        )
        paths = {size: bench.database(size) for size in sizes}
        say("growth: opening")
        opened, bare_aa = _starts(bench, paths)
        say("growth: keys")
        pressed, keys_aa = _presses(bench, paths)
        say("growth: reading")
        read = {size: _reads(bench, size, path) for size, path in paths.items()}
        listening.sample()
    return {
        "sizes": list(sizes),
        "when": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": {**noise.machine(), "noise": listening.figures()},
        "aa": {"startup": bare_aa, "keys": keys_aa, "steady": steady(bare_aa) and steady(keys_aa)},
        "by_size": {str(size): {**opened[size], **pressed[size], **read[size]} for size in sizes},
    }


def _starts(bench: Bench, paths: dict[int, Path]) -> tuple[dict[int, Figures], object]:
    """First paint of each file against a bare program, in turns, and the bare one against itself."""
    bare = programs.bare(bench.folder)
    turns = {
        "bare": bare,
        "control": bare,
        **{str(size): programs.desk(bench.folder, path) for size, path in paths.items()},
    }
    results = {name: startup.Starts() for name in turns}
    for number in range(bench.rounds + 1):
        for name in bench.random.sample(list(turns), len(turns)):
            startup.measure(turns[name], results[name] if number else startup.Starts())
    found: dict[int, Figures] = {}
    for size in paths:
        starts = results[str(size)]
        found[size] = {
            "first_paint": paired(starts.ms, results["bare"].ms),
            "first_paint_ms": round(programs.middle(starts.ms), 1),
            "rss_mib": round(programs.middle(starts.rss_mib), 1),
        }
    return found, paired(results["control"].ms, results["bare"].ms)["med"]


def _presses(bench: Bench, paths: dict[int, Path]) -> tuple[dict[int, Figures], object]:
    """`j` and half a page down on all files at once, in turns; the smallest file twice."""
    smallest = min(paths)
    with ExitStack() as open_:
        players: dict[str, Player] = {
            str(size): keys.sit(programs.desk(bench.folder, path), open_) for size, path in paths.items()
        }
        players["control"] = keys.sit(programs.desk(bench.folder, paths[smallest]), open_)
        keys.place(players, lambda player: player.top + keys.FROM_TOP)
        keys.rounds(bench, players, Player.step, bench.presses, "step")
        keys.place(players, lambda player: player.bottom)
        keys.rounds(bench, players, Player.page_down, 4, "page")
        found = {size: _pressed(players[str(size)], players[str(smallest)]) for size in paths}
        control = keys.ratio(players["control"].figures["step"], players[str(smallest)].figures["step"])
        for size in paths:
            player = players[str(size)]
            for typed in (b"ga", b"G", b"gg"):
                player.seat.terminal.send(typed)
                player.seat.settle(0.6)
            found[size]["walked_mib"] = memory_mib(player.seat.terminal.pid)["rss"]
    first = control["first"]
    return found, first["med"] if isinstance(first, dict) else None


def _pressed(player: Player, smallest: Player) -> Figures:
    step = [press.first_ms for press in player.figures["step"] if press is not None]
    page = [press.first_ms for press in player.figures["page"] if press is not None]
    against = keys.ratio(player.figures["step"], smallest.figures["step"])
    return {"j_ms": spread(step), "page_down_ms": spread(page), "j_ratio": against.get("first")}


def _reads(bench: Bench, size: int, path: Path) -> Figures:
    """Storage without a screen: a page, the counts, a search; and the size of the file."""
    words = search.words(path)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        (contacts,) = connection.execute("SELECT count(*) FROM conversation").fetchone()
    return {
        "bytes": path.stat().st_size,
        "bytes_per_message": round(path.stat().st_size / size),
        "conversations": contacts,
        "hits": {name: word.hits for name, word in words.items()},
        **asyncio.run(_read(bench, path, words)),
    }


async def _read(bench: Bench, path: Path, words: dict[str, search.Word]) -> Figures:
    program = start(None, desk_environment(bench.folder, path))
    times = 40 if bench.quick else 150
    async with await Database.open(path, clock=ManualClock(time.time_ns() // 1_000_000)) as database:
        desk = desk_on(database, program)
        pages = [
            await _timed(database, partial(queues.page, queue=OPEN, after=None, limit=PAGE))
            for _each in range(times)
        ]
        counts = [await _timed(database, queues.counts) for _each in range(times)]
        searched = {
            f"search_{name}_ms": spread(
                [(await search.searched(desk, word.word))[0] for _each in range(times // 5)], 3
            )
            for name, word in words.items()
        }
    return {"page_us": spread(pages[3:], 1), "counts_us": spread(counts[3:], 1), **searched}


async def _timed(database: Database, work: partial[list[sqlite3.Row]] | object) -> float:
    started = time.perf_counter_ns()
    await database.read(work)  # type: ignore[arg-type]
    return (time.perf_counter_ns() - started) / 1e3
