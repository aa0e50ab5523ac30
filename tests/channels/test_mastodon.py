"""What only Mastodon does while listening: its streams, its servers' differences, its event stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, cast

import pytest

from channels.base import AuthFailed, Batch, Permanent, Retryable
from channels.mastodon import CONVERSATIONS, MENTIONS, OWN, Listening, MastodonConnector
from domain.clock import DAY, HOUR, MINUTE, ManualClock
from domain.errors import NotFound
from tests.channels.fake_mastodon import Account, FakeMastodon
from tests.channels.fault_server import Fault
from tests.channels.world import drain

NOON = 1_763_031_600_000
Connect = Callable[..., MastodonConnector]


@pytest.fixture
async def fake() -> AsyncIterator[FakeMastodon]:
    made = FakeMastodon(ManualClock(NOON))
    async with made.server:
        yield made


@pytest.fixture
def us(fake: FakeMastodon) -> Account:
    return fake.account("gemeente", "token")


@pytest.fixture
def customer(fake: FakeMastodon) -> Account:
    return fake.account("klant")


@pytest.fixture
async def connect(fake: FakeMastodon, us: Account) -> AsyncIterator[Connect]:
    made: list[MastodonConnector] = []

    def connector(listening: Listening | None = None, *, listen_only: bool = False) -> MastodonConnector:
        made.append(
            MastodonConnector(
                "mastodon",
                fake.server.url,
                us.token,
                clock=fake.clock,
                listening=listening,
                listen_only=listen_only,
            )
        )
        return made[-1]

    yield connector
    for each in made:
        await each.close()


def clock_of(fake: FakeMastodon) -> ManualClock:
    assert isinstance(fake.clock, ManualClock)
    return fake.clock


async def test_streams_are_what_was_asked_for(connect: Connect) -> None:
    listening = Listening(hashtags=("#fietspad", "zwerfvuil"), searches=("gemeente",))
    assert connect(listening).streams == (
        "mentions",
        "conversations",
        "own",
        "tag:fietspad",
        "tag:zwerfvuil",
        "search:gemeente",
    )
    assert connect(Listening(mentions=False)).streams == ("own",)
    with pytest.raises(NotFound):
        await connect().pull("tag:", None)


async def test_the_account_is_named_by_the_servers_own_domain(connect: Connect) -> None:
    state = await connect().check_auth()
    assert (state.ok, state.account, state.sentence) == (True, "@gemeente@social.example", "")


async def test_the_first_look_reaches_a_week_back(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    await fake.post(customer, "@gemeente heel oud")
    clock_of(fake).advance(30 * DAY)
    young = await fake.post(customer, "@gemeente jong")
    clock_of(fake).advance(6 * DAY)
    drained = await drain(connect(), MENTIONS)
    assert drained.ids == [young.id]
    assert (await drain(connect(), MENTIONS, drained.cursor)).ids == []


async def test_an_empty_start_is_no_gap(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    nothing = await drain(connect(), MENTIONS)
    posted = [(await fake.post(customer, f"@gemeente {n}")).id for n in range(3)]
    assert (await drain(connect(), MENTIONS, nothing.cursor)).ids == posted


@pytest.mark.parametrize(
    "cursor", ["", "null", "[]", "{", '{"seen": 3}', '{"newest": 7, "looked": "x"}', "\x00"]
)
async def test_an_unreadable_cursor_starts_over(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect, cursor: str
) -> None:
    posted = await fake.post(customer, "@gemeente hallo")
    assert (await drain(connect(), MENTIONS, cursor)).ids == [posted.id]


async def test_a_dismissed_mention_is_not_a_deleted_one(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    status = await fake.post(customer, "@gemeente hallo")
    cursor = (await drain(connect(), MENTIONS)).cursor
    fake.dismiss(status)
    clock_of(fake).advance(HOUR)
    assert (await drain(connect(), MENTIONS, cursor)).items == []


async def test_a_mention_whose_status_is_gone_is_no_bad_item(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    """Some servers keep the notification and leave its status out."""
    status = await fake.post(customer, "@gemeente hallo")
    before = await drain(connect(), MENTIONS)
    fake.spoilt[status.id] = None
    del fake.statuses[status.id]
    clock_of(fake).advance(HOUR)
    (gone,) = (await drain(connect(), MENTIONS, before.cursor)).items
    assert gone.deleted
    start = await drain(connect(), MENTIONS)
    assert (start.items, start.bad) == ([], [])


async def test_looking_back_is_done_once_a_minute(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    status = await fake.post(customer, "@gemeente eerste")
    connector = connect()
    cursor = (await drain(connector, MENTIONS)).cursor
    await fake.edit(status, "@gemeente tweede")
    assert (await drain(connector, MENTIONS, cursor)).items == []
    clock_of(fake).advance(MINUTE)
    (edited,) = (await drain(connector, MENTIONS, cursor)).items
    assert edited.edited_at == NOON


async def test_a_thread_has_one_key_and_is_asked_for_once(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    """A thousand answers to one post of ours must not be a thousand calls."""
    ours = await fake.post(us, "Morgen is het fietspad dicht")
    answers = [await fake.post(customer, f"@gemeente waarom? {n}", parent=ours) for n in range(30)]
    deeper = await fake.post(customer, "@gemeente nou?", parent=answers[7])
    items = (await drain(connect(), MENTIONS)).items
    assert {item.thread_key for item in items} == {ours.id}
    assert items[-1].parent_id == answers[7].id
    assert (items[0].remote_id, items[0].kind, deeper.id) == (answers[0].id, "reply", items[-1].remote_id)
    asked = [call for call in fake.server.calls if call.path.endswith("/context")]
    assert len(asked) == 1


async def test_a_thread_whose_beginning_is_hidden_hangs_on_its_parent(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    ours = await fake.post(us, "weg")
    answer = await fake.post(customer, "@gemeente ?", parent=ours)
    fake.server.fail(Fault(status=404, path=f"/api/v1/statuses/{answer.id}/context"))
    (item,) = (await drain(connect(), MENTIONS)).items
    assert item.thread_key == ours.id


async def test_private_talks_are_read_whole(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    """The list shows only the last of each talk; the ones between come from its context."""
    connector = connect()
    first = await fake.post(customer, "@gemeente geheim 1", visibility="direct")
    before = await drain(connector, CONVERSATIONS)
    assert before.ids == [first.id]
    second = await fake.post(customer, "@gemeente geheim 2", visibility="direct", parent=first)
    outside = await fake.post(us, "@klant komt goed", visibility="direct", parent=second)
    third = await fake.post(customer, "@gemeente dank", visibility="direct", parent=outside)
    after = await drain(connector, CONVERSATIONS, before.cursor)
    assert after.ids == [second.id, third.id]
    assert [echo.remote_id for echo in after.echoes] == [outside.id]
    assert {item.thread_key for item in after.items} == {after.echoes[0].thread_key} == {f"dm:{customer.id}"}
    assert {item.kind for item in after.items} == {"dm"}


async def test_a_server_without_talks_is_noted_and_harms_nothing(us: Account, customer: Account) -> None:
    takahe = FakeMastodon(ManualClock(NOON), flavour="takahe")
    account = takahe.account("gemeente", "token")
    async with takahe.server:
        connector = MastodonConnector("m", takahe.server.url, account.token, clock=takahe.clock)
        assert await connector.pull(CONVERSATIONS, None) == Batch()
        state = await connector.check_auth()
        assert state.ok
        assert "private talks" in state.sentence
        takahe.expired.add("token")
        refused = await connector.check_auth()
        assert not refused.ok
        with pytest.raises(AuthFailed):
            await connector.pull(MENTIONS, None)
        await connector.close()


async def test_hashtags_find_posts_that_do_not_name_us(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    status = await fake.post(customer, "Weer rommel #zwerfvuil")
    await fake.post(us, "Wij ruimen op #zwerfvuil")
    drained = await drain(connect(Listening(hashtags=("zwerfvuil",))), "tag:zwerfvuil")
    assert [(item.remote_id, item.kind, item.source) for item in drained.items] == [
        (status.id, "post", "tag:zwerfvuil")
    ]
    assert drained.echoes == []


async def test_a_hashtag_that_nobody_used_is_no_trouble() -> None:
    other = FakeMastodon(ManualClock(NOON), flavour="gotosocial")
    account = other.account("gemeente", "token")
    async with other.server:
        connector = MastodonConnector("m", other.server.url, account.token, clock=other.clock)
        assert await connector.pull("tag:niemand", None) == Batch()
        await connector.close()


async def test_a_search_gives_each_post_once(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    connector = connect(Listening(searches=("gemeentehuis",)))
    one = await fake.post(customer, "Het gemeentehuis is dicht")
    first = await drain(connector, "search:gemeentehuis")
    assert first.ids == [one.id]
    two = await fake.post(customer, "Gemeentehuis nog dicht?")
    second = await drain(connector, "search:gemeentehuis", first.cursor)
    assert second.ids == [two.id]
    assert (await drain(connector, "search:gemeentehuis", second.cursor)).ids == []


async def test_a_search_that_overflows_says_so(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    connector = connect(Listening(searches=("storm",)))
    await fake.post(customer, "storm")
    first = await drain(connector, "search:storm")
    for n in range(50):
        await fake.post(customer, f"storm {n}")
    batch = await connector.pull("search:storm", first.cursor)
    assert len(batch.items) == 40
    assert batch.gap


async def test_our_own_posts_are_echoes_only_where_they_answer(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    question = await fake.post(customer, "@gemeente wanneer?")
    await fake.post(us, "Goedemorgen allemaal")
    answer = await fake.post(us, "@klant morgen", parent=question)
    drained = await drain(connect(), OWN)
    assert drained.items == []
    assert [(echo.remote_id, echo.parent_id, echo.thread_key) for echo in drained.echoes] == [
        (answer.id, question.id, question.id)
    ]


async def test_who_we_are_must_be_known_before_anything_is_read(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    """The account is part of every item's name: guessing it would double everything."""
    await fake.post(customer, "@gemeente hallo")
    fake.server.fail(Fault(status=500, path="/api/v2/instance"))
    connector = connect()
    with pytest.raises(Retryable):
        await connector.pull(MENTIONS, None)
    (item,) = (await drain(connector, MENTIONS)).items
    assert item.account == "@gemeente@social.example"


async def test_a_channel_that_only_listens(
    fake: FakeMastodon, us: Account, customer: Account, connect: Connect
) -> None:
    await fake.post(customer, "@gemeente hallo")
    connector = connect(listen_only=True)
    (item,) = (await drain(connector, MENTIONS)).items
    assert not item.can_reply_public.ok
    assert not item.can_reply_private.ok
    assert not connector.caps.reply_public
    assert connector.caps.attachments == 0
    with pytest.raises(Permanent):
        await connector.prepare(cast("Any", None))
    with pytest.raises(Permanent):
        await connector.send(cast("Any", None))


class TestEvents:
    """The event stream is a hint, and polling its safety net."""

    async def test_a_hint_comes_at_the_start_and_with_each_event(
        self, fake: FakeMastodon, us: Account, customer: Account, connect: Connect
    ) -> None:
        """What a hint makes us pull is there."""
        connector = connect()
        async with aclosing(cast("Any", connector.listen(MENTIONS, None))) as hints:
            assert await anext(hints) == Batch()
            status = await fake.post(customer, "@gemeente hallo")
            assert await anext(hints) == Batch()
            assert (await drain(connector, MENTIONS)).ids == [status.id]
        assert "/api/v1/streaming/user/notification" in {call.path for call in fake.server.calls}

    @pytest.mark.parametrize(
        ("stream", "path"),
        [("conversations", "/api/v1/streaming/direct"), ("tag:zon", "/api/v1/streaming/hashtag")],
    )
    async def test_each_stream_has_its_own_events(
        self, fake: FakeMastodon, connect: Connect, stream: str, path: str
    ) -> None:
        """Talks and hashtags too."""
        async with aclosing(cast("Any", connect().listen(stream, None))) as hints:
            await anext(hints)
        assert fake.server.calls[-1].path == path

    async def test_a_stream_that_breaks_says_so(self, fake: FakeMastodon, connect: Connect) -> None:
        """The desk opens it again."""
        fake.server.fail(Fault(status=503, path="/api/v1/streaming"))
        async with aclosing(cast("Any", connect().listen(MENTIONS, None))) as hints:
            with pytest.raises(Retryable):
                await anext(hints)

    async def test_where_there_is_no_stream_nothing_comes(self, connect: Connect) -> None:
        """It waits, so that nobody opens it again and again."""
        for connector, stream in ((connect(), OWN), (connect(Listening(streaming=False)), MENTIONS)):
            waiting = asyncio.ensure_future(anext(connector.listen(stream, None)))
            await asyncio.sleep(0)
            assert not waiting.done()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
