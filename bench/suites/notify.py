"""From a commit in one process to its notice in another, and to its paint on a desk's screen.

A colleague takes and lets go the first row of the queue, again and again at random moments; two watchers with
inotify (each the other's control), two that have to ask, and a real desk in a terminal see it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast

from bench.lib import data, programs
from bench.lib.actor import Actor
from bench.lib.figures import Figures, percentile, spread
from bench.lib.programs import CURSOR, Seat
from bench.lib.run import Bench, say
from domain.clock import Millis
from storage import events, operators, transaction
from storage.migrate import latest, packaged
from webcare.clock import SystemClock

ROWS = 10_000
LATEST = 3.0
"""Seconds after which a commit counts as never painted."""

COLLEAGUE, SESSION = "sv", "bench-colleague"


@dataclass(slots=True)
class Seen:
    """When each commit was there, and when the row on the screen had changed; ns of the monotonic clock."""

    committed: list[int] = field(default_factory=list)
    commit_ms: list[float] = field(default_factory=list)
    """How long the commits took; a slow disk shows here, and in how late they are noticed."""

    painted: list[int] = field(default_factory=list)
    """0 where it never had."""

    @property
    def painted_ms(self) -> list[float]:
        """From the commit to the paint."""
        return [(at - then) / 1e6 for at, then in zip(self.painted, self.committed, strict=True) if at]

    def beyond(self, noticed: Sequence[float]) -> list[float]:
        """From the notice of another process to the paint."""
        return [
            (at - then) / 1e6 - known
            for at, then, known in zip(self.painted, self.committed, noticed, strict=True)
            if at
        ]


def run(bench: Bench) -> Figures:
    """Commit, and see who notices."""
    path = bench.copy(ROWS, name="notify")
    with ExitStack() as open_:
        watchers = {
            name: open_.enter_context(
                Actor("watcher", bench.folder, {"database": str(path), "poll": poll, "login": name})
            )
            for name, poll in (
                ("inotify", False),
                ("control", False),
                ("poll", True),
                ("poll_again", True),
            )
        }
        seat = Seat(programs.desk(bench.folder, path))
        open_.callback(seat.close)
        seat.open(settle=1.5)
        for watcher in watchers.values():
            watcher.ask("noticed")
        seen = _commits(bench, path, seat)
        seat.settle(1.3)  # the one that polls needs a second
        told = {name: watcher.ask("noticed") for name, watcher in watchers.items()}
    data.remove(path)
    times = {name: delays(seen.committed, cast("list[int]", one["noticed"])) for name, one in told.items()}
    period = cast("float", told["poll"]["period_ms"])
    return {
        "commits": len(seen.committed),
        "commit_ms": spread(seen.commit_ms),
        "never_painted": seen.painted.count(0),
        "never_noticed": sum(len(seen.committed) - len(one) for one in times.values()),
        **{f"{name}_ms": spread(one) for name, one in times.items()},
        "painted_ms": spread(seen.painted_ms),
        "painted_beyond_ms": spread(seen.beyond(times["inotify"])),
        "painted_beyond_control_ms": spread(seen.beyond(times["control"])),
        "poll": {
            "period_ms": period,
            "p95_periods": round(percentile(times["poll"], 0.95) / period, 3),
            "again_p95_periods": round(percentile(times["poll_again"], 0.95) / period, 3),
        },
    }


def delays(committed: Sequence[int], noticed: Sequence[int]) -> list[float]:
    """For each commit the ms until the next notice; commits that nobody noticed are left out."""
    found: list[float] = []
    later = iter(noticed)
    now = next(later, None)
    for moment in committed:
        while now is not None and now < moment:
            now = next(later, None)
        if now is not None:
            found.append((now - moment) / 1e6)
    return found


def _commits(bench: Bench, path: Path, seat: Seat) -> Seen:
    seen = Seen()
    known = latest(packaged())
    count = 16 if bench.quick else 60
    with closing(transaction.connect(path)) as connection:
        first = int(
            connection.execute(
                "SELECT id FROM conversation WHERE status = 'open' AND listen_only = 0"
                " ORDER BY due_sort, id LIMIT 1"
            ).fetchone()[0]
        )
        transaction.write(connection, path, known, _sit)
        seat.settle(0.5)
        for number in range(count):
            holder = None if number % 2 else COLLEAGUE
            started = time.monotonic_ns()
            transaction.write(connection, path, known, partial(_hold, first, holder))
            seen.commit_ms.append((time.monotonic_ns() - started) / 1e6)
            _see(seat, seen, bench.random.uniform(0.25, 0.75))
            if bench.late:
                say(f"notify: out of time after {number + 1} commits")
                break
    return seen


def _see(seat: Seat, seen: Seen, gap: float) -> None:
    """Wait until the row on the screen differs, then for a random while; one commit at a time."""
    committed = time.monotonic_ns()
    line = seat.screen.line_of(CURSOR) or 0
    before, painted = seat.screen.row(line), 0
    while not painted and (left := LATEST - (time.monotonic_ns() - committed) / 1e9) > 0:
        chunk = seat.terminal.chunk(left)
        if chunk is not None:
            seat.screen.feed(chunk.data)
            painted = chunk.at if seat.screen.row(line) != before else 0
    for chunk in seat.terminal.within(gap):
        seat.screen.feed(chunk.data)
    seen.committed.append(committed)
    seen.painted.append(painted)


def _now() -> Millis:
    return SystemClock().now()


def _sit(connection: sqlite3.Connection) -> None:
    """The colleague's desk, whose claims count."""
    operators.start_session(connection, SESSION, COLLEAGUE, 1, _now())


def _hold(conversation: int, holder: str | None, connection: sqlite3.Connection) -> None:
    operators.heartbeat(connection, SESSION, _now())
    events.move(
        connection, at=_now(), actor=COLLEAGUE, conversation_id=conversation,
        kind="claimed" if holder else "released",
        changes={"holder": holder, "holder_session": SESSION if holder else None},
    )  # fmt: skip
