"""A model process for tests: the real one with an invented engine, or one that misbehaves.

`python -P fake_model.py MODE FOLDER`. It leaves a line in FOLDER/starts each time it is started.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from sentiment import model_process

MODE, FOLDER = sys.argv[1], Path(sys.argv[2])


class FakeModel:
    """Reads `boos` as negative and `blij` as positive; some words are orders."""

    def __init__(self, key: str, model: str | None) -> None:
        self.version = f"{model}@{key}"
        if model == "/absent":
            raise OSError("no weights")
        if model == "/slow":
            wait_for("loaded")

    def read(self, texts: Sequence[str]) -> list[tuple[float, float, float]]:
        """Three numbers a text."""
        if any("crash" in text for text in texts) and not (FOLDER / "healed").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        if any("raise" in text for text in texts):
            raise RuntimeError("no")
        if any("hang" in text for text in texts):
            wait_for("never")
        sys.stdout.write("a library that prints\n")
        return [_read(text) for text in texts]


def _read(text: str) -> tuple[float, float, float]:
    return (0.8, 0.1, 0.1) if "boos" in text else (0.1, 0.1, 0.8) if "blij" in text else (0.1, 0.8, 0.1)


def wait_for(name: str) -> None:
    """Until the test makes this file."""
    while not (FOLDER / name).exists():
        time.sleep(0.005)


def say(line: str) -> None:
    """A line as it is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def answer(read: object) -> None:
    """Answer every request with this."""
    say('{"ready": true}')
    for line in iter(sys.stdin.readline, ""):
        say(json.dumps({"id": json.loads(line)["id"], "read": read}))


def behave() -> None:
    """The real process."""
    engine = ModuleType("sentiment.fake_engine")
    engine.open_model = FakeModel  # type: ignore[attr-defined]
    sys.modules["sentiment.fake_engine"] = engine
    model_process.main()


def late() -> None:
    """Starts when the test says so."""
    wait_for("started")
    behave()


def garbage() -> None:
    """Prints before it behaves."""
    for line in ("", "Loading weights: 100%", "{", "[1]", "\x00\xff", '"x"'):
        say(line)
    behave()


def flood() -> None:
    """Prints without end."""
    while True:
        say("Loading weights")


def endless() -> None:
    """Prints one line without end."""
    while True:
        sys.stdout.write("x" * 65_536)


def deaf() -> None:
    """Never listens."""
    say('{"ready": true}')
    wait_for("never")


def dead() -> None:
    """Ends at once."""
    sys.exit(3)


def poor() -> None:
    """Lacks a package."""
    say('{"fatal": {"code": "package", "detail": "torch"}}')


HABITS = {one.__name__: one for one in (behave, late, garbage, flood, endless, deaf, dead, poor)}

with (FOLDER / "starts").open("a") as starts:
    starts.write(f"{os.getpid()}\n")
if MODE in HABITS:
    HABITS[MODE]()
else:
    sys.stdin.readline()
    answer(json.loads(MODE))
