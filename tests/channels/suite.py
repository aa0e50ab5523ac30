"""What every connector must hold, whatever its platform: the common suite.

A platform brings a `ConnectorWorld`: a fake server on loopback, somebody who writes on it, and a way to make
it fail. Its test module then says

    class TestMastodon(ConnectorSuite):
        @pytest.fixture
        async def world(self) -> AsyncIterator[ConnectorWorld]: ...

What a platform cannot do (edits, private messages) its world says in `traits`, and the test is skipped by
that name. Nothing here waits for time: the world's clock is moved by hand.
"""

from __future__ import annotations

import pytest

from channels.base import AuthFailed, Malformed, RateLimited, Retryable
from domain.clock import HOUR, MINUTE, SECOND
from domain.inbound import Attachment
from tests.channels.suite_sending import SendingSuite
from tests.channels.world import (
    LONG,
    TEXTS,
    ConnectorWorld,
    Drained,
    Trouble,
    drain,
    drain_into,
    need,
    need_not,
)


class ConnectorSuite(SendingSuite):
    """Subclass it with a `world` fixture."""

    async def test_three_pages_of_backlog_without_gap_or_double(self, world: ConnectorWorld) -> None:
        """Every item once, oldest first."""
        posted = [await world.let_someone_post(f"bericht {n}") for n in range(2 * world.page + 3)]
        drained = await drain(world.connector(), world.stream)
        assert drained.ids == posted
        assert (await drain(world.connector(), world.stream, drained.cursor)).ids == []

    async def test_what_comes_during_the_walk_is_not_missed(self, world: ConnectorWorld) -> None:
        """A page, then new posts, then the rest."""
        posted = [await world.let_someone_post(f"bericht {n}") for n in range(world.page + 2)]
        connector, drained = world.connector(), Drained()
        drained.take(await connector.pull(world.stream, None))
        world.clock.advance(SECOND)
        posted += [await world.let_someone_post(f"later {n}") for n in range(world.page + 1)]
        rest = await drain(connector, world.stream, drained.cursor)
        assert drained.ids + rest.ids == posted

    async def test_a_crash_between_fetch_and_commit_loses_nothing(self, world: ConnectorWorld) -> None:
        """The same cursor gives the same items, to a new process too."""
        first = await world.let_someone_post("eerste")
        before = await drain(world.connector(), world.stream)
        assert before.ids == [first]
        world.clock.advance(SECOND)
        later = [await world.let_someone_post(f"later {n}") for n in range(3)]
        lost = await drain(world.connector(), world.stream, before.cursor)
        again = await drain(world.connector(), world.stream, before.cursor)
        assert lost.ids == again.ids == later
        assert [item.revision for item in lost.items] == [item.revision for item in again.items]

    async def test_an_item_carries_what_the_desk_needs(self, world: ConnectorWorld) -> None:
        """Channel, author, thread, times and the exact source."""
        remote_id = await world.let_someone_post("Mijn container is niet geleegd")
        connector = world.connector()
        (item,) = (await drain(connector, world.stream)).items
        assert (item.channel, item.remote_id) == (connector.channel, remote_id)
        assert "Mijn container is niet geleegd" in item.text
        assert item.author.remote_id
        assert item.author.handle
        assert item.thread_key
        assert item.revision
        assert item.raw
        assert not item.deleted
        assert abs(item.created_at - world.clock.now()) <= MINUTE

    @pytest.mark.parametrize("name", TEXTS)
    async def test_texts_come_through_whole(self, world: ConnectorWorld, name: str) -> None:
        """Emoji, joined emoji, decomposed letters, right-to-left, signs and lines."""
        await world.let_someone_post(TEXTS[name])
        (item,) = (await drain(world.connector(), world.stream)).items
        assert TEXTS[name] in item.text

    async def test_a_very_long_text_comes_through(self, world: ConnectorWorld) -> None:
        """As long as the platform allows, up to 10,000 characters."""
        text = LONG[: min(world.longest, 10_000)].strip()
        await world.let_someone_post(text)
        (item,) = (await drain(world.connector(), world.stream)).items
        assert text in item.text

    async def test_an_edit_is_a_new_revision_of_the_same_item(self, world: ConnectorWorld) -> None:
        """The id stays, the revision does not."""
        need(world, "edits")
        remote_id = await world.let_someone_post("eerste lezing")
        connector = world.connector()
        before = await drain(connector, world.stream)
        world.clock.advance(HOUR)
        await world.edit(remote_id, "tweede lezing")
        after = await drain(connector, world.stream, before.cursor)
        assert after.ids == [remote_id]
        assert "tweede lezing" in after.items[0].text
        assert after.items[0].revision != before.items[0].revision
        assert (await drain(connector, world.stream, after.cursor)).ids == []

    async def test_a_deletion_is_seen_once(self, world: ConnectorWorld) -> None:
        """It comes as the item with `deleted`."""
        need(world, "deletes")
        remote_id = await world.let_someone_post("spijt")
        kept = await world.let_someone_post("geen spijt")
        connector = world.connector()
        before = await drain(connector, world.stream)
        assert before.ids == [remote_id, kept]
        world.clock.advance(HOUR)
        await world.delete(remote_id)
        after = await drain(connector, world.stream, before.cursor)
        assert [(item.remote_id, item.deleted) for item in after.items] == [(remote_id, True)]
        world.clock.advance(HOUR)
        assert (await drain(connector, world.stream, after.cursor)).ids == []

    async def test_a_bad_item_stops_nothing(self, world: ConnectorWorld) -> None:
        """It is set apart with its source; the rest of the page passes and the cursor moves."""
        need(world, "spoils")
        posted = [await world.let_someone_post(f"bericht {n}") for n in range(3)]
        await world.spoil(posted[1])
        connector = world.connector()
        drained = await drain(connector, world.stream)
        assert drained.ids == [posted[0], posted[2]]
        assert len(drained.bad) == 1
        assert drained.bad[0].reason
        assert drained.bad[0].raw
        again = await drain(connector, world.stream, drained.cursor)
        assert (again.ids, again.bad) == ([], [])

    async def test_attachments_are_named_and_never_fetched(self, world: ConnectorWorld) -> None:
        """Known kinds keep their kind, and an unknown one stops nothing."""
        need(world, "attachments")
        url = "https://media.example/1.png"
        await world.let_someone_post(
            "kijk", attachments=[Attachment("image", url, "image/png", "een volle container")]
        )
        await world.let_someone_post(
            "en dit", attachments=[Attachment("file", "https://media.example/x.exe")]
        )
        first, second = (await drain(world.connector(), world.stream)).items
        assert first.attachments[0].kind == "image"
        assert first.attachments[0].alt == "een volle container"
        assert [each.kind for each in second.attachments] in (["file"], [])

    async def test_a_private_message_is_private(self, world: ConnectorWorld) -> None:
        """Nothing private may ever be answered in public by mistake."""
        need(world, "private")
        await world.let_someone_post("mijn klantnummer is 12", private=True)
        (item,) = (await drain(world.connector(), world.stream)).items
        assert item.visibility == "private"
        assert not item.can_reply_public.ok
        assert item.can_reply_public.reason

    # Trouble while listening

    async def test_a_rate_limit_names_its_time(self, world: ConnectorWorld) -> None:
        """And nothing is lost by it."""
        posted = await world.let_someone_post("bericht")
        connector = world.connector()
        await world.fail("rate_limited")
        with pytest.raises(RateLimited) as caught:
            await drain(connector, world.stream)
        assert caught.value.after is not None
        assert SECOND <= caught.value.after <= HOUR
        assert (await drain(connector, world.stream)).ids == [posted]

    async def test_a_rate_limit_without_a_time(self, world: ConnectorWorld) -> None:
        """The desk then chooses."""
        posted = await world.let_someone_post("bericht")
        connector = world.connector()
        await world.fail("rate_limited_without_time")
        with pytest.raises(RateLimited):
            await drain(connector, world.stream)
        assert (await drain(connector, world.stream)).ids == [posted]

    async def test_a_token_that_expires_between_pages(self, world: ConnectorWorld) -> None:
        """Renewed by itself, or a person is asked; in either case nothing is lost or doubled."""
        need_not(world, "one_page")
        posted = [await world.let_someone_post(f"bericht {n}") for n in range(2 * world.page + 1)]
        connector, drained = world.connector(), Drained()
        await world.fail("token_expired", after=1)
        if "renews_tokens" in world.traits:
            await drain_into(drained, connector, world.stream)
        else:
            with pytest.raises(AuthFailed):
                await drain_into(drained, connector, world.stream)
            await world.renew()
            connector = world.connector()
        rest = await drain(connector, world.stream, drained.cursor)
        assert drained.ids + rest.ids == posted

    @pytest.mark.parametrize("trouble", ["broken_json", "web_page"])
    async def test_an_answer_that_is_none(self, world: ConnectorWorld, trouble: Trouble) -> None:
        """It is said in words, and tried again."""
        posted = await world.let_someone_post("bericht")
        connector = world.connector()
        await world.fail(trouble)
        with pytest.raises(Malformed) as caught:
            await drain(connector, world.stream)
        assert str(caught.value)
        assert (await drain(connector, world.stream)).ids == [posted]

    @pytest.mark.parametrize("trouble", ["server_error", "connection_lost"])
    async def test_a_server_in_trouble(self, world: ConnectorWorld, trouble: Trouble) -> None:
        """Worth another try."""
        posted = await world.let_someone_post("bericht")
        connector = world.connector()
        await world.fail(trouble)
        with pytest.raises(Retryable):
            await drain(connector, world.stream)
        assert (await drain(connector, world.stream)).ids == [posted]

    async def test_trouble_between_two_pages_moves_no_cursor(self, world: ConnectorWorld) -> None:
        """What was stored stays stored, and the walk goes on from there."""
        need_not(world, "one_page")
        posted = [await world.let_someone_post(f"bericht {n}") for n in range(2 * world.page + 1)]
        connector, drained = world.connector(), Drained()
        await world.fail("server_error", after=1)
        with pytest.raises(Retryable):
            await drain_into(drained, connector, world.stream)
        rest = await drain(connector, world.stream, drained.cursor)
        assert drained.ids + rest.ids == posted

    async def test_a_wrong_clock_is_said_and_loses_nothing(self, world: ConnectorWorld) -> None:
        """Items still come; the health line tells of the clock."""
        need(world, "tells_time")
        posted = await world.let_someone_post("bericht")
        connector = world.connector()
        await world.fail("clock_off")
        assert (await drain(connector, world.stream)).ids == [posted]
        state = await connector.check_auth()
        assert state.ok
        assert state.sentence

    async def test_credentials_that_work_say_who_we_are(self, world: ConnectorWorld) -> None:
        """Our account, in the platform's form."""
        state = await world.connector().check_auth()
        assert state.ok
        assert state.account

    async def test_credentials_that_do_not_work_are_said(self, world: ConnectorWorld) -> None:
        """In words, not as an exception."""
        need_not(world, "no_sign_in")
        if "renews_tokens" in world.traits:
            pytest.skip("this platform's tokens are renewed by themselves")
        await world.fail("token_expired")
        state = await world.connector().check_auth()
        assert not state.ok
        assert state.sentence
