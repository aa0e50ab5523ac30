"""Matrix: through the common suite, and what only it has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given

from channels.base import AuthFailed, Permanent, RateLimited, Retryable
from channels.matrix import SYNC, MatrixConnector
from channels.matrix_parse import Ours, Room, read_event
from domain.clock import DAY
from domain.inbound import Attachment, Inbound
from tests.channels.fake_matrix import API, CUSTOMER, SQUARE, STRANGER, TALK, US, FakeMatrix
from tests.channels.fake_platform import FAULTS, NOON, PolledWorld
from tests.channels.fault_server import Fault
from tests.channels.mutations import assert_read, mutated
from tests.channels.suite import ConnectorSuite
from tests.channels.world import ConnectorWorld, Sent, Trouble, answer_to, drain, stored_and_read

OURS = Ours("matrix", US)
OPEN = Room(SQUARE, public=True)
EVENT = {
    "event_id": "$1", "type": "m.room.message", "sender": CUSTOMER, "origin_server_ts": NOON,
    "content": {
        "msgtype": "m.text", "body": "> <@a:b> eerder\n\nhallo",
        "m.relates_to": {"m.in_reply_to": {"event_id": "$0"}}, "m.mentions": {"user_ids": [US]},
    },
}  # fmt: skip
EDIT = {
    **EVENT,
    "content": {
        "body": "* hoi", "m.new_content": {"body": "hoi"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"},
    },
}  # fmt: skip
PICTURE = {
    **EVENT,
    "content": {"msgtype": "m.image", "body": "a.png", "url": "mxc://x/y", "info": {"mimetype": "a/b"}},
}  # fmt: skip
REDACTION = {"event_id": "$3", "type": "m.room.redaction", "sender": CUSTOMER, "redacts": "$1", "content": {}}


class MatrixWorld(PolledWorld):
    """One server with two rooms."""

    fake: FakeMatrix
    stream = SYNC
    traits = frozenset(
        {"edits", "deletes", "echoes", "private", "attachments", "tells_time", "spoils", "sends"}
    )
    reads = (("GET", "/_matrix/client/v3/sync"), ("PUT", "/_matrix/client/v3/rooms"))

    def __init__(self) -> None:
        super().__init__()
        self.fake = FakeMatrix(self.clock, self.page)

    def make(self) -> MatrixConnector:
        """With the token of now."""
        return MatrixConnector("matrix", self.fake.server.url, self.token, clock=self.clock, page=self.page)

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """From two people in turn; in private only the customer."""
        author = (CUSTOMER, STRANGER)[len(self.fake.rooms[SQUARE].events) % 2]
        for each in attachments:
            kind = {"image": "m.image"}.get(each.kind, "m.file")
            content = {"msgtype": kind, "body": each.alt or text, "url": "mxc://x/1", "info": {}}
            return self.fake.put(author, "m.room.message", content)
        return self.fake.say(CUSTOMER if private else author, text, TALK if private else SQUARE)

    async def edit(self, remote_id: str, text: str) -> None:
        """By whoever said it."""
        self.fake.edit(remote_id, text)

    async def delete(self, remote_id: str) -> None:
        """By whoever said it."""
        self.fake.redact(remote_id)

    async def spoil(self, remote_id: str) -> None:
        """A message without time or text."""
        self.fake.spoilt[remote_id] = {"event_id": remote_id, "type": "m.room.message", "sender": 12}

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """From another program."""
        related = {"m.in_reply_to": {"event_id": in_reply_to}}
        return self.fake.say(US, text, SQUARE, **{"m.relates_to": related})

    async def fail(self, trouble: Trouble, *, after: int = 0) -> None:
        """The second read of a walk is the filling of a hole."""
        if after:
            fault = replace(FAULTS.get(trouble, self.refused), method="GET", path="/_matrix/client/v3/rooms")
            self.fake.server.fail(replace(fault, after=after - 1))
        else:
            await super().fail(trouble)

    def sent_on_server(self) -> Sequence[Sent]:
        """Ours."""
        return [
            Sent(event["event_id"], event["content"]["body"], private=room == TALK)
            for room, event in self.fake.said(US)
        ]


class TestMatrix(ConnectorSuite):
    """All of it."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[ConnectorWorld]:
        """One fake server."""
        world = MatrixWorld()
        async with world.fake.server:
            yield world
            await world.close()


@pytest.fixture
async def matrix() -> AsyncIterator[MatrixWorld]:
    world = MatrixWorld()
    async with world.fake.server:
        yield world
        await world.close()


async def test_a_room_of_two_is_one_private_talk(matrix: MatrixWorld) -> None:
    await matrix.let_someone_post("een", private=True)
    await matrix.let_someone_post("twee", private=True)
    one, two = (await drain(matrix.connector(), SYNC)).items
    assert one.thread_key == two.thread_key == f"room:{TALK}"
    assert (one.kind, one.author.name) == ("dm", "Klant")
    assert not one.can_reply_public.ok


async def test_who_wrote_in_a_public_room_is_written_to_in_private(matrix: MatrixWorld) -> None:
    """In one direct room with them, whatever was lost on the way; the public room sees nothing of it."""
    await matrix.let_someone_post("waar blijft het?")
    connector = matrix.connector()
    (item,) = (await drain(connector, SYNC)).items
    assert item.can_reply_private.ok
    private = replace(answer_to(item, "Wat is je klantnummer?"), visibility="private")
    matrix.fake.server.fail(Fault("no_answer", method="POST", path=f"{API}/createRoom", accepted=True))
    with pytest.raises(Retryable):
        await connector.prepare(private)
    prepared = stored_and_read(await matrix.connector().prepare(private))
    result = await connector.send(prepared)
    ((room, people),) = matrix.fake.asked_in.items()
    assert people == [item.author.remote_id]
    ((where, event),) = matrix.fake.said(US)
    assert (where, event["event_id"], event["content"].get("m.relates_to")) == (room, result.remote_id, None)
    found = await matrix.connector().find_sent(prepared)
    assert found is not None
    assert found.remote_id == result.remote_id
    again = stored_and_read(await connector.prepare(replace(private, text="Nog iets.")))
    assert again.payload["room"] == room
    assert len(matrix.fake.aliases) == 1


async def test_who_left_the_direct_room_is_asked_in_again(matrix: MatrixWorld) -> None:
    await matrix.let_someone_post("waar blijft het?")
    connector = matrix.connector()
    (item,) = (await drain(connector, SYNC)).items
    private = replace(answer_to(item), visibility="private")
    room = str((await connector.prepare(private)).payload["room"])
    assert matrix.fake.direct == {item.author.remote_id: [room]}
    matrix.fake.rooms[room].members = (US,)
    await connector.prepare(private)
    assert matrix.fake.asked_in[room] == [item.author.remote_id] * 2


async def test_who_lets_nobody_invite_them_is_said(matrix: MatrixWorld) -> None:
    await matrix.let_someone_post("waar blijft het?")
    connector = matrix.connector()
    (item,) = (await drain(connector, SYNC)).items
    matrix.fake.shuts_out.add(item.author.remote_id)
    with pytest.raises(Permanent, match="Invites are blocked"):
        await connector.prepare(replace(answer_to(item), visibility="private"))


async def test_what_was_said_in_private_is_never_answered_in_public(matrix: MatrixWorld) -> None:
    await matrix.let_someone_post("vertrouwelijk", private=True)
    connector = matrix.connector()
    (item,) = (await drain(connector, SYNC)).items
    with pytest.raises(Permanent) as caught:
        await connector.prepare(replace(answer_to(item), visibility="public"))
    assert caught.value.code == "WouldLeak"


async def test_an_invitation_is_accepted_once(matrix: MatrixWorld) -> None:
    matrix.fake.rooms[TALK].invited = True
    matrix.fake.say(CUSTOMER, "hallo", TALK)
    connector = matrix.connector()
    first = await drain(connector, SYNC)
    assert matrix.fake.joined == [TALK]
    matrix.fake.say(CUSTOMER, "nog iets", TALK)
    assert len((await drain(connector, SYNC, first.cursor)).items) == 1


async def test_an_edit_by_somebody_else_changes_nothing(matrix: MatrixWorld) -> None:
    said = matrix.fake.say(CUSTOMER, "ik ben blij")
    connector = matrix.connector()
    drained = await drain(connector, SYNC)
    matrix.fake.edit(said, "ik ben boos", sender=STRANGER)
    assert (await drain(connector, SYNC, drained.cursor)).items == []


async def test_what_is_old_is_left_out_at_the_first_look(matrix: MatrixWorld) -> None:
    for number in range(12):
        matrix.fake.say(CUSTOMER, f"oud {number}")
    matrix.clock.advance(8 * DAY)
    new = [matrix.fake.say(CUSTOMER, f"nieuw {number}") for number in range(7)]
    assert (await drain(matrix.connector(), SYNC)).ids == new


async def test_a_thread_is_answered_in_it(matrix: MatrixWorld) -> None:
    related = {"rel_type": "m.thread", "event_id": "$begin", "is_falling_back": True}
    matrix.fake.say(CUSTOMER, "in de draad", SQUARE, **{"m.relates_to": related})
    connector = matrix.connector()
    (item,) = (await drain(connector, SYNC)).items
    assert (item.thread_key, item.parent_id) == ("$begin", "$begin")
    await connector.send(await connector.prepare(answer_to(item)))
    content = matrix.fake.said(US)[0][1]["content"]
    assert content["m.relates_to"]["event_id"] == "$begin"
    assert content["m.mentions"] == {"user_ids": [CUSTOMER]}


async def test_an_encrypted_message_says_so(matrix: MatrixWorld) -> None:
    matrix.fake.put(CUSTOMER, "m.room.encrypted", {"ciphertext": "x"}, TALK)
    (item,) = (await drain(matrix.connector(), SYNC)).items
    assert "encrypted" in item.text
    assert not item.can_reply_private.ok


async def test_the_server_says_when_something_happens(matrix: MatrixWorld) -> None:
    heard = matrix.connector().listen(SYNC, None)
    await anext(heard)
    await matrix.let_someone_post("hallo")
    await anext(heard)
    await heard.aclose()  # type: ignore[attr-defined]


async def test_slowing_down_has_matrix_s_own_time(matrix: MatrixWorld) -> None:
    body = b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 7000}'
    matrix.fake.server.fail(Fault(status=429, body=body, path="/_matrix/client/v3/sync"))
    with pytest.raises(RateLimited) as caught:
        await drain(matrix.connector(), SYNC)
    assert caught.value.after == 7_000


async def test_a_message_that_the_server_finds_too_large(matrix: MatrixWorld) -> None:
    await matrix.let_someone_post("hallo")
    connector = matrix.connector()
    (item,) = (await drain(connector, SYNC)).items
    prepared = await connector.prepare(answer_to(item, "\x01" * 12_000))
    with pytest.raises(Permanent) as caught:
        await connector.send(prepared)
    assert caught.value.code == "M_TOO_LARGE"


async def test_a_deactivated_account_needs_a_person(matrix: MatrixWorld) -> None:
    body = b'{"errcode": "M_USER_DEACTIVATED"}'
    matrix.fake.server.fail(Fault(status=403, body=body, path="/_matrix/client/v3/sync"))
    with pytest.raises(AuthFailed):
        await drain(matrix.connector(), SYNC)


def test_a_quotation_before_an_answer_is_left_out() -> None:
    item = read_event(EVENT, OPEN, OURS, NOON)
    assert isinstance(item, Inbound)
    assert (item.text, item.parent_id, item.kind) == ("hallo", "$0", "mention")


@pytest.mark.parametrize("kind", ["m.room.member", "m.reaction", "m.room.topic"])
def test_what_is_no_message_is_left_out(kind: str) -> None:
    assert read_event({**EVENT, "type": kind}, OPEN, OURS, NOON) is None


@given(mutated(EVENT, EDIT, PICTURE, REDACTION))
def test_no_event_breaks_the_reading(event: object) -> None:
    read = read_event(event, OPEN, OURS, NOON)
    assert_read([] if read is None else [read])
