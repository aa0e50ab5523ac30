"""Kill -9 at any moment, from outside: nothing is lost, nothing goes out twice, nobody claims twice.

`WEBCARE_CHAOS=n` makes everything n times as large. `WEBCARE_FIGURES=file` collects what was counted. The
judge of sending is the platform's own ledger, never the desk's database.
"""

# ruff: noqa: T201 - a test may look at its files on the loop; figures and seed are for people

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random, SystemRandom

import pytest

from channels.practice.ledger import Held, Ledger
from desk.desk import Desk
from desk.promise_views import NewPromise
from domain.attachment import Attached
from domain.inbound import ContactRef
from storage import chain
from storage.database import Database
from tests.desk import workers
from tests.desk.conftest import MONDAY_NINE, make_world, mention, settings_in
from tests.desk.invariants import broken
from tests.desk.workers import Quick, context, open_desk
from tests.pictures import gif, png

SIZE = int(os.environ.get("WEBCARE_CHAOS", "1"))
FIGURES = os.environ.get("WEBCARE_FIGURES", "")
SEED = int(os.environ.get("WEBCARE_SEED", "0")) or SystemRandom().randrange(1, 2**31)

REPLIES = 200 * SIZE
LINES = 1_600 * SIZE
CONVERSATIONS = 300 * SIZE
PROCESSES = 4
PROMISES = 60 * SIZE


def note(name: str, **figures: object) -> None:
    """Print the figures, and keep them where somebody asked for that."""
    print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    if FIGURES:
        path = Path(FIGURES)
        known = json.loads(path.read_text("utf-8")) if path.exists() else {}
        path.write_text(json.dumps({**known, name: figures}, indent=2, sort_keys=True) + "\n", "utf-8")


def killed_until_done(
    start: Callable[[], ForkServerProcess], dice: Random, *, longest: float, at_most: int
) -> int:
    """Start a program, kill it at random moments, and again, until it ends by itself. Returns the kills.

    After `at_most` kills it is left alone, so that a slow machine comes to an end as well.
    """
    kills = 0
    while True:
        process = start()
        process.join(dice.uniform(0, longest) if kills < at_most else None)
        if process.exitcode is None:
            process.kill()
            process.join()
            kills += 1
        elif process.exitcode == 0:
            return kills
        else:
            pytest.fail(f"the program ended with {process.exitcode}")


@dataclass(frozen=True)
class Stage:
    """A desk's folder with a quick clock."""

    folder: Path
    clock: Quick

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The file, while no program works on it."""
        async with await Database.open(settings_in(self.folder).database, clock=self.clock) as database:
            yield database


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A fresh folder."""
    return Stage(tmp_path, Quick(time.time(), MONDAY_NINE))


async def fill(stage: Stage, count: int) -> None:
    """As many conversations, each with a question."""
    world = await make_world(stage.folder)
    for start in range(0, count, 100):
        await world.arrive(
            *(
                mention(f"waar is {n}?", thread_key="viral", author=ContactRef(f"u{n}", f"@u{n}"))
                for n in range(start, min(start + 100, count))
            )
        )
    await world.database.close()


async def queue_all(desk: Desk, pictures: Sequence[Attached] = ()) -> list[str]:
    """Answer every open conversation, each other one with all pictures. Returns the texts as they go out."""
    texts = []
    for number, conversation in enumerate(await desk.queues.ids("open")):
        text, along = f"Hoi, nummer {number} komt morgen.", pictures if number % 2 else ()
        review = await desk.replies.review(conversation, "public", text, along)
        await desk.replies.send(review)
        texts.append(review.text)
    return texts


async def test_a_killed_sender_posts_every_reply_once(stage: Stage) -> None:
    """Every reply stands on the platform exactly once, whatever was killed, lost or held up on the way."""
    print(f"seed {SEED}")
    dice = Random(SEED)
    ledger = stage.folder / "platform.jsonl"
    await fill(stage, REPLIES)
    async with open_desk(stage.folder, stage.clock, "sanne") as desk:
        (stage.folder / "a.png").write_bytes(png())
        (stage.folder / "b.gif").write_bytes(gif())
        paths = [stage.folder / name for name in ("a.png", "b.gif")]
        pictures = [await desk.attachments.keep(str(path), path.name) for path in paths]
        texts = await queue_all(desk, pictures)
    started = time.monotonic()
    kills = asked = 0
    arguments = (stage.folder, stage.clock, ledger, SEED)
    while True:
        kills += await asyncio.to_thread(
            killed_until_done,
            lambda: _begun(workers.sends, *arguments),
            dice,
            longest=0.3,
            at_most=60 * SIZE,
        )
        async with open_desk(stage.folder, stage.clock, "ab") as desk:
            doubtful = await desk.outbox.list()
            there = {post.text for post in Ledger(ledger).posts()}
            for reply in doubtful:
                assert reply.status == "ask_operator", reply
                await desk.outbox.settle(reply.id, there=reply.text in there)
        asked += len(doubtful)
        if not doubtful:
            break
    posted = Counter(post.text for post in Ledger(ledger).posts())
    doubled = sum(count - 1 for count in posted.values())
    lost = sum(text not in posted for text in texts)
    held = Ledger(ledger).held()
    named = [post.media.split() for post in Ledger(ledger).posts() if post.media]
    note(
        "sender killed", seed=SEED, kills=kills, queued=len(texts), posted=posted.total(), doubled=doubled,
        lost=lost, asked=asked, uploads=len(held), named=sum(map(len, named)),
        seconds=round(time.monotonic() - started, 1),
    )  # fmt: skip
    assert (lost, doubled) == (0, 0)
    assert set(posted) == set(texts)
    assert kills > 0
    _pictures_went_along_once(held, named, [one.sha256 for one in pictures], replies=len(texts) // 2)
    assert len(held) - 2 * (len(texts) // 2) <= kills  # only the upload that a kill hit was made again
    async with stage.database() as database:
        assert await database.read(broken) == []
        states = await database.read(
            lambda c: c.execute("SELECT status, count(*) FROM outbox GROUP BY 1").fetchall()
        )
        assert [tuple(row) for row in states] == [("sent", len(texts))]


async def test_a_killed_collector_loses_and_doubles_nothing(stage: Stage) -> None:
    """Pages overlap, lines are broken, items are refused by SQLite: all served is stored or quarantined."""
    print(f"seed {SEED}")
    dice = Random(SEED)
    source = stage.folder / "source.jsonl"
    workers.write_lines(source, LINES, stage.clock)
    started = time.monotonic()
    kills = await asyncio.to_thread(
        killed_until_done,
        lambda: _begun(workers.collects, stage.folder, stage.clock, source),
        dice,
        longest=0.15,
        at_most=60 * SIZE,
    )
    async with stage.database() as database:
        stored = await database.read(lambda c: _ids(c, "SELECT remote_id FROM message"))
        kept = await database.read(lambda c: _ids(c, "SELECT raw_hash FROM quarantine"))
        found = await database.read(
            lambda c: _ids(c, "SELECT rowid FROM message_fts WHERE message_fts MATCH 'pakje'")
        )
        assert await database.read(broken) == []
        report = await database.read(chain.verify)
    note(
        "collector killed", seed=SEED, kills=kills, served=LINES, stored=len(stored), quarantined=len(kept),
        events=report.count, seconds=round(time.monotonic() - started, 1),
    )  # fmt: skip
    assert len(stored) == len(set(stored))
    assert len(stored) + len(kept) == LINES
    assert len(found) == len(stored)
    assert report.whole
    assert kills > 0


async def test_four_processes_never_claim_the_same_conversation(stage: Stage) -> None:
    """Every conversation is won once, and the file agrees with the winners."""
    await fill(stage, CONVERSATIONS)
    processes, ends = [], []
    made = context()
    start = made.Barrier(PROCESSES)
    for number in range(PROCESSES):
        mine, theirs = made.Pipe(duplex=False)
        ends.append(mine)
        processes.append(_begun(workers.claims, stage.folder, stage.clock, f"op{number}", start, theirs))
    answers = [await asyncio.to_thread(end.recv) for end in ends]
    for process in processes:
        await asyncio.to_thread(process.join)
    won = Counter(conversation for ids, _took in answers for conversation in ids)
    took = sorted(seconds * 1000 for _ids, all_of_it in answers for seconds in all_of_it)
    note(
        "claim race", conversations=CONVERSATIONS, processes=PROCESSES,
        doubled=sum(n - 1 for n in won.values()),
        unclaimed=CONVERSATIONS - len(won), p50_ms=round(took[len(took) // 2], 2),
        p99_ms=round(took[len(took) * 99 // 100], 1), max_ms=round(took[-1], 1),
    )  # fmt: skip
    assert set(won.values()) == {1}
    assert len(won) == CONVERSATIONS
    async with stage.database() as database:
        assert await database.read(broken) == []
        holders = await database.read(
            lambda c: dict(c.execute("SELECT id, holder FROM conversation").fetchall())
        )
    for number, (ids, _took) in enumerate(answers):
        assert {holders[conversation] for conversation in ids} <= {f"op{number}"}


async def test_two_processes_never_take_over_or_keep_the_same_promise(stage: Stage) -> None:
    """Both act on what both have seen: each promise is won once, and the other one is told."""
    await fill(stage, PROMISES)
    async with open_desk(stage.folder, stage.clock, "sanne") as desk:
        for conversation in await desk.queues.ids("all"):
            await desk.promises.note(conversation, NewPromise("call", None))
    made = context()
    start = made.Barrier(2)
    processes, ends = [], []
    for login in ("ab", "cor"):
        mine, theirs = made.Pipe(duplex=False)
        ends.append(mine)
        processes.append(_begun(workers.keeps, stage.folder, stage.clock, login, start, theirs))
    answers = [await asyncio.to_thread(end.recv) for end in ends]
    for process in processes:
        await asyncio.to_thread(process.join)
    for act in ("taken over", "kept"):
        won = Counter(promise for answer in answers for promise in answer[act])
        assert set(won.values()) == {1}
        assert len(won) == PROMISES
    async with stage.database() as database:
        assert await database.read(broken) == []
        owners = await database.read(lambda c: dict(c.execute("SELECT id, owner FROM promise").fetchall()))
    for login, answer in zip(("ab", "cor"), answers, strict=True):
        assert {owners[promise] for promise in answer["taken over"]} <= {login}


async def test_a_colleague_in_another_process_is_seen_at_once(stage: Stage) -> None:
    """Claim, initials and open composer reach this desk through `changes()`; how fast is only measured."""
    await fill(stage, 3)
    made = context()
    mine, theirs = made.Pipe()
    process = _begun(workers.colleague, stage.folder, stage.clock, "ab", theirs)
    latencies: dict[str, list[float]] = {}
    async with open_desk(stage.folder, stage.clock, "sanne") as desk, asyncio.timeout(60):
        assert await asyncio.to_thread(mine.recv) == "ready"
        changes = desk.changes()
        waiting = asyncio.ensure_future(anext(changes))
        for conversation in await desk.queues.ids("open"):
            for act, holder, writing in (
                ("claim", "AB", False),
                ("write", "AB", True),
                ("stop writing", "AB", False),
                ("release", None, False),
            ):
                await asyncio.sleep(0)  # let the watch begin
                mine.send((act, conversation))
                while True:
                    change = await waiting
                    waiting = asyncio.ensure_future(anext(changes))
                    row = (await desk.queues.rows([conversation]))[conversation]
                    if (row.holder, row.writing) == (holder, writing):
                        break
                seen = time.monotonic()
                assert change.presence
                committed = await asyncio.to_thread(mine.recv)
                latencies.setdefault(act, []).append(max(seen - committed, 0) * 1000)
        mine.send(None)
        waiting.cancel()
    await asyncio.to_thread(process.join)
    assert process.exitcode == 0
    note(
        "two desks",
        **{f"{act} ms": [round(one, 1) for one in all_of_it] for act, all_of_it in latencies.items()},
    )


def _pictures_went_along_once(
    held: Sequence[Held], named: Sequence[Sequence[str]], wanted: Sequence[str], *, replies: int
) -> None:
    """Every reply names its own pictures, in order, and no picture is named twice."""
    contents = {one.media_id: one.sha256 for one in held}
    assert [[contents[name] for name in names] for names in named] == [list(wanted)] * replies
    assert len({name for names in named for name in names}) == 2 * replies


def _begun(work: Callable[..., None], *arguments: object) -> ForkServerProcess:
    process = context().Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def _ids(connection: sqlite3.Connection, sql: str) -> list[object]:
    return [row[0] for row in connection.execute(sql).fetchall()]
