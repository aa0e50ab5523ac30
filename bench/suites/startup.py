"""From the command to the first rows of a large file on the screen, against the least that Textual can do.

Bare, desk, bare again, round by round: the two bare ones are the control. The file is held open by us as a
collector would hold it, so that no start pays for the one before it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field

from bench.lib import mbox, programs
from bench.lib.figures import Figures, paired, spread
from bench.lib.proc import cpu_ns, memory_mib
from bench.lib.programs import PATIENCE, Program, Seat, first
from bench.lib.pty import Chunk, Terminal, frames
from bench.lib.run import DATA, Bench, say
from bench.lib.screen import Screen

QUIET = 0.35
"""Seconds without a byte after which nothing more belongs to the start."""


@dataclass(slots=True)
class Starts:
    """What starting one program came to, round by round."""

    ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    settled_bytes: list[int] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    largest_frame: list[int] = field(default_factory=list)
    whole_frame: list[int] = field(default_factory=list)
    """Bytes of the same screen written anew, where the program can be asked to."""

    rss_mib: list[float] = field(default_factory=list)

    def figures(self) -> Figures:
        """As JSON."""
        return {
            "n": len(self.ms),
            "first_paint_ms": spread(self.ms),
            "cpu_ms": spread(self.cpu_ms),
            "bytes": round(programs.middle(self.bytes)),
            "settled_bytes": round(programs.middle(self.settled_bytes)),
            "frames": round(programs.middle(self.frames)),
            "full_frame_bytes": round(programs.middle(self.whole_frame or self.largest_frame)),
            "rss_mib": round(programs.middle(self.rss_mib), 1),
        }


def run(bench: Bench) -> Figures:
    """Start the programs in turns."""
    database = bench.database()
    bare, desk = programs.bare(bench.folder), programs.desk(bench.folder, database)
    turns: dict[str, Program] = {"bare": bare, "desk": desk, "control": bare}
    if not bench.quick:
        turns["curses"] = programs.curses_list(bench.folder, database, 1_000)
        mail = mbox.program(bench.folder, mbox.ensure(DATA, 1_000, say))
        turns |= {} if mail is None else {"neomutt": mail}
    results = {name: Starts() for name in turns}
    ready: list[float] = []
    with closing(sqlite3.connect(database)) as held:
        held.execute("SELECT count(*) FROM queue_count").fetchone()
        for number in range(bench.rounds + 1):
            for name, program in turns.items():
                measure(program, results[name] if number else Starts())  # the first round only warms
            answered(desk, ready if number else [])
            if bench.late and number:
                say(f"startup: out of time after {number} rounds")
                break
    return {
        "subject": results["desk"].figures(),
        "baseline:bare": results["bare"].figures(),
        "ratio": paired(results["desk"].ms, results["bare"].ms),
        "cpu_ratio": paired(results["desk"].cpu_ms, results["bare"].cpu_ms),
        "aa_ratio": paired(results["control"].ms, results["bare"].ms),
        "aa_cpu_ratio": paired(results["control"].cpu_ms, results["bare"].cpu_ms),
        "ready_ms": spread(ready),
        "ready_ratio": paired(ready, results["bare"].ms),
        "frame_ratio": _frames_of(results["desk"]),
        "rss_ratio": paired(results["desk"].rss_mib, results["bare"].rss_mib),
        **{f"baseline:{name}": results[name].figures() for name in turns if name in {"curses", "neomutt"}},
        **{
            f"ratio:{name}": paired(results["desk"].ms, results[name].ms)
            for name in turns
            if name in {"curses", "neomutt"}
        },
    }


def _frames_of(starts: Starts) -> float | None:
    """Bytes until nothing more comes, in full frames; None where no start was measured."""
    if not starts.settled_bytes:
        return None
    frame = programs.middle(starts.whole_frame or starts.largest_frame)
    return round(programs.middle(starts.settled_bytes) / max(1, frame), 2)


def answered(program: Program, into: list[float]) -> None:
    """Start it once, press `j` as soon as rows stand there, and wait for the cursor on the second one."""
    seat = Seat(program)
    try:
        seat.open(settle=0)
        before = seat.cursor
        seat.terminal.send(b"j")

        def moved(chunk: Chunk) -> bool:
            seat.screen.feed(chunk.data)
            return before is not None and seat.cursor == before + 1

        chunks = seat.terminal.until(moved, patience=PATIENCE)
        into.append((chunks[-1].at - seat.terminal.started) / 1e6)
    finally:
        seat.close()


def measure(program: Program, into: Starts) -> None:
    """Start it once. Raises TimeoutError where it never paints."""
    with program.start() as terminal:
        chunks = _until_whole(program, terminal, into)
        into.rss_mib.append(memory_mib(terminal.pid).get("rss", 0.0))
        if program.redraw:
            terminal.send(program.redraw)
            into.whole_frame.append(sum(len(chunk.data) for chunk in terminal.quiet(QUIET)))
    painted = first(chunks, Screen(), program.painted)
    complete = first(chunks, Screen(), program.complete)
    if painted is None or complete is None:
        raise TimeoutError(f"{program.name} never showed what it should")
    cut = frames(b"".join(chunk.data for chunk in chunks))
    into.ms.append((chunks[painted].at - terminal.started) / 1e6)
    into.bytes.append(sum(len(chunk.data) for chunk in chunks[: complete + 1]))
    into.settled_bytes.append(sum(len(chunk.data) for chunk in chunks))
    into.frames.append(len(cut))
    into.largest_frame.append(max(map(len, cut), default=1))


def _until_whole(program: Program, terminal: Terminal, into: Starts) -> list[Chunk]:
    """What it writes until all of the first screen stands there and it rests; its CPU at the first paint."""
    screen, seen = Screen(), bytearray()

    def here(chunk: Chunk) -> bool:
        seen.extend(chunk.data)
        return program.needle in seen[-len(chunk.data) - len(program.needle) :]

    def whole(chunk: Chunk) -> bool:
        screen.feed(chunk.data)
        return program.complete(screen)

    chunks = terminal.until(here, patience=PATIENCE)
    into.cpu_ms.append(cpu_ns(terminal.pid) / 1e6)
    for chunk in chunks:
        screen.feed(chunk.data)
    if not program.complete(screen):
        chunks += terminal.until(whole, patience=PATIENCE)
    return chunks + terminal.quiet(QUIET)
