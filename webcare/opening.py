"""From the command to the desk: the first rows at once, then the program behind them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from desk.rows import for_operator, queue_tabs, row_views
from domain import queues as definitions
from domain.errors import StorageError
from storage import queues as store
from storage import transaction
from storage.location import prepare
from tui.first_light import FirstLight, Scene, colour_system, first_lines
from tui.keys import shipped
from tui.look import Look
from tui.tab_line import Tabs
from webcare.program import Program, start
from webcare.terminal import look_of, refuse_no_terminal

FIRST_ROWS = 64
LEAST_COLUMNS, LEAST_LINES = 40, 12


def open_the_desk(config: str | Path | None, collect: bool = True) -> None:  # noqa: FBT001, FBT002 - as parsed
    """Open the full-screen desk, with a collector of its own unless told otherwise."""
    refuse_no_terminal(os.environ)
    run_face(start(Path(config) if config else None), collect=collect)


def run_face(program: Program, *, practice: tuple[int, int] | None = None, collect: bool = True) -> None:
    """Run the full-screen program until the operator leaves. Raises NoTerminal, ConfigError, StorageError."""
    light = _light(program, os.environ)
    try:
        if light is not None:
            light.paint()
        hurry_textual()
        from webcare.face import run  # noqa: PLC0415 - the environment is set, and the rows are painted

        run(program, practice=practice, collect=collect, light=light)
    finally:
        if light is not None:
            light.close()


def hurry_textual() -> None:
    """No frame limiter before a paint, and nothing that glides: read by Textual at its import."""
    for name, value in (("FPS", "240"), ("ANIMATIONS", "none"), ("SMOOTH_SCROLL", "0")):
        os.environ.setdefault(f"TEXTUAL_{name}", value)


def _light(program: Program, environment: Mapping[str, str]) -> FirstLight | None:
    """The first rows, ready to be painted; None where they cannot be had at once."""
    look = look_of(program)
    keymap = shipped().remapped(look.keys)
    size, system = _size(look, environment), colour_system(environment)
    if size is None or system is None:
        return None
    scene = _scene(program, look)
    return None if scene is None else FirstLight(first_lines(scene, look, keymap, size), size, look, system)


def _size(look: Look, environment: Mapping[str, str]) -> tuple[int, int] | None:
    """Columns and lines as the driver will find them, where they are a layout that is painted ahead."""
    if environment.get("COLUMNS") or environment.get("LINES"):
        return None
    try:
        columns, lines = os.get_terminal_size(1)
    except OSError:
        return None
    columns = min(columns, look.width) if look.width else columns
    fits = columns >= LEAST_COLUMNS and lines >= LEAST_LINES
    return (columns, lines) if fits else None


def _scene(program: Program, look: Look) -> Scene | None:
    """What the first queue holds; None for a database that is not there yet, or that the desk will refuse."""
    settings, login = program.settings, program.identity.login
    definition = definitions.find(settings.queues, look.first_queue)
    if definition is None or not settings.database.exists():
        return None
    now = program.clock.now()
    try:
        prepare(settings.database, create=False)
        with closing(transaction.connect(settings.database, query_only=True, autocheckpoint=0)) as connection:
            found = store.page(connection, for_operator(definition.filter, login), None, FIRST_ROWS)
            rows = row_views(connection, found, login, now)
            tabs = Tabs(queue_tabs(connection, settings, login), look.first_queue)
    except (sqlite3.Error, StorageError):
        return None  # the desk opens it again, and says what is wrong
    return Scene(rows, tabs, "open", now) if rows else None
