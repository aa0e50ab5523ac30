"""Streams of events: lines as they come, and an end in words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from channels.base import Malformed, Retryable
from channels.http import BoundedClient
from channels.http_body import LineSplitter
from domain.clock import SECOND, ManualClock
from tests.channels.fault_server import Call, Effect, Fault, FaultServer, Reply

PATH = "api/v1/streaming"
STREAM = {"content-type": "text/event-stream"}


def client_of(url: str) -> BoundedClient:
    return BoundedClient(url, clock=ManualClock(0))


async def listen(client: BoundedClient, heard: asyncio.Event, lines: list[str]) -> None:
    async for line in client.lines(PATH):
        lines.append(line)
        if line == ":thump":
            heard.set()


async def exhaust(client: BoundedClient, silence: int) -> None:
    async for _line in client.lines(PATH, silence=silence):
        pass


async def test_lines_come_as_they_are_written() -> None:
    """In the middle of a stream that goes on, and cut where the line ends, not where the packet does."""
    heard = asyncio.Event()

    async def events() -> AsyncIterator[bytes]:
        yield b"event: noti"
        yield b"fication\r\ndata: {}\r\n\r"
        yield b"\n:thump\n"
        await heard.wait()

    async with FaultServer(lambda _call: Reply(200, b"", STREAM, lines=events())) as server:
        client, lines = client_of(server.url), list[str]()
        with pytest.raises(Retryable):
            await listen(client, heard, lines)
        assert lines == ["event: notification", "data: {}", "", ":thump"]
        assert server.calls[0].headers["accept"] == "text/event-stream"
        await client.close()


@pytest.mark.parametrize(
    "effect",
    ["silence", "drip_head", "no_answer", "reset", "web_page", "broken_json", "garbage", "status"],
)
async def test_a_stream_that_is_none_ends_in_words(effect: Effect) -> None:
    async with FaultServer() as server:
        client = client_of(server.url)
        server.fail(Fault(effect))
        with pytest.raises(Retryable) as caught:
            await exhaust(client, SECOND // 4 if effect in {"silence", "drip_head"} else 20 * SECOND)
        assert str(caught.value)
        await client.close()


async def test_a_line_without_an_end_is_cut_off() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536

    async def handler(_call: Call) -> Reply:
        return Reply(200, b"", STREAM, lines=endless())

    async with FaultServer(handler) as server:
        client = client_of(server.url)
        with pytest.raises(Malformed):
            await exhaust(client, 20 * SECOND)
        await client.close()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_a_line_is_the_same_in_whatever_pieces_it_comes(size: int) -> None:
    source = "één\r\ntwee\rdrie\n\nvier 🙂\r\n".encode()
    splitter, lines = LineSplitter(), list[str]()
    for start in range(0, len(source), size):
        lines += splitter.feed(source[start : start + size])
    assert lines + splitter.feed(b"x\n") == ["één", "twee", "drie", "", "vier 🙂", "x"]
