"""Kill -9 while replies go out in parts: each part once, in order, answering the one before it.

The judge is the platform's own ledger. `WEBCARE_CHAOS=n` makes everything n times as large.
"""

# ruff: noqa: T201 - the seed is for people

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from channels.practice.ledger import Ledger, Posted
from desk.desk import Desk
from tests.desk import workers
from tests.desk.conftest import MONDAY_NINE
from tests.desk.invariants import broken
from tests.desk.test_chaos import SEED, SIZE, Stage, _begun, fill, killed_until_done, note
from tests.desk.workers import Quick, open_desk

REPLIES = 40 * SIZE


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A fresh folder."""
    return Stage(tmp_path, Quick(time.time(), MONDAY_NINE))


async def queue_all(desk: Desk) -> list[list[str]]:
    """Answer every open conversation in two to four parts. Returns the texts as they go out."""
    chains = []
    for number, conversation in enumerate(await desk.queues.ids("open")):
        count = 8 + 7 * (number % 3)
        text = " ".join(f"Hoi {number}, dit is zin {n} van een lang antwoord aan jou." for n in range(count))
        review = await desk.replies.review(conversation, "public", text, in_parts=True)
        await desk.replies.send(review)
        chains.append([part.text for part in review.parts] or [review.text])
    assert {len(chain) for chain in chains} >= {2, 3}
    return chains


async def settle_all(stage: Stage, ledger: Path) -> int:
    """A person looks at all that is in doubt, and says what the ledger says. Returns how many."""
    async with open_desk(stage.folder, stage.clock, "cor") as desk:
        doubtful = [one for one in await desk.outbox.list() if one.status == "ask_operator"]
        there = {post.text for post in Ledger(ledger).posts()}
        for reply in doubtful:
            await desk.outbox.settle(reply.id, there=reply.text in there)
    return len(doubtful)


def check(posts: tuple[Posted, ...], chains: list[list[str]]) -> None:
    """Nothing twice; of every reply its beginning, in order, each part in answer to the one before it."""
    assert [text for text, count in Counter(post.text for post in posts).items() if count > 1] == []
    place = {post.text: index for index, post in enumerate(posts)}
    for chain in chains:
        out = [posts[place[text]] for text in chain if text in place]
        assert [post.text for post in out] == chain[: len(out)]
        assert [place[post.text] for post in out] == sorted(place[post.text] for post in out)
        assert all(after.parent_id == before.remote_id for before, after in pairwise(out))


async def test_a_killed_sender_posts_every_part_once_and_in_order(stage: Stage) -> None:
    """Whatever was killed, lost or held up on the way."""
    print(f"seed {SEED}")
    dice, ledger = Random(SEED), stage.folder / "platform.jsonl"
    await fill(stage, REPLIES)
    async with open_desk(stage.folder, stage.clock, "sanne") as desk:
        chains = await queue_all(desk)
    kills = asked = 0
    while True:
        kills += await asyncio.to_thread(
            killed_until_done,
            lambda: _begun(workers.sends, stage.folder, stage.clock, ledger, SEED),
            dice,
            longest=0.25,
            at_most=60 * SIZE,
        )
        doubtful = await settle_all(stage, ledger)
        asked += doubtful
        if not doubtful:
            break
    posts = Ledger(ledger).posts()
    check(posts, chains)
    parts = sum(map(len, chains))
    note("parts, sender killed", seed=SEED, kills=kills, replies=len(chains), parts=parts, asked=asked)
    assert len(posts) == parts
    assert kills > 0
    async with stage.database() as database:
        assert await database.read(broken) == []
        assert await database.read(_states) == {"sent": parts}


async def test_a_desk_that_calls_back_meets_a_sender_that_is_killed(stage: Stage) -> None:
    """Two processes on one file: what a desk called back is not out, all else is, and no text is lost."""
    print(f"seed {SEED}")
    dice, ledger = Random(SEED), stage.folder / "platform.jsonl"
    await fill(stage, REPLIES)
    async with open_desk(stage.folder, stage.clock, "sanne") as desk:
        chains = await queue_all(desk)
    meddler = _begun(workers.meddles, stage.folder, stage.clock, "ab", SEED)
    kills = 0
    while True:
        kills += await asyncio.to_thread(
            killed_until_done,
            lambda: _begun(workers.sends, stage.folder, stage.clock, ledger, SEED),
            dice,
            longest=0.25,
            at_most=60 * SIZE,
        )
        if not await settle_all(stage, ledger):
            break
    meddler.kill()
    await asyncio.to_thread(meddler.join)
    posts = Ledger(ledger).posts()
    check(posts, chains)
    async with stage.database() as database:
        assert await database.read(broken) == []
        rows = await database.read(
            lambda c: c.execute(
                "SELECT conversation_id, text, body, status FROM outbox ORDER BY id"
            ).fetchall()
        )
        drafts = await database.read(
            lambda c: dict(c.execute("SELECT conversation_id, text FROM draft").fetchall())
        )
    out = {post.text for post in posts}
    assert {row["text"] for row in rows if row["status"] == "sent"} == out
    back = [row for row in rows if row["status"] == "called_back"]
    assert {row["text"] for row in rows} - out == {row["text"] for row in back}
    assert all(row["body"].strip() in drafts[row["conversation_id"]] for row in back)
    note("parts, called back", seed=SEED, kills=kills, parts=len(rows), back=len(back), posted=len(posts))
    assert back
    assert out


def _states(connection: sqlite3.Connection) -> dict[str, int]:
    return dict(connection.execute("SELECT status, count(*) FROM outbox GROUP BY 1").fetchall())
