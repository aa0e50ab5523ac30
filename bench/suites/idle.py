"""What a desk costs that nobody touches: CPU over some seconds, against a bare Textual program.

All programs are open at once and looked at over the same stretches of time, so that a restless machine
disturbs all alike. Then twenty desks at once.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from bench.lib import data, programs
from bench.lib.figures import Figures, paired, spread
from bench.lib.proc import cpu_ns, wakeups
from bench.lib.programs import Program, Seat
from bench.lib.run import Bench, say

DESKS = 20
SETTLE = 4.0
"""Seconds until a start is over: the order of the queue is read behind the first page."""


def run(bench: Bench) -> Figures:
    """Open, wait, look."""
    stretches, seconds, many = (5, 1.2, 3) if bench.quick else (6, 4.0, 8)
    settle = SETTLE / 2 if bench.quick else SETTLE
    ticking = bench.copy(head=True, name="idle")
    still = bench.database()
    wanted = {
        "bare": programs.bare(bench.folder),
        "control": programs.bare(bench.folder),
        "desk": programs.desk(bench.folder, still),
        "ticking": programs.desk(bench.folder, ticking),
    }
    with ExitStack() as open_:
        seats = {name: sit(program, open_) for name, program in wanted.items()}
        drain(list(seats.values()), settle)
        spent, woken = _look(seats, stretches, seconds)
    with ExitStack() as open_:
        desks = [sit(wanted["ticking"], open_) for _each in range(many if bench.quick else DESKS)]
        drain(desks, settle)
        at_once, _woken = _look({str(number): one for number, one in enumerate(desks)}, 1, seconds * 3)
    data.remove(ticking)
    total = sum(values[0] for values in at_once.values())
    say(f"idle: {len(desks)} desks at once")
    return {
        "seconds": seconds,
        **{f"{name}_pct": spread(values, 3) for name, values in spent.items()},
        "wakeups_per_s": woken,
        "ratio": paired(spent["desk"], spent["bare"]),
        "aa_ratio": paired(spent["control"], spent["bare"]),
        "many": {
            "desks": len(desks),
            "pct_each": round(total / len(desks), 2),
            "pct_of_20": round(total / len(desks) * DESKS, 1),
        },
    }


def sit(program: Program, open_: ExitStack) -> Seat:
    """Start it; nobody waits here until it is quiet."""
    seat = Seat(program)
    open_.callback(seat.close)
    seat.open(settle=0.1)
    return seat


def drain(seats: Sequence[Seat], seconds: float) -> None:
    """Read what they write, so that none of them stands before a full pipe, and look at none of it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for seat in seats:
            while seat.terminal.chunk(0) is not None:
                pass
        time.sleep(0.05)


def _look(
    seats: Mapping[str, Seat], stretches: int, seconds: float
) -> tuple[dict[str, list[float]], Figures]:
    """Per cent of a core in each stretch, and how often a second the programs woke up in all of them."""
    spent: dict[str, list[float]] = {name: [] for name in seats}
    began = {name: wakeups(seat.terminal.pid) for name, seat in seats.items()}
    started = time.monotonic()
    for _stretch in range(stretches):
        before = {name: (cpu_ns(seat.terminal.pid), time.monotonic_ns()) for name, seat in seats.items()}
        drain(list(seats.values()), seconds)
        for name, seat in seats.items():
            cpu, at = before[name]
            spent[name].append(100 * (cpu_ns(seat.terminal.pid) - cpu) / (time.monotonic_ns() - at))
    took = time.monotonic() - started
    woken: Figures = {
        name: round((wakeups(seat.terminal.pid) - began[name]) / took, 1) for name, seat in seats.items()
    }
    return spent, woken
