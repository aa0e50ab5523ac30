"""Programs of their own that work on a database while a test watches, stops or kills them.

Run as `python -m tests.storage.workers NAME PATH ...`; each line they print is an acknowledgement.
"""

# ruff: noqa: T201 - what they print is the acknowledgement

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from domain.clock import ManualClock
from domain.errors import WebcareError
from storage.database import Database
from storage.migrate import Migration, migrate
from storage.sender_lock import SenderLock
from storage.transaction import connect

ROOT = Path(__file__).parents[2]

BECOME = "WEBCARE_TEST_BECOME"

STARTED: list[subprocess.Popen[str]] = []
"""Ended after each test, failed ones included."""

SMALL = (
    Migration(
        1,
        "0001_small.sql",
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        CREATE TABLE conversation (id INTEGER PRIMARY KEY, owner TEXT) STRICT;
        CREATE TABLE item (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
        CREATE TABLE event (
          id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, conversation_id INTEGER,
          kind TEXT NOT NULL, payload TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL
        ) STRICT;
        CREATE TRIGGER event_no_update BEFORE UPDATE ON event
        BEGIN SELECT raise(ABORT, 'append-only; for ever'); END;
        """,
    ),
)

LARGER = (
    *SMALL,
    Migration(2, "0002_colour.sql", "ALTER TABLE item ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey';"),
    Migration(
        3, "0003_shade.sql", "CREATE TABLE shade (id INTEGER PRIMARY KEY, n INTEGER) STRICT;\n-- end\n"
    ),
)


def start(name: str, *arguments: object, user: tuple[int, int] | None = None) -> subprocess.Popen[str]:
    """A worker whose output can be read line by line; root may have it become another (uid, gid)."""
    command = [sys.executable, "-m", "tests.storage.workers", name, *map(str, arguments)]
    become = {} if user is None else {BECOME: f"{user[0]}:{user[1]}"}
    worker = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **become},
    )
    STARTED.append(worker)
    return worker


def become_another_user() -> None:
    """After all imports, for the interpreter may lie where the other user cannot go."""
    if BECOME in os.environ:
        import_module("concurrent.futures.thread")  # asyncio does it only when it needs a thread
        uid, gid = map(int, os.environ[BECOME].split(":"))
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


async def claims(path: Path, name: str, count: str) -> None:
    """Told to go, claim every free conversation, each in its own write, and print what was won."""
    async with await Database.open(path, clock=ManualClock(), migrations=SMALL) as database:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        for conversation in range(1, int(count) + 1):

            def claim(connection: sqlite3.Connection, conversation: int = conversation) -> int:
                return connection.execute(
                    "UPDATE conversation SET owner = :name WHERE id = :id AND owner IS NULL",
                    {"name": name, "id": conversation},
                ).rowcount

            if await database.write(claim) == 1:
                print(conversation, flush=True)


async def writes(path: Path) -> None:
    """Insert one row after another for ever, printing each only when it was kept."""
    async with await Database.open(path, clock=ManualClock(), migrations=SMALL) as database:
        while True:
            (row,) = await database.write(
                lambda connection: connection.execute(
                    "INSERT INTO item (body) VALUES (:body) RETURNING id", {"body": "x" * 500}
                ).fetchall()
            )
            print(row["id"], flush=True)


async def write_once(path: Path) -> None:
    """Insert one row each time a line comes in."""
    async with await Database.open(path, clock=ManualClock(), migrations=SMALL) as database:
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            await database.write(
                lambda connection: connection.execute("INSERT INTO item (body) VALUES ('x')").rowcount
            )


async def holds(path: Path) -> None:
    """Take the write lock and keep it."""
    connection = connect(path)
    connection.execute("BEGIN IMMEDIATE")
    print("holding", flush=True)
    await asyncio.Event().wait()


async def forgets(path: Path) -> None:
    """Write, and end without closing, as a crash does."""
    database = await Database.open(path, clock=ManualClock(), migrations=SMALL)
    await database.write(
        lambda connection: connection.execute("INSERT INTO item (body) VALUES ('x')").rowcount
    )
    print("kept", flush=True)


async def sends(path: Path) -> None:
    """Become the sender and stay."""
    lock = SenderLock.beside(path)
    print("sender" if lock else "refused", flush=True)
    await asyncio.Event().wait()


async def migrates(path: Path, statement: str) -> None:
    """Migrate to the larger schema and die by kill -9 before the given statement (0 means never)."""
    connection = connect(path)
    seen = 0

    def count(_sql: str) -> None:
        nonlocal seen
        seen += 1
        if seen == int(statement):
            os.kill(os.getpid(), signal.SIGKILL)

    connection.set_trace_callback(count)
    migrate(connection, path, LARGER, ManualClock(7))
    connection.close()
    print("statements", seen, flush=True)


if __name__ == "__main__":
    work = {f.__name__: f for f in (claims, writes, write_once, holds, forgets, sends, migrates)}[sys.argv[1]]
    become_another_user()
    try:
        asyncio.run(work(Path(sys.argv[2]), *sys.argv[3:]))
    except WebcareError as error:
        print(error)
        sys.exit(error.exit_code)
