"""Many replies at once, and a sender that is killed while it sends them."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from tests.terminal.workplace import Workplace
from webcare.bootstrap import desk_on, open_database
from webcare.program import Program, start

PATIENCE = 90.0
"""Seconds for one run."""

MOMENT = 0.5
"""Seconds between two pushes of a clock that is hurried."""

MOST_AT_ONCE = 12
"""A sender is killed before it has sent more than so many replies."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of the replies, by the outside ledger and by the desk."""

    queued: int
    posted: int
    doubled: int
    lost: int
    asked: int

    def figures(self, kills: int, seconds: float) -> dict[str, float]:
        """As a line of figures."""
        return {
            "kills": kills, "queued": self.queued, "posted": self.posted, "doubled": self.doubled,
            "lost": self.lost, "asked": self.asked, "seconds": round(seconds, 1),
        }  # fmt: skip


def statuses(workplace: Workplace) -> Counter[str]:
    """How many replies stand where."""
    with closing(sqlite3.connect(workplace.database, timeout=10)) as connection:
        return _counted(connection)


def program_of(workplace: Workplace) -> Program:
    """The program as the collector has it, in this process."""
    return start(workplace.config, workplace.environment)


async def queue(
    workplace: Workplace, texts: Sequence[str], kind: Literal["public", "private"] = "public"
) -> None:
    """Queue the texts through the desk, spread over the open conversations."""
    program = program_of(workplace)
    async with open_database(program) as database:
        desk = desk_on(database, program)
        page = await desk.queues.page("open", None, 500)
        for number, text in enumerate(texts):
            conversation = page.rows[number % len(page.rows)].id
            await desk.replies.send(await desk.replies.review(conversation, kind, text))


def send_under_fire(workplace: Workplace, seed: int, *, kills: int, hurried: bool = False) -> int:
    """Start a collector and kill it, again and again, until no reply is on its way; the number of kills.

    `hurried` lets the time pass in which a doubt would settle by itself.
    """
    dice = random.Random(seed)
    deadline = time.monotonic() + PATIENCE
    killed = 0
    while on_their_way(workplace):
        assert time.monotonic() < deadline, statuses(workplace)
        goal = statuses(workplace)["sent"] + dice.randint(0, MOST_AT_ONCE)
        collector = workplace.collector()
        try:
            while on_their_way(workplace) and not (
                _watch(workplace, collector, goal if killed < kills else sys.maxsize)
            ):
                assert time.monotonic() < deadline, statuses(workplace)
                if hurried:
                    hurry(workplace)
            time.sleep(dice.random() * 0.06)  # wherever in the next reply that is
        finally:
            killed += bool(on_their_way(workplace))
            collector.send_signal(signal.SIGKILL)
            collector.communicate()
    return killed


def on_their_way(workplace: Workplace) -> int:
    """How many replies still move by themselves: none does behind one that a person is asked about."""
    with closing(sqlite3.connect(workplace.database, timeout=10)) as connection:
        return _moving(connection)


def _moving(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute(
        "SELECT count(*) FROM outbox o WHERE status IN ('queued', 'sending', 'retry_wait', 'unknown') AND"
        " NOT EXISTS (SELECT 1 FROM outbox e WHERE e.conversation_id = o.conversation_id AND e.id < o.id"
        " AND e.status = 'ask_operator')"
    ).fetchone()
    return int(number)


def _watch(workplace: Workplace, collector: subprocess.Popen[bytes], goal: int) -> bool:
    """Look for a moment; True when the goal is reached and the sender is in the midst of the next reply."""
    until = time.monotonic() + MOMENT
    with closing(sqlite3.connect(workplace.database, timeout=10)) as connection:
        while _moving(connection) and time.monotonic() < until:
            assert collector.poll() is None, collector.communicate()[1].decode("utf-8", "replace")
            now = _counted(connection)
            if now["sending"] and now["sent"] >= goal:
                return True
            time.sleep(0.002)
    return False


def _counted(connection: sqlite3.Connection) -> Counter[str]:
    return Counter(dict(connection.execute("SELECT status, count(*) FROM outbox GROUP BY status")))


def tally(workplace: Workplace, texts: Sequence[str], ledger: Sequence[str]) -> Told:
    """Hold what was queued against what stands on the server."""
    there = Counter(ledger)
    assert set(there) <= set(texts), "the server has replies that nobody queued"
    now = statuses(workplace)
    return Told(
        queued=len(texts),
        posted=sum(there.values()),
        doubled=sum(times - 1 for times in there.values()),
        lost=len(set(texts) - set(there)),
        asked=now["ask_operator"],
    )


async def ask_a_person(workplace: Workplace, ledger: Sequence[str]) -> None:
    """Whoever sits at the desk looks at the platform, and settles what the program cannot know."""
    program = program_of(workplace)
    async with open_database(program) as database:
        desk = desk_on(database, program)
        for reply in await desk.outbox.list():
            if reply.status == "ask_operator":
                await desk.outbox.settle(reply.id, there=reply.text in ledger)


def hurry(workplace: Workplace) -> None:
    """Let the time pass after which doubt is looked into: the row is made ten minutes older."""
    with closing(sqlite3.connect(workplace.database, timeout=10)) as connection, connection:
        connection.execute(
            "UPDATE outbox SET next_at = 0, sending_at = sending_at - 700000 WHERE status = 'unknown'"
        )
