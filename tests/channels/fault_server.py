"""An HTTP server on loopback that can do everything that servers should not: raw sockets, no library.

`FaultServer(handler)` answers with the handler; `fail` makes the next matching calls go wrong. Whatever it
does ends with the server, and nothing of it outlives the test.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import inspect
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal, Self, get_args
from urllib.parse import parse_qs, urlsplit

Effect = Literal[
    "status",
    "no_answer",  # the connection is closed without a word
    "reset",  # a TCP reset instead of an answer
    "silence",  # the connection stays open and nothing comes
    "drip",  # one byte of the body at a time, for ever
    "drip_head",  # one header after the other, for ever
    "truncated",  # shorter than announced
    "wrong_length",  # a content-length that is none
    "endless",
    "gzip_bomb",  # 100 kB that become 100 MB
    "broken_gzip",
    "unknown_encoding",
    "web_page",
    "broken_json",
    "deep_json",
    "nan",
    "bad_utf8",
    "garbage",  # not HTTP at all
]
EFFECTS: tuple[Effect, ...] = get_args(Effect)
LOCALHOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came in."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def one(self, name: str, default: str = "") -> str:
        """The first value of a parameter."""
        return self.query.get(name, [default])[0]

    def json(self) -> dict[str, Any]:
        """The body as an object."""
        value: dict[str, Any] = json.loads(self.body)
        return value


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    lines: AsyncIterator[bytes] | None = None
    """A body that comes bit by bit and ends the connection."""


@dataclass(slots=True)
class Fault:
    """What goes wrong with matching calls."""

    effect: Effect = "status"
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b'{"error": "on purpose"}'
    accepted: bool = False
    """Whether the call is carried out first, so that only its answer is lost."""

    method: str | None = None
    path: str = ""
    """What the path begins with."""

    whole: bool = False
    """True where the path is all of it."""

    after: int = 0
    """Matching calls that go well first."""

    times: int = 1


Handler = Callable[[Call], Reply | Awaitable[Reply]]


def json_reply(value: object, status: int = 200, **headers: str) -> Reply:
    """An answer as the platforms give it."""
    named = {name.replace("_", "-"): each for name, each in headers.items()}
    return Reply(status, json.dumps(value).encode(), {"content-type": "application/json", **named})


class FaultServer:
    """Use as an async context manager; `url` is where it listens."""

    def __init__(self, handler: Handler | None = None) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self._handler = handler or (lambda _call: json_reply({}))
        self._faults: list[Fault] = []
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    def fail(self, fault: Fault) -> None:
        """From now on, until it was used up."""
        self._faults.append(fault)

    def mend(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, LOCALHOST, 0)
        self.url = f"http://{LOCALHOST}:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_exception: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        call = await _read_call(reader)
        self.calls.append(call)
        fault = self._fault(call)
        if fault is None:
            return await _write(writer, await self._handled(call))
        if fault.accepted:
            await self._handled(call)
        await _go_wrong(fault, writer)
        return fault.effect == "status"

    async def _handled(self, call: Call) -> Reply:
        answer = self._handler(call)
        return await answer if inspect.isawaitable(answer) else answer

    def _fault(self, call: Call) -> Fault | None:
        for fault in self._faults:
            if not call.path.startswith(fault.path) or fault.method not in {None, call.method}:
                continue
            if fault.whole and call.path != fault.path:
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
            return fault
        return None


async def _read_call(reader: asyncio.StreamReader) -> Call:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    split = (line.partition(":") for line in head[1:])
    headers = {name.strip().lower(): value.strip() for name, _colon, value in split if name}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, target, _version = head[0].split(" ")
    parts = urlsplit(target)
    return Call(method, parts.path, parse_qs(parts.query, keep_blank_values=True), headers, body)


async def _write(writer: asyncio.StreamWriter, reply: Reply) -> bool:
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    if reply.lines is None:
        lines.append(f"content-length: {len(reply.body)}")
    writer.write("\r\n".join((*lines, "", "")).encode("latin-1") + reply.body)
    await writer.drain()
    if reply.lines is None:
        return True
    async for line in reply.lines:
        writer.write(line)
        await writer.drain()
    return False


async def _go_wrong(fault: Fault, writer: asyncio.StreamWriter) -> None:
    if fault.effect == "status":
        await _write(
            writer, Reply(fault.status, fault.body, {"content-type": "application/json", **fault.headers})
        )
    elif fault.effect in _BODIES:
        writer.write(_BODIES[fault.effect]())
        await writer.drain()
    else:
        await _MANNERS[fault.effect](writer)


async def _say_nothing(_writer: asyncio.StreamWriter) -> None:
    """The connection is closed by whoever called."""


async def _stay_silent(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _drip_body(writer: asyncio.StreamWriter) -> None:
    await _drip(writer, b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b"[")


async def _drip_head(writer: asyncio.StreamWriter) -> None:
    await _drip(writer, b"HTTP/1.1 200 OK\r\n", b"x-a: b\r\n")


async def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _drip(writer: asyncio.StreamWriter, start: bytes, drop: bytes) -> None:
    writer.write(start)
    while True:
        writer.write(drop)
        await writer.drain()
        await asyncio.sleep(0.02)


async def _endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    block = b'{"a":"' + b"x" * 65_530
    with suppress(ConnectionError):
        while True:
            writer.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
            await writer.drain()


_JSON = "content-type: application/json"
_GZIP = "content-encoding: gzip"


def _with_length(body: bytes, more: str = _JSON, length: int | None = None) -> bytes:
    said = len(body) if length is None else length
    return f"HTTP/1.1 200 OK\r\n{more}\r\ncontent-length: {said}\r\n\r\n".encode() + body


@functools.cache
def _bomb() -> bytes:
    return gzip.compress(bytes(100_000_000), 1)


_MANNERS: Mapping[str, Callable[[asyncio.StreamWriter], Awaitable[None]]] = {
    "no_answer": _say_nothing,
    "reset": _reset,
    "silence": _stay_silent,
    "drip": _drip_body,
    "drip_head": _drip_head,
    "endless": _endless,
}
_BODIES: Mapping[str, Callable[[], bytes]] = {
    "truncated": lambda: _with_length(b'[{"id"', length=5_000),
    "wrong_length": lambda: b"HTTP/1.1 200 OK\r\ncontent-length: -12\r\n\r\n[]",
    "gzip_bomb": lambda: _with_length(_bomb(), _GZIP),
    "broken_gzip": lambda: _with_length(gzip.compress(b"[]" * 50)[:-12] + b"x" * 12, _GZIP),
    "unknown_encoding": lambda: _with_length(b"????", "content-encoding: br"),
    "web_page": lambda: _with_length(b"<!DOCTYPE html><html>Maintenance</html>", "content-type: text/html"),
    "broken_json": lambda: _with_length(b'{"id": "1'),
    "deep_json": lambda: _with_length(b"[" * 100_000 + b"]" * 100_000),
    "nan": lambda: _with_length(b'{"id": NaN}'),
    "garbage": lambda: b"SSH-2.0-OpenSSH_9.2\r\n\r\n\x00\x01\x02",
    "bad_utf8": lambda: _with_length(b'{"id": "\xff\xfe"}'),
}
