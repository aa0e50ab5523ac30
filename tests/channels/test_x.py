"""X: who may be answered, what it costs, what is told by webhooks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from channels.access import FixedAccess, OAuth1Access
from channels.base import AuthFailed, Permanent, RateLimited, Unknown
from channels.x import Listening, XConnector
from channels.x_parse import Ours
from channels.x_spend import Spend, dollars
from domain.clock import DAY, ManualClock
from tests.channels.fake_platform import NOON
from tests.channels.fake_x import CUSTOMER, STRANGER, US, FakeX
from tests.channels.fault_server import Fault
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


async def test_what_was_paid_for_before_the_cap_is_handed_on(desk: Desk) -> None:
    desk.fake.page = 100
    desk.clock.set(1_764_540_000_000)  # 30 November
    texts = [f"@gemeente bericht {number}" for number in range(300)]
    for text in texts:
        desk.clock.advance(1_000)
        desk.fake.post(CUSTOMER, text)
    connector = desk.connector(cap=300_000)
    first = await connector.pull("mentions", None)
    assert {f"post:{each.remote_id}" for each in first.items} == {
        each for each in desk.fake.billed if each.startswith("post")
    }
    assert 0 < len(first.items) < 300
    assert first.cursor is None
    with pytest.raises(RateLimited):
        await connector.pull("mentions", first.cursor)
    desk.clock.set(1_764_550_000_000)  # 1 December
    whole = await drain(desk.connector(cap=20_000_000), "mentions", first.cursor)
    assert {each.text for each in whole.items} == set(texts)


async def test_a_rate_limit_of_the_platform_half_way_is_no_end_of_the_walk(desk: Desk) -> None:
    for number in range(12):
        desk.fake.post(CUSTOMER, f"@gemeente bericht {number}")
    connector = desk.connector(cap=1_000_000)
    desk.fake.server.fail(
        Fault(status=429, headers={"retry-after": "30"}, path=f"/2/users/{US}/mentions", after=1)
    )
    with pytest.raises(RateLimited) as caught:
        await connector.pull("mentions", None)
    assert caught.value.after == 30_000
    assert len((await connector.pull("mentions", None)).items) == 12


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
