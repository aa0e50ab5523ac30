"""`python -m bench soak`: a collector in a flood and several desks at work, for minutes: JSON and a table.

Two of the desks are the real program in a terminal, pressed and timed; the others act through the same layers
without a screen. Exit 1 where anything that must be 0 is not, the log grew too long, or memory grew.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, cast

from bench.lib import afterwards, noise
from bench.lib.actor import Actor, ask_all
from bench.lib.figures import AA_TOLERANCE, Figures, pooled, slope, spread
from bench.lib.proc import memory_mib
from bench.lib.run import RESULTS, Bench, say
from bench.suites.multi import Team, seat
from storage import transaction

SLICE = 10.0
QUIET = 20.0
WALKERS = 2
WAL_LIMIT_MIB = 64
GROWTH_LIMIT = 1.0
"""MiB a minute, of any process, over the second half."""

LONG_ENOUGH = 5.0
"""Minutes after which a slope of memory says something."""

MUST_BE_ZERO = (
    "busy", "double_claims", "robbed", "mentions_lost", "mentions_twice", "replies_lost", "replies_twice",
    "counters_wrong", "fault_count", "chain_broken",
)  # fmt: skip


@dataclass(slots=True)
class Watched:
    """Memory of each process over time."""

    at: list[float] = field(default_factory=list)
    rss: dict[str, list[float]] = field(default_factory=dict)

    def look(self, pids: Mapping[str, int]) -> None:
        """Once."""
        self.at.append(time.monotonic())
        for name, pid in pids.items():
            self.rss.setdefault(name, []).append(memory_mib(pid)["rss"])

    def figures(self) -> Figures:
        """First and last size, and MiB a minute over the second half."""
        half = len(self.at) // 2
        return {
            name: {
                "first_mib": values[0],
                "last_mib": values[-1],
                "mib_per_minute": round(60 * slope(self.at[half:], values[half:]), 3),
            }
            for name, values in self.rss.items()
        }


def main(arguments: Sequence[str]) -> int:
    """Soak; 1 where a hard condition failed."""
    parser = argparse.ArgumentParser(prog="python -m bench soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--desks", type=int, default=8, help=f"{WALKERS} of them in a terminal")
    parser.add_argument("--rate", type=float, default=200.0, help="mentions a second")
    parser.add_argument("--rows", type=int, default=100_000, help="messages that are there already")
    parser.add_argument("--json", type=Path, default=None, metavar="PATH")
    asked = parser.parse_args(arguments)
    listening = noise.Noise()
    with tempfile.TemporaryDirectory(prefix="webcare-soak-") as folder:
        bench = Bench(Path(folder), asked.rows, 1, 1, quick=False, deadline=0.0, random=Random(1))
        found = soak(bench, asked)
    listening.sample()
    found["machine"] = {**noise.machine(), "noise": listening.figures()}
    path = asked.json or RESULTS / f"soak-{time.strftime('%Y%m%d-%H%M%S')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=1))
    failed = verdicts(found)
    for line, _bad in failed:
        print(line)
    print(f"kept in {path}")
    return int(any(bad for _line, bad in failed))


def soak(bench: Bench, asked: argparse.Namespace) -> Figures:
    """Quiet, flood, quiet; then look."""
    path = bench.copy(head=True, name="soak")
    started_at = afterwards.last_event(path)
    watched = Watched()
    with ExitStack() as open_:
        team = seat(path, bench.folder, open_, max(1, asked.desks - WALKERS))
        walkers = [
            open_.enter_context(
                Actor("walker", bench.folder, {"database": str(path), "login": f"tui{number}"})
            )
            for number in range(WALKERS)
        ]
        faces = {f"tui{n}": cast("int", told["pid"]) for n, told in enumerate(ask_all(walkers, "pid"))}
        pids = {
            "collector": team.collector.pid,
            **faces,
            **{f"op{n}": one.pid for n, one in enumerate(team.operators)},
        }
        quiet = press(walkers, QUIET, acts=False)
        flooded, rate = _flood(team, walkers, watched, pids, asked)
        stored = cast("int", team.collector.ask("settle")["stored"])
        press(walkers, SLICE / 2, acts=False)
        again = press(walkers, QUIET, acts=False)
        after = afterwards.look(path, after=started_at, stored=stored, records=team.records)
    after.update(_record(path))
    return {
        "minutes": asked.minutes, "desks": asked.desks, "rate": asked.rate, "rows": bench.rows,
        "stored_per_s": rate, "after": after, "wal_mib": round(team.largest_wal / 2**20, 1),
        "claim_us": spread(team.claims, 0),
        "keys": {
            "quiet_ms": spread(quiet["first_ms"]), "control_ms": spread(again["first_ms"]),
            "flood_ms": spread(flooded["first_ms"]), "never_painted": flooded["never_painted"],
            "replies_given_up": flooded["gave_up"],
            "p95_ratio": pooled(flooded["first_ms"], quiet["first_ms"], 0.95),
            "aa_p95": pooled(again["first_ms"], quiet["first_ms"], 0.95),
        },
        "memory": watched.figures(),
    }  # fmt: skip


def _flood(
    team: Team, walkers: Sequence[Actor], watched: Watched, pids: Mapping[str, int], asked: argparse.Namespace
) -> tuple[dict[str, Any], float]:
    """All at work; returns the presses and how many mentions a second were stored."""
    pressed: dict[str, Any] = {"first_ms": [], "never_painted": 0, "gave_up": 0}
    started = time.monotonic()
    first = cast(
        "int", team.collector.ask("flow", rate=asked.rate, batch=max(1, round(asked.rate / 10)))["stored"]
    )
    end = started + 60 * asked.minutes
    while time.monotonic() < end:
        for walker in walkers:
            walker.tell("press", seconds=SLICE, acts=True)
        team.work(SLICE)
        for walker in walkers:
            _keep(pressed, walker.hear())
        watched.look(pids)
        say(f"soak: {time.monotonic() - started:.0f} s, log {team.largest_wal / 2**20:.1f} MiB at most")
    told = cast("int", team.collector.ask("told")["stored"])
    return pressed, round((told - first) / (time.monotonic() - started), 1)


def press(walkers: Sequence[Actor], seconds: float, *, acts: bool) -> dict[str, Any]:
    """All walkers at once, for so long."""
    pressed: dict[str, Any] = {"first_ms": [], "never_painted": 0, "gave_up": 0}
    for told in ask_all(walkers, "press", seconds=seconds, acts=acts):
        _keep(pressed, told)
    return pressed


def _keep(pressed: dict[str, Any], told: Mapping[str, Any]) -> None:
    pressed["first_ms"] += told["first_ms"]
    pressed["never_painted"] += told["never_painted"]
    pressed["gave_up"] += told["gave_up"]


def _record(path: Path) -> Figures:
    """What those in the terminals did, by the file; and whether the chain of events holds."""
    from storage import chain  # noqa: PLC0415 - only here

    with closing(transaction.connect(path, query_only=True)) as connection:
        count = "SELECT count(*) FROM {} WHERE {} GLOB 'tui*'"
        (claims,) = connection.execute(count.format("event", "kind = 'claimed' AND actor")).fetchone()
        (replies,) = connection.execute(count.format("outbox", "status = 'sent' AND operator")).fetchone()
        whole = chain.verify(connection).whole
    return {"terminal_claims": claims, "terminal_replies": replies, "chain_broken": int(not whole)}


def verdicts(found: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """A line for each condition, and whether it failed for sure."""
    after = found["after"]
    lines = [_line(name, after[name], "== 0", bad=bool(after[name])) for name in MUST_BE_ZERO]
    wal = found["wal_mib"]
    lines.append(_line("write-ahead log, MiB", wal, f"<= {WAL_LIMIT_MIB}", bad=wal > WAL_LIMIT_MIB))
    did = (after["claims"], after["replies"], after["terminal_claims"], after["terminal_replies"])
    lines.append(_line("claims, replies, of those in terminals", did, "all > 0", bad=not all(did)))
    slopes = {name: one["mib_per_minute"] for name, one in found["memory"].items()}
    worst = max(slopes, key=lambda name: slopes[name])
    long = found["minutes"] >= LONG_ENOUGH
    limit = f"<= {GROWTH_LIMIT}" + ("" if long else " (too short to tell)")
    bad = long and slopes[worst] > GROWTH_LIMIT
    lines.append(_line(f"memory, MiB a minute ({worst})", slopes[worst], limit, bad=bad))
    keys = found["keys"]
    steady = keys["aa_p95"] is not None and abs(keys["aa_p95"] - 1) <= AA_TOLERANCE
    says = "<= 1.5" if steady else f"<= 1.5 (inconclusive: control {keys['aa_p95']})"
    lines.append((f"{'key p95 against quiet':42} {keys['p95_ratio']!s:>12}  {says}", False))
    return lines


def _line(name: str, value: object, limit: str, *, bad: bool) -> tuple[str, bool]:
    return f"{name:42} {value!s:>12}  {limit:22} {'FAIL' if bad else 'ok'}", bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
