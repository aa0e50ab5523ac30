"""Reading a body piece by piece, so that neither an endless one nor a gzip bomb fills the memory."""

from __future__ import annotations

import zlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

import httpx

GZIP_OR_ZLIB: Final = 47
"""zlib's own code for "read the header and see": 32 + the largest window."""

LARGEST_LINE: Final = 1_000_000
_AT_ONCE: Final = 65_536


class TooLarge(Exception):
    """More bytes than the bound."""


class Undecodable(Exception):
    """An encoding that we did not ask for and cannot read within bounds, or one that is broken."""


async def read_bounded(response: httpx.Response, limit: int) -> bytes:
    """The whole decoded body; raises TooLarge or Undecodable."""
    parts: list[bytes] = []
    size = 0
    async with aclosing(decoded(response, limit)) as pieces:
        async for part in pieces:
            size += len(part)
            if size > limit:
                raise TooLarge
            parts.append(part)
    return b"".join(parts)


async def decoded(response: httpx.Response, limit: int | None = None) -> AsyncGenerator[bytes, None]:
    """Decoded pieces of at most 64 kB or one packet; `limit` bounds what comes over the line."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise Undecodable
    inflater = None if encoding in {"", "identity"} else zlib.decompressobj(GZIP_OR_ZLIB)
    received = 0
    async for packet in response.aiter_raw():
        received += len(packet)
        if limit is not None and received > limit:
            raise TooLarge
        if inflater is None:
            yield packet
            continue
        waiting = packet
        while waiting and not inflater.eof:
            try:
                part = inflater.decompress(waiting, _AT_ONCE)
            except zlib.error as error:
                raise Undecodable from error
            waiting = inflater.unconsumed_tail
            yield part
    if inflater is not None and received and not inflater.eof:
        raise Undecodable


class LineSplitter:
    """Cuts pieces of bytes into lines of UTF-8, as server-sent events want them: CR, LF or both end one."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, part: bytes) -> list[str]:
        """The lines that are now whole; raises TooLarge for a line without an end."""
        text = self._rest + part
        held = b"\r" if text.endswith(b"\r") else b""
        *whole, rest = (
            text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        )
        self._rest = rest + held
        if len(self._rest) > LARGEST_LINE:
            raise TooLarge
        return [line.decode("utf-8", "replace") for line in whole]
