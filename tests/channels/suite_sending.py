"""The half of the common suite that sends: once, or said to be unknown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from channels.base import Connector, Permanent, RateLimited, Unknown
from domain.clock import HOUR
from domain.inbound import Inbound
from tests.channels.world import TEXTS, ConnectorWorld, Trouble, answer_to, drain, need, stored_and_read
from tests.pictures import jpeg, outbound, png, uploaded


class SendingSuite:
    """Part of `ConnectorSuite`."""

    async def test_a_reply_stands_there_once(self, world: ConnectorWorld) -> None:
        """With our words; and `find_sent` sees it."""
        item, connector = await self._item(world)
        prepared = stored_and_read(await connector.prepare(answer_to(item)))
        if connector.caps.find_sent:
            assert await connector.find_sent(prepared) is None
        result = await connector.send(prepared)
        assert [sent.remote_id for sent in world.sent_on_server()] == [result.remote_id]
        assert prepared.text in world.sent_on_server()[0].text
        if not connector.caps.find_sent:
            return
        found = await world.connector().find_sent(prepared)
        assert found is not None
        assert found.remote_id == result.remote_id

    async def test_a_lost_answer_is_unknown_and_then_found(self, world: ConnectorWorld) -> None:
        """The reply stands there exactly once."""
        item, connector = await self._item(world)
        prepared = stored_and_read(await connector.prepare(answer_to(item)))
        await world.fail("answer_lost")
        with pytest.raises(Unknown):
            await connector.send(prepared)
        assert len(world.sent_on_server()) == 1
        if connector.caps.find_sent:
            found = await world.connector().find_sent(prepared)
            assert found is not None
            assert [sent.remote_id for sent in world.sent_on_server()] == [found.remote_id]

    @pytest.mark.parametrize("trouble", ["server_error", "connection_lost"])
    async def test_a_send_that_may_not_have_arrived_is_unknown(
        self, world: ConnectorWorld, trouble: Trouble
    ) -> None:
        """Reading back says that it is not there."""
        item, connector = await self._item(world)
        prepared = stored_and_read(await connector.prepare(answer_to(item)))
        await world.fail(trouble)
        with pytest.raises(Unknown):
            await connector.send(prepared)
        if connector.caps.find_sent:
            assert await connector.find_sent(prepared) is None
        assert world.sent_on_server() == []

    @pytest.mark.parametrize("trouble", ["broken_json", "web_page"])
    async def test_a_send_whose_answer_cannot_be_read_is_unknown(
        self, world: ConnectorWorld, trouble: Trouble
    ) -> None:
        """It may have been carried out."""
        item, connector = await self._item(world)
        prepared = stored_and_read(await connector.prepare(answer_to(item)))
        await world.fail(trouble)
        with pytest.raises(Unknown):
            await connector.send(prepared)

    async def test_a_rate_limited_send_may_be_sent_again(self, world: ConnectorWorld) -> None:
        """429 is a refusal: nothing stands there, and the second time it does, once."""
        item, connector = await self._item(world)
        prepared = stored_and_read(await connector.prepare(answer_to(item)))
        await world.fail("rate_limited")
        with pytest.raises(RateLimited):
            await connector.send(prepared)
        assert world.sent_on_server() == []
        result = await connector.send(prepared)
        assert [sent.remote_id for sent in world.sent_on_server()] == [result.remote_id]

    async def test_a_repeat_is_recognised_where_the_platform_promises_it(self, world: ConnectorWorld) -> None:
        """The same prepared reply twice is one reply."""
        item, connector = await self._item(world)
        if not connector.caps.idempotent_send:
            pytest.skip("this platform recognises no repeats")
        prepared = stored_and_read(await connector.prepare(answer_to(item)))
        first = await connector.send(prepared)
        second = await world.connector().send(prepared)
        assert first.remote_id == second.remote_id
        assert len(world.sent_on_server()) == 1

    async def test_two_replies_with_the_same_words_are_told_apart(self, world: ConnectorWorld) -> None:
        """An earlier reply with the same text to somebody else is not taken for this one."""
        item, connector = await self._item(world)
        if not connector.caps.find_sent:
            pytest.skip("this platform shows nobody what we sent")
        await connector.send(await connector.prepare(answer_to(item)))
        world.clock.advance(HOUR)
        await world.let_someone_post("nog iemand")
        other = (await drain(world.connector(), world.stream)).items[-1]
        prepared = stored_and_read(await connector.prepare(answer_to(other)))
        assert await connector.find_sent(prepared) is None

    @pytest.mark.parametrize("name", TEXTS)
    async def test_our_own_texts_go_out_whole(self, world: ConnectorWorld, name: str) -> None:
        """And are recognised when read back."""
        item, connector = await self._item(world)
        prepared = stored_and_read(await connector.prepare(answer_to(item, TEXTS[name])))
        await connector.send(prepared)
        assert TEXTS[name] in world.sent_on_server()[0].text
        assert not connector.caps.find_sent or await connector.find_sent(prepared) is not None

    async def test_a_text_that_is_too_long_never_leaves(self, world: ConnectorWorld) -> None:
        """Measured as too long, and refused in words."""
        item, connector = await self._item(world)
        text = "woord " * 20_000
        assert not connector.measure(text).ok
        with pytest.raises(Permanent) as caught:
            await connector.send(await connector.prepare(answer_to(item, text)))
        assert str(caught.value)
        assert world.sent_on_server() == []

    async def test_a_private_reply_is_private(self, world: ConnectorWorld) -> None:
        """It reaches the person and nobody else."""
        need(world, "private")
        need(world, "sends")
        await world.let_someone_post("mijn klantnummer is 12", private=True)
        connector = world.connector()
        (item,) = (await drain(connector, world.stream)).items
        prepared = stored_and_read(await connector.prepare(answer_to(item)))
        await connector.send(prepared)
        (sent,) = world.sent_on_server()
        assert sent.private
        assert not connector.caps.find_sent or await connector.find_sent(prepared) is not None

    async def test_what_was_uploaded_goes_along_with_a_reply_after_a_restart(
        self, world: ConnectorWorld
    ) -> None:
        """The platform's word for it is all that is needed; the reply is read back as any other."""
        item, connector = await self._item(world)
        if not connector.caps.attachments:
            pytest.skip("nothing goes along on this platform")
        private, text = item.visibility == "private", "" if "apart" in world.traits else "Kijk, zo."
        sent = [
            outbound(png(), "Een lege container", private=private),
            outbound(jpeg(), "", private=private),
        ][: 1 if world.traits & {"apart", "one_picture"} else connector.caps.attachments]
        remotes = [json.loads(json.dumps(dict(await connector.upload(one)))) for one in sent]
        assert world.sent_on_server() == []
        again = world.connector()
        along = tuple(uploaded(one, remote) for one, remote in zip(sent, remotes, strict=True))
        prepared = stored_and_read(await again.prepare(replace(answer_to(item, text), attachments=along)))
        result = await again.send(prepared)
        (there,) = world.sent_on_server()
        bare = "undescribed" in world.traits
        assert there.described == tuple("" if bare else one.attached.alt for one in sent)
        if not connector.caps.find_sent:
            return
        found = await again.find_sent(prepared)
        assert found is not None
        assert found.remote_id == result.remote_id

    @pytest.mark.parametrize("heard", [True, False])
    async def test_a_part_answers_the_part_before_it(self, world: ConnectorWorld, *, heard: bool) -> None:
        """Whether or not we heard what the platform says of our own post; and it is found again."""
        need(world, "threads")
        item, connector = await self._item(world)
        first = await connector.send(stored_and_read(await connector.prepare(answer_to(item, "Deel 1/2"))))
        ref = {**(item.parent_ref or {}), **((first.ref or {}) if heard else {})}
        follows = replace(answer_to(item, "Deel 2/2 ^SV"), parent_id=first.remote_id, parent_ref=ref)
        prepared = stored_and_read(await connector.prepare(follows))
        second = await connector.send(prepared)
        assert [sent.answers for sent in world.sent_on_server()] == [item.remote_id, first.remote_id]
        found = await connector.find_sent(prepared)
        assert found is not None
        assert found.remote_id == second.remote_id

    async def test_what_a_colleague_posts_elsewhere_is_an_echo(self, world: ConnectorWorld) -> None:
        """In one of the streams, and never as something to answer."""
        need(world, "echoes")
        item, connector = await self._item(world)
        posted = await world.post_as_us("Dit deed ik op mijn telefoon", item.remote_id)
        echoes = [echo for stream in connector.streams for echo in (await drain(connector, stream)).echoes]
        found = [echo for echo in echoes if echo.remote_id == posted]
        assert found
        assert "Dit deed ik op mijn telefoon" in found[0].text
        assert found[0].parent_id == item.remote_id

    async def _item(self, world: ConnectorWorld) -> tuple[Inbound, Connector]:
        """A mention to answer, and who answers it."""
        need(world, "sends")
        await world.let_someone_post("Wie helpt mij?")
        connector = world.connector()
        (item,) = (await drain(connector, world.stream)).items
        return item, connector
