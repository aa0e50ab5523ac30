"""Serving the receiver with uvicorn: bounded in time, connections and words, and stopped by its caller."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from asyncio import TimerHandle
from collections.abc import Iterator
from typing import Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from domain.clock import SECOND
from domain.errors import ConfigError
from i18n import _
from webcare.hooks.app import Receiver, application

MOST_CONNECTIONS: Final = 1_000
"""At once; one more is answered with 503."""


class _Server(uvicorn.Server):
    """Signals are its caller's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises ConfigError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError as error:
        made.close()
        reason = error.strerror or str(error)
        raise ConfigError(
            _(
                "Nothing can listen on {host}:{port} ({reason}); choose another port.",
                host=host,
                port=port,
                reason=reason,
            )
        ) from error
    return made


async def serve(receiver: Receiver, made: socket.socket) -> None:
    """Answer calls on a socket until cancelled; then write the counts down."""
    config = uvicorn.Config(
        application(receiver),
        http=_impatient(receiver),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )
    server = _Server(config)
    counting = asyncio.create_task(receiver.keep_counting())
    serving = asyncio.create_task(server.serve(sockets=[made]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
        counting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await counting
        await receiver.write_counts()


def _impatient(receiver: Receiver) -> type[H11Protocol]:
    """Uvicorn waits for ever for the rest of a request's head; this one does not."""

    class Impatient(H11Protocol):
        """Hangs up on whoever does not finish a head in time."""

        _timer: TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            """Begin to wait for a head."""
            super().connection_made(transport)
            self._timer = self.loop.call_later(receiver.patience / SECOND, self._hang_up)

        def data_received(self, data: bytes) -> None:
            """A head that is whole stops the waiting."""
            super().data_received(data)
            if self.cycle is not None and self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def connection_lost(self, exc: Exception | None) -> None:
            """Nothing is waited for any more."""
            if self._timer is not None:
                self._timer.cancel()
            super().connection_lost(exc)

        def _hang_up(self) -> None:
            receiver.refused["", "slow"] += 1
            self.transport.close()

    return Impatient
