"""Telegram's calls at the real receiver, and what the desk makes of them in any order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from channels.base import Batch
from channels.hooks import About, HookSecrets
from channels.telegram_hook import FIELD, HEADER, TelegramHook
from domain.clock import ManualClock
from storage import hooks
from storage.database import Database
from tests.channels.test_telegram import UPDATE
from tests.desk.acts import first
from tests.desk.conftest import World, make_world
from tests.hooks.calling import call, served
from webcare.hooks.app import Listener, Receiver
from webcare.hooks.store import DatabaseStore

NOON = 1_763_031_600_000
HOOK = TelegramHook()


def edited(text: str, number: int = 2) -> dict[str, Any]:
    """The same message, written anew a while later."""
    first_one: Any = UPDATE["message"]
    later = {**first_one, "text": text, "edit_date": first_one["date"] + 60 * number}
    return {"update_id": number, "edited_message": later}


async def test_called_forged_and_called_again(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    body = json.dumps(UPDATE).encode()
    async with await Database.open(tmp_path / "desk.db", clock=clock) as database:
        listener = Listener(HOOK, HookSecrets({FIELD: ("een-woord",)}))
        receiver = Receiver({"page": listener}, DatabaseStore(database, clock), clock)
        async with served(receiver) as port:
            answers = [
                (await call(port, body, headers=headers))[0]
                for headers in ({HEADER: "een-woord"}, {HEADER: "een-woord"}, {HEADER: "een-woor"}, {})
            ]
        assert answers == [200, 200, 403, 403]
        kept = await database.read(lambda connection: hooks.unread(connection, ("page",), 10))
        assert [bytes(row["body"]) for row in kept] == [body]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0), (2, 1, 0)])
async def test_in_any_order_the_last_words_stand(tmp_path: Path, order: tuple[int, ...]) -> None:
    """Each of them brought twice."""
    world: World = await make_world(tmp_path)
    bodies = [UPDATE, edited("hallo daar"), edited("hallo allemaal", 3)]
    about = About("practice", NOON, {"bot": "gemeentebot"})
    for number in (*order, *order):
        batch: Batch = HOOK.parse(json.dumps(bodies[number]).encode(), about)
        await world.arrive(*batch.items)
    desk = world.desk()
    view = await desk.conversations.view(await first(desk, "all"))
    assert [one.text for one in view.messages] == ["hallo allemaal"]
    await world.database.close()
