"""What only feeds do: conditional answers, odd forms, broken ones, and names that hold no secrets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from channels.base import Batch, Draft, Malformed, Permanent, Retryable
from channels.feed import FeedConnector, short_name
from channels.feed_parse import Feed, NoFeed, Source, parse, read_entry
from domain.clock import DAY, MINUTE, ManualClock
from domain.errors import NotFound
from domain.inbound import Attachment, BadItem, ContactRef, Inbound
from tests.channels.fake_feed import FakeFeed
from tests.channels.fault_server import Fault, FaultServer

NOON = 1_763_031_600_000
SOURCE = Source("forum", "forum.example/feed", "forum.example", "feed:forum.example/feed")


@pytest.fixture
async def forum() -> AsyncIterator[FakeFeed]:
    fake = FakeFeed(ManualClock(NOON))
    async with fake.server:
        yield fake


@pytest.fixture
async def connector(forum: FakeFeed) -> AsyncIterator[FeedConnector]:
    made = FeedConnector("forum", [f"{forum.server.url}/forum.xml"], clock=forum.clock)
    yield made
    await made.close()


async def pull(connector: FeedConnector, cursor: str | None = None) -> Batch:
    return await connector.pull(connector.streams[0], cursor)


def items_of(source: str, **headers: str) -> list[Inbound]:
    feed = parse(source.encode(), headers, "https://forum.example/feed")
    read = [read_entry(entry, feed, SOURCE, NOON) for entry in feed.entries]
    return [each for each in read if isinstance(each, Inbound)]


async def test_only_what_changed_is_asked_for(forum: FakeFeed, connector: FeedConnector) -> None:
    forum.post("eerste")
    first = await pull(connector)
    assert first.cursor is not None
    unchanged = await pull(connector, first.cursor)
    assert unchanged == Batch()
    assert forum.server.calls[-1].headers["if-none-match"]
    forum.post("tweede")
    assert [item.remote_id for item in (await pull(connector, first.cursor)).items] == ["topic-1"]


async def test_a_feed_that_is_gone_says_so_for_good(forum: FakeFeed, connector: FeedConnector) -> None:
    forum.server.fail(Fault(status=410))
    with pytest.raises(Permanent) as caught:
        await pull(connector)
    assert caught.value.code == "410"
    assert "for good" in str(caught.value)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_feed_behind_a_door_is_said(forum: FakeFeed, connector: FeedConnector, status: int) -> None:
    forum.server.fail(Fault(status=status))
    with pytest.raises(Permanent) as caught:
        await pull(connector)
    assert "feed" in str(caught.value)


async def test_a_busy_server_is_left_alone(forum: FakeFeed, connector: FeedConnector) -> None:
    forum.server.fail(Fault(status=503, headers={"retry-after": "120"}))
    with pytest.raises(Retryable) as caught:
        await pull(connector)
    assert caught.value.after == 2 * MINUTE


async def test_a_ttl_is_honoured_within_reason(forum: FakeFeed, connector: FeedConnector) -> None:
    """A day becomes a quarter of an hour."""
    clock = forum.clock
    assert isinstance(clock, ManualClock)
    forum.ttl = "1440"
    forum.post("eerste")
    cursor = (await pull(connector)).cursor
    asked = len(forum.server.calls)
    clock.advance(14 * MINUTE)
    assert await pull(connector, cursor) == Batch()
    assert len(forum.server.calls) == asked
    clock.advance(2 * MINUTE)
    forum.post("tweede")
    assert len((await pull(connector, cursor)).items) == 1


async def test_the_first_look_leaves_old_entries_out(forum: FakeFeed, connector: FeedConnector) -> None:
    forum.post("oud").at = NOON - 30 * DAY
    forum.post("jong").at = NOON - DAY
    first = await pull(connector)
    assert [item.remote_id for item in first.items] == ["topic-1"]
    forum.entry("topic-0").text = "oud, maar nu herschreven"
    assert [item.remote_id for item in (await pull(connector, first.cursor)).items] == ["topic-0"]


async def test_a_redirect_inside_is_followed_and_one_into_the_house_is_not(
    forum: FakeFeed, connector: FeedConnector
) -> None:
    forum.post("eerste")
    forum.server.fail(Fault(status=301, headers={"location": "/elders.xml"}))
    assert len((await pull(connector)).items) == 1
    async with FaultServer() as inside:
        forum.server.fail(Fault(status=302, headers={"location": f"{inside.url}/admin"}))
        with pytest.raises(Permanent):
            await pull(connector)
        assert inside.calls == []


async def test_what_is_no_feed_is_said(forum: FakeFeed, connector: FeedConnector) -> None:
    forum.server.fail(Fault("web_page"))
    with pytest.raises(Malformed) as caught:
        await pull(connector)
    assert "feed" in str(caught.value)
    forum.server.fail(Fault("web_page"))
    state = await connector.check_auth()
    assert not state.ok
    assert state.sentence


async def test_nothing_can_be_sent(connector: FeedConnector) -> None:
    assert not connector.caps.reply_public
    draft = Draft("x", "public", "t", None, None, ContactRef("1", "jan"))
    with pytest.raises(Permanent):
        await connector.prepare(draft)
    with pytest.raises(NotFound):
        await connector.pull("feed:another", None)


async def test_strange_validators_are_not_sent_back(forum: FakeFeed, connector: FeedConnector) -> None:
    body = b"<rss version='2.0'><channel><title>x</title></channel></rss>"
    forum.server.fail(Fault(status=200, body=body, headers={"etag": "\xe9\xe9"}))
    cursor = (await pull(connector)).cursor
    await pull(connector, cursor)
    assert "if-none-match" not in forum.server.calls[-1].headers


@pytest.mark.parametrize("cursor", ["", "null", "{", "[]", '{"seen": 1}', '{"ask_after": "x"}', "\x00"])
async def test_an_unreadable_cursor_starts_over(
    forum: FakeFeed, connector: FeedConnector, cursor: str
) -> None:
    forum.post("eerste")
    assert len((await pull(connector, cursor)).items) == 1


def test_enclosures_are_named() -> None:
    fake = FakeFeed(ManualClock(NOON))
    url = "https://media.example/1.png"
    fake.post("kijk", [Attachment("image", url, "image/png"), Attachment("file", "javascript:x", "x")])
    (item,) = items_of(fake._rss())
    assert item.attachments == (Attachment("image", url, "image/png"),)


def test_titles_texts_and_authors() -> None:
    """A title that the text begins with is not said twice; both forms of author are read."""
    (item,) = items_of(
        "<rss version='2.0'><channel><title>Wijkforum</title><language>nl</language><item>"
        "<title>Wie weet &amp;amp; helpt?</title><description>"
        "&lt;p&gt;Kapotte &lt;b&gt;lamp&lt;/b&gt;.&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;</description><link>https://forum.example/1</link></item></channel></rss>"
    )
    assert item.text == "Wie weet & helpt?\n\nKapotte lamp."
    assert (item.author.handle, item.author.name) == ("Wijkforum", "")
    assert (item.remote_id, item.permalink, item.lang) == (
        "https://forum.example/1",
        "https://forum.example/1",
        "nl",
    )
    assert item.created_at == NOON
    assert not item.can_reply_public.ok
    assert not item.can_reply_private.ok


def test_an_entry_of_the_future_is_of_now() -> None:
    (item,) = items_of(
        "<rss version='2.0'><channel><item><title>x</title>"
        "<pubDate>Fri, 31 Dec 2999 23:59:59 GMT</pubDate></item></channel></rss>"
    )
    assert item.created_at == NOON


BROKEN = {
    "cut off": "<rss version='2.0'><channel><item><title>Een</title><guid>1</guid></item><item><title>Tw",
    "bare sign": "<rss version='2.0'><channel><item><title>Een & twee</title></item></channel></rss>",
    "not closed": "<rss><channel><item><title>Een</title><guid>1</guid></item></channel>",
    "lies of its encoding": "\ufeff <?xml version='1.0' encoding='utf-16'?><rss version='2.0'><channel>"
    "<item><title>Een</title><guid>1</guid></item></channel></rss>",
    "control": "<rss version='2.0'><channel><item><title>Een\x00\x1b[2J</title></item></channel></rss>",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_feeds_still_give_their_entries(name: str) -> None:
    found = items_of(BROKEN[name])
    assert found
    assert "Een" in found[0].text


def test_no_entity_explodes_and_no_file_is_read() -> None:
    """The billion laughs, and an entity that names a file."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    source = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<rss version='2.0'><channel><item><guid>1</guid><title>&l8;&f;x</title></item></channel></rss>"
    )
    (item,) = items_of(source)
    assert len(item.text) < 1_000
    assert "root:" not in item.text


def test_a_feed_without_end_is_read_to_a_point() -> None:
    """Five hundred entries, the first in the feed."""
    items = "".join(f"<item><guid>{n}</guid><title>x</title></item>" for n in range(600))
    found = items_of(f"<rss version='2.0'><channel>{items}</channel></rss>")
    assert [item.remote_id.rpartition("/")[2] for item in found] == [str(n) for n in range(500)]


def test_a_text_is_never_taken_for_an_address() -> None:
    for body in (b"https://forum.example/", b"/etc/passwd", b"file:///etc/passwd", b""):
        with pytest.raises(NoFeed):
            parse(body, {}, "https://forum.example/feed")


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes_end_in_items_or_in_words(body: bytes) -> None:
    try:
        feed = parse(b"<rss version='2.0'><channel><item>" + body, {}, "https://forum.example/feed")
    except NoFeed:
        return
    for entry in feed.entries:
        item = read_entry(entry, feed, SOURCE, NOON)
        assert item.raw
        if not isinstance(item, BadItem):
            item.text.encode()


@given(
    st.dictionaries(
        st.sampled_from(["id", "link", "title", "title_detail", "content", "links", "author_detail"]),
        st.recursive(
            st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.just({"x": 1})
        ),
    )
)
@example({"links": ["no link", None, 7]})
def test_entries_of_any_shape_are_read_or_set_apart(entry: dict[str, object]) -> None:
    read_entry(entry, Feed([entry]), SOURCE, NOON)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://forum.example/feed.xml", "forum.example/feed.xml"),
        ("https://jan:geheim@forum.example:8443/feed", "forum.example/feed"),
    ],
)
def test_names_hold_no_secrets(url: str, name: str) -> None:
    assert short_name(url) == name


def test_two_feeds_of_one_path_are_told_apart_without_telling_the_query() -> None:
    one, other = short_name("https://a.example/f?token=een"), short_name("https://a.example/f?token=twee")
    assert one != other
    assert "een" not in one


async def test_several_feeds_are_several_streams(forum: FakeFeed) -> None:
    urls = [f"{forum.server.url}/een.xml", f"{forum.server.url}/twee.xml"]
    connector = FeedConnector("forum", urls, clock=forum.clock)
    forum.post("zelfde naam")
    batches = await asyncio.gather(*(connector.pull(stream, None) for stream in connector.streams))
    accounts = {batch.items[0].account for batch in batches}
    assert len(accounts) == 2
    await connector.close()
