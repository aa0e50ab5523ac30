"""A desk's files in a folder of a test, and its programs as a person would start them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.terminal.driver import PATIENCE, Terminal

WEBCARE = (sys.executable, "-P", "-m", "webcare")


@dataclass(frozen=True, slots=True)
class Workplace:
    """Configuration, credentials, database and home, all in one folder."""

    folder: Path
    more: dict[str, str] = field(default_factory=dict)
    """Other variables of the environment."""

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "webcare.yaml"

    @property
    def database(self) -> Path:
        """The database."""
        return self.folder / "desk.db"

    @property
    def state(self) -> Path:
        """Crash files and sessions."""
        return self.folder / "home" / ".local" / "state" / "webcare"

    @property
    def environment(self) -> dict[str, str]:
        """All that the programs get to know: nothing of the developer's own."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "WEBCARE_CONFIG": str(self.config),
            "WEBCARE_DATABASE": str(self.database),
            **self.more,
        }

    def configure(self, yaml: str, **credentials: str) -> None:
        """Write the configuration, and a file for each credential."""
        (self.folder / "home").mkdir(exist_ok=True)
        self.config.write_text(yaml, encoding="utf-8")
        folder = self.folder / "credentials"
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, value in credentials.items():
            path = folder / name
            path.write_text(value, encoding="utf-8")
            path.chmod(0o600)

    def desk(
        self, size: tuple[int, int] = (120, 34), *, through: Sequence[str] = (), options: Sequence[str] = ()
    ) -> Terminal:
        """Open the desk on a terminal; `through` is put before the command, to become another user."""
        command = (*through, *WEBCARE, *options)
        return Terminal(command, environment=self.environment, folder=self.folder, size=size)

    def collector(self) -> subprocess.Popen[bytes]:
        """Start `webcare collect`; whoever starts it ends it."""
        return subprocess.Popen(
            [*WEBCARE, "collect"],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """A collector for the time of the block; it has to stop when it is told to."""
        collector = self.collector()
        try:
            yield
            assert collector.poll() is None, "the collector ended by itself"
            collector.terminate()
            collector.wait(PATIENCE)
        finally:
            collector.kill()
            said = collector.communicate()[1].decode("utf-8", "replace")
        assert collector.returncode == 0, said

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Run one command to its end; its output. Fails when the command does."""
        done = subprocess.run(
            [*WEBCARE, *arguments],
            env=self.environment,
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """The JSON that a command writes."""
        return json.loads(self.run(*arguments, "--json"))

    def bring_in(self, *mentions: dict[str, object]) -> None:
        """Import mentions as JSON lines."""
        lines = "".join(json.dumps(mention) + "\n" for mention in mentions)
        self.run("import", "-", stdin=lines.encode())
