"""Bodies of webhooks on their way into conversations, people under several ids, and receipts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from channels.base import Batch, Unknown
from channels.hooks import About
from channels.meta_hook import MetaHook
from channels.whatsapp_parse import read_body
from config.channel_settings import ChannelSettings
from desk.hearing import Hearing
from desk.windows import at
from domain.clock import DAY, HOUR, MINUTE
from domain.inbound import Cap, SendStatus
from storage import hooks, outbox
from tests.channels import meta_bodies as bodies
from tests.desk.acts import first, only_outbox, reply
from tests.desk.conftest import MONDAY_NINE, World, make_world
from tests.desk.invariants import broken

CHANNEL = ChannelSettings(id="app", platform="whatsapp", options={}, name="WhatsApp")
NOW = MONDAY_NINE // 1000


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = await make_world(tmp_path, CHANNEL)
    made.connector.caps = replace(made.connector.caps, find_sent=False, told_later=True, settle_max=HOUR // 2)
    yield made
    assert await made.database.read(broken) == []
    await made.database.close()


def hearing(world: World, hook: object | None = None) -> Hearing:
    collector = world.collector
    return Hearing(
        world.database, world.clock, world.settings, collector.clocks, collector.scoring,
        {"app": hook or MetaHook(read_body)},  # type: ignore[dict-item]
    )  # fmt: skip


async def hear(world: World, *those: bytes) -> None:
    """They come in, and the collector reads them."""

    def keep(connection: object) -> None:
        for body in those:
            hooks.keep(connection, "app", "", body, received_at=world.clock.now())  # type: ignore[arg-type]

    await world.database.write(keep)
    while await hearing(world).step():
        pass


def wrote(
    text: str, *, number: str = "31600000001", scoped: str = "NL.1", at: int = NOW, **more: object
) -> bytes:
    """Somebody writes on WhatsApp."""
    contact = {"profile": {"name": "Sanne"}}
    message: dict[str, object] = {
        "id": f"wamid.{text}",
        "timestamp": str(at),
        "type": "text",
        "text": {"body": text},
    }
    if number:
        contact |= {"wa_id": number}  # type: ignore[dict-item]
        message["from"] = number
    if scoped:
        contact |= {"user_id": scoped}  # type: ignore[dict-item]
        message["from_user_id"] = scoped
    return bodies.whatsapp(contact=contact, messages=[{**message, **more}])


async def contacts(world: World) -> int:
    return int(await world.database.read(lambda c: c.execute("SELECT count(*) FROM contact").fetchone()[0]))


async def conversations(world: World) -> int:
    return len(await world.desk().queues.ids("all"))


async def test_a_body_becomes_a_conversation_and_is_read_once(world: World) -> None:
    await hear(world, wrote("Hallo?"))
    view = await world.desk().conversations.view(await first(world.desk()))
    assert [message.text for message in view.messages] == ["Hallo?"]
    await hear(world, wrote("Hallo?"))
    assert await conversations(world) == 1
    kept = await world.database.read(hooks.kept)
    assert kept["app"][:2] == (1, 0)


async def test_messages_that_come_in_the_wrong_order_are_one_conversation(world: World) -> None:
    await hear(world, wrote("tweede", at=NOW - 60), wrote("eerste", at=NOW - 120))
    view = await world.desk().conversations.view(await first(world.desk()))
    assert sorted(message.text for message in view.messages) == ["eerste", "tweede"]


async def test_a_body_that_breaks_its_reader_is_in_quarantine_and_stops_nothing(world: World) -> None:
    class Broken:
        def parse(self, raw: bytes, about: About) -> Batch:
            raise ZeroDivisionError

    await world.database.write(lambda c: hooks.keep(c, "app", "", b"{}", received_at=1))
    assert await hearing(world, Broken()).step() == 1
    rows = await world.database.read(lambda c: c.execute("SELECT reason, raw FROM quarantine").fetchall())
    assert [(bool(row["reason"]), bytes(row["raw"])) for row in rows] == [(True, b"{}")]
    assert await hearing(world).step() == 0


async def test_what_is_set_aside_is_kept_with_its_reason_and_in_no_quarantine(world: World) -> None:
    await hear(world, bodies.wa_message("reaction", reaction={"emoji": "x"}))
    rows = await world.database.read(lambda c: c.execute("SELECT outcome FROM hook_event").fetchall())
    assert "reaction" in rows[0]["outcome"]
    assert (
        await world.database.read(lambda c: c.execute("SELECT count(*) FROM quarantine").fetchone()[0]) == 0
    )


async def test_bodies_are_let_go_of_in_the_end(world: World) -> None:
    await hear(world, wrote("Hallo?"))
    await world.database.write(lambda c: hooks.keep(c, "other", "", b"unread", received_at=1))
    swept = await world.database.write(lambda c: hooks.sweep(c, now=world.clock.now() + 15 * DAY))
    assert swept == 1


# -- one person, several ids ------------------------------------------------------------------------------


async def test_a_person_who_hides_the_number_later_is_the_same_one(world: World) -> None:
    await hear(world, wrote("een"), wrote("twee", number=""))
    assert (await contacts(world), await conversations(world)) == (1, 1)


async def test_a_new_number_is_the_same_person(world: World) -> None:
    system = {"type": "user_changed_number", "wa_id": "31600000002", "body": "Sanne changed"}
    await hear(world, wrote("een"), wrote("nieuw", type="system", system=system))
    await hear(world, wrote("twee", number="31600000002", scoped="NL.2"))
    assert (await contacts(world), await conversations(world)) == (1, 1)
    view = await world.desk().conversations.view(await first(world.desk()))
    assert [message.text for message in view.messages] == ["een", "Sanne changed", "twee"]


async def test_a_number_that_went_to_somebody_else_is_somebody_else(world: World) -> None:
    await hear(world, wrote("een", scoped="NL.1"))
    await hear(world, wrote("twee", scoped="NL.9"))
    assert (await contacts(world), await conversations(world)) == (2, 2)
    await hear(world, wrote("drie", scoped="NL.9"), wrote("vier", scoped="NL.1", number=""))
    assert (await contacts(world), await conversations(world)) == (2, 2)


async def test_a_colleague_s_answer_finds_the_contact_under_any_id(world: World) -> None:
    await hear(world, wrote("een", number=""), wrote("twee"))
    echo = {
        "to": "31600000001",
        "id": "wamid.out",
        "timestamp": str(NOW),
        "type": "text",
        "text": {"body": "Dank"},
    }
    await hear(world, bodies.whatsapp(field="smb_message_echoes", message_echoes=[echo]))
    desk = world.desk()
    view = await desk.conversations.view((await desk.queues.ids("all"))[0])
    assert view.messages[-1].outside


# -- the window ------------------------------------------------------------------------------------------


async def test_the_window_closes_after_a_day_and_a_new_message_opens_it(world: World) -> None:
    desk = world.desk()
    await hear(world, wrote("Hallo?"))
    conversation = await first(desk)
    assert (await desk.replies.open(conversation, "private")).blocked == ""
    assert (await desk.replies.open(conversation, "public")).blocked
    world.clock.advance(20 * HOUR + 50 * MINUTE)
    assert (await desk.replies.open(conversation, "private")).window == "The window closes in 3 h 10."
    assert (await desk.replies.open(conversation, "note")).window == ""
    world.clock.advance(DAY)
    assert "template" in (await desk.replies.open(conversation, "private")).blocked
    await hear(world, wrote("Nog iets?", at=NOW + DAY // 1000))
    assert (await desk.replies.open(conversation, "private")).blocked == ""


@pytest.mark.parametrize(
    ("passed", "ok", "says"),
    [
        (0, True, "24 h 00"),
        (DAY - MINUTE, True, "1 min"),
        (DAY, True, "typed by a person go out for 6 d 0 h"),
        (7 * DAY - HOUR, True, "1 h 00"),
        (7 * DAY, False, "over"),
    ],
)
def test_past_the_usual_window_a_person_may_still_answer(passed: int, ok: bool, says: str) -> None:
    cap = Cap(until=NOW + DAY, needs="human_agent", needed_until=NOW + 7 * DAY)
    found = at(cap, NOW + passed)
    assert found.ok == ok
    assert says in found.reason


# -- receipts --------------------------------------------------------------------------------------------


async def answered(world: World, *, lost: bool) -> str:
    """One answer on its way; its key."""
    await hear(world, wrote("Hallo?"))
    if lost:
        world.connector.outcome, world.connector.lands = Unknown("lost"), True
    await reply(world.desk(), await first(world.desk()), kind="private")
    await world.send_all()
    return world.connector.posted[0].key


async def status_of(world: World, status: SendStatus) -> None:
    world.connector.batches.append(Batch(statuses=(status,)))
    await world.collector.pull(world.connector, "mentions")


async def state(world: World) -> str:
    rows = await world.database.read(lambda c: c.execute("SELECT status FROM outbox").fetchall())
    return str(rows[0]["status"])


async def test_doubt_is_settled_by_a_receipt_under_our_own_key(world: World) -> None:
    key = await answered(world, lost=True)
    assert await state(world) == "unknown"
    await status_of(world, SendStatus("wamid.9", "sent", MONDAY_NINE, key=key))
    assert await state(world) == "sent"
    desk = world.desk()
    view = await desk.conversations.view((await desk.queues.ids("all"))[0])
    assert [message.direction for message in view.messages] == ["in", "out"]
    assert len(world.connector.posted) == 1


async def test_doubt_waits_for_a_receipt_before_a_person_is_asked(world: World) -> None:
    await answered(world, lost=True)
    world.clock.advance(world.connector.caps.settle)
    await world.send_all()
    assert await state(world) == "unknown"
    world.clock.advance(HOUR)
    await world.send_all()
    assert await state(world) == "ask_operator"


async def test_doubt_that_the_platform_ends_with_a_failure_is_put_before_a_person(world: World) -> None:
    key = await answered(world, lost=True)
    await status_of(
        world, SendStatus("wamid.9", "failed", MONDAY_NINE, key=key, sentence="No WhatsApp there.")
    )
    assert await state(world) == "ask_operator"
    shown = await only_outbox(world.desk())
    assert "WhatsApp" in shown.sentence


async def test_what_was_taken_and_not_delivered_comes_back(world: World) -> None:
    await answered(world, lost=False)
    desk = world.desk()
    assert len(await desk.queues.ids("open")) == 0
    await status_of(world, SendStatus("post-1", "failed", MONDAY_NINE, sentence="No WhatsApp there."))
    assert len(await desk.queues.ids("open")) == 1
    view = await desk.conversations.view(await first(desk))
    assert view.messages[-1].direction == "note"
    assert "No WhatsApp there." in view.messages[-1].text
    await status_of(world, SendStatus("post-1", "failed", MONDAY_NINE, sentence="No WhatsApp there."))
    assert len((await desk.conversations.view(await first(desk))).messages) == len(view.messages)


async def test_receipts_in_any_order_leave_the_latest_state(world: World) -> None:
    await answered(world, lost=False)
    for known in ("read", "delivered", "sent", "read"):
        await status_of(world, SendStatus("post-1", known, MONDAY_NINE))
    rows = await world.database.read(lambda c: c.execute("SELECT state FROM message_status").fetchall())
    assert [row["state"] for row in rows] == ["read"]


async def test_a_receipt_of_something_that_is_not_ours_changes_nothing(world: World) -> None:
    await status_of(world, SendStatus("elsewhere", "failed", MONDAY_NINE, key="strange"))
    world.clock.advance(MINUTE)
    assert await world.database.read(outbox.left_sending) == []
