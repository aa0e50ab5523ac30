"""What a desk holds in memory after some work, against a bare Textual program; and twenty desks together.

The resident set counts what several processes share in each of them, the proportional one (PSS) once.
"""

from __future__ import annotations

from contextlib import ExitStack

from bench.lib import programs
from bench.lib.figures import Figures, paired
from bench.lib.proc import memory_mib
from bench.lib.programs import Seat, middle
from bench.lib.run import Bench
from bench.suites.idle import SETTLE, drain, sit

DESKS = 20
WALKS = 2
"""Rounds in which a desk walks; what it holds afterwards hardly differs from one to the next."""

WALK = (b"G", b"gg", b"ga", *(b"\x04",) * 12, b"G", b"gi")
"""To the end of the queue and back, and through everything there is: all orders have been read then."""


def run(bench: Bench) -> Figures:
    """Open, walk, look."""
    database = bench.database()
    rounds = 1 if bench.quick else 5
    bare: list[float] = []
    control: list[float] = []
    first: list[float] = []
    walked: list[float] = []
    for number in range(rounds):
        with ExitStack() as open_:
            seats = [sit(programs.bare(bench.folder), open_) for _each in range(2)]
            desk = sit(programs.desk(bench.folder, database), open_)
            drain([*seats, desk], SETTLE / 2)
            for seat, into in zip((*seats, desk), (bare, control, first), strict=True):
                into.append(_rss(seat))
            if number < WALKS:
                for keys in WALK:
                    desk.terminal.send(keys)
                    desk.settle(0.3)
                walked.append(_rss(desk))
    with ExitStack() as open_:
        desks = [
            sit(programs.desk(bench.folder, database), open_) for _each in range(3 if bench.quick else DESKS)
        ]
        drain(desks, SETTLE / 2 if bench.quick else SETTLE)
        held = [memory_mib(seat.terminal.pid) for seat in desks]
    return {
        "bare_mib": round(middle(bare), 1),
        "first_mib": round(middle(first), 1),
        "walked_mib": round(middle(walked), 1),
        "ratio": paired(first, bare),
        "walked_ratio": paired(walked, bare[: len(walked)]),
        "aa_ratio": paired(control, bare),
        "many": {
            "desks": len(desks),
            "rss_mib": round(middle([one["rss"] for one in held]), 1),
            "pss_mib": round(middle([one["pss"] for one in held]), 1),
            "pss_all_mib": round(sum(one["pss"] for one in held)),
        },
    }


def _rss(seat: Seat) -> float:
    return memory_mib(seat.terminal.pid)["rss"]
