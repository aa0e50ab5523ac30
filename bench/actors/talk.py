"""How an actor is asked and answers."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from bench.lib.proc import desk_environment
from domain.clock import Millis
from webcare.program import Program, start


def asked() -> dict[str, Any]:
    """What the command line says."""
    found: dict[str, Any] = json.loads(sys.argv[1])
    return found


async def commands() -> AsyncIterator[dict[str, Any]]:
    """What we are asked, until nobody asks any more."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


def answer(**figures: object) -> None:
    """One line, whole."""
    line = json.dumps(figures).encode() + b"\n"
    while line:
        line = line[os.write(1, line) :]


def program_of(database: Path, login: str, *, undo: Millis) -> Program:
    """The program as it would run for this login, on this database, without a configuration file."""
    program = start(None, desk_environment(Path(os.environ["HOME"]), database))
    return dataclasses.replace(
        program,
        identity=dataclasses.replace(program.identity, login=login, name=login.title()),
        settings=dataclasses.replace(program.settings, undo=undo),
    )
