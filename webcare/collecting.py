"""Running the collector: lock, fence, connectors, and the loop."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Mapping

from channels.base import Connector
from desk.collector import Collector
from desk.hearing import Hearing
from desk.hiding import Hider
from desk.sender import Sender
from desk.template_lists import TemplateLists
from domain.errors import Conflict
from i18n import _
from storage import channels as channel_store
from storage import sender_lock
from storage.database import Database
from storage.sender_lock import FileLock, SenderLock
from webcare.bootstrap import clocks_of, open_database
from webcare.connectors import Fault, connectors_of, is_closed
from webcare.learning import learner_on, scoring_of
from webcare.program import Program
from webcare.receiving import beside_collector, hooks_of

PATIENCE_SECONDS = 2.0
"""How often a desk's own collector asks again for the lock that a colleague holds."""


async def collect(program: Program, *, patient: bool = False) -> None:
    """Collect until cancelled. Raises Conflict when another process does, unless `patient`: then it waits."""
    if patient and stands_back(program):
        await asyncio.Event().wait()
    async with open_database(program, checkpointer=True) as database:
        lock = await _lock(database, patient=patient)
        try:
            connectors, faults = await asyncio.to_thread(connectors_of, program)
            await collector_on(database, program, connectors, faults)
        finally:
            lock.release()


def stands_back(program: Program) -> bool:
    """Whether a desk leaves the fetching to others: the file is a team's, and it cannot read all credentials.

    On one's own file it collects all the same, so that each channel's health line says what is missing.
    """
    try:
        own = program.settings.database.stat().st_uid == os.geteuid()
    except FileNotFoundError:
        own = True
    return not own and any(is_closed(program, channel) for channel in program.settings.channels.values())


async def collector_on(
    database: Database,
    program: Program,
    connectors: Mapping[str, Connector],
    faults: tuple[Fault, ...],
) -> None:
    """Take the fence and run the collector on an open database until cancelled."""
    fence = await database.write(sender_lock.next_fence)
    await database.write(lambda connection: _tell(connection, faults, program))
    clocks = clocks_of(program)
    scoring = scoring_of(program)
    learner = learner_on(database, scoring)
    await learner.load()
    collector = Collector(
        database=database,
        clock=program.clock,
        settings=program.settings,
        clocks=clocks,
        connectors=connectors,
        scoring=scoring,
        sender=Sender(database, program.clock, clocks, connectors, fence),
        learner=learner,
        hearing=Hearing(database, program.clock, program.settings, clocks, scoring, hooks_of(program)),
        beside=(
            *beside_collector(program, database),
            TemplateLists(database, program.clock, connectors).run,
            Hider(database, program.clock, connectors).run,
        ),
    )
    await collector.run()


def _tell(connection: sqlite3.Connection, faults: tuple[Fault, ...], program: Program) -> None:
    for channel, error in faults:
        channel_store.set_health(connection, channel.id, at=program.clock.now(), error=str(error))


async def _lock(database: Database, *, patient: bool) -> FileLock:
    while True:
        lock = SenderLock.beside(database.path)
        if lock is not None:
            return lock
        if not patient:
            owner = sender_lock.owner(database.path)
            pid = owner.pid if owner else 0
            raise Conflict(_("Process {pid} collects for this database already; stop it first.", pid=pid))
        await asyncio.sleep(PATIENCE_SECONDS)
