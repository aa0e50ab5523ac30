"""The newest fifty conversations for a rare, a middling and a very common word, through the desk and by SQL.

Words are found by their number of hits in this very file. The desk's own search must not become slower with
the hits; ordering by rank, which has to look at all of them, is here to show what that would cost.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import aiosqlite

from bench.lib.figures import Figures, paired, spread
from bench.lib.proc import desk_environment
from bench.lib.run import Bench, say
from bench.lib.texts import STREETS
from desk.desk import Desk
from domain.clock import ManualClock
from storage.conversations import ROW_SQL
from storage.database import Database
from webcare.bootstrap import desk_on
from webcare.program import start

SHOWN = 50
RARE_SHARE, MIDDLE_SHARE = 0.0005, 0.01
"""Of all messages; 500 and 10,000 of a million."""

_CANDIDATES = ("de", "het", "mijn", "the", "gisteren", "kraan", "storingskaart", "dank", "zuiderpolder")
_NEWEST = "SELECT rowid FROM message_fts WHERE message_fts MATCH ? ORDER BY rowid DESC LIMIT 50"
_JOINED = (
    f"{ROW_SQL} WHERE c.id IN (SELECT m.conversation_id FROM message m JOIN (SELECT rowid FROM message_fts"
    " WHERE message_fts MATCH ? ORDER BY rowid DESC LIMIT 50) f ON m.id = f.rowid) ORDER BY c.last_at DESC"
)
"""The least that shows fifty hits as lines of a list."""

_RANKED = "SELECT rowid FROM message_fts WHERE message_fts MATCH ? ORDER BY rank LIMIT 50"


@dataclass(frozen=True, slots=True)
class Word:
    """A word and how many messages have it."""

    word: str
    hits: int


def words(path: Path) -> dict[str, Word]:
    """A rare, a middling and the most common of the words that the texts are made of."""
    some = (*_CANDIDATES, *STREETS[:120:4], *STREETS[120 :: len(STREETS) // 40])
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        (messages,) = connection.execute("SELECT count(*) FROM message").fetchone()
        known = [
            Word(
                word,
                connection.execute(
                    "SELECT count(*) FROM message_fts WHERE message_fts MATCH ?", (word,)
                ).fetchone()[0],
            )
            for word in some
        ]
    known = [word for word in known if word.hits]
    return {
        name: min(known, key=lambda word: abs(word.hits - wanted))
        for name, wanted in (
            ("rare", messages * RARE_SHARE),
            ("middle", messages * MIDDLE_SHARE),
            ("common", messages),
        )
    }


def run(bench: Bench) -> Figures:
    """Search in turns."""
    path = bench.database()
    found = words(path)
    return {
        "words": {name: {"word": word.word, "hits": word.hits} for name, word in found.items()},
        **asyncio.run(_run(bench, path, found)),
    }


async def _run(bench: Bench, path: Path, found: dict[str, Word]) -> Figures:
    program = start(None, desk_environment(bench.folder, path))
    times = 15 if bench.quick else 60
    spent: dict[str, list[float]] = {name: [] for name in (*found, "control", "plain")}
    shown: dict[str, int] = {}
    async with (
        await Database.open(path, clock=ManualClock(time.time_ns() // 1_000_000)) as database,
        aiosqlite.connect(f"file:{path}?mode=ro", uri=True) as line,
    ):
        desk = desk_on(database, program)
        for number in range(times + 2):
            for name in bench.random.sample(list(spent), len(spent)):
                word = found[name] if name in found else found["rare"]
                if name == "plain":
                    ms, shown[name] = await _plain(line, word.word)
                else:
                    ms, shown[name] = await searched(desk, word.word)
                if number >= 2:
                    spent[name].append(ms)
            if bench.late:
                say(f"search: out of time after {number} rounds")
                break
    return {
        **{f"{name}_ms": spread(values, 3) for name, values in spent.items()},
        "shown": shown,
        "common_ratio": paired(spent["common"], spent["rare"]),
        "middle_ratio": paired(spent["middle"], spent["rare"]),
        "common_plain_ratio": paired(spent["common"], spent["plain"]),
        "aa_ratio": paired(spent["control"], spent["rare"]),
        "raw": _raw(path, found, 5 if bench.quick else 15),
    }


async def searched(desk: Desk, word: str) -> tuple[float, int]:
    """Milliseconds until the first page of hits is here, and how many rows it has."""
    started = time.perf_counter_ns()
    page = await desk.queues.page("all", None, SHOWN, search=word)
    return (time.perf_counter_ns() - started) / 1e6, len(page.rows)


async def _plain(line: aiosqlite.Connection, word: str) -> tuple[float, int]:
    started = time.perf_counter_ns()
    rows = list(await line.execute_fetchall(_JOINED, (word,)))
    return (time.perf_counter_ns() - started) / 1e6, len(rows)


def _raw(path: Path, found: dict[str, Word], times: int) -> Figures:
    """By sqlite3 alone: the newest hits, and the best ones."""
    spent: dict[str, list[float]] = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        for order, sql in (("newest", _NEWEST), ("ranked", _RANKED)):
            for name, word in found.items():
                for _again in range(times if order == "newest" else 3):
                    started = time.perf_counter_ns()
                    connection.execute(sql, (word.word,)).fetchall()
                    spent.setdefault(f"{order}_{name}_ms", []).append(
                        (time.perf_counter_ns() - started) / 1e6
                    )
    return {name: spread(values, 3) for name, values in spent.items()}
