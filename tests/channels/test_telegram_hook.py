"""Telegram by webhook: the common suite over a spool, the word in the header, and one way at a time."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given

from channels.base import Permanent, SetsWebhook
from channels.hooks import About, HookRequest, HookSecrets
from channels.spec import Spec
from channels.telegram import UPDATES, Called, TelegramConnector
from channels.telegram_hook import FIELD, HEADER, TelegramHook
from config import platforms
from domain.clock import ManualClock
from tests.channels.fake_platform import NOON
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.fault_server import Call, FaultServer, Reply, json_reply
from tests.channels.meta_world import WEBHOOK, Hooked
from tests.channels.mutations import mutated
from tests.channels.suite import ConnectorSuite
from tests.channels.test_telegram import BUSINESS, DELETED, UPDATE, TelegramWorld
from tests.channels.world import ConnectorWorld, Trouble, drain
from webcare.hooks.spool import Spool
from webcare.hooks.store import Kept

HOOK = TelegramHook()
SECRETS = HookSecrets({FIELD: ("een-woord", "het_oude")})
ADDRESS = "https://hooks.example.org/hook/telegram"


class HookedTelegramWorld(TelegramWorld):
    """The same bot, whose updates are brought to a receiver and fetched from its spool."""

    stream = WEBHOOK
    traits = TelegramWorld.traits - {"tells_time"}
    reads = TelegramWorld.reads

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.spool_token = self.token
        self.spool = Spool(folder, self.clock, at_once=self.page)
        self.spool.open()
        self.front = FaultServer(self._hand_over)
        self.graph = self.fake
        options = {"bot": "gemeentebot"}
        self.manner = SimpleNamespace(make=self._make, hook=HOOK, options=options)
        self._told = 0

    def connector(self) -> Any:
        """As after a restart."""
        made = Hooked(self)  # type: ignore[arg-type]
        self.made.append(made)
        return made

    def _make(self, url: str, clock: ManualClock, token: str) -> TelegramConnector:
        return TelegramConnector(
            "telegram", token, clock=clock, base_url=url, called=Called(ADDRESS, "gemeentebot")
        )

    async def deliver(self) -> None:
        """What is new, called with our word and kept."""
        fresh, self._told = self.fake.updates[self._told :], len(self.fake.updates)
        for update in fresh:
            raw = json.dumps(self.fake._shown(update)).encode()
            request = HookRequest("POST", {}, {HEADER: "een-woord"}, raw)
            assert HOOK.verify(request, SECRETS, self.clock.now()) == "good"
            await self.spool.keep(Kept("telegram", HOOK.event_id(request), self.clock.now(), raw))

    async def fail(self, trouble: Trouble, *, after: int = 0) -> None:
        """Of the spool too, which is what is read."""
        await super().fail(trouble, after=after)
        if trouble == "token_expired" and after == 0:
            self.spool_token = "another"
            return
        for fault in self.fake.server._faults[-1:]:
            self.front.fail(
                type(fault)(fault.effect, fault.status, fault.headers, accepted=fault.accepted, after=after)
            )

    async def renew(self) -> None:
        """Both."""
        await super().renew()
        self.front.mend()
        self.spool_token = self.token

    async def _hand_over(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"Bearer {self.spool_token}":
            return Reply(401)
        page = await self.spool.page(call.one("after"))
        lines = [json.loads(line) for line in page.lines]
        return json_reply({"cursor": page.cursor, "more": page.more, "records": lines})

    async def close(self) -> None:
        """And the spool."""
        await super().close()
        self.spool.close()


class TestHookedTelegram(ConnectorSuite):
    """All of it, called."""

    @pytest.fixture
    async def world(self, tmp_path: Path) -> AsyncIterator[ConnectorWorld]:
        """One fake, one receiver."""
        world = HookedTelegramWorld(tmp_path / "spool")
        async with world.fake.server, world.front:
            yield world
            await world.close()


def called(body: bytes, word: str = "een-woord") -> HookRequest:
    return HookRequest("POST", {}, {HEADER: word}, body)


@pytest.mark.parametrize("word", ["een-woord", "het_oude"])
def test_either_word_opens(word: str) -> None:
    assert HOOK.verify(called(b"{}", word), SECRETS, NOON) == "good"


@pytest.mark.parametrize("word", ["", "een-woor", "een-woord2", "EEN-WOORD", "een-woord het_oude", "één"])
def test_any_other_is_forged(word: str) -> None:
    assert HOOK.verify(called(b"{}", word), SECRETS, NOON) == "forged"
    assert HOOK.verify(HookRequest("POST", {}, {}, b"{}"), SECRETS, NOON) == "forged"


def test_without_a_word_of_ours_nothing_opens() -> None:
    for word in ("", "een-woord"):
        assert HOOK.verify(called(b"{}", word), HookSecrets({}), NOON) == "forged"


def test_a_call_that_comes_again_has_the_same_name() -> None:
    body = json.dumps(UPDATE).encode()
    assert HOOK.event_id(called(body)) == HOOK.event_id(called(body + b" ")) == "1"
    assert HOOK.event_id(called(b"no")) == HOOK.event_id(called(b"[]")) == ""


def test_what_comes_by_webhook_is_what_would_be_fetched() -> None:
    """Same account, same ids: who changes from one way to the other sees nothing twice."""
    about = About("telegram", NOON, {"bot": "gemeentebot"})
    (item,) = HOOK.parse(json.dumps(UPDATE).encode(), about).items
    assert (item.account, item.remote_id, item.thread_key) == ("@gemeentebot", "42:7", "chat:42")
    gone = HOOK.parse(json.dumps(DELETED).encode(), about).items
    assert [one.deleted for one in gone] == [True, True]
    assert HOOK.parse(b"no", about).bad


@given(mutated(UPDATE, BUSINESS, DELETED))
def test_no_body_breaks_the_reading(update: object) -> None:
    HOOK.parse(json.dumps(update).encode("ascii", "backslashreplace"), About("telegram", NOON))


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    made = FakeTelegram(ManualClock(NOON))
    async with made.server:
        yield made


def connector(fake: FakeTelegram, webhook: str = ADDRESS, bot: str = "gemeentebot") -> TelegramConnector:
    return TelegramConnector(
        "tg", TOKEN, clock=fake.clock, wait=0, base_url=fake.server.url, called=Called(webhook, bot)
    )


async def test_telegram_is_told_to_call_and_not_to_call(fake: FakeTelegram) -> None:
    made = connector(fake)
    assert isinstance(made, SetsWebhook)
    assert made.streams == ()
    assert ADDRESS in await made.set_webhook("een-woord")
    assert (fake.webhook["url"], fake.webhook["secret_token"]) == (ADDRESS, "een-woord")
    assert "edited_message" in fake.webhook["allowed_updates"]
    assert (await made.check_auth()).sentence == ""
    fake.write("hallo")
    await made.remove_webhook()
    assert (fake.webhook, len(fake.updates)) == ({}, 1)
    await made.close()


async def test_the_two_ways_exclude_each_other_and_that_is_said(fake: FakeTelegram) -> None:
    made = connector(fake)
    await made.set_webhook("een-woord")
    await made.close()
    polled = connector(fake, webhook="")
    assert polled.streams == (UPDATES,)
    assert "cannot be asked for them as well" in (await polled.check_auth()).sentence
    with pytest.raises(Permanent, match="webcare channel webhook") as caught:
        await drain(polled, UPDATES)
    assert caught.value.code == "Conflict"
    await polled.close()


@pytest.mark.parametrize(
    ("webhook", "secret", "words"),
    [
        ("", "goed", "begins with https"),
        ("http://hooks.example.org/x", "goed", "begins with https"),
        (ADDRESS, "", "1 to 256 letters"),
        (ADDRESS, "met spatie", "1 to 256 letters"),
        (ADDRESS, "a" * 257, "1 to 256 letters"),
        ("https://hooks.example.org:9999/x", "goed", "bad webhook"),
    ],
)
async def test_what_telegram_would_refuse_is_said(
    fake: FakeTelegram, webhook: str, secret: str, words: str
) -> None:
    made = connector(fake, webhook)
    with pytest.raises(Permanent, match=words):
        await made.set_webhook(secret)
    await made.close()
    assert fake.webhook == {}


async def test_what_is_wrong_with_the_webhook_is_said(fake: FakeTelegram) -> None:
    made = connector(fake, bot="anders")
    assert "does not call" in (await made.check_auth()).sentence
    await made.set_webhook("een-woord")
    assert "Set “bot” to @gemeentebot" in (await made.check_auth()).sentence
    await made.close()
    made = connector(fake)
    fake.last_error = "Wrong response from the webhook: 403 Forbidden"
    assert "403 Forbidden" in (await made.check_auth()).sentence
    await made.close()


def test_the_platform_says_that_it_calls() -> None:
    spec = platforms.get("telegram")
    assert isinstance(spec, Spec)
    assert spec.hook is not None
    assert isinstance(spec.hook(), TelegramHook)
