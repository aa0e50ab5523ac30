"""Starts a real Bluesky network (PDS, AppView, directory, PostgreSQL, Redis), all of it on 127.0.0.1.

Each network is new and empty: a PostgreSQL cluster in a temporary folder, a Redis that saves nothing, free
ports. Each process is on a leash: it ends when we do, even when we are killed.
Run by hand: `python -m tests.servers.bluesky_network.bluesky_network`.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.servers.install import SERVERS

HERE = Path(__file__).parent
INSTALLED = SERVERS / "bluesky"
DEADLINE = 120.0
"""Seconds that the whole network may take to come up; it needs about fifteen on two cores."""

GRACE = 10.0
"""Seconds that a process may take to end by itself."""

LEASH = 'exec 3<&0; "$@" </dev/null & it=$!; (cat <&3 >/dev/null; kill -INT $it 2>/dev/null) & wait $it'
"""Runs a command until our end of its input closes, which the kernel does for us whatever happens."""


class NotStarted(Exception):
    """A part of the network did not come up; carries its last words."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where the running network is."""

    pds_url: str
    """The personal data server: what a connector talks to."""

    appview_url: str
    """The AppView, which the PDS asks in turn; threads are read here to check from outside."""

    ports: tuple[int, ...]
    """Every port of ours, all on 127.0.0.1."""


@contextmanager
def bluesky_network(*, rate_limits: bool = False) -> Iterator[Network]:
    """A fresh network for the time of the block; raises NotStarted."""
    deadline = time.monotonic() + DEADLINE
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="webcare-bluesky-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        postgres, redis, *rest = _free_ports(7)
        database = _start_postgres(stack, folder, postgres, deadline)
        _start_redis(stack, folder, redis, deadline)
        names = ("PDS", "BSKY", "PLC", "OZONE", "INTROSPECT")
        environment = {
            "DB_POSTGRES_URL": database,
            "REDIS_HOST": f"127.0.0.1:{redis}",
            "RATE_LIMITS": "yes" if rate_limits else "no",
            **{f"PORT_{name}": str(port) for name, port in zip(names, rest, strict=True)},
        }
        ready = _start_node(stack, folder, environment, deadline)
        yield Network(ready["pds"], ready["appview"], (postgres, redis, *rest))


def _start_postgres(stack: ExitStack, folder: Path, port: int, deadline: float) -> str:
    binaries = _postgres_binaries()
    cluster = folder / "pg"
    cluster.mkdir(mode=0o700)
    user = _postgres_user()
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(cluster, entry.pw_uid, entry.pw_gid)
    subprocess.run(
        [binaries / "initdb", "-D", cluster, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"],
        check=True,
        capture_output=True,
        user=user,
        cwd="/",
        timeout=max(1.0, deadline - time.monotonic()),
    )
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = folder / "postgres.log"
    server = _leashed(stack, [str(binaries / "postgres"), "-D", str(cluster), *options], log=log, user=user)
    address = ["-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    _until(lambda: _succeeds([binaries / "pg_isready", "-q", *address]), server, log, deadline)
    subprocess.run(
        [binaries / "psql", "-q", *address, "-c", "create database bsky"], check=True, capture_output=True
    )
    return f"postgresql://postgres@127.0.0.1:{port}/bsky"


def _start_redis(stack: ExitStack, folder: Path, port: int, deadline: float) -> None:
    log = folder / "redis.log"
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = _leashed(stack, ["redis-server", *options], log=log)
    _until(lambda: _redis_answers(port), server, log, deadline)


def _start_node(
    stack: ExitStack, folder: Path, environment: Mapping[str, str], deadline: float
) -> Mapping[str, str]:
    for name in ("net.mjs", "lo.cjs"):
        shutil.copy(HERE / name, INSTALLED / name)  # Node looks for packages beside the script
    log = folder / "node.log"
    server = _leashed(
        stack,
        ["node", "-r", "./lo.cjs", "net.mjs"],
        log=log,
        cwd=INSTALLED,
        environment={"NODE_ENV": "test", "LOG_ENABLED": "false", **environment},
    )
    _until(lambda: _ready_line(log) is not None, server, log, deadline)
    ready = _ready_line(log)
    assert ready is not None
    return ready


def _ready_line(log: Path) -> Mapping[str, str] | None:
    for line in log.read_text(errors="replace").splitlines():
        if line.startswith('{"ready"'):
            said: Mapping[str, str] = json.loads(line)
            return said
    return None


def _leashed(
    stack: ExitStack,
    command: Sequence[str],
    *,
    log: Path,
    cwd: Path = Path("/"),
    environment: Mapping[str, str] | None = None,
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["sh", "-c", LEASH, "leash", *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            user=user,
            start_new_session=True,
        )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    leash: IO[bytes] | None = process.stdin
    assert leash is not None
    leash.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _until(
    condition: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, deadline: float
) -> None:
    while not condition():
        if process.poll() is not None or time.monotonic() > deadline:
            last_words = log.read_text(errors="replace")[-2000:]
            raise NotStarted(f"{log.stem} did not come up: {last_words}")
        time.sleep(0.05)


def _succeeds(command: Sequence[str | Path]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago, all different because all are held at once."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _postgres_binaries() -> Path:
    """Debian keeps the server's programs out of the path, one folder a version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[-3].zfill(4))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise NotStarted("PostgreSQL is not installed")
    return Path(on_path).parent


def _postgres_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else None


def main() -> int:
    """Run a network until Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt), bluesky_network() as network:
        sys.stdout.write(f"PDS {network.pds_url}\nAppView {network.appview_url}\n")
        sys.stdout.flush()
        signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
