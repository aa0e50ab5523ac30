"""The composition root: the only module that knows how the parts fit."""

from __future__ import annotations

import dataclasses
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from config.channel_settings import PRACTICE, PracticeOptions
from config.identity import Identity, who_am_i
from config.load import load_from
from config.paths import find_places
from config.secrets import Credentials
from config.settings import Settings
from desk.clocks import Clocks
from desk.desk import Desk, make_desk
from desk.ground import Ground
from desk.templating import Templating
from desk.views import Operator
from domain.clock import Clock
from domain.template import Template
from i18n import install, preferred
from storage import sender_lock
from storage.database import Database
from webcare.clock import SystemClock

if TYPE_CHECKING:
    from domain.coach.coach import Coach


@dataclass(frozen=True, slots=True)
class Program:
    """One process: its settings, who runs it, and its clock."""

    settings: Settings
    identity: Identity
    clock: Clock
    environment: Mapping[str, str]
    credentials: Credentials


def start(
    config: Path | None, environment: Mapping[str, str] | None = None, *, making: bool = False
) -> Program:
    """Read the settings and choose the language. Raises ConfigError.

    With `making` the settings are the defaults at the places where a file is about to be written.
    """
    environment = os.environ if environment is None else environment
    install(preferred(environment))
    identity = who_am_i(environment)
    places = find_places(environment, identity.home, config)
    settings = Settings(places, places.database) if making else load_from(places, environment)
    if settings.language != "auto":
        install(settings.language)
    credentials = Credentials(places.credentials, environment)
    return Program(settings, identity, SystemClock(), environment, credentials)


def practising(program: Program, database: Path, *, seed: int, speed: int) -> Program:
    """The same program on the practice channel alone, in a database of its own."""
    channel = dataclasses.replace(PRACTICE, options=PracticeOptions(seed=seed, speed=speed))
    settings = dataclasses.replace(program.settings, database=database, channels={channel.id: channel})
    return dataclasses.replace(program, settings=settings)


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
    return make_desk(ground, Templating(ground, template_source(program)), collecting=collecting)


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


def template_source(program: Program) -> Callable[[], tuple[Template, ...]]:
    """The shipped templates and the team's own, read when they are first asked for."""
    folder = program.settings.places.templates

    def templates() -> tuple[Template, ...]:
        from config.template_files import load_templates  # noqa: PLC0415 - YAML stays out of the first paint

        return load_templates(folder).templates

    return templates
