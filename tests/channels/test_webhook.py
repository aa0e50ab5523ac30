"""The generic webhook: signed in both directions, a repeat known by its key."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given

from channels.base import Connector, Permanent
from channels.hooks import About, HookRequest, HookSecrets
from channels.webhook import WebhookConnector, checked
from channels.webhook_parse import Ours, WebhookHook, read_body, signature
from domain.clock import MINUTE
from domain.inbound import BadItem, Inbound
from tests.channels.fake_platform import FakePlatform, PolledWorld
from tests.channels.fault_server import Call, Reply, json_reply
from tests.channels.mutations import assert_read, mutated
from tests.channels.suite_sending import SendingSuite
from tests.channels.world import ConnectorWorld, Sent, answer_to

NOON = 1_763_031_600_000
SECRETS = HookSecrets({"secret": ["geheim", "oud"]})
OURS = Ours("webhook", "@ons")
AT = "2025-11-13T11:00:00Z"
ITEM = {
    "id": "li-1", "kind": "comment", "visibility": "public", "thread": "li-0", "parent": "li-0",
    "author": {"id": "p1", "handle": "klaas", "name": "Klaas", "avatar": "https://p.example/1"},
    "text": "Wie helpt mij?", "created_at": AT, "url": "https://li.example/1", "rating": 4,
    "lang": "nl", "ref": {"urn": "urn:1"}, "answer": {"until": "2026-11-14T11:00:00Z"},
    "attachments": [{"kind": "image", "url": "https://p.example/2", "alt": "een zak"}],
}  # fmt: skip
BODY = {
    "items": [ITEM, {"id": "li-9", "deleted": True}],
    "echoes": [{"id": "li-2", "parent": "li-1", "thread": "li-0", "text": "Wij", "created_at": AT}],
    "statuses": [{"id": "li-3", "key": "k", "state": "failed", "sentence": "weg"}],
}  # fmt: skip


class Bridge(FakePlatform):
    """Whoever brings our answers to the platform, as docs/webhook.md asks of them."""

    def __init__(self, world: BridgeWorld) -> None:
        super().__init__(world.clock, 5)
        self.sent: dict[str, dict[str, object]] = {}
        self.routes = (("POST", "/answers", self._take),)

    def allowed(self, call: Call) -> bool:
        """Signed, and lately."""
        request = HookRequest("POST", {}, call.headers, call.body)
        return WebhookHook().verify(request, SECRETS, self.now()) == "good"

    def _take(self, call: Call) -> Reply:
        key = call.headers["idempotency-key"]
        assert call.json()["key"] == key
        self.sent.setdefault(key, call.json())
        number = list(self.sent).index(key)
        return json_reply({"id": f"li-{100 + number}", "url": f"https://li.example/{number}"})


class BridgeWorld(PolledWorld):
    """A bridge on loopback."""

    fake: Bridge
    traits = frozenset({"sends"})
    reads = (("POST", "/answers"),)

    def __init__(self) -> None:
        super().__init__()
        self.fake = Bridge(self)

    def make(self) -> WebhookConnector:
        """With the secret of now."""
        return WebhookConnector("webhook", f"{self.fake.server.url}/answers", "geheim", clock=self.clock)

    def sent_on_server(self) -> Sequence[Sent]:
        """What was handed over, once each."""
        return [
            Sent(f"li-{100 + number}", str(each["text"]))
            for number, each in enumerate(self.fake.sent.values())
        ]


class TestWebhookOut(SendingSuite):
    """Answers go out once."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[ConnectorWorld]:
        """One bridge."""
        world = BridgeWorld()
        async with world.fake.server:
            yield world
            await world.close()

    async def _item(self, world: ConnectorWorld) -> tuple[Inbound, Connector]:
        """As a call would have brought it."""
        (item,) = read_body(ITEM, OURS, NOON).items
        return item, world.connector()


@pytest.fixture
async def bridge() -> AsyncIterator[BridgeWorld]:
    world = BridgeWorld()
    async with world.fake.server:
        yield world
        await world.close()


async def test_what_the_bridge_gave_comes_back_to_it(bridge: BridgeWorld) -> None:
    (item,) = read_body(ITEM, OURS, NOON).items
    connector = bridge.connector()
    await connector.send(await connector.prepare(answer_to(item)))
    (sent,) = bridge.fake.sent.values()
    assert (sent["ref"], sent["parent"], sent["thread"]) == ({"urn": "urn:1"}, "li-1", "li-0")
    assert sent["to"] == {"id": "p1", "handle": "klaas"}


async def test_a_later_try_is_signed_for_its_own_moment(bridge: BridgeWorld) -> None:
    (item,) = read_body(ITEM, OURS, NOON).items
    connector = bridge.connector()
    prepared = await connector.prepare(answer_to(item))
    bridge.clock.advance(60 * MINUTE)
    await connector.send(prepared)
    assert len(bridge.fake.sent) == 1


async def test_without_an_address_nothing_is_answered() -> None:
    from domain.clock import ManualClock  # noqa: PLC0415

    connector = WebhookConnector("webhook", "", "geheim", clock=ManualClock(NOON))
    (item,) = read_body(ITEM, OURS, NOON).items
    assert not connector.caps.reply_public
    assert connector.streams == ()
    assert (await connector.check_auth()).ok
    with pytest.raises(Permanent):
        await connector.prepare(answer_to(item))
    await connector.close()


@pytest.mark.parametrize("address", ["http://elders.example/x", "ftp://x"])
def test_answers_go_out_encrypted(address: str) -> None:
    with pytest.raises(Permanent):
        checked(address)


# In


def request(header: str, body: bytes = b"{}") -> HookRequest:
    return HookRequest("POST", {}, {"x-webcare-signature": header, "x-webcare-event-id": "e1"}, body)


def made(secret: str, moment: int, body: bytes = b"{}") -> str:
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        (made("geheim", 1_763_031_600), "good"),
        (made("oud", 1_763_031_600), "good"),
        (f"v1=00,{made('geheim', 1_763_031_600)}", "good"),
        (made("geheim", 1_763_031_600 - 301), "stale"),
        (made("geheim", 1_763_031_600 + 301), "stale"),
        (made("geheim", 1_763_031_600, b"{ }"), "forged"),
        (made("anders", 1_763_031_600), "forged"),
        (made("geheim", 1_763_031_600).replace("t=1763031600", "t=1763031601"), "forged"),
        (f"t=1,{made('geheim', 1_763_031_600)}", "forged"),
        ("t=,v1=", "forged"),
        ("v1=é,t=12", "forged"),
        ("", "forged"),
    ],
)
def test_a_signature_is_over_moment_and_raw_body(header: str, verdict: str) -> None:
    assert WebhookHook().verify(request(header), SECRETS, NOON) == verdict


def test_our_own_signature_is_good() -> None:
    assert signature("geheim", b"{}", NOON) == made("geheim", NOON // 1_000)
    assert WebhookHook().event_id(request("")) == "e1"


def test_a_body_in_our_own_shape() -> None:
    batch = WebhookHook().parse(json.dumps(BODY).encode(), About("webhook", NOON, {"account": "@ons"}))
    item, gone = batch.items
    assert (item.remote_id, item.thread_key, item.parent_id, item.rating) == ("li-1", "li-0", "li-0", 4)
    assert (item.account, item.attachments[0].alt, item.can_reply_public.until) == (
        "@ons",
        "een zak",
        1_794_654_000_000,
    )
    assert gone.deleted
    assert batch.echoes[0].parent_id == "li-1"
    assert (batch.statuses[0].state, batch.statuses[0].key) == ("failed", "k")
    assert WebhookHook().parse(b"no", About("webhook", NOON)).bad


def test_an_item_says_how_it_may_be_answered() -> None:
    answer = {"public": False, "private": True, "reason": "alleen via de app"}
    (item,) = read_body({**ITEM, "answer": answer}, OURS, NOON).items
    assert (item.can_reply_public.ok, item.can_reply_public.reason) == (False, "alleen via de app")
    assert item.can_reply_private.ok


def test_a_private_item_is_never_answered_in_public() -> None:
    (item,) = read_body({**ITEM, "visibility": "private", "answer": {"public": True}}, OURS, NOON).items
    assert not item.can_reply_public.ok


@pytest.mark.parametrize(
    "change", [{"visibility": "secret"}, {"kind": "toot"}, {"text": None}, {"created_at": "nu"}]
)
def test_what_is_not_in_our_shape_is_set_apart(change: dict[str, object]) -> None:
    (bad,) = read_body({**ITEM, **change}, OURS, NOON).bad
    assert isinstance(bad, BadItem)


@given(mutated(BODY, ITEM))
def test_no_body_breaks_the_reading(body: object) -> None:
    batch = read_body(body, OURS, NOON)
    assert_read([*batch.items, *batch.echoes, *batch.bad, *batch.aside])
