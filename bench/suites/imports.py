"""What is loaded when the first rows stand on the screen, and what `webcare --version` costs."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from pathlib import Path

from bench.lib import proc, programs
from bench.lib.figures import Figures, paired, spread
from bench.lib.programs import PATIENCE, Program, Seat
from bench.lib.run import Bench

FORBIDDEN = (
    "sqlalchemy", "httpx", "pydantic", "typer", "cyclopts", "jinja2", "yaml", "keyring", "markdown_it",
    "torch", "numpy", "feedparser", "holidays", "regex",
)  # fmt: skip
"""Nothing of these is needed to paint."""

PROBE = Path(__file__).parents[1] / "lib" / "probe"
READY = 1.5
"""Seconds of quiet after which the program behind the first rows is at work."""

ROWS = 1_000
"""Which modules are loaded does not depend on the number of messages."""


def run(bench: Bench) -> Figures:
    """Count modules; start the version in turns with an empty Python."""
    listing = bench.folder / "modules.txt"
    extra = {"PYTHONPATH": str(PROBE), "BENCH_MODULES": str(listing)}
    database = bench.database(ROWS)
    program = programs.desk(bench.folder, database, extra=extra)
    first, desk = modules(program, listing, settle=0), modules(program, listing)
    bare = modules(programs.bare(bench.folder, extra), listing)
    configured = modules(_configured(bench, database, extra), listing)
    version, nothing, control = _versions(bench)
    return {
        "subject": {
            "first_paint": len(first),
            "more_than_bare": len(first) - len(bare),
            "first_paint_forbidden_count": len(set(FORBIDDEN) & first),
            "modules": len(desk),
            "beyond_bare": len(desk - bare),
            "forbidden": sorted(set(FORBIDDEN) & desk),
            "forbidden_count": len(set(FORBIDDEN) & desk),
            "beyond_by_package": dict(Counter(name.split(".")[0] for name in desk - bare).most_common(25)),
            "with_configuration": {
                "modules": len(configured),
                "beyond_bare": len(configured - bare),
                "forbidden": sorted(set(FORBIDDEN) & configured),
                "forbidden_count": len(set(FORBIDDEN) & configured),
            },
        },
        "baseline:bare": {"modules": len(bare)},
        "version": {
            "cpu_ms": spread([one.cpu_ms for one in version]),
            "nothing_cpu_ms": spread([one.cpu_ms for one in nothing]),
            "ratio": paired([one.cpu_ms for one in version], [one.cpu_ms for one in nothing]),
            "aa_ratio": paired([one.cpu_ms for one in control], [one.cpu_ms for one in nothing]),
            "loads_textual": _version_loads_textual(bench),
        },
    }


def modules(program: Program, listing: Path, *, settle: float = READY) -> set[str]:
    """Start a program until it has painted and rested so long; its modules. Raises TimeoutError."""
    listing.unlink(missing_ok=True)
    seat = Seat(program)
    try:
        seat.open(settle=settle)
        os.kill(seat.terminal.pid, signal.SIGUSR1)
        for _look in range(int(PATIENCE / 0.05)):
            if listing.exists():
                break
            seat.terminal.quiet(0.05)
        else:
            raise TimeoutError(f"{program.name} did not tell its modules")
    finally:
        seat.close()
    return set(listing.read_text(encoding="utf-8").split("\n"))


def _configured(bench: Bench, database: Path, extra: dict[str, str]) -> Program:
    """The desk of a team that has a configuration file."""
    settings = bench.folder / "team" / "webcare.yaml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text("language: en\n", encoding="utf-8")
    return programs.desk(bench.folder, database, extra={**extra, "WEBCARE_CONFIG": str(settings)})


def _versions(bench: Bench) -> tuple[list[proc.Cost], list[proc.Cost], list[proc.Cost]]:
    env = proc.environment(bench.folder)
    nothing = [sys.executable, "-c", "pass"]
    turns = ([str(Path(sys.executable).parent / "webcare"), "--version"], nothing, nothing)
    costs: tuple[list[proc.Cost], ...] = ([], [], [])
    for number in range(bench.rounds + 1):
        for command, into in zip(turns, costs, strict=True):
            cost = proc.run(command, env, bench.folder)
            if number:
                into.append(cost)
    version, first, second = costs
    return version, first, second


def _version_loads_textual(bench: Bench) -> int:
    """1 where telling the version loads Textual."""
    code = (
        "import sys; sys.argv = ['webcare', '--version']\n"
        "from webcare.__main__ import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "sys.exit(7 if 'textual' in sys.modules else 0)"
    )
    try:
        proc.run([sys.executable, "-c", code], proc.environment(bench.folder), bench.folder)
    except RuntimeError as error:
        return int("status 1792" in str(error)) or _raise(error)
    return 0


def _raise(error: RuntimeError) -> int:
    raise error
