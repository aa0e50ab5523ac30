"""The session that is kept, renewed and replaced, and the limits that the platform names."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest

from channels.base import (
    AuthFailed,
    RateLimited,
)
from channels.bluesky import NOTIFICATIONS
from domain.clock import MINUTE, SECOND
from tests.channels.bluesky_world import (
    LIST,
    NOW,
    REFRESH,
    SIGN_IN,
    World,
    new_world,
)
from tests.channels.fake_wire import Fault


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with new_world() as made:
        yield made


async def test_one_session_serves_all_calls_and_the_next_start(world: World) -> None:
    connector = world.connector()
    for _round in range(3):
        await connector.pull(NOTIFICATIONS, None)
    await world.connector().pull(NOTIFICATIONS, None)
    assert world.server.calls.count(SIGN_IN) == 1
    assert world.server.calls.count(REFRESH) == 0


async def test_an_expired_token_is_renewed_in_the_middle_of_the_pages(world: World) -> None:
    world.server.page_size = 2
    for number in range(6):
        world.says(f"@gemeente.test {number}")
    connector = world.connector()
    await connector.check_auth()
    world.server.fail(LIST, Fault("status", 400, error="ExpiredToken"))
    world.server.expire()
    assert len((await connector.pull(NOTIFICATIONS, None)).items) == 6
    assert (world.server.calls.count(SIGN_IN), world.server.calls.count(REFRESH)) == (1, 1)
    assert world.store.session is not None
    assert "access-2" in world.store.session


async def test_sessions_that_the_server_forgot_are_replaced_by_signing_in(world: World) -> None:
    connector = world.connector()
    await connector.check_auth()
    world.server.forget_sessions()
    assert (await connector.check_auth()).ok
    assert world.server.calls.count(SIGN_IN) == 2


async def test_a_revoked_password_is_said_and_tried_once_a_call(world: World) -> None:
    connector = world.connector()
    state = await connector.check_auth()
    assert (state.ok, state.account) == (True, "@gemeente.test")
    world.server.revoke(world.us)
    before = len(world.server.calls)
    with pytest.raises(AuthFailed, match="app password"):
        await connector.pull(NOTIFICATIONS, None)
    assert world.server.calls[before:] == [LIST, REFRESH, SIGN_IN]
    state = await connector.check_auth()
    assert not state.ok
    assert "app password" in state.sentence


async def test_a_refused_password_is_left_alone_for_a_while(world: World) -> None:
    """Signing in is limited to 300 a day; a desk that polls must not use them up."""
    connector = world.connector(password="wrong")
    for _poll in range(10):
        with pytest.raises(AuthFailed, match="app password"):
            await connector.pull(NOTIFICATIONS, None)
        world.clock.advance(MINUTE)
    assert world.server.calls.count(SIGN_IN) == 1
    world.us.password = "wrong"
    world.clock.advance(15 * MINUTE)
    assert (await connector.check_auth()).ok


async def test_a_refresh_token_that_is_no_good_in_another_way_means_signing_in(world: World) -> None:
    connector = world.connector()
    await connector.check_auth()
    world.server.expire()
    world.server.fail(REFRESH, Fault("status", 400, error="InvalidRequest"))
    assert (await connector.check_auth()).ok
    assert world.server.calls.count(SIGN_IN) == 2


async def test_a_token_that_is_refused_straight_after_signing_in_ends_it(world: World) -> None:
    connector = world.connector()
    refused = Fault("status", 400, error="InvalidToken")
    world.server.fail(LIST, refused, refused)
    with pytest.raises(AuthFailed):
        await connector.pull(NOTIFICATIONS, None)
    assert world.server.calls.count(LIST) == 2


@pytest.mark.parametrize("kept", ["", "{", "[]", "7", '{"did": 1}'])
async def test_an_unreadable_kept_session_is_replaced(world: World, kept: str) -> None:
    world.store.session = kept
    assert (await world.connector().check_auth()).ok


async def test_a_session_of_another_account_is_not_used(world: World) -> None:
    await world.connector().check_auth()
    assert world.store.session is not None
    kept = json.loads(world.store.session)
    world.store.session = json.dumps(kept | {"identifier": "ander.test", "did": "did:plc:ander"})
    await world.connector().check_auth()
    assert world.server.calls.count(SIGN_IN) == 2


def test_no_secret_shows_in_a_repr(world: World) -> None:
    assert "app-password" not in repr(world.connector())


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7 * SECOND),
        (
            {"ratelimit-limit": "30", "ratelimit-remaining": "0", "ratelimit-reset": str(NOW // 1000 + 120)},
            2 * MINUTE,
        ),
        ({}, None),
    ],
)
async def test_a_rate_limit_names_its_wait(world: World, headers: dict[str, str], wait: int | None) -> None:
    connector = world.connector()
    await connector.check_auth()
    world.server.fail(LIST, Fault("status", 429, headers, "RateLimitExceeded"))
    with pytest.raises(RateLimited) as caught:
        await connector.pull(NOTIFICATIONS, None)
    assert caught.value.after == wait


async def test_what_is_left_is_known_after_an_answer(world: World) -> None:
    connector = world.connector()
    before = connector.rate
    await connector.pull(NOTIFICATIONS, None)
    after = connector.rate
    assert before is None
    assert after is not None
    assert (after.limit, after.resets_at) == (3_000, NOW + 5 * MINUTE)
