"""The receiver on a real server on loopback: what it keeps, what it refuses, and that it counts."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.clock import ManualClock
from storage import hooks
from storage.database import Database
from tests.channels import meta_bodies as bodies
from tests.hooks.calling import call, free_port, listener, said, served, signature, signed
from webcare.hooks.app import LARGEST, Receiver
from webcare.hooks.store import DatabaseStore, Kept

NOON = 1_763_031_600_000
BODY = bodies.comment()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with await Database.open(tmp_path / "desk.db", clock=ManualClock(NOON)) as opened:
        yield opened


@pytest.fixture
def receiver(database: Database) -> Receiver:
    clock = ManualClock(NOON)
    return Receiver({"page": listener()}, DatabaseStore(database, clock), clock)


async def kept(database: Database) -> list[bytes]:
    rows = await database.read(lambda connection: hooks.unread(connection, ("page",), 1000))
    return [bytes(row["body"]) for row in rows]


async def test_a_signed_body_is_kept_as_it_came(database: Database, receiver: Receiver) -> None:
    async with served(receiver) as port:
        assert await signed(port, BODY) == 200
    assert await kept(database) == [BODY]


async def test_nothing_is_answered_before_it_is_kept(database: Database) -> None:
    """The store is asked, and only its return makes the answer."""
    asked, released = asyncio.Event(), asyncio.Event()

    class Slow:
        async def keep(self, kept: Kept) -> bool:
            asked.set()
            await released.wait()
            return True

        async def count(self, counts: object) -> None:
            return None

    receiver = Receiver({"page": listener()}, Slow(), ManualClock(NOON))
    async with served(receiver) as port:
        calling = asyncio.create_task(signed(port, BODY))
        await asked.wait()
        done, _pending = await asyncio.wait({calling}, timeout=0.05)
        assert not done
        released.set()
        assert await calling == 200


async def test_what_cannot_be_kept_is_asked_for_again() -> None:
    class Full:
        async def keep(self, kept: Kept) -> bool:
            raise OSError(28, "No space left on device")

        async def count(self, counts: object) -> None:
            return None

    async with served(Receiver({"page": listener()}, Full(), ManualClock(NOON))) as port:
        assert await signed(port, BODY) == 503


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"x-hub-signature-256": ""}, {"x-hub-signature-256": "sha256="},
        {"x-hub-signature-256": signature(BODY, "another")}, {"x-hub-signature-256": signature(BODY + b" ")},
        {"x-hub-signature-256": signature(BODY).upper()}, {"x-hub-signature-256": signature(BODY)[7:]},
        {"x-hub-signature": signature(BODY)},
    ],
)  # fmt: skip
async def test_a_forged_body_is_refused_and_counted(
    database: Database, receiver: Receiver, headers: dict[str, str]
) -> None:
    async with served(receiver) as port:
        status, said = await call(port, BODY, headers=headers)
    assert (status, said) == (403, b"")
    assert await kept(database) == []
    assert await database.read(hooks.refused) == {"page": {"forged": 1}}


async def test_any_of_several_secrets_will_do(database: Database) -> None:
    """So that one can be replaced without a pause."""
    clock = ManualClock(NOON)
    receiver = Receiver({"page": listener("new", "old")}, DatabaseStore(database, clock), clock)
    async with served(receiver) as port:
        names = ("old", "new", "x")
        answers = [await signed(port, BODY + b" " * n, secret=name) for n, name in enumerate(names)]
    assert answers == [200, 200, 403]


async def test_a_body_in_another_order_is_another_body(database: Database, receiver: Receiver) -> None:
    body = json.loads(BODY)
    reordered = json.dumps(dict(reversed(list(body.items())))).encode()
    assert json.loads(reordered) == body
    async with served(receiver) as port:
        status, _body = await call(port, reordered, headers={"x-hub-signature-256": signature(BODY)})
    assert status == 403


async def test_what_comes_again_is_kept_once(database: Database, receiver: Receiver) -> None:
    async with served(receiver) as port:
        assert [await signed(port, BODY) for _again in range(3)] == [200, 200, 200]
    assert await kept(database) == [BODY]
    assert (await database.read(hooks.refused))["page"] == {"repeated": 2}


async def test_a_body_in_pieces_is_one_body(database: Database, receiver: Receiver) -> None:
    pieces = tuple(BODY[n : n + 7] for n in range(0, len(BODY), 7))
    async with served(receiver) as port:
        status, _body = await call(port, headers={"x-hub-signature-256": signature(BODY)}, pieces=pieces)
    assert status == 200
    assert await kept(database) == [BODY]


@pytest.mark.parametrize("more", [0, 1])
async def test_a_body_may_be_as_large_as_a_megabyte(
    database: Database, receiver: Receiver, more: int
) -> None:
    body = b"{" + b" " * (LARGEST - 2 + more) + b"}"
    async with served(receiver) as port:
        status, _body = await call(port, body, headers={"x-hub-signature-256": signature(body)})
    assert status in ({413, 0} if more else {200})
    assert len(await kept(database)) == 1 - more
    assert (await database.read(hooks.refused)) == ({"page": {"oversized": 1}} if more else {})


async def test_a_large_body_in_pieces_is_refused_too(database: Database, receiver: Receiver) -> None:
    pieces = (b"x" * 65_536,) * 17
    async with served(receiver) as port:
        raw = (
            b"POST /hook/page HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        raw += b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in pieces) + b"0\r\n\r\n"
        assert (await said(port, raw))[:12] in {b"HTTP/1.1 413", b""}
    assert await database.read(hooks.refused) == {"page": {"oversized": 1}}


@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "99999999999999999999"])
async def test_a_length_that_is_none_is_refused(database: Database, receiver: Receiver, length: str) -> None:
    raw = f"POST /hook/page HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    async with served(receiver) as port:
        assert (await said(port, raw.encode())).split(b" ")[1] in {b"400", b"413"}
    assert await kept(database) == []


async def test_a_slow_body_is_refused_and_counted(database: Database, receiver: Receiver) -> None:
    receiver.patience = 100
    raw = b"POST /hook/page HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\nconnection: close\r\n\r\nhalf"
    async with served(receiver) as port:
        assert (await said(port, raw)).startswith(b"HTTP/1.1 408")
    assert await database.read(hooks.refused) == {"page": {"slow": 1}}


async def test_a_head_that_never_ends_is_hung_up_on(database: Database, receiver: Receiver) -> None:
    receiver.patience = 100
    async with served(receiver) as port:
        many = [said(port, b"POST /hook/page HTTP/1.1\r\nhost: x\r\nx-a: ") for _n in range(30)]
        assert await asyncio.gather(*many) == [b""] * 30
        assert await signed(port, BODY) == 200
    assert await database.read(hooks.refused) == {"": {"slow": 30}}


async def test_many_at_once_are_all_kept_once(database: Database, receiver: Receiver) -> None:
    those = [bodies.comment(comment_id=f"77_{n}") for n in range(40)]
    async with served(receiver) as port:
        answers = await asyncio.gather(*(signed(port, body) for body in those * 2))
    assert set(answers) == {200}
    assert sorted(await kept(database)) == sorted(those)


async def test_a_channel_that_is_not_called_is_not_there(receiver: Receiver) -> None:
    async with served(receiver) as port:
        for path in ("/hook/other", "/hook/", "/", "/spool", "/hook/page/../../etc/passwd"):
            assert (await call(port, BODY, path=path))[0] in {404, 405}
        assert (await call(port, path="/spool", method="GET"))[0] == 404


async def test_the_handshake_repeats_the_challenge_to_whom_knows_our_word(
    database: Database, receiver: Receiver
) -> None:
    path = "/hook/page?hub.mode=subscribe&hub.challenge=12345&hub.verify_token="
    async with served(receiver) as port:
        assert await call(port, path=path + "our-word", method="GET") == (200, b"12345")
        assert await call(port, path=path + "their-word", method="GET") == (403, b"")
        assert (await call(port, path="/hook/page", method="GET"))[0] == 404
    assert (await database.read(hooks.refused))["page"] == {"handshake": 2}


async def test_what_is_no_http_harms_nobody(database: Database, receiver: Receiver) -> None:
    async with served(receiver) as port:
        for raw in (
            b"\x16\x03\x01\x00\xa5",
            b"GET\r\n\r\n",
            b"POST /hook/page HTTP/9.9\r\n\r\n",
            b"\0" * 5000,
        ):
            await said(port, raw)
        assert await signed(port, BODY) == 200


RECEIVE = """
import asyncio, os, signal, sys
from pathlib import Path
from domain.clock import ManualClock
from storage.database import Database
from tests.hooks.calling import listener
from webcare.hooks.app import Receiver
from webcare.hooks.serve import listening, serve
from webcare.hooks.store import DatabaseStore

class Dies(DatabaseStore):
    async def keep(self, kept):
        done = await super().keep(kept)
        os.kill(os.getpid(), signal.SIGKILL)
        return done

async def main():
    clock = ManualClock(1_763_031_600_000)
    database = await Database.open(Path(sys.argv[1]), clock=clock)
    made = listening("127.0.0.1", int(sys.argv[2]))
    made.listen()
    print("ready", flush=True)
    await serve(Receiver({"page": listener()}, Dies(database, clock), clock), made)

asyncio.run(main())
"""


async def test_killed_between_keeping_and_answering_it_is_kept_once(tmp_path: Path) -> None:
    """The platform got no answer and comes again: to another process, and what it sent is there once."""
    path = tmp_path / "desk.db"
    for _attempt in range(3):
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", RECEIVE, str(path), str(port), stdout=subprocess.PIPE, env=dict(os.environ)
        )
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        assert await signed(port, BODY) == 0
        assert await process.wait() == -signal.SIGKILL
    with sqlite3.connect(path) as connection:
        assert [bytes(row[0]) for row in connection.execute("SELECT body FROM hook_event")] == [BODY]
    connection.close()
