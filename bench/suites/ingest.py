"""New mentions per second through the desk's own intake, against plain `executemany` into the same schema.

The desk threads, de-duplicates, opens conversations with their clocks, chains events and keeps scores; the
plain way does none of it. Scoring is a constant here: the engine has figures of its own. `store` is the desk
with mentions that were cleaned before the clock started. `shapes` are other kinds of traffic, desk only.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from bench.baselines import raw_ingest
from bench.lib import counts, data
from bench.lib.figures import Figures, paired, spread
from bench.lib.run import Bench, say
from bench.lib.texts import mention, name
from channels.base import Batch
from config.channel_settings import PRACTICE
from desk.clocks import Clocks
from desk.intake import Intake, Scored, Taken
from domain.calendar import ALWAYS
from domain.clock import ManualClock
from domain.inbound import BadItem, ContactRef, Inbound
from domain.sla_policy import default_policies
from sentiment.protocol import Score
from storage import transaction
from storage.migrate import latest, migrate, packaged

NOW = 1_795_420_800_000
BATCH = 200
Prepared = tuple[list[Scored], list[BadItem]]
SCORE = Score(0.1, 0.8, 0.1, "neutral", 0.8, "question", 0.8, 0, "nl", "constant", "1")


def items(count: int, seed: int = 3) -> list[Inbound]:
    """Public mentions, each by somebody else."""
    random = Random(seed)
    return [
        Inbound(
            channel=PRACTICE.id, account="@waterkant", remote_id=f"i{number}", kind="mention",
            visibility="public", thread_key=f"t{number}",
            author=ContactRef(f"u{number}", f"@u{number}", name(random)), text=mention(random).text,
            created_at=NOW - count + number, revision="1", source="mentions",
        )
        for number in range(count)
    ]  # fmt: skip


def run(bench: Bench) -> Figures:
    """Fill fresh files in turns, each round in another order."""
    count, rounds = (2_000, 3) if bench.quick else (10_000, 5)
    mentions = items(count)
    ways = {
        "desk": _desk, "everything": _everything, "store": _store, "messages": _messages,
        "control": _everything,
    }  # fmt: skip
    rates: dict[str, list[float]] = {name_: [] for name_ in ways}
    for number in range(rounds + 1):
        for name_ in _rotated(list(ways), number):
            path = bench.folder / f"ingest-{name_}.db"
            _fresh(path)
            seconds = ways[name_](path, mentions)
            data.remove(path)
            if number:
                rates[name_].append(count / seconds)
        if bench.late:
            say(f"ingest: out of time after {number} rounds")
            break
    return {
        "rows": count,
        "per_transaction": BATCH,
        "subject": {"rows_per_s": spread(rates["desk"], 0)},
        "subject:store": {"rows_per_s": spread(rates["store"], 0)},
        "baseline:everything": {"rows_per_s": spread(rates["everything"], 0)},
        "baseline:messages": {"rows_per_s": spread(rates["messages"], 0)},
        "ratio": paired(rates["desk"], rates["everything"]),
        "ratio_store": paired(rates["store"], rates["everything"]),
        "ratio_messages": paired(rates["desk"], rates["messages"]),
        "ratio_store_messages": paired(rates["store"], rates["messages"]),
        "aa_ratio": paired(rates["control"], rates["everything"]),
        "shapes": _shapes(bench, mentions),
        "duplicates": _duplicates(bench, mentions[:BATCH]),
    }


def _rotated(names: Sequence[str], by: int) -> list[str]:
    """Nobody always comes behind the same neighbour, whose file the disk may still be writing."""
    at = by % len(names)
    return [*names[at:], *names[:at]]


def _shapes(bench: Bench, mentions: Sequence[Inbound]) -> Figures:
    """Rates of what is not new people in new threads; of each the median of three files."""
    mentions = mentions[:2_000]
    few = [
        replace(one, thread_key=f"t{n % 40}", author=mentions[n % 10].author)
        for n, one in enumerate(mentions)
    ]
    edited = [replace(one, text=f"{one.text} Of toch niet?", revision="2") for one in mentions]
    kinds = {
        "ten_people_forty_threads": ((), few),
        "duplicates": (mentions, mentions),
        "edits": (mentions, edited),
    }
    figures: Figures = {}
    for name_, (before, after) in kinds.items():
        rates = []
        for _round in range(1 if bench.quick else 3):
            path = bench.folder / "ingest-shape.db"
            _fresh(path)
            connection = transaction.connect(path)
            _take(_intake(), connection, path, before)
            started = time.perf_counter()
            _take(_intake(), connection, path, after)
            rates.append(len(after) / (time.perf_counter() - started))
            counts.check(connection)
            connection.close()
            data.remove(path)
        figures[name_] = {"rows_per_s": spread(rates, 0)}
    return figures


def _fresh(path: Path) -> None:
    data.remove(path)
    path.touch(0o600)
    connection = transaction.connect(path)
    migrate(connection, path, packaged(), ManualClock(NOW))
    connection.close()


def _intake() -> Intake:
    return Intake(
        PRACTICE, Clocks(default_policies(ALWAYS), "Europe/Amsterdam", ManualClock(NOW)), lambda _item: SCORE
    )


def _desk(path: Path, mentions: Sequence[Inbound]) -> float:
    intake = _intake()
    return _timed(path, intake, ((batch, intake.prepare(batch)) for batch in _batches(mentions)))


def _store(path: Path, mentions: Sequence[Inbound]) -> float:
    intake = _intake()
    return _timed(path, intake, [(batch, intake.prepare(batch)) for batch in _batches(mentions)])


def _timed(path: Path, intake: Intake, prepared: Iterable[tuple[Batch, Prepared]]) -> float:
    connection = transaction.connect(path)
    started = time.perf_counter()
    _keep(intake, connection, path, prepared)
    seconds = time.perf_counter() - started
    counts.check(connection)
    connection.close()
    return seconds


def _take(intake: Intake, connection: sqlite3.Connection, path: Path, mentions: Sequence[Inbound]) -> int:
    prepared = ((batch, intake.prepare(batch)) for batch in _batches(mentions))
    return _keep(intake, connection, path, prepared)


def _batches(mentions: Sequence[Inbound]) -> Iterator[Batch]:
    for start in range(0, len(mentions), BATCH):
        yield Batch(items=tuple(mentions[start : start + BATCH]), cursor=str(start))


def _keep(
    intake: Intake, connection: sqlite3.Connection, path: Path, prepared: Iterable[tuple[Batch, Prepared]]
) -> int:
    """Store in batches, as the collector does; returns how many were new."""
    known, stored = latest(packaged()), 0
    for batch, scored in prepared:
        work = partial(_written, intake, batch, scored)
        stored += transaction.write(connection, path, known, work).stored
    return stored


def _written(intake: Intake, batch: Batch, prepared: Prepared, connection: sqlite3.Connection) -> Taken:
    return intake.store(connection, batch, prepared, stream="mentions", now=NOW)


def _duplicates(bench: Bench, mentions: Sequence[Inbound]) -> Figures:
    """The same batch a second time stores nothing."""
    path = bench.folder / "ingest-again.db"
    _fresh(path)
    connection = transaction.connect(path)
    intake = _intake()
    stored = _take(intake, connection, path, mentions)
    again = _take(intake, connection, path, mentions)
    connection.close()
    data.remove(path)
    return {"first": stored, "again": again}


def _everything(path: Path, mentions: Sequence[Inbound]) -> float:
    connection = raw_ingest.open_raw(path)
    started = time.perf_counter()
    raw_ingest.everything(connection, mentions, BATCH)
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


def _messages(path: Path, mentions: Sequence[Inbound]) -> float:
    connection = raw_ingest.open_raw(path)
    started = time.perf_counter()
    raw_ingest.messages_only(connection, mentions, BATCH)
    seconds = time.perf_counter() - started
    connection.close()
    return seconds
