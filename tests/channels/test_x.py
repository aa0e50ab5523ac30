"""X: who may be answered, what it costs, what is told by webhooks."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given

from channels.access import FixedAccess, OAuth1Access
from channels.base import AuthFailed, Permanent, RateLimited, Unknown
from channels.hooks import About, HookRequest, HookSecrets
from channels.x import Listening, XConnector
from channels.x_hook import XHook, parse_hook, signature
from channels.x_parse import Included, Ours, read_post
from channels.x_spend import Spend, dollars
from domain.clock import DAY, ManualClock
from domain.inbound import Aside, BadItem, Echo, Inbound
from tests.channels.fake_platform import NOON
from tests.channels.fake_x import CUSTOMER, STRANGER, US, FakeX
from tests.channels.fault_server import Fault
from tests.channels.mutations import assert_read, mutated
from tests.channels.world import answer_to, drain, stored_and_read

OURS = Ours("x", US, "gemeente")
SAID = "can't answer in public: the author did not mention you (X, self-serve)"


class Shelf:
    """Where a count is kept."""

    def __init__(self) -> None:
        self.kept: str | None = None

    async def load(self) -> str | None:
        """What was kept."""
        return self.kept

    async def save(self, session: str) -> None:
        """Keep it."""
        self.kept = session


class Desk:
    """A fake X and a connector to it."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.fake = FakeX(self.clock, page=5)
        self.made: list[XConnector] = []

    def connector(
        self, *, cap: int | None = None, shelf: Shelf | None = None, bearer: str = "", **listening: object
    ) -> XConnector:
        """One that listens so."""
        made = XConnector(
            "x", FixedAccess({"authorization": "Bearer token-0"}), clock=self.clock,
            base_url=self.fake.server.url, spend=Spend(self.clock, cap, shelf), bearer=bearer,
            listening=Listening(**listening),  # type: ignore[arg-type]
        )  # fmt: skip
        self.made.append(made)
        return made


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    async with made.fake.server:
        yield made
        for each in made.made:
            await each.close()


async def test_what_a_search_finds_says_why_it_cannot_be_answered(desk: Desk) -> None:
    desk.fake.post(STRANGER, "de energie is weer uit")
    connector = desk.connector(searches=("energie",))
    (item,) = (await drain(connector, "search:energie")).items
    assert (item.kind, item.can_reply_public.ok, item.can_reply_public.reason) == ("post", False, SAID)
    with pytest.raises(Permanent) as caught:
        await connector.prepare(answer_to(item))
    assert str(caught.value) == SAID


async def test_with_an_enterprise_contract_anybody_is_answered(desk: Desk) -> None:
    desk.fake.post(STRANGER, "de energie is weer uit")
    connector = desk.connector(searches=("energie",), enterprise=True)
    (item,) = (await drain(connector, "search:energie")).items
    assert item.can_reply_public.ok
    assert (await connector.prepare(answer_to(item))).payload["path"] == "2/tweets"


async def test_who_quotes_us_may_be_answered(desk: Desk) -> None:
    ours = desk.fake.post(US, "Wij zijn dicht")
    desk.fake.post(STRANGER, "alweer dicht", quoted=ours.id)
    connector = desk.connector()
    (item,) = (await drain(connector, "mentions")).items
    assert (item.kind, item.can_reply_public.ok) == ("quote", True)
    await connector.send(await connector.prepare(answer_to(item)))


async def test_a_private_message_and_its_answer(desk: Desk) -> None:
    desk.fake.message(CUSTOMER, "mijn klantnummer is 12 &amp")
    connector = desk.connector()
    (item,) = (await drain(connector, "messages")).items
    assert (item.kind, item.visibility, item.can_reply_public.ok) == ("dm", "private", False)
    assert item.thread_key == f"dm:{CUSTOMER}"
    prepared = stored_and_read(await connector.prepare(answer_to(item)))
    assert await connector.find_sent(prepared) is None
    result = await connector.send(prepared)
    found = await connector.find_sent(prepared)
    assert found is not None
    assert found.remote_id == result.remote_id == desk.fake.messages[-1].id
    (echo,) = (await drain(connector, "messages")).echoes
    assert echo.thread_key == item.thread_key


async def test_who_takes_no_messages_is_said_beforehand(desk: Desk) -> None:
    desk.fake.shuts_out.add(CUSTOMER)
    desk.fake.post(CUSTOMER, "@gemeente hallo")
    (item,) = (await drain(desk.connector(), "mentions")).items
    assert not item.can_reply_private.ok


async def test_an_identical_text_after_a_lost_answer_is_read_back(desk: Desk) -> None:
    desk.fake.post(CUSTOMER, "@gemeente hallo")
    connector = desk.connector()
    (item,) = (await drain(connector, "mentions")).items
    prepared = await connector.prepare(answer_to(item))
    desk.fake.server.fail(Fault("no_answer", accepted=True, method="POST"))
    with pytest.raises(Unknown):
        await connector.send(prepared)
    result = await connector.send(prepared)
    assert [each.id for each in desk.fake.posts if each.author == US] == [result.remote_id]


async def test_an_identical_text_elsewhere_is_refused_in_words(desk: Desk) -> None:
    connector = desk.connector()
    for _number in range(2):
        desk.fake.post(CUSTOMER, "@gemeente hallo")
    first, second = (await drain(connector, "mentions")).items
    await connector.send(await connector.prepare(answer_to(first)))
    with pytest.raises(Permanent) as caught:
        await connector.send(await connector.prepare(answer_to(second)))
    assert caught.value.code == "Duplicate"
    assert "identical" in str(caught.value)


async def test_an_identical_text_that_cannot_be_looked_for_is_unknown(desk: Desk) -> None:
    connector = desk.connector()
    for _number in range(2):
        desk.fake.post(CUSTOMER, "@gemeente hallo")
    first, second = (await drain(connector, "mentions")).items
    await connector.send(await connector.prepare(answer_to(first)))
    prepared = await connector.prepare(answer_to(second))
    desk.fake.server.fail(Fault(status=500, method="GET", path=f"/2/users/{US}/tweets"))
    with pytest.raises(Unknown):
        await connector.send(prepared)


async def test_listening_stops_before_the_cap_and_replies_still_go(desk: Desk) -> None:
    connector = desk.connector(cap=1_000_000)
    cursor = None
    refused: RateLimited | None = None
    while refused is None:
        desk.fake.post(CUSTOMER, f"@gemeente bericht {len(desk.fake.posts)}")
        desk.clock.advance(1_000)
        try:
            drained = await drain(connector, "mentions", cursor)
            cursor, item = drained.cursor, drained.items[0]
        except RateLimited as error:
            refused = error
    billed = len([each for each in desk.fake.billed if each.startswith("post")]) * 1_000 + 10_000
    assert 800_000 < billed <= 900_000
    assert "raise monthly_cap" in str(refused)
    assert "of 1.00 dollars" in connector.notice
    result = await connector.send(await connector.prepare(answer_to(item)))
    assert result.cost == 0.01
    desk.clock.set(1_764_550_000_000)  # 1 December
    assert (await drain(connector, "mentions", cursor)).items
    assert connector.notice == ""


async def test_a_reply_that_would_pass_the_cap_is_refused(desk: Desk) -> None:
    desk.fake.post(CUSTOMER, "@gemeente hallo")
    connector = desk.connector(cap=200_000)
    (item,) = (await drain(connector, "mentions")).items
    await connector.prepare(answer_to(item, "zonder adres"))
    with pytest.raises(Permanent) as caught:
        await connector.prepare(answer_to(item, "zie https://voorbeeld.nl"))
    assert caught.value.code == "SpendCap"


async def test_a_link_costs_more_and_the_count_is_kept(desk: Desk) -> None:
    desk.fake.post(CUSTOMER, "@gemeente hallo")
    shelf = Shelf()
    connector = desk.connector(shelf=shelf)
    (item,) = (await drain(connector, "mentions")).items
    result = await connector.send(await connector.prepare(answer_to(item, "zie https://voorbeeld.nl/a")))
    assert result.cost == 0.2
    again = desk.connector(shelf=shelf)
    assert "0.22 dollars" in (await again.check_auth()).sentence


async def test_the_same_thing_costs_once_a_day(desk: Desk) -> None:
    desk.fake.post(CUSTOMER, "@gemeente hallo")
    connector = desk.connector()
    await drain(connector, "mentions")
    once = connector._spend.used
    await drain(connector, "mentions")
    assert connector._spend.used == once == 11_000
    desk.clock.advance(DAY)
    await drain(connector, "mentions")
    assert connector._spend.used == 2 * once


async def test_a_broken_count_begins_anew(desk: Desk) -> None:
    shelf = Shelf()
    shelf.kept = '{"used": "much"'
    assert (await desk.connector(shelf=shelf).check_auth()).ok


def test_dollars_are_never_rounded_down() -> None:
    assert [dollars(each) for each in (0, 1, 10_000, 1_234_567)] == ["0.00", "0.01", "0.01", "1.24"]


async def test_a_search_that_rested_too_long_says_so(desk: Desk) -> None:
    connector = desk.connector(searches=("energie",))
    desk.fake.post(STRANGER, "energie")
    drained = await drain(connector, "search:energie")
    desk.clock.advance(8 * DAY)
    batch = await connector.pull("search:energie", drained.cursor)
    assert batch.gap
    assert not (await connector.pull("search:energie", batch.cursor)).gap


async def test_more_mentions_than_x_shows_say_so(desk: Desk) -> None:
    desk.fake.page = 100
    for number in range(800):
        desk.fake.post(CUSTOMER, f"@gemeente {number}")
    batch = await desk.connector().pull("mentions", None)
    assert len(batch.items) == 800
    assert batch.gap


async def test_no_credits_left_is_said(desk: Desk) -> None:
    body = json.dumps({"title": "CreditsDepleted", "detail": "no credits", "status": 402}).encode()
    desk.fake.server.fail(Fault(status=402, body=body, path=f"/2/users/{US}/mentions"))
    with pytest.raises(RateLimited, match="credits"):
        await drain(desk.connector(), "mentions")


async def test_credentials_of_the_wrong_kind_are_said(desk: Desk) -> None:
    kind = "https://api.twitter.com/2/problems/unsupported-authentication"
    body = json.dumps({"type": kind, "title": "Unsupported", "detail": "no", "status": 403}).encode()
    desk.fake.server.fail(Fault(status=403, body=body, path=f"/2/users/{US}/mentions"))
    with pytest.raises(AuthFailed):
        await drain(desk.connector(), "mentions")


async def test_the_activity_stream_hints_and_subscribes_once(desk: Desk) -> None:
    connector = desk.connector(bearer="token-0")
    heard = connector.listen("mentions", None)
    await anext(heard)
    desk.fake.post(CUSTOMER, "@gemeente hallo")
    await anext(heard)
    await heard.aclose()  # type: ignore[attr-defined]
    assert len(desk.fake.subscribed) == 3
    again = desk.connector(bearer="token-0").listen("mentions", None)
    await anext(again)
    await again.aclose()  # type: ignore[attr-defined]
    assert len(desk.fake.subscribed) == 3


def test_a_request_is_signed_as_x_documents_it() -> None:
    """The example of docs.x.com, "Creating a signature"."""
    access = OAuth1Access(
        ("xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw"),
        ("370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"),
        ManualClock(1_318_622_958_000),
    )
    parameters = {
        "status": "Hello Ladies + Gentlemen, a signed OAuth request!",
        "include_entities": "true",
        "oauth_consumer_key": "xvz1evFS4wEEPTGEFPHBog",
        "oauth_nonce": "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1318622958",
        "oauth_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "oauth_version": "1.0",
    }
    url = "https://api.twitter.com/1.1/statuses/update.json"
    assert access.signature("POST", url, parameters) == "hCtSmYh+iHYCEqBWrE7C7hYmtUk="


# Webhooks

POST = {
    "id": "11", "author_id": CUSTOMER, "text": "@gemeente kapot", "created_at": "2026-11-13T11:00:00.000Z",
    "conversation_id": "11", "edit_history_post_ids": ["10", "11"], "lang": "nl",
    "entities": {"mentions": [{"start": 0, "end": 9, "username": "gemeente", "id": US}], "urls": []},
    "referenced_posts": [{"type": "replied_to", "id": "9"}], "attachments": {"media_keys": ["3_1"]},
    "note_post": {"text": "@gemeente kapot en langer"},
}  # fmt: skip
ACTIVITY = {
    "data": {
        "event_type": "post.mention.create", "event_uuid": "12", "filter": {"user_id": US}, "payload": POST,
        "includes": {
            "users": [{"id": CUSTOMER, "username": "klant", "name": "Klaas"}],
            "media": [{"media_key": "3_1", "type": "photo", "url": "https://p.example/1", "alt_text": "a"}],
        },
    }
}  # fmt: skip
DIRECT = {
    "data": {
        "event_type": "dm.received",
        "payload": {
            "id": "5", "sender_id": CUSTOMER, "dm_conversation_id": f"{US}-{CUSTOMER}", "text": "hoi",
            "created_at": "2026-11-13T11:00:00.000Z",
        },
    }
}  # fmt: skip
OLDER = {
    "for_user_id": US,
    "tweet_create_events": [
        {
            "id_str": "21", "created_at": "Fri Nov 13 11:00:00 +0000 2026", "text": "@gemeente hoi &amp; dag",
            "user": {"id_str": CUSTOMER, "screen_name": "klant", "name": "Klaas", "followers_count": 3},
            "entities": {"user_mentions": [{"id_str": US, "screen_name": "gemeente"}], "urls": []},
            "in_reply_to_status_id_str": "20", "in_reply_to_user_id_str": US, "lang": "nl",
        }
    ],
    "direct_message_events": [
        {
            "type": "message_create", "id": "31", "created_timestamp": "1763031600000",
            "message_create": {
                "target": {"recipient_id": US}, "sender_id": CUSTOMER, "message_data": {"text": "hoi"},
            },
        }
    ],
    "tweet_delete_events": [{"status": {"id": "21", "user_id": CUSTOMER}}],
    "users": {CUSTOMER: {"screen_name": "klant", "name": "Klaas"}},
}  # fmt: skip


SECRETS = HookSecrets({"consumer_secret": ["geheim", "oud"]})


def test_the_challenge_and_the_signature() -> None:
    hook = XHook()
    reply = hook.handshake(HookRequest("GET", {"crc_token": "abc"}, {}), SECRETS)
    assert reply is not None
    wanted = "sha256=" + base64.b64encode(hmac.digest(b"geheim", b"abc", "sha256")).decode()
    assert json.loads(reply.body) == {"response_token": wanted}
    assert hook.handshake(HookRequest("GET", {}, {}), SECRETS) is None


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (signature("geheim", b"{}"), "good"),
        (signature("oud", b"{}"), "good"),
        (signature("geheim", b"{ }"), "forged"),
        (signature("anders", b"{}"), "forged"),
        ("", "forged"),
        ("sha256=\u00e9", "forged"),
    ],
)
def test_a_signature_is_over_the_raw_body(given: str, verdict: str) -> None:
    request = HookRequest("POST", {}, {"x-twitter-webhooks-signature": given}, b"{}")
    assert XHook().verify(request, SECRETS, NOON) == verdict
    assert XHook().verify(request, HookSecrets({}), NOON) == "forged"


def test_a_body_says_for_whom_it_is() -> None:
    about = About("x", NOON, {"handle": "gemeente"})
    (item,) = XHook().parse(json.dumps(ACTIVITY).encode(), about).items
    assert (item.account, item.remote_id, item.can_reply_public.ok) == ("@gemeente", "10", True)
    batch = XHook().parse(json.dumps(OLDER).encode(), about)
    assert [(each.remote_id, each.deleted) for each in batch.items] == [("21", True), ("31", False)]
    assert XHook().parse(b"no", about).bad
    body = HookRequest("POST", {}, {}, json.dumps(ACTIVITY).encode())
    assert XHook().event_id(body) == "12"


def test_an_event_of_the_activity_api() -> None:
    (item,) = parse_hook(ACTIVITY, OURS, NOON)
    assert isinstance(item, Inbound)
    assert (item.remote_id, item.parent_id, item.text) == ("10", "9", "@gemeente kapot en langer")
    assert item.edited_at is not None
    assert item.can_reply_public.ok
    assert (item.author.handle, item.attachments[0].alt) == ("klant", "a")
    (message,) = parse_hook(DIRECT, OURS, NOON)
    assert isinstance(message, Inbound)
    assert message.visibility == "private"


def test_a_body_of_the_older_api() -> None:
    post, message, gone = parse_hook(OLDER, OURS, NOON)
    assert isinstance(post, Inbound)
    assert (post.text, post.kind, post.parent_id, post.can_reply_public.ok) == (
        "@gemeente hoi & dag", "reply", "20", True,
    )  # fmt: skip
    assert isinstance(message, Inbound)
    assert (message.thread_key, message.text, message.author.handle) == (f"dm:{CUSTOMER}", "hoi", "klant")
    assert isinstance(gone, Inbound)
    assert (gone.remote_id, gone.deleted) == ("21", True)


@pytest.mark.parametrize("body", [{}, {"data": {"event_type": "like.create"}}, {"user_event": {}}])
def test_what_asks_for_no_answer_is_left_alone(body: object) -> None:
    (aside,) = parse_hook(body, OURS, NOON)
    assert isinstance(aside, Aside)
    assert aside.reason


@pytest.mark.parametrize("body", [[], "x", None, {"tweet_create_events": [1]}])
def test_what_cannot_be_read_is_set_apart(body: object) -> None:
    (bad,) = parse_hook(body, OURS, NOON)
    assert isinstance(bad, BadItem)


@given(mutated(ACTIVITY, DIRECT, OLDER))
def test_no_body_breaks_the_reading(body: object) -> None:
    assert_read(parse_hook(body, OURS, NOON))


@given(mutated(POST))
def test_no_post_breaks_the_reading(post: object) -> None:
    assert_read([read_post(post, Included(), OURS, "mentions")])


def test_our_own_post_is_an_echo() -> None:
    read = read_post({**POST, "author_id": US}, Included(), OURS, "own")
    assert isinstance(read, Echo)
    assert (read.remote_id, read.parent_id) == ("10", "9")


def test_a_channel_that_only_listens_answers_nobody() -> None:
    read = read_post(POST, Included(), replace(OURS, listen_only=True), "mentions")
    assert isinstance(read, Inbound)
    assert not read.can_reply_public.ok
    assert not read.can_reply_private.ok
