"""From a key to its paint, in the queue of open conversations, for a large and a small file side by side.

All programs are open at once and pressed in turns, in a new order each round, after a random pause of up to
30 ms so that no frame timer stays in step with us. A press counts when the cursor stands on the expected
line of the screen; before the next one the conversation that a resting cursor opens has been painted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.lib import mbox, programs
from bench.lib.figures import Figures, paired, percentile, spread
from bench.lib.programs import CURSOR, Press, Program, Seat
from bench.lib.pty import LINES
from bench.lib.run import DATA, SMALL, Bench, say
from bench.lib.screen import Screen

REST = 0.2
"""Seconds without a byte before the next press: longer than the cursor rests before a conversation opens."""

WAIT = 0.05
NEOMUTT_ROWS = 100_000
TABLE_ROWS = 10_000
FROM_TOP = 8
ASIDE = ("optionlist", "curses")
"""Shown beside the others; no goal is about them."""

ASIDE_PRESSES = 24
Cursor = Callable[[Screen], int | None]


@dataclass(slots=True)
class Player:
    """One program with its keys and what they came to."""

    seat: Seat
    page: tuple[bytes, bytes] = (b"\x04", b"\x15")
    """Down and up."""

    home: bytes = b"gg"

    bottom: int = LINES - 2
    """The last line of its list."""

    top: int = 0
    figures: dict[str, list[Press | None]] = field(default_factory=dict)

    def note(self, what: str, press: Press | None) -> None:
        """Keep a press; one that was never painted is kept as such."""
        self.figures.setdefault(what, []).append(press)

    def to(self, line: int) -> None:
        """Move the cursor to a line of the screen, unmeasured."""
        here = self.seat.cursor
        if here is not None and here != line:
            self.seat.move((b"j" if line > here else b"k") * abs(line - here), to=line)
        self.seat.settle(REST)

    def step(self) -> None:
        """One measured move inside the page."""
        here = self.seat.cursor or self.top
        down = here <= self.top + FROM_TOP
        self.note("step", self.seat.move(b"j" if down else b"k", to=here + (1 if down else -1), wait=WAIT))

    def edge(self) -> None:
        """One measured move over the lower edge of the first page."""
        self.seat.terminal.send(self.home)
        self.seat.settle(REST)
        self.to(self.bottom)
        self.note("edge", self.seat.move(b"j", wait=WAIT))

    def page_down(self) -> None:
        """One measured page further, into rows not seen before."""
        self.note("page", self.seat.move(self.page[0], wait=WAIT))

    def page_up(self) -> None:
        """One measured page back, over rows that were on the screen."""
        self.note("page_back", self.seat.move(self.page[1], wait=WAIT))


def run(bench: Bench) -> Figures:
    """Press keys in all programs in turns."""
    with ExitStack() as open_:
        players = {name: sit(program, open_) for name, program in _programs(bench).items()}
        few = max(8, bench.presses // 6)
        aside = {name: players.pop(name) for name in ASIDE if name in players}
        place(players, lambda player: player.top + FROM_TOP)
        rounds(bench, players, Player.step, bench.presses, "step")
        rounds(bench, players, Player.edge, few, "edge")
        long = {name: player for name, player in players.items() if name != "small"}
        place(long, lambda player: player.bottom)
        rounds(bench, long, Player.page_down, few, "page")
        place(long, lambda player: player.top)
        rounds(bench, long, Player.page_up, few, "page_back")
        if aside:
            _aside(bench, aside)
    return {**_figures(players), **{f"baseline:{name}": told(player) for name, player in aside.items()}}


def _aside(bench: Bench, players: dict[str, Player]) -> None:
    """A few presses where nothing is put in proportion."""
    place(players, lambda player: player.top + FROM_TOP)
    rounds(bench, players, Player.step, ASIDE_PRESSES, "step")
    rounds(bench, players, Player.edge, ASIDE_PRESSES // 3, "edge")
    rounds(bench, players, Player.page_down, ASIDE_PRESSES // 3, "page")


def _programs(bench: Bench) -> dict[str, Program]:
    large, small = bench.database(), bench.database(SMALL)
    made = {
        "desk": programs.desk(bench.folder, large),
        "control": programs.desk(bench.folder, large),
        "small": programs.desk(bench.folder, small),
        "datatable": programs.datatable(bench.folder, large, TABLE_ROWS),
    }
    if not bench.quick:
        made["optionlist"] = programs.optionlist(bench.folder, large, TABLE_ROWS)
        made["curses"] = programs.curses_list(bench.folder, large, TABLE_ROWS)
    mailbox = mbox.ensure(DATA, min(bench.rows, NEOMUTT_ROWS), say)
    neomutt = mbox.program(bench.folder, mailbox)
    if neomutt is not None:
        made["neomutt"] = neomutt
    return made


def sit(program: Program, open_: ExitStack) -> Player:
    """Open it; it is closed with the stack."""
    cursors: dict[str, Cursor] = {
        "neomutt": mbox.cursor, "datatable": Screen.odd_line, "optionlist": Screen.odd_line,
    }  # fmt: skip
    seat = Seat(program, cursors.get(program.name))
    open_.callback(seat.close)
    seat.open(settle=1.5)
    if program.name == "neomutt":
        seat.terminal.send(b"=")
        seat.settle(REST)
        return Player(seat, (b"z", b"Z"), b"=", bottom=LINES - 3, top=0)
    if program.name == "datatable":
        return Player(seat, home=b"\x1b[1;5H", bottom=LINES - 1, top=1)
    if program.name == "optionlist":
        return Player(seat, home=b"\x1b[1;5H", bottom=LINES - 2, top=1)
    if program.name == "curses":
        return Player(seat, bottom=LINES - 2)
    return Player(seat, bottom=programs.list_bottom(seat.screen), top=seat.screen.line_of(CURSOR) or 0)


def place(players: dict[str, Player], line: Callable[[Player], int]) -> None:
    """Put the cursors where a round begins."""
    for player in players.values():
        player.to(line(player))


def rounds(
    bench: Bench, players: dict[str, Player], press: Callable[[Player], None], count: int, what: str
) -> None:
    """Press in all of them in turns, in a new order each round."""
    names = list(players)
    for done in range(count):
        bench.random.shuffle(names)
        for name in names:
            players[name].seat.settle(REST)
            time.sleep(bench.random.uniform(0, 0.03))
            press(players[name])
        if bench.late:
            say(f"keys: out of time after {done + 1} of {count} rounds of {what}")
            break


def _figures(players: dict[str, Player]) -> Figures:
    found: Figures = {"queue": "open"}
    for name, player in players.items():
        found["subject" if name == "desk" else f"baseline:{name}"] = told(player)
    for name in players.keys() - {"desk"}:
        found[f"ratio:{name}"] = {
            what: ratio(players["desk"].figures[what], presses)
            for what, presses in players[name].figures.items()
        }
    known, fresh = (_painted(players["desk"].figures[what]) for what in ("page_back", "page"))
    found["page_fresh_ratio"] = {
        "n": min(len(fresh), len(known)),
        "med": round(programs.middle(fresh) / max(0.001, programs.middle(known)), 3),
    }
    if "neomutt" not in players:
        found["skipped"] = "neomutt is not installed"
    return found


def told(player: Player) -> Figures:
    """Each kind of press of one program."""
    return {what: _summary(presses) for what, presses in player.figures.items()}


def _painted(presses: list[Press | None]) -> list[float]:
    return [press.first_ms for press in presses if press is not None]


def _summary(presses: list[Press | None]) -> Figures:
    done = [press for press in presses if press is not None]
    return {
        "first_ms": spread([press.first_ms for press in done]),
        "last_ms": spread([press.last_ms for press in done]),
        "bytes": round(programs.middle([press.bytes for press in done])),
        "never_painted": len(presses) - len(done),
    }


def ratio(subject: list[Press | None], baseline: list[Press | None]) -> Figures:
    """Paired ratios to the first and last byte, and of the pooled 95th percentiles."""
    pairs = [
        (one, other)
        for one, other in zip(subject, baseline, strict=False)
        if one is not None and other is not None
    ]
    if not pairs:
        return {"n": 0}
    ours, theirs = [one.first_ms for one, _other in pairs], [other.first_ms for _one, other in pairs]
    return {
        "first": paired(ours, theirs),
        "last": paired([one.last_ms for one, _other in pairs], [other.last_ms for _one, other in pairs]),
        "p95": round(percentile(ours, 0.95) / percentile(theirs, 0.95), 3),
    }
