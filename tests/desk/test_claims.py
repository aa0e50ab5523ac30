"""Who is on it: leases live as long as their desk does."""

from __future__ import annotations

import pytest

from desk.rows import LEASE
from domain.errors import Conflict, NotAllowed, NotFound
from tests.desk.acts import first
from tests.desk.conftest import World


async def test_only_who_holds_it_lets_go(asked: World) -> None:
    """A second claim changes nothing; a release of what is not ours is refused."""
    sanne, anna = asked.desk("sanne"), asked.desk("ab")
    one = await first(sanne)
    with pytest.raises(Conflict):
        await sanne.claims.release(one)
    await sanne.claims.claim(one)
    version = (await sanne.conversations.view(one)).row.version
    await sanne.claims.claim(one)
    assert (await sanne.conversations.view(one)).row.version == version
    with pytest.raises(Conflict):
        await anna.claims.release(one)
    await sanne.claims.release(one)
    await anna.claims.claim(one)
    for nothing in (sanne.claims.claim(99), sanne.claims.release(99)):
        with pytest.raises(NotFound):
            await nothing


async def test_taking_over_needs_a_reason(asked: World) -> None:
    """Of what is free it is a plain claim."""
    sanne, one = asked.desk("sanne"), await first(asked.desk())
    with pytest.raises(NotAllowed):
        await sanne.claims.steal(one, " ")
    await sanne.claims.steal(one, "toch")
    kinds = await asked.database.read(lambda c: c.execute("SELECT kind FROM event").fetchall())
    assert [row["kind"] for row in kinds][-1] == "claimed"


async def test_a_second_desk_of_the_same_operator_takes_it_along(asked: World) -> None:
    """Two terminals of one person do not fight."""
    one = await first(asked.desk())
    await asked.desk().claims.claim(one)
    other = asked.desk("sanne", session="second")
    await other.claims.start()
    await other.claims.claim(one)
    await asked.desk().claims.leave()
    assert (await other.conversations.view(one)).row.holder == "SV"


async def test_a_dead_lease_is_free_before_anybody_cleared_it_away(asked: World) -> None:
    """The colleague's desk died two minutes ago."""
    one = await first(asked.desk())
    await asked.desk("sanne").claims.claim(one)
    asked.clock.advance(LEASE)
    with pytest.raises(Conflict):
        await asked.desk("ab").claims.claim(one)
    asked.clock.advance(1)
    await asked.desk("ab").claims.claim(one)
    assert (await asked.desk("ab").conversations.view(one)).row.holder == "AB"


async def test_a_desk_that_slept_goes_on_where_it_is(asked: World) -> None:
    """The laptop was closed; its session was cleared away. Its next act lives again."""
    sanne, anna = asked.desk("sanne"), asked.desk("ab")
    one = await first(sanne)
    asked.clock.advance(LEASE + 1)
    await anna.claims.heartbeat()
    await sanne.claims.claim(one)
    with pytest.raises(Conflict):
        await anna.claims.claim(one)
    asked.clock.advance(LEASE + 1)
    await anna.claims.heartbeat()
    await sanne.claims.composing(one)
    assert (await anna.conversations.view(one)).row.writing
    asked.clock.advance(LEASE + 1)
    await anna.claims.heartbeat()
    await sanne.claims.heartbeat()
    assert not (await anna.conversations.view(one)).row.writing


async def test_leaving_releases_everything(asked: World) -> None:
    """And shows nobody writing any more."""
    sanne, one = asked.desk("sanne"), await first(asked.desk())
    await sanne.claims.claim(one)
    await sanne.claims.composing(one)
    assert (await asked.desk("ab").conversations.view(one)).row.writing
    await sanne.claims.leave()
    row = (await asked.desk("ab").conversations.view(one)).row
    assert (row.holder, row.writing) == (None, False)


async def test_a_take_over_between_review_and_send_is_told_first(asked: World) -> None:
    """It needs a second yes, with the colleague's name; then it goes."""
    sanne, anna = asked.desk("sanne"), asked.desk("ab")
    one = await first(sanne)
    await sanne.claims.claim(one)
    review = await sanne.replies.review(one, "public", "Hoi!")
    await anna.claims.steal(one, "sanne is met pauze")
    with pytest.raises(Conflict, match="Anna Bos"):
        await sanne.replies.send(review)
    again = await sanne.replies.review(one, "public", "Hoi!")
    assert again.changed == ("Anna Bos has taken this conversation over.",)
    await sanne.replies.send(again)
