"""The composition root: the only module that knows how the parts fit."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from desk.clocks import Clocks
from desk.desk import Desk, make_desk
from desk.ground import Ground
from desk.views import Operator
from domain.template import Template
from storage import sender_lock
from storage.database import Database
from webcare.program import Program

if TYPE_CHECKING:
    from config.template_shelf import TemplateSet, TemplateShelf
    from desk.templating import Templating
    from domain.coach.coach import Coach


@asynccontextmanager
async def open_database(program: Program, *, checkpointer: bool = False) -> AsyncIterator[Database]:
    """The database of the settings, closed at the end. Raises StorageError."""
    database = await Database.open(program.settings.database, clock=program.clock, checkpointer=checkpointer)
    try:
        yield database
    finally:
        await database.close()


def clocks_of(program: Program) -> Clocks:
    """The clocks under the settings' policies."""
    return Clocks(program.settings.sla, program.settings.timezone, program.clock)


def operator_of(program: Program) -> Operator:
    """The person at this process, by the system's user."""
    identity = program.identity
    known = program.settings.operator(identity.login, identity.name)
    return Operator(
        login=identity.login,
        name=known.name,
        first_name=known.first_name,
        initials=known.initials,
        uid=identity.uid,
        pid=os.getpid(),
    )


def desk_on(database: Database, program: Program, *, collecting: Callable[[], bool] = lambda: False) -> Desk:
    """A desk on an open database."""
    ground = Ground(
        database=database,
        clock=program.clock,
        settings=program.settings,
        clocks=clocks_of(program),
        operator=operator_of(program),
        session=secrets.token_hex(8),
    )

    def templating() -> Templating:
        from desk.templating import Templating  # noqa: PLC0415 - as every service that only acts need

        shelf = Shelf(program.settings.places.templates)
        return Templating(ground, shelf.templates, shelf.faults)

    return make_desk(ground, templating, collecting=collecting)


@asynccontextmanager
async def open_desk(program: Program, *, checkpointer: bool = False) -> AsyncIterator[Desk]:
    """A desk for one operator, announced to the others and signed off at the end."""
    async with open_database(program, checkpointer=checkpointer) as database:
        desk = desk_on(database, program, collecting=lambda: collects_for_us(database.path))
        await desk.claims.start()
        try:
            yield desk
        finally:
            await desk.claims.leave()


def collects_for_us(database: Path) -> bool:
    """Whether the collector at work is a child of this desk, and ends with it."""
    owner = sender_lock.owner(database)
    if owner is None or not sender_lock.taken(database):
        return False
    try:
        status = Path(f"/proc/{owner.pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:  # gone, somebody else's behind hidepid, or no such thing on this system
        return False
    return f"\nPPid:\t{os.getpid()}\n" in status


def coach_source(program: Program) -> Callable[[], Coach]:
    """The coach with the shipped rules and the team's own, made when a draft is first looked at."""

    @cache
    def coach() -> Coach:
        from config.coach_rules import load_coach  # noqa: PLC0415 - YAML stays out of the first paint

        return load_coach(program.settings.places.coach)

    return coach


class Shelf:
    """A template shelf that is made at first need: YAML stays out of the first paint."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shelf: TemplateShelf | None = None

    def templates(self) -> tuple[Template, ...]:
        """The current templates."""
        return self._now().templates

    def faults(self) -> tuple[str, ...]:
        """A sentence for each file that cannot be read, or that keeps its older text."""
        return self._now().faults

    def _now(self) -> TemplateSet:
        from config.template_shelf import TemplateShelf  # noqa: PLC0415 - YAML, and only at first need

        if self._shelf is None:
            self._shelf = TemplateShelf(self._folder)
        return self._shelf.now()
