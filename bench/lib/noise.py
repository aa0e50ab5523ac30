"""How quiet the machine was: a fixed loop, and the time that other guests of the host stole."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
import sysconfig
import time
from importlib.metadata import version
from pathlib import Path

from bench.lib.figures import Figures, spread

_LOOP = 200_000


def loop_ms() -> float:
    """A fixed piece of pure Python, in ms."""
    started = time.perf_counter_ns()
    total = 0
    for number in range(_LOOP):
        total += number & 7
    return (time.perf_counter_ns() - started) / 1e6


def cpu_times() -> tuple[int, int, int]:
    """(stolen, busy, all) in ticks since the machine started; zeros where the kernel does not tell."""
    try:
        first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]
    except OSError:
        return 0, 0, 0
    ticks = [int(each) for each in first[:8]]
    return ticks[7], sum(ticks) - ticks[3] - ticks[4], sum(ticks)


class Noise:
    """Listens from its making until it is asked."""

    def __init__(self) -> None:
        self._loops: list[float] = []
        self._start = cpu_times()
        self.sample()

    def sample(self, times: int = 5) -> None:
        """Run the loop a few times; call it before, between and after suites."""
        self._loops += [loop_ms() for _each in range(times)]

    def figures(self) -> Figures:
        """Loop times, and the share stolen and busy since the start, in per cent."""
        stolen, busy, all_ = (now - then for now, then in zip(cpu_times(), self._start, strict=True))
        share = 100 / all_ if all_ else 0.0
        return {
            "loop_ms": spread(self._loops),
            "steal_pct": round(stolen * share, 1),
            "busy_pct": round(busy * share, 1),
            "load": round(os.getloadavg()[0], 2),
        }


def machine() -> Figures:
    """Facts that a reader needs to place the numbers."""
    flags = sysconfig.get_config_var("CONFIG_ARGS") or ""
    return {
        "cpus": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "pgo": "enable-optimizations" in flags,
        "textual": version("textual"),
        "aiosqlite": version("aiosqlite"),
        "sqlite": sqlite3.sqlite_version,
        "executable": Path(sys.executable).name,
    }
