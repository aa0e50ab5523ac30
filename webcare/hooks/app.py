"""The receiver's own logic: verify, keep, answer; refuse what is forged, too large or too slow, and count it.

`POST /hook/CHANNEL` takes a body, `GET /hook/CHANNEL` answers a platform's handshake, and on a host with a
spool `GET /spool` hands over to the collector. 200 is said only after the body is on the disk; where it
cannot be kept the answer is 503, and the platform comes again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from channels.hooks import Hook, HookRequest, HookSecrets, is_any
from domain.clock import SECOND, Clock, Millis
from domain.errors import StorageError
from webcare.hooks.spool import Spool
from webcare.hooks.store import Kept, Store

LARGEST: Final = 1_000_000
"""Bytes of a body."""

PATIENCE: Final[Millis] = 5 * SECOND
"""For a whole request, from its first byte to its last."""

COUNT_EVERY: Final[Millis] = 10 * SECOND

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listener:
    """One channel that is called."""

    hook: Hook
    secrets: HookSecrets


class TooLarge(Exception):
    """More than LARGEST."""


@dataclass(slots=True)
class Receiver:
    """Takes calls for some channels."""

    listeners: Mapping[str, Listener]
    store: Store
    clock: Clock
    spool: Spool | None = None
    spool_tokens: tuple[str, ...] = ()
    patience: Millis = PATIENCE
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Since they were last written down."""

    def refuse(self, channel: str, reason: str, status: int) -> Response:
        """Count a refused call; the caller learns nothing but the status."""
        self.refused[channel, reason] += 1
        return Response(status_code=status)

    async def take(self, request: Request) -> Response:
        """A body."""
        channel = str(request.path_params["channel"])
        listener = self.listeners.get(channel)
        if listener is None:
            return self.refuse("", "unknown", 404)
        try:
            async with asyncio.timeout(self.patience / SECOND):
                body = await _whole(request)
        except TooLarge:
            return self.refuse(channel, "oversized", 413)
        except TimeoutError:
            return self.refuse(channel, "slow", 408)
        except ClientDisconnect:
            return self.refuse(channel, "broken off", 400)
        call = HookRequest("POST", dict(request.query_params), _headers(request), body)
        now = self.clock.now()
        verdict = listener.hook.verify(call, listener.secrets, now)
        if verdict != "good":
            return self.refuse(channel, "forged" if verdict == "forged" else "replayed", 403)
        return await self._kept(Kept(channel, listener.hook.event_id(call), now, body))

    async def greet(self, request: Request) -> Response:
        """A handshake."""
        channel = str(request.path_params["channel"])
        listener = self.listeners.get(channel)
        if listener is None:
            return self.refuse("", "unknown", 404)
        call = HookRequest("GET", dict(request.query_params), _headers(request))
        reply = listener.hook.handshake(call, listener.secrets)
        if reply is None or reply.status >= 400:
            return self.refuse(channel, "handshake", 404 if reply is None else reply.status)
        return Response(reply.body, reply.status, {"content-type": reply.content_type})

    async def hand_over(self, request: Request) -> Response:
        """What the spool holds behind a cursor, for whom has the token."""
        if self.spool is None:
            return Response(status_code=404)
        scheme, _space, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not is_any(token, self.spool_tokens):
            return self.refuse("", "spool", 401)
        page = await self.spool.page(request.query_params.get("after", ""))
        said = {
            "cursor": page.cursor,
            "more": page.more,
            "records": [json.loads(line) for line in page.lines],
        }
        return Response(json.dumps(said), 200, {"content-type": "application/json"})

    async def write_counts(self) -> None:
        """Write down what was refused since the last time. Raises StorageError or OSError."""
        counts, self.refused = self.refused, Counter()
        if counts:
            try:
                await self.store.count(counts)
            except BaseException:
                self.refused.update(counts)
                raise

    async def keep_counting(self) -> None:
        """Write the counts down now and then, until cancelled."""
        while True:
            await asyncio.sleep(COUNT_EVERY / SECOND)
            with contextlib.suppress(StorageError, OSError):
                await self.write_counts()

    async def _kept(self, kept: Kept) -> Response:
        try:
            new = await self.store.keep(kept)
        except (StorageError, OSError):
            _log.exception("a webhook's body could not be kept")
            return Response(status_code=503, headers={"retry-after": "10"})
        if not new:
            self.refused[kept.channel, "repeated"] += 1
        return Response(status_code=200)


def application(receiver: Receiver) -> Starlette:
    """The ASGI application."""
    return Starlette(
        routes=[
            Route("/hook/{channel}", receiver.take, methods=["POST"]),
            Route("/hook/{channel}", receiver.greet, methods=["GET"]),
            Route("/spool", receiver.hand_over, methods=["GET"]),
        ]
    )


async def _whole(request: Request) -> bytes:
    announced = request.headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit() or int(announced[:12]) > LARGEST:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)


def _headers(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}
