"""Processes: the environment they get, what they cost, and what they hold."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process cost from start to end."""

    wall_ms: float
    cpu_ms: float


def environment(home: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """A terminal's environment from a white list: nothing of ours that makes Python slower or faster."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        **(extra or {}),
    }


def desk_environment(home: Path, database: Path, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The same, with the desk on this database and no configuration file in sight."""
    return environment(home, {"WEBCARE_DATABASE": str(database), **(extra or {})})


def run(command: Sequence[str], env: Mapping[str, str], folder: Path) -> Cost:
    """Run to the end, silently; its cost. Raises RuntimeError when it fails."""
    started = time.perf_counter_ns()
    pid = os.posix_spawn(
        command[0],
        list(command),
        dict(env),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
            (
                os.POSIX_SPAWN_OPEN,
                2,
                str(folder / "stderr.txt"),
                os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
                0o600,
            ),
        ],
    )
    _pid, status, usage = os.wait4(pid, 0)
    wall = (time.perf_counter_ns() - started) / 1e6
    if status:
        said = (folder / "stderr.txt").read_text(encoding="utf-8", errors="replace")[-500:]
        raise RuntimeError(f"{' '.join(command)} ended with status {status}: {said}")
    return Cost(wall, (usage.ru_utime + usage.ru_stime) * 1000)


def cpu_ns(pid: int) -> int:
    """CPU time of all live threads of a process, in ns, by the scheduler's own count."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text(encoding="ascii").split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue  # a thread that ended while we looked
    return total


def memory_mib(pid: int) -> dict[str, float]:
    """RSS and PSS in MiB."""
    found: dict[str, float] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        name, _colon, rest = line.partition(":")
        if name in {"Rss", "Pss"}:
            found[name.lower()] = round(int(rest.split()[0]) / 1024, 1)
    return found


def wakeups(pid: int) -> int:
    """How often the live threads of a process have gone to sleep of their own will, and so woken up."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            status = (task / "status").read_text(encoding="ascii", errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += int(status.rpartition("\nvoluntary_ctxt_switches:")[2].split()[0])
    return total
