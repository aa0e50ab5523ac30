"""A receiver on another host: its spool, and the collector that empties it over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.base import AuthFailed, Malformed
from channels.hook_spool import SpoolClient
from domain.clock import DAY, ManualClock
from domain.errors import ConfigError
from tests.channels import meta_bodies as bodies
from tests.channels.fault_server import FaultServer, json_reply
from tests.hooks.calling import listener, served, signed
from webcare.hooks.app import Receiver
from webcare.hooks.spool import Spool
from webcare.hooks.store import Kept

NOON = 1_763_031_600_000


def receiver_on(folder: Path, clock: ManualClock) -> tuple[Receiver, Spool]:
    spool = Spool(folder, clock)
    spool.open()
    return Receiver({"page": listener()}, spool, clock, spool=spool, spool_tokens=("old", "token")), spool


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.spool"))


async def emptied(
    port: int, clock: ManualClock, cursor: str = "", token: str = "token"
) -> tuple[list[bytes], str]:
    client = SpoolClient(f"http://127.0.0.1:{port}/spool", token, clock=clock)
    found: list[bytes] = []
    try:
        while True:
            fetched = await client.fetch(cursor)
            found += [one.body for one in fetched.bodies]
            cursor = fetched.cursor
            if not fetched.more:
                return found, cursor
    finally:
        await client.close()


async def test_bodies_are_handed_over_once_and_in_order(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    receiver, spool = receiver_on(tmp_path / "spool", clock)
    those = [bodies.comment(comment_id=f"1_{n}") for n in range(450)]
    for body in those:
        assert await spool.keep(Kept("page", "", clock.now(), body))
    async with served(receiver) as port:
        found, cursor = await emptied(port, clock)
        assert found == those
        assert await emptied(port, clock, cursor) == ([], cursor)
        assert await signed(port, bodies.comment(comment_id="2_1")) == 200
        assert (await emptied(port, clock, cursor))[0] == [bodies.comment(comment_id="2_1")]
    spool.close()


async def test_the_same_body_is_spooled_once_also_after_a_restart(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    receiver, spool = receiver_on(tmp_path, clock)
    async with served(receiver) as port:
        assert [await signed(port, bodies.comment()) for _again in range(2)] == [200, 200]
    spool.close()
    receiver, spool = receiver_on(tmp_path, clock)
    async with served(receiver) as port:
        assert await signed(port, bodies.comment()) == 200
        assert (await emptied(port, clock))[0] == [bodies.comment()]
    spool.close()


async def test_half_a_line_of_a_crash_stops_nothing(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    _receiver, spool = receiver_on(tmp_path, clock)
    await spool.keep(Kept("page", "", clock.now(), b"one"))
    spool.close()
    (file,) = files_in(tmp_path)
    file.write_bytes(file.read_bytes() + b'{"channel":"page","event_')
    receiver, spool = receiver_on(tmp_path, clock)
    await spool.keep(Kept("page", "", clock.now(), b"two"))
    async with served(receiver) as port:
        assert (await emptied(port, clock))[0] == [b"one", b"two"]
    spool.close()


async def test_days_follow_each_other_and_old_files_are_let_go_of(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    receiver, spool = receiver_on(tmp_path, clock)
    await spool.keep(Kept("page", "", clock.now(), b"one"))
    clock.advance(DAY)
    await spool.keep(Kept("page", "", clock.now(), b"two"))
    async with served(receiver) as port:
        found, cursor = await emptied(port, clock)
        assert found == [b"one", b"two"]
        assert len(files_in(tmp_path)) == 2
        clock.advance(DAY)
        await spool.keep(Kept("page", "", clock.now(), b"three"))
        assert (await emptied(port, clock, cursor))[0] == [b"three"]
    assert len(files_in(tmp_path)) == 2
    spool.close()


@pytest.mark.parametrize("cursor", ["", "x", "2025-11-13:", "2025-11-13:x", "9999-99-99:3", ":::"])
async def test_a_strange_cursor_is_no_trouble(tmp_path: Path, cursor: str) -> None:
    _receiver, spool = receiver_on(tmp_path, ManualClock(NOON))
    await spool.keep(Kept("page", "", NOON, b"one"))
    page = await spool.page(cursor)
    assert len(page.lines) in {0, 1}
    spool.close()


async def test_only_whom_we_gave_the_token_reads_it(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    receiver, spool = receiver_on(tmp_path, clock)
    async with served(receiver) as port:
        assert (await emptied(port, clock, token="old"))[0] == []
        with pytest.raises(AuthFailed):
            await emptied(port, clock, token="guessed")
    spool.close()


async def test_what_was_refused_there_is_told_here(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    receiver, spool = receiver_on(tmp_path, clock)
    async with served(receiver) as port:
        assert await signed(port, bodies.comment(), secret="forged") == 403
        await receiver.write_counts()
        client = SpoolClient(f"http://127.0.0.1:{port}/spool", "token", clock=clock)
        assert (await client.fetch("")).refused == {("page", "forged"): 1}
        await client.close()
    spool.close()


async def test_two_receivers_never_share_a_spool(tmp_path: Path) -> None:
    _receiver, spool = receiver_on(tmp_path, ManualClock(NOON))
    with pytest.raises(ConfigError, match="Another process"):
        Spool(tmp_path, ManualClock(NOON)).open()
    spool.close()


@pytest.mark.parametrize(
    "said", [[], {}, {"cursor": 3}, {"cursor": "x", "records": [{"channel": 1}]},
             {"cursor": "x", "records": [{"channel": "a", "event_id": "b", "at": 1, "body": "%%"}]}],
)  # fmt: skip
async def test_an_answer_that_is_none_moves_no_cursor(said: object) -> None:
    async with FaultServer(lambda _call: json_reply(said)) as server:
        client = SpoolClient(f"{server.url}/spool", "token", clock=ManualClock(NOON))
        with pytest.raises(Malformed):
            await client.fetch("")
        await client.close()
