"""Receiving webhooks: as a program of its own, beside the collector, or from a receiver elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from channels.hook_spool import Fetched, SpoolClient
from channels.hooks import Hook, HookSecrets
from config.channel_settings import ChannelSettings
from config.hook_settings import DEFAULT_HOST
from domain.clock import SECOND, Millis
from domain.errors import ConfigError, WebcareError
from i18n import _
from storage import channels as channel_store
from storage import hooks
from storage.database import Database
from webcare.bootstrap import open_database
from webcare.connectors import credential_of, spec_of
from webcare.program import Program

if TYPE_CHECKING:
    from webcare.hooks.app import Listener, Receiver
    from webcare.hooks.spool import Spool

SPOOL = "hook"
"""Under which the far receiver's cursor and health stand, as if it were a channel."""

ASK_EVERY: Millis = 2 * SECOND

_log = logging.getLogger(__name__)


def receive(program: Program, *, spool: Path | None, listen: str | None) -> None:
    """Receive until a signal comes. Raises ConfigError, StorageError."""
    from webcare.cli.session import say  # noqa: PLC0415 - only a program of its own says anything

    _refuse_without_packages()
    host, port = _place(program, listen)
    listeners, faults = listeners_of(program)
    for fault in faults:
        say(fault)
    if not listeners:
        raise ConfigError(_("No channel here is called by its platform; there is nothing to receive."))
    for channel in listeners:
        say(f"http://{host}:{port}/hook/{channel}")
    asyncio.run(_until_stopped(program, listeners, spool, host, port))


def hooks_of(program: Program) -> Mapping[str, Hook]:
    """How each configured channel is called, by channel; those that are never called are left out."""
    found: dict[str, Hook] = {}
    for channel in program.settings.channels.values():
        spec = spec_of(channel)
        if spec.hook is not None:
            found[channel.id] = spec.hook()
    return found


def listeners_of(program: Program) -> tuple[Mapping[str, Listener], tuple[str, ...]]:
    """The channels that can be called here, and a sentence for each that cannot."""
    from webcare.hooks.app import Listener  # noqa: PLC0415 - starlette, where it is wanted

    found: dict[str, Listener] = {}
    faults: list[str] = []
    for channel_id, hook in hooks_of(program).items():
        channel = program.settings.channels[channel_id]
        try:
            found[channel_id] = Listener(hook, _secrets(program, channel))
        except WebcareError as error:
            faults.append(f"{channel.name}: {error}")
    return found, tuple(faults)


def beside_collector(program: Program, database: Database) -> tuple[Callable[[], Awaitable[None]], ...]:
    """What the collector runs along: its own receiver, or the fetching from a far one."""
    settings = program.settings.hook
    work: list[Callable[[], Awaitable[None]]] = []
    if settings.host:
        work.append(lambda: _receive_beside(program, database))
    if settings.pull:
        work.append(lambda: fetch_spool(program, database))
    return tuple(work)


async def fetch_spool(program: Program, database: Database, *, once: bool = False) -> None:
    """Fetch from the far receiver until cancelled; bodies and cursor go into one transaction."""
    token = program.credentials.get(program.settings.hook.credential).reveal()
    client = SpoolClient(program.settings.hook.pull, token, clock=program.clock)
    try:
        while True:
            more = await _fetch(client, program, database)
            if once and not more:
                return
            if not more:
                await asyncio.sleep(ASK_EVERY / SECOND)
    finally:
        await client.close()


async def _fetch(client: SpoolClient, program: Program, database: Database) -> bool:
    cursor = await database.read(lambda connection: channel_store.cursor(connection, SPOOL, SPOOL)) or ""
    now = program.clock.now()
    try:
        fetched = await client.fetch(cursor)
    except WebcareError as error:
        sentence = str(error)
        await database.write(
            lambda connection: channel_store.set_health(connection, SPOOL, at=now, error=sentence)
        )
        raise
    if fetched.cursor != cursor or fetched.bodies:
        await database.write(lambda connection: _keep(connection, fetched, now))
    return fetched.more


def _keep(connection: sqlite3.Connection, fetched: Fetched, now: Millis) -> None:
    for one in fetched.bodies:
        hooks.keep(connection, one.channel, one.event_id, one.body, received_at=one.received_at)
    for (channel, reason), count in fetched.refused.items():
        hooks.count_refused(connection, channel, reason, count, at=now)
    channel_store.set_cursor(connection, SPOOL, SPOOL, fetched.cursor)
    channel_store.set_health(connection, SPOOL, at=now)


async def _receive_beside(program: Program, database: Database) -> None:
    _refuse_without_packages()
    from webcare.hooks.app import Receiver  # noqa: PLC0415 - starlette, where it is wanted
    from webcare.hooks.serve import listening, serve  # noqa: PLC0415 - as above
    from webcare.hooks.store import DatabaseStore  # noqa: PLC0415 - as above

    listeners, faults = listeners_of(program)
    for fault in faults:
        _log.warning("no webhooks are received for %s", fault)
    receiver = Receiver(listeners, DatabaseStore(database, program.clock), program.clock)
    await serve(receiver, listening(program.settings.hook.host, program.settings.hook.port))


async def _until_stopped(
    program: Program, listeners: Mapping[str, Listener], folder: Path | None, host: str, port: int
) -> None:
    from webcare.hooks.serve import listening, serve  # noqa: PLC0415 - starlette and uvicorn

    made = listening(host, port)
    async with contextlib.AsyncExitStack() as stack:
        receiver = await _receiver(program, listeners, folder, stack)
        work = asyncio.create_task(serve(receiver, made))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, work.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work


async def _receiver(
    program: Program,
    listeners: Mapping[str, Listener],
    folder: Path | None,
    stack: contextlib.AsyncExitStack,
) -> Receiver:
    from webcare.hooks.app import Receiver  # noqa: PLC0415 - starlette
    from webcare.hooks.store import DatabaseStore  # noqa: PLC0415 - as above

    if folder is None:
        database = await stack.enter_async_context(open_database(program))
        return Receiver(listeners, DatabaseStore(database, program.clock), program.clock)
    spool = _spool(program, folder)
    stack.callback(spool.close)
    tokens = tuple(program.credentials.get(program.settings.hook.credential).reveal().split())
    return Receiver(listeners, spool, program.clock, spool=spool, spool_tokens=tokens)


def _spool(program: Program, folder: Path) -> Spool:
    from webcare.hooks.spool import Spool  # noqa: PLC0415 - only on a host without a database

    spool = Spool(folder.absolute(), program.clock)
    spool.open()
    return spool


def _secrets(program: Program, channel: ChannelSettings) -> HookSecrets:
    """What the receiver needs to verify calls, and nothing else of the channel. Raises ConfigError."""
    values: dict[str, tuple[str, ...]] = {}
    for field in spec_of(channel).credential:
        name = credential_of(channel, field)
        if not field.hook_only or (not field.required and not program.credentials.available(name)):
            continue
        secret = program.credentials.get(name).reveal()
        values[field.key] = tuple(secret.split()) if field.many else (secret,)
    return HookSecrets(values)


def _place(program: Program, listen: str | None) -> tuple[str, int]:
    settings = program.settings.hook
    if listen is None:
        return settings.host or DEFAULT_HOST, settings.port
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise ConfigError(
            _("“{listen}” is no place to listen; write one such as 127.0.0.1:8765.", listen=listen)
        )
    return host.strip("[]") or DEFAULT_HOST, int(port)


def _refuse_without_packages() -> None:
    missing = [name for name in ("starlette", "uvicorn") if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigError(
            _("Receiving webhooks needs {packages}; install them with: pip install 'webcare[hooks]'",
              packages=", ".join(missing))
        )  # fmt: skip
