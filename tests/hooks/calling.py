"""Calls to a receiver as platforms make them, and as others do: raw sockets, so that nothing is put right."""

from __future__ import annotations

import asyncio
import hmac
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from hashlib import sha256

from channels.hooks import HookSecrets
from channels.meta_hook import MetaHook, read_page
from webcare.hooks.app import Listener, Receiver
from webcare.hooks.serve import listening, serve

SECRET = "the-app-secret"
HOOK = MetaHook(read_page)


def listener(*secrets: str, token: str = "our-word") -> Listener:
    """A Page's hook, with these secrets."""
    return Listener(HOOK, HookSecrets({"app_secret": secrets or (SECRET,), "verify_token": (token,)}))


def signature(body: bytes, secret: str = SECRET) -> str:
    """As Meta signs."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


@asynccontextmanager
async def served(receiver: Receiver) -> AsyncIterator[int]:
    """The receiver on loopback; its port."""
    made = listening("127.0.0.1", 0)
    port = int(made.getsockname()[1])
    made.listen(100)
    serving = asyncio.create_task(serve(receiver, made))
    try:
        yield port
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def call(
    port: int,
    body: bytes = b"",
    *,
    path: str = "/hook/page",
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    pieces: tuple[bytes, ...] = (),
) -> tuple[int, bytes]:
    """One call and its status and body; `pieces` are sent chunked."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        lines = [f"{method} {path} HTTP/1.1", "host: receiver", "connection: close"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines.append("transfer-encoding: chunked" if pieces else f"content-length: {len(body)}")
        writer.write("\r\n".join((*lines, "", "")).encode())
        for piece in pieces:
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            await writer.drain()
        writer.write(b"0\r\n\r\n" if pieces else body)
        await writer.drain()
        return _answer(await _until_hung_up(reader))
    finally:
        writer.close()


async def signed(port: int, body: bytes, *, secret: str = SECRET, **more: str) -> int:
    """A body signed as Meta does; the status."""
    status, _body = await call(port, body, headers={"x-hub-signature-256": signature(body, secret), **more})
    return status


async def said(port: int, raw: bytes) -> bytes:
    """Whatever is sent, what comes back until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(raw)
        with suppress(ConnectionError):
            await writer.drain()
        return await _until_hung_up(reader)
    finally:
        writer.close()


async def _until_hung_up(reader: asyncio.StreamReader) -> bytes:
    """All that came; a server that does not read on resets the connection behind its answer."""
    got = b""
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            got += piece
    return got


def free_port() -> int:
    """A port that nobody uses right now."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def _answer(raw: bytes) -> tuple[int, bytes]:
    head, _blank, body = raw.partition(b"\r\n\r\n")
    if not head:
        return 0, b""
    return int(head.split(b" ")[1]), body
