"""Put on PYTHONPATH, it makes a running program tell of itself.

With BENCH_MODULES it writes the names of its modules to that file, on SIGUSR1; with BENCH_STATEMENTS every
SQL statement of every connection, with the moment, as lines of JSON.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType


def _tell(_number: int, _frame: FrameType | None) -> None:
    path = os.environ["BENCH_MODULES"]
    descriptor = os.open(f"{path}.part", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(descriptor, "\n".join(sorted(sys.modules)).encode())
    os.close(descriptor)
    os.rename(f"{path}.part", path)  # noqa: PTH104 - pathlib would be one more module of the program


def _listen(path: str) -> None:
    import json  # noqa: PLC0415 - a program that is only asked for its modules loads nothing for it
    import sqlite3  # noqa: PLC0415
    import time  # noqa: PLC0415
    from typing import Any  # noqa: PLC0415

    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    plain = sqlite3.connect

    def note(sql: str) -> None:
        os.write(descriptor, json.dumps([time.monotonic_ns(), sql]).encode() + b"\n")

    def connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = plain(*arguments, **named)
        connection.set_trace_callback(note)
        return connection

    sqlite3.connect = connect  # type: ignore[assignment]


if "BENCH_MODULES" in os.environ:
    signal.signal(signal.SIGUSR1, _tell)
if "BENCH_STATEMENTS" in os.environ:
    _listen(os.environ["BENCH_STATEMENTS"])
