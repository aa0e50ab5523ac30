"""An operator without a screen: walks, claims, replies and resolves through the real desk.

work(pause): begin; rest(): stop, and what came of it since the last time; claims(count): claim and release,
with nothing else going on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from bench.actors.talk import answer, asked, commands, program_of
from desk.desk import Desk
from domain.errors import Conflict, DatabaseBusy, NotAllowed, NotFound, WebcareError
from webcare.bootstrap import open_desk

T = TypeVar("T")

QUEUE = "channel:practice"
PAGE = 64
HEARTBEAT = 15.0


@dataclass(slots=True)
class Record:
    """What one operator saw."""

    claim_us: list[float] = field(default_factory=list)
    page_us: list[float] = field(default_factory=list)
    view_us: list[float] = field(default_factory=list)
    send_us: list[float] = field(default_factory=list)
    conflicts: int = 0
    robbed: int = 0
    """Claims that were no longer ours when we let go, though nobody had taken them over."""

    refused: int = 0
    busy: int = 0
    changes: int = 0
    resolved: int = 0
    faults: list[str] = field(default_factory=list)
    replies: list[int] = field(default_factory=list)
    """Outbox ids of what was accepted."""

    held: list[tuple[int, int, int]] = field(default_factory=list)
    """(conversation, from, until): when this operator had the word of the desk that it is theirs."""


class Operator:
    """One person at a desk."""

    def __init__(self, desk: Desk, random: Random) -> None:
        self._desk = desk
        self._random = random
        self.record = Record()
        self._beaten = time.monotonic()
        self._stopping = False

    async def watch(self) -> None:
        """Read again what changed, as the screen does."""
        async for _change in self._desk.changes():
            self.record.changes += 1
            await self._desk.queues.page("open", None, PAGE)
            await self._desk.queues.tabs()
            await asyncio.sleep(0.1)

    async def work(self, pause: float) -> None:
        """Until told to rest; every fault that is none of the desk's sentences is kept."""
        self._stopping = False
        while not self._stopping:
            try:
                await self._turn()
            except Conflict:
                self.record.conflicts += 1
            except (NotAllowed, NotFound):
                self.record.refused += 1
            except DatabaseBusy:
                self.record.busy += 1
            except WebcareError as error:
                self.record.faults.append(repr(error))
            await asyncio.sleep(self._random.uniform(0, 2 * pause))

    async def rest(self, working: asyncio.Task[None] | None) -> dict[str, Any]:
        """Finish what was begun; what came of it since the last time."""
        self._stopping = True
        if working is not None:
            await working
        told, self.record = asdict(self.record), Record()
        return told

    async def _turn(self) -> None:
        desk, random, record = self._desk, self._random, self.record
        if time.monotonic() - self._beaten > HEARTBEAT:
            self._beaten = time.monotonic()
            await desk.claims.heartbeat()
        page = await timed(desk.queues.page(QUEUE, None, PAGE), record.page_us)
        rows = page.rows
        walked = random.sample(rows, min(3, len(rows)))
        for row in walked:
            await timed(desk.conversations.view(row.id), record.view_us)
        wanted = await desk.queues.next_by_clock() if random.random() < 0.3 else None
        if wanted is None and walked:
            wanted = random.choice(rows[:12]).id if random.random() < 0.5 else walked[0].id
        if wanted is not None:
            await self._take(wanted)

    async def _take(self, conversation: int) -> None:
        desk, record = self._desk, self.record
        await timed(desk.claims.claim(conversation), record.claim_us)
        since = time.monotonic_ns()
        if self._random.random() < 0.5:
            try:
                await self._reply(conversation)
            except (Conflict, NotAllowed):  # such as a mention that came in between: still ours to let go
                record.refused += 1
        record.held.append((conversation, since, time.monotonic_ns()))
        if self._random.random() < 0.2:
            await desk.triage.resolve(conversation)
            record.resolved += 1
            return
        try:
            await desk.claims.release(conversation)
        except Conflict:
            record.robbed += 1

    async def _reply(self, conversation: int) -> None:
        desk, record = self._desk, self.record
        composer = await desk.replies.open(conversation, "public")
        if composer.blocked:
            return
        text = (
            f"Dank je, we kijken het na. ({self._desk.operator.login} {len(record.replies)} {time.time_ns()})"
        )
        review = await desk.replies.review(conversation, "public", text)
        done = await timed(desk.replies.send(review), record.send_us)
        if done.outbox is not None:
            record.replies.append(done.outbox)

    async def claims(self, count: int) -> list[float]:
        """Claim and release so many, one after the other; microseconds of the claims."""
        rows = (await self._desk.queues.page(QUEUE, None, PAGE)).rows
        spent: list[float] = []
        for number in range(count):
            conversation = rows[number % len(rows)].id
            await timed(self._desk.claims.claim(conversation), spent)
            await self._desk.claims.release(conversation)
            await asyncio.sleep(self._random.uniform(0, 0.01))
        return spent


async def timed(work: Awaitable[T], into: list[float]) -> T:
    """Await it; the microseconds are kept only where it went well."""
    started = time.perf_counter_ns()
    result = await work
    into.append(round((time.perf_counter_ns() - started) / 1e3, 1))
    return result


async def main() -> None:
    """Sit at the desk until nobody asks any more."""
    wanted = asked()
    program = program_of(Path(wanted["database"]), wanted["login"], undo=int(wanted.get("undo", 1_000)))
    async with open_desk(program) as desk:
        operator = Operator(desk, Random(wanted["login"]))
        watching = asyncio.create_task(operator.watch())
        working: asyncio.Task[None] | None = None
        async for command in commands():
            if command["do"] == "work":
                working = asyncio.create_task(operator.work(command["pause"]))
                answer(ok=True)
            elif command["do"] == "claims":
                answer(claim_us=await operator.claims(command["count"]))
            else:
                answer(**await operator.rest(working))
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


if __name__ == "__main__":
    asyncio.run(main())
