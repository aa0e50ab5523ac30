"""A loopback HTTP server for fake platforms, which can be told to go wrong in the ways that servers do."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
Effect = Literal["status", "drop_before", "drop_after", "html", "broken_json", "truncated", "endless", "hang"]

ACCEPTED_BEFORE_FAILING = ("drop_after", "broken_json", "truncated")
"""Effects that lose only the answer: the call itself has happened."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one call."""

    effect: Effect
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    error: str = "InternalServerError"
    also: Callable[[], object] = bool
    """What happens to the platform at that moment."""


@dataclass(slots=True)
class _Planned:
    nsids: frozenset[str]
    after: int
    fault: Fault


class Refusal(Exception):
    """An XRPC error."""

    def __init__(self, status: int, error: str, message: str = "") -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.message = message or error


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came in."""

    nsid: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def token(self) -> str:
        """What stands behind `Bearer`."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    def one(self, name: str) -> str:
        """A parameter that must be there."""
        values = self.query.get(name)
        if not values:
            raise Refusal(400, "InvalidRequest", f'Error: Params must have the property "{name}"')
        return values[0]

    def json(self) -> Json:
        """The body as an object."""
        value: Json = json.loads(self.body)
        return value


class Wire(ABC):
    """Use as an async context manager; `url` is where it listens."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[str] = []
        self._planned: list[_Planned] = []
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    @abstractmethod
    def answer(self, call: Call) -> Json:
        """What the platform does and says; raises Refusal."""

    @abstractmethod
    def headers(self, call: Call) -> Mapping[str, str]:
        """What every answer carries."""

    def fail(self, nsid: str, *faults: Fault) -> None:
        """The next calls of a method go wrong, one after the other."""
        for fault in faults:
            self.fail_once({nsid}, fault)

    def fail_once(self, nsids: Iterable[str], fault: Fault, *, after: int = 0) -> None:
        """One call of any of these methods goes wrong, after so many of them went well."""
        self._planned.append(_Planned(frozenset(nsids), after, fault))

    def _fault_for(self, nsid: str) -> Fault | None:
        planned = next((each for each in self._planned if nsid in each.nsids), None)
        if planned is None:
            return None
        if planned.after:
            planned.after -= 1
            return None
        self._planned.remove(planned)
        return planned.fault

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
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
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        split = (line.partition(":") for line in head[1:])
        headers = {name.lower(): value.strip() for name, _colon, value in split}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        target = urlsplit(head[0].split(" ")[1])
        nsid = target.path.removeprefix("/xrpc/")
        call = Call(nsid, parse_qs(target.query, keep_blank_values=True), headers, body)
        self.calls.append(nsid)
        fault = self._fault_for(nsid)
        if fault is not None:
            fault.also()
            return await self._go_wrong(call, fault, writer)
        status, answer = self._result(call)
        await _write(writer, status, json.dumps(answer).encode(), self.headers(call))
        return True

    async def _go_wrong(self, call: Call, fault: Fault, writer: asyncio.StreamWriter) -> bool:
        if fault.effect in ACCEPTED_BEFORE_FAILING:
            self._result(call)
        match fault.effect:
            case "status":
                error = json.dumps({"error": fault.error, "message": fault.error}).encode()
                await _write(writer, fault.status, error, fault.headers)
            case "html":
                await _write(writer, 200, b"<html><body>Maintenance</body></html>", {}, "text/html")
            case "broken_json":
                await _write(writer, 200, b'{"uri": "at://', {})
            case "truncated":
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{")
                await writer.drain()
            case "endless":
                await _write_for_ever(writer)
            case "hang":
                await asyncio.Event().wait()
            case _:
                pass
        return fault.effect in {"status", "html", "broken_json"}

    def _result(self, call: Call) -> tuple[int, Json]:
        try:
            return 200, self.answer(call)
        except Refusal as refusal:
            return refusal.status, {"error": refusal.error, "message": refusal.message}


async def _write(
    writer: asyncio.StreamWriter,
    status: int,
    body: bytes,
    headers: Mapping[str, str],
    mime: str = "application/json; charset=utf-8",
) -> None:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"content-type: {mime}"]
    lines += [f"content-length: {len(body)}", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write("\r\n".join((*lines, "", "")).encode() + body)
    await writer.drain()


async def _write_for_ever(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
    block = b'{"a":"' + b"x" * 65_530
    while True:
        writer.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
        await writer.drain()
