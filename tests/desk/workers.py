"""Programs of their own that work on one desk's file while a test kills them or looks on.

They are forked from a server that has everything imported, so that a kill costs milliseconds.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import secrets
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random

from channels.base import Batch, Connector, Cursor
from channels.jsonl import parse_line
from channels.practice.connector import PracticeConnector, PracticeOptions
from channels.practice.faults import Faults
from config.channel_settings import PRACTICE
from desk.clocks import Clocks
from desk.collector import Collector
from desk.desk import Desk, make_desk
from desk.ground import Ground
from desk.scoring import Scoring
from desk.sender import Sender
from desk.templating import Templating
from desk.views import Operator
from domain.clock import Clock, Millis
from domain.errors import Conflict
from domain.inbound import BadItem, Inbound
from storage import sender_lock
from storage.database import Database
from storage.sender_lock import SenderLock
from tests.desk.conftest import GREETING, FakeConnector, WordEngine, settings_in

PAGE = 40
OVERLAP = 15


@dataclass(frozen=True)
class Quick:
    """A clock that runs faster than the world and is the same in every process: waits become bearable."""

    began: float
    """Seconds of the machine's clock at which it stood at `at`."""

    at: Millis
    speed: int = 60

    def now(self) -> Millis:
        """The hastened moment."""
        return self.at + round((time.time() - self.began) * 1000 * self.speed)


@dataclass
class Paged:
    """A platform that serves a file of lines in pages that overlap, and now and then lies about a number."""

    lines: tuple[bytes, ...]
    channel: str = "practice"
    caps = FakeConnector().caps
    streams = ("mentions",)
    rate = None
    notice = ""
    media: Mapping[str, int] = field(default_factory=dict)

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """The next page, with the end of the page before it."""
        place = int(cursor or 0)
        start = max(place - OVERLAP, 0)
        read = [
            _served(number, self.lines[number]) for number in range(start, min(place + PAGE, len(self.lines)))
        ]
        end = min(place + PAGE, len(self.lines))
        return Batch(
            items=tuple(one for one in read if isinstance(one, Inbound)),
            bad=tuple(one for one in read if isinstance(one, BadItem)),
            cursor=str(end),
            more=end < len(self.lines),
        )


def _served(number: int, line: bytes) -> Inbound | BadItem:
    item = parse_line(line, number)
    if isinstance(item, Inbound) and number % 97 == 5:
        return replace(item, rating=2**70)  # more than SQLite can hold
    return item


def context() -> ForkServerContext:
    """Where processes come from: never forked from the test itself, which has threads and databases open."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload([__name__])
    return made


def run(work: Coroutine[object, object, None]) -> None:
    """The body of a process."""
    asyncio.run(work)


def connector_on(ledger: Path, clock: Clock, seed: int) -> PracticeConnector:
    """The practice platform at its worst: answers get lost, so do requests, and every send takes a while."""
    faults = Faults(busy=0.08, drop=0.03, mute=0.12, lag=20_000, hold=4)
    return PracticeConnector("practice", clock, ledger, PracticeOptions(seed=seed, faults=faults))


def sends(folder: Path, clock: Quick, ledger: Path, seed: int) -> None:
    """Work the outbox until all that is left waits for a person."""
    run(_sends(folder, clock, ledger, seed))


async def _sends(folder: Path, clock: Quick, ledger: Path, seed: int) -> None:
    settings = settings_in(folder)
    async with await Database.open(settings.database, clock=clock) as database:
        lock = SenderLock.beside(database.path)
        assert lock is not None
        fence = await database.write(sender_lock.next_fence)
        connectors: dict[str, Connector] = {"practice": connector_on(ledger, clock, seed)}
        clocks = Clocks(settings.sla, settings.timezone, clock)
        sender = Sender(database, clock, clocks, connectors, fence)
        await sender.recover()
        while (due := await sender.next_due()) is not None:
            if not await sender.step():
                await asyncio.sleep(max(due - clock.now(), 0) / 1000 / clock.speed + 0.001)
        lock.release()


def meddles(folder: Path, clock: Quick, login: str, seed: int) -> None:
    """Call back, try again and settle what is on its way, at random, until the process is killed."""
    run(_meddles(folder, clock, login, seed))


async def _meddles(folder: Path, clock: Quick, login: str, seed: int) -> None:
    dice = Random(seed)
    async with open_desk(folder, clock, login) as desk:
        while True:
            for reply in await desk.outbox.list():
                try:
                    if reply.status == "refused":
                        await desk.outbox.try_again(reply.id)
                    elif reply.status != "ask_operator" and dice.random() < 0.004:
                        await desk.outbox.call_back(reply.id)
                except Conflict:
                    pass
            await asyncio.sleep(0.005)


def collects(folder: Path, clock: Quick, source: Path) -> None:
    """Fetch all pages of a file."""
    run(_collects(folder, clock, source))


async def _collects(folder: Path, clock: Quick, source: Path) -> None:
    settings = settings_in(folder)
    async with await Database.open(settings.database, clock=clock) as database:
        clocks = Clocks(settings.sla, settings.timezone, clock)
        paged = Paged(tuple(source.read_bytes().splitlines()))  # noqa: ASYNC240 - a worker of its own
        connectors: dict[str, Connector] = {"practice": paged}  # type: ignore[dict-item]
        sender = Sender(database, clock, clocks, connectors, 0)
        collector = Collector(database, clock, settings, clocks, connectors, Scoring(WordEngine()), sender)
        while (await collector.pull(connectors["practice"], "mentions"))[0].more:
            pass


def claims(folder: Path, clock: Quick, login: str, start: Barrier, answer: Connection) -> None:
    """Told to go, claim every conversation; tell which ones were won, and how long each claim took."""
    run(_claims(folder, clock, login, start, answer))


async def _claims(folder: Path, clock: Quick, login: str, start: Barrier, answer: Connection) -> None:
    async with open_desk(folder, clock, login) as desk:
        ids = await desk.queues.ids("all")
        await asyncio.to_thread(start.wait, 60)
        won: list[int] = []
        took: list[float] = []
        for conversation in ids:
            begun = time.monotonic()
            try:
                await desk.claims.claim(conversation)
            except Conflict:
                pass
            else:
                won.append(conversation)
            took.append(time.monotonic() - begun)
        answer.send((won, took))
        await asyncio.to_thread(start.wait, 60)


def keeps(folder: Path, clock: Quick, login: str, start: Barrier, answer: Connection) -> None:
    """Told to go, take over and then keep every promise as it was seen; tell which ones were won."""
    run(_keeps(folder, clock, login, start, answer))


async def _keeps(folder: Path, clock: Quick, login: str, start: Barrier, answer: Connection) -> None:
    async with open_desk(folder, clock, login) as desk:
        won: dict[str, list[int]] = {"taken over": [], "kept": []}
        for act, mine in won.items():
            await asyncio.to_thread(start.wait, 60)
            listed = await desk.promises.queue()
            await asyncio.to_thread(start.wait, 60)
            for seen in listed:
                try:
                    await (desk.promises.keep(seen) if act == "kept" else desk.promises.take_over(seen))
                except Conflict:
                    pass
                else:
                    mine.append(seen.id)
        answer.send(won)
        await asyncio.to_thread(start.wait, 60)


def colleague(folder: Path, clock: Quick, login: str, orders: Connection) -> None:
    """A second desk that does as it is told, and tells when each act was committed."""
    run(_colleague(folder, clock, login, orders))


async def _colleague(folder: Path, clock: Quick, login: str, orders: Connection) -> None:
    async with open_desk(folder, clock, login) as desk:
        orders.send("ready")
        while (order := await asyncio.to_thread(orders.recv)) is not None:
            act, conversation = order
            match act:
                case "claim":
                    await desk.claims.claim(conversation)
                case "release":
                    await desk.claims.release(conversation)
                case "write":
                    await desk.claims.composing(conversation)
                case "stop writing":
                    await desk.claims.composing(None)
            orders.send(time.monotonic())


@asynccontextmanager
async def open_desk(folder: Path, clock: Clock, login: str) -> AsyncIterator[Desk]:
    """A desk of one operator on the file in `folder`."""
    settings = replace(settings_in(folder), channels={"practice": PRACTICE})
    known = settings.operator(login, login.title())
    operator = Operator(login, known.name, known.first_name, known.initials, uid=1, pid=os.getpid())
    async with await Database.open(settings.database, clock=clock) as database:
        clocks = Clocks(settings.sla, settings.timezone, clock)
        ground = Ground(database, clock, settings, clocks, operator, session=secrets.token_hex(8))
        desk = make_desk(ground, lambda: Templating(ground, lambda: (GREETING,)), collecting=lambda: False)
        await desk.claims.start()
        yield desk


def write_lines(path: Path, count: int, clock: Clock) -> None:
    """A file of mentions by many people in few threads; some lines are broken."""
    lines = []
    for number in range(count):
        line = json.dumps(
            {
                "channel": "practice",
                "remote_id": f"m{number}",
                "thread": f"t{number % (count // 4)}",
                "author": {"handle": f"@p{number % (count // 8)}"},
                "text": f"waar blijft pakje {number}? \u202e[/]\x1b]52;c;x",
                "created_at": clock.now() - 1_000_000 + number,
            }
        )
        lines.append(line[:-9] + f" {number}" if number % 50 == 7 else line)
    path.write_text("\n".join(lines) + "\n", "utf-8")
