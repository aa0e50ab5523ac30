"""Telegram: through the common suite, and what only it has."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given

from channels.base import AuthFailed, Permanent, RateLimited
from channels.hooks import About
from channels.spec import Spec
from channels.telegram import UPDATES, TelegramConnector
from channels.telegram_parse import Ours, read_update
from config import platforms
from domain.clock import HOUR
from domain.inbound import Aside, Attachment, Echo, Inbound
from tests.channels.fake_platform import NOON, PolledWorld
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.fault_server import Fault
from tests.channels.mutations import assert_read, mutated
from tests.channels.suite import ConnectorSuite
from tests.channels.world import ConnectorWorld, Sent, answer_to, drain

OURS = Ours("telegram", "5000", "gemeentebot")
GROUP = {"id": -100, "type": "supergroup", "title": "Buurt", "username": "debuurt"}
UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 7, "date": 1_763_031_600, "chat": {"id": 42, "type": "private"},
        "from": {"id": 42, "first_name": "Klaas", "language_code": "nl"}, "text": "hallo",
        "reply_to_message": {"message_id": 6}, "document": {"file_id": "f", "file_name": "a.pdf"},
    },
}  # fmt: skip
BUSINESS = {
    "update_id": 2,
    "business_message": {**UPDATE["message"], "business_connection_id": "c"},  # type: ignore[dict-item]
}
DELETED = {
    "update_id": 3,
    "deleted_business_messages": {"business_connection_id": "c", "chat": {"id": 42}, "message_ids": [7, 8]},
}


class TelegramWorld(PolledWorld):
    """One bot."""

    fake: FakeTelegram
    stream = UPDATES
    longest = 4_096
    traits = frozenset({"edits", "private", "attachments", "tells_time", "spoils", "sends"})
    reads = (("GET", f"/bot{TOKEN}/getUpdates"), ("POST", f"/bot{TOKEN}/sendMessage"))

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeTelegram(self.clock, self.page)
        self.token = TOKEN

    def make(self) -> TelegramConnector:
        """With the token of now; it waits for nothing."""
        return TelegramConnector(
            "telegram", self.token, clock=self.clock, wait=0, page=self.page, base_url=self.fake.server.url
        )

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """In private, or in a group that anybody can read."""
        if attachments:
            kind = "photo" if attachments[0].kind == "image" else "document"
            media = {"file_id": "f", "file_name": attachments[0].alt}
            caption = attachments[0].alt or text
            if kind == "photo":
                return self.fake.write("", chat=GROUP, caption=caption, photo=[media])
            return self.fake.write("", chat=GROUP, caption=caption, document=media)
        return self.fake.write(text, chat=None if private else GROUP)

    async def edit(self, remote_id: str, text: str) -> None:
        """By whoever wrote it."""
        chat, _colon, message = remote_id.partition(":")
        content = {
            "message_id": int(message), "date": self.clock.now() // 1_000 - 3_600, "text": text,
            "edit_date": self.clock.now() // 1_000, "chat": GROUP, "from": {"id": 42, "first_name": "Klaas"},
        }  # fmt: skip
        assert chat == str(GROUP["id"])
        self.fake.update("edited_message", content)

    async def spoil(self, remote_id: str) -> None:
        """Without time or author."""
        self.fake.spoilt[remote_id] = {"message_id": [], "text": 1, "chat": {"id": 1}}

    def sent_on_server(self) -> Sequence[Sent]:
        """Ours."""
        return [
            Sent(f"{each['chat']['id']}:{each['message_id']}", each["text"], private=each["chat"]["id"] > 0)
            for each in self.fake.sent
        ]


class TestTelegram(ConnectorSuite):
    """All of it."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[ConnectorWorld]:
        """One fake."""
        world = TelegramWorld()
        async with world.fake.server:
            yield world
            await world.close()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramWorld]:
    world = TelegramWorld()
    async with world.fake.server:
        yield world
        await world.close()


async def test_an_update_stays_until_it_was_stored(telegram: TelegramWorld) -> None:
    """What was fetched and not stored is given again; what was stored is confirmed by the next call."""
    posted = await telegram.let_someone_post("hallo")
    connector = telegram.connector()
    lost = await connector.pull(UPDATES, None)
    again = await connector.pull(UPDATES, None)
    assert [each.remote_id for each in lost.items] == [each.remote_id for each in again.items] == [posted]
    await connector.pull(UPDATES, again.cursor)
    assert (await connector.pull(UPDATES, None)).items == ()


async def test_a_desk_that_rested_longer_than_a_day_says_so(telegram: TelegramWorld) -> None:
    connector = telegram.connector()
    first = await connector.pull(UPDATES, None)
    telegram.clock.advance(25 * HOUR)
    later = await connector.pull(UPDATES, first.cursor)
    assert later.gap
    assert not (await connector.pull(UPDATES, later.cursor)).gap


async def test_a_talk_is_one_thread_and_is_answered_there(telegram: TelegramWorld) -> None:
    await telegram.let_someone_post("een", private=True)
    await telegram.let_someone_post("twee", private=True)
    connector = telegram.connector()
    one, two = (await drain(connector, UPDATES)).items
    assert one.thread_key == two.thread_key == "chat:42"
    await connector.send(await connector.prepare(answer_to(two)))
    asked = telegram.fake.sent[0]["asked"]
    assert asked["reply_parameters"]["message_id"] == int(two.remote_id.partition(":")[2])


async def test_a_business_account_s_talk_is_answered_through_it(telegram: TelegramWorld) -> None:
    telegram.fake.update("business_message", BUSINESS["business_message"])
    connector = telegram.connector()
    (item,) = (await drain(connector, UPDATES)).items
    await connector.send(await connector.prepare(answer_to(item)))
    assert telegram.fake.sent[0]["asked"]["business_connection_id"] == "c"


async def test_who_blocked_the_bot_is_said(telegram: TelegramWorld) -> None:
    await telegram.let_someone_post("hallo", private=True)
    telegram.fake.blocked.add(42)
    connector = telegram.connector()
    (item,) = (await drain(connector, UPDATES)).items
    with pytest.raises(Permanent, match="blocked") as caught:
        await connector.send(await connector.prepare(answer_to(item)))
    assert caught.value.code == "Blocked"


async def test_telegram_s_own_time_to_wait(telegram: TelegramWorld) -> None:
    body = json.dumps({"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": 9}})
    telegram.fake.server.fail(Fault(status=429, body=body.encode(), path=telegram.reads[0][1]))
    with pytest.raises(RateLimited) as caught:
        await drain(telegram.connector(), UPDATES)
    assert caught.value.after == 9_000


async def test_somebody_else_who_fetches_is_said(telegram: TelegramWorld) -> None:
    body = b'{"ok": false, "description": "Conflict: terminated by other getUpdates request"}'
    telegram.fake.server.fail(Fault(status=409, body=body, path=telegram.reads[0][1]))
    with pytest.raises(Permanent, match="Something else fetches"):
        await drain(telegram.connector(), UPDATES)


async def test_the_token_stands_in_no_sentence(telegram: TelegramWorld) -> None:
    telegram.fake.tokens.clear()
    assert TOKEN not in (await telegram.connector().check_auth()).sentence
    telegram.fake.tokens = {TOKEN}
    telegram.fake.server.fail(Fault(status=302, headers={"location": f"/bot{TOKEN}/x"}, path="/bot", times=9))
    with pytest.raises(Permanent) as caught:
        await drain(telegram.connector(), UPDATES)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("token", ["", "x", "12:a/b?c", "5000:abcdefghij\n"])
def test_what_is_no_token_never_gets_into_an_address(token: str) -> None:
    from domain.clock import ManualClock  # noqa: PLC0415

    with pytest.raises(AuthFailed):
        TelegramConnector("telegram", token, clock=ManualClock(NOON))


def test_what_the_owner_of_a_business_account_writes_is_an_echo() -> None:
    message = {**BUSINESS["business_message"], "from": {"id": 77, "first_name": "Wij"}}  # type: ignore[dict-item]
    (echo,) = read_update({"update_id": 2, "business_message": message}, OURS, NOON)
    assert isinstance(echo, Echo)
    assert (echo.thread_key, echo.parent_id) == ("chat:42", "42:6")


def test_what_was_deleted_is_shown_as_such() -> None:
    gone = read_update(DELETED, OURS, NOON)
    assert [(each.remote_id, each.deleted) for each in gone if isinstance(each, Inbound)] == [
        ("42:7", True), ("42:8", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "callback_query": {}},
        {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 1}, "new_chat_members": []}},
        {"update_id": 1, "my_chat_member": {"new_chat_member": {"status": "kicked"}}},
    ],
)
def test_what_asks_for_no_answer_is_left_alone(update: object) -> None:
    (aside,) = read_update(update, OURS, NOON)
    assert isinstance(aside, Aside)


def test_a_recorded_answer_is_read() -> None:
    spec = platforms.get("telegram")
    assert isinstance(spec, Spec)
    assert spec.read_body is not None
    batch = spec.read_body(json.dumps({"ok": True, "result": [UPDATE, DELETED]}).encode(), About("t", NOON))
    assert [each.remote_id for each in batch.items] == ["42:7", "42:8"]
    assert spec.read_body(b"no", About("t", NOON)).bad


@given(mutated(UPDATE, BUSINESS, DELETED))
def test_no_update_breaks_the_reading(update: object) -> None:
    assert_read(read_update(update, OURS, NOON))
