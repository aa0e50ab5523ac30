"""A picture goes along with a reply at a real terminal, and is seen as that terminal can show it."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing

import pytest

from tests.terminal.conftest import mention
from tests.terminal.driver import ANSWERS, Terminal
from tests.terminal.ecma48 import strangers
from tests.terminal.workplace import Workplace
from tui.overlays import FIRST_ID

pillow = pytest.importorskip("PIL.Image")

ATTACH, REVIEW = "\x06", "\n"
QUESTIONS = ("\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\", "\x1b[16t", "\x1b[c")
KITTY = dict(zip(QUESTIONS, (b"\x1b_Gi=31;OK\x1b\\", b"\x1b[6;20;10t", b"\x1b[?62;22c"), strict=True))
SIXEL = dict(zip(QUESTIONS[1:], (b"\x1b[6;20;10t", b"\x1b[?62;4;22c"), strict=True))
PLAIN = {QUESTIONS[2]: b"\x1b[?62;22c"}


def picture(workplace: Workplace) -> None:
    """Red above blue, in the operator's home."""
    made = pillow.new("RGB", (60, 60), (200, 0, 0))
    made.paste((0, 0, 200), (0, 30, 60, 60))
    content = io.BytesIO()
    made.save(content, "PNG")
    (workplace.folder / "home" / "lantaarn.png").write_bytes(content.getvalue())


def describing(terminal: Terminal) -> None:
    """Open the composer, choose the picture, and be asked what it shows."""
    terminal.wait_for("1 of 1")
    terminal.type("r")
    terminal.wait_for("PUBLIC")
    terminal.type(ATTACH)
    terminal.wait_for("Attach a picture or film", "lantaarn.png")
    terminal.type("la\t")
    terminal.wait_for("~/lantaarn.png", "PNG, 60 × 60")
    terminal.press("enter")
    terminal.wait_for("What does lantaarn.png show?")


def told(terminal: Terminal, start: str) -> list[str]:
    """The sequences that begin so."""
    return [token.raw for token in terminal.tokens if token.raw.startswith(start)]


def test_half_blocks_have_the_colours_of_the_picture(workplace: Workplace) -> None:
    picture(workplace)
    workplace.bring_in(mention(1))
    with workplace.desk() as terminal:
        terminal.answers = {**ANSWERS, **PLAIN}
        describing(terminal)
        terminal.wait_for("▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀")
        rows = [y for y, line in enumerate(terminal.lines) if "▀▀▀▀" in line]
        cells = [terminal._screen.buffer[y][3] for y in (rows[0], rows[-1])]
        assert [(cell.fg, cell.bg) for cell in cells] == [("c80000", "c80000"), ("0000c8", "0000c8")]
        terminal.type("Een lantaarn")
        terminal.press("enter")
        terminal.wait_for("+ lantaarn.png", "“Een lantaarn”")
        terminal.wait_gone("▀")
        terminal.type(REVIEW)
        terminal.wait_for("Goes out as it stands here", "“Een lantaarn”", "nothing blocks")
        terminal.type("y")
        terminal.wait_for("goes out in")
        assert strangers(terminal.tokens, also=frozenset(QUESTIONS)) == []
    with closing(sqlite3.connect(workplace.database)) as connection:
        found = connection.execute("SELECT name, alt, facts FROM outbox_attachment").fetchall()
    assert [row[:2] for row in found] == [("lantaarn.png", "Een lantaarn")]
    assert json.loads(found[0][2])["width"] == 60


def test_kitty_draws_it_and_lets_go_of_it(workplace: Workplace) -> None:
    picture(workplace)
    workplace.bring_in(mention(1))
    drawn, deleted = f"\x1b_Ga=T,f=100,i={FIRST_ID}"[:-4], f"\x1b_Ga=d,d=I,i={FIRST_ID}"[:-4]
    with workplace.desk() as terminal:
        terminal.answers = {**ANSWERS, **KITTY}
        describing(terminal)
        terminal.wait_until(lambda: bool(told(terminal, drawn)))
        assert ",c=6,r=3,m=0;" in told(terminal, drawn)[-1]
        terminal.wait_gone("▀")
        terminal.type("Een lantaarn")
        terminal.wait_for("   Een lantaarn")
        assert "Gi=31" not in terminal.text
        before = len(told(terminal, drawn))
        terminal.resize(100, 30)
        terminal.wait_until(lambda: len(told(terminal, drawn)) > before)
        assert len(told(terminal, deleted)) == before
        terminal.press("enter")
        terminal.wait_until(lambda: len(told(terminal, deleted)) == len(told(terminal, drawn)))
        terminal.type(ATTACH)
        terminal.wait_until(lambda: len(told(terminal, drawn)) > len(told(terminal, deleted)))
        terminal.process.terminate()
        assert terminal.wait_end() == 0
        assert len(told(terminal, deleted)) == len(told(terminal, drawn))
        order = [token.raw for token in terminal.tokens]
        assert order.index(told(terminal, deleted)[-1]) < order.index("\x1b[?1049l")


def test_sixels_are_drawn_and_written_over(workplace: Workplace) -> None:
    picture(workplace)
    workplace.bring_in(mention(1))
    with workplace.desk() as terminal:
        terminal.answers = {**ANSWERS, **SIXEL}
        describing(terminal)
        terminal.wait_until(lambda: bool(told(terminal, "\x1bP0;1q")))
        assert told(terminal, "\x1bP0;1q")[-1].startswith('\x1bP0;1q"1;1;60;60')
        drawn = len(terminal.tokens)
        terminal.press("escape")
        terminal.wait_for("was not attached")
        terminal.settle()
        after = "".join(token.raw for token in terminal.tokens[drawn:])
        assert "\x1bP" not in after
        assert " " * 6 in after


def test_a_terminal_that_never_answers_delays_nobody(workplace: Workplace) -> None:
    picture(workplace)
    workplace.bring_in(mention(1))
    with workplace.desk() as terminal:
        describing(terminal)
        terminal.wait_for("▀▀▀▀")
        terminal.press("escape")
        terminal.wait_for("was not attached")
        terminal.process.terminate()
        assert terminal.wait_end() == 0
        assert terminal.settings == terminal.sane
