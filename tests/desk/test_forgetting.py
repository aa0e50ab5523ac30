"""Forgetting a person: nothing of theirs stands in any file, and the rest of the desk does not notice."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from channels.base import Batch
from desk.forgetting import chosen, forget
from domain.errors import Conflict, NotFound
from domain.inbound import BadItem, ContactRef
from storage import chain, forgetting
from storage.guard import SUFFIXES
from tests.desk.acts import reply
from tests.desk.conftest import World, mention
from tests.desk.invariants import broken

CANARY = "kanariepietje-zonder-weerga"
OTHER = ContactRef("acct-other", "@buurman", "Buurman")
GONE = ContactRef("acct-canary-77", "@canary_handle_77", "Karla Kanariefeld")


async def busy(world: World) -> int:
    """The canary wrote and was answered; a neighbour wrote too. The canary's conversation."""
    await world.arrive(
        mention(
            f"Mijn {CANARY} is stuk, boos!", author=GONE, thread_key="thread-canary", raw=CANARY.encode()
        ),
        mention("Wanneer gaat de winkel open?", author=OTHER, thread_key="thread-other"),
    )
    desk = world.desk()
    (conversation,) = [
        row.id for row in (await desk.queues.page("open")).rows if row.contact_name == GONE.name
    ]
    await reply(desk, conversation, f"Hoi Karla, die {CANARY} vervangen we.")
    await world.send_all()
    return conversation


async def forgotten(world: World, who: str = "@CANARY_handle_77") -> None:
    """What the command does, but for asking."""

    def work(connection: sqlite3.Connection) -> None:
        forget(connection, chosen(connection, "practice", who), actor="sanne", now=world.clock.now())

    await world.database.write(work)
    while await world.database.write(forgetting.merge):
        pass
    await world.database.rewrite()


def bytes_of(database: Path) -> bytes:
    """All bytes of the database's files."""
    files = [database.with_name(database.name + suffix) for suffix in SUFFIXES]
    return b"".join(file.read_bytes() for file in files if file.exists())


async def test_nothing_of_theirs_stands_in_any_byte(world: World) -> None:
    await busy(world)
    await forgotten(world)
    assert await world.database.empty_wal()
    await world.database.close()
    left = bytes_of(world.settings.database)
    assert b"Wanneer gaat de winkel open?" in left
    for word in (CANARY, "kanariepietje", GONE.name, "Kanariefeld", "canary_handle_77", GONE.remote_id):
        assert word.encode() not in left, word
        assert word.lower().encode() not in left, word


async def test_the_rest_of_the_desk_does_not_notice(world: World) -> None:
    conversation = await busy(world)
    colleague = world.desk("ab")
    before = await colleague.queues.page("open")
    await forgotten(world)
    assert [row.contact_name for row in (await colleague.queues.page("open")).rows] == [OTHER.name]
    assert len(before.rows) >= 1
    opened = await colleague.conversations.view(conversation)
    assert "[forgotten]" in repr(opened)
    assert CANARY not in repr(opened)
    assert await world.database.read(broken) == []
    assert (await world.database.read(chain.verify)).broken_at is None


async def test_what_they_wrote_before_is_kept_out_and_counted_and_what_they_write_later_is_read(
    world: World,
) -> None:
    await busy(world)
    await forgotten(world)
    again = mention(f"Mijn {CANARY} is stuk, boos!", author=GONE, thread_key="thread-canary")
    await world.arrive(again, mention("Hallo?", author=OTHER, thread_key="thread-new"))
    assert await world.database.read(forgetting.counted) == (1, 1)
    names = [row.contact_name for row in (await world.desk().queues.page("open")).rows]
    assert names == [OTHER.name, OTHER.name]
    world.clock.advance(1)
    later = world.clock.now()
    await world.arrive(mention("Iets nieuws?", author=GONE, thread_key="thread-later", created_at=later))
    names = [row.contact_name for row in (await world.desk().queues.page("open")).rows]
    assert sorted(names) == sorted([OTHER.name, OTHER.name, GONE.name])
    assert await world.database.read(forgetting.counted) == (1, 1)


async def test_no_other_id_of_theirs_comes_back_either(world: World) -> None:
    numbered = replace(GONE, alt_ids={"wa_id": "31612345678", "bsuid": "NL.77"})
    await world.arrive(mention(CANARY, author=numbered, thread_key="dm:x"))
    await forgotten(world)
    renamed = replace(numbered, remote_id="NL.77", alt_ids={"bsuid": "NL.77", "wa_id": "31612345678"})
    await world.arrive(mention(f"{CANARY}!", author=renamed, thread_key="dm:y"))
    aliases = await world.database.read(lambda c: c.execute("SELECT value FROM contact_alias").fetchall())
    assert aliases == []
    assert await world.database.read(forgetting.counted) == (3, 1)


async def test_a_short_id_empties_nobody_elses_items(world: World) -> None:
    short = ContactRef("12", "@jo", "Jo")
    await world.arrive(mention("hoi", author=short, thread_key="thread-jo"))
    bad = [BadItem("broken", b'{"id": 12, "user": "acct-other"}', "b-1"),
           BadItem("broken", b'{"user": "acct-canary-771"}', "b-2"),
           BadItem("broken", b'{"user": "acct-canary-77"}', "b-3")]  # fmt: skip
    await busy(world)
    world.connector.batches.append(Batch(bad=tuple(bad)))
    await world.collector.pull(world.connector, "mentions")
    await forgotten(world, "@jo")
    await forgotten(world)
    left = await world.database.read(lambda c: c.execute("SELECT remote_id FROM quarantine").fetchall())
    assert sorted(row[0] for row in left) == ["b-1", "b-2"]


async def test_a_reply_on_its_way_and_a_colleague_at_work_come_first(world: World) -> None:
    await world.arrive(mention("waar blijft het?", author=GONE))
    desk = world.desk()
    (row,) = (await desk.queues.page("open")).rows
    await desk.claims.composing(row.id)
    with pytest.raises(Conflict, match="sanne is writing in conversation"):
        await forgotten(world)
    await desk.claims.composing(None)
    await reply(desk, row.id)
    with pytest.raises(Conflict, match="still on its way"):
        await forgotten(world)
    await world.send_all()
    await forgotten(world)
    with pytest.raises(NotFound, match="Nobody is known as"):
        await forgotten(world)
