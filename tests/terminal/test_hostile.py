"""Whatever the public writes, a real terminal hears nothing of it: every byte is read, on every surface."""

from __future__ import annotations

import re
import sqlite3
import sys
from contextlib import closing

import pytest

from tests.terminal.conftest import mention
from tests.terminal.driver import Terminal
from tests.terminal.ecma48 import inside_sequences, strangers
from tests.terminal.sitting import leave
from tests.terminal.workplace import Workplace
from tests.tui.corpus import HOSTILE

LINES = frozenset({"\r", "\n"})
"""A whole screen is painted line by line; CR and LF stand between them."""

BELL = frozenset({"\x07"})


def _nonce(number: int) -> str:
    return f"q{number:03}z"


def _poison(number: int, text: str) -> str:
    """The text with a nonce before, inside and after it."""
    nonce, half = _nonce(number), len(text) // 2
    return f"{nonce} {text[:half]}{nonce}{text[half:]} {nonce}"


POISON = tuple(_poison(number, text) for number, text in enumerate(HOSTILE))
NONCES = tuple(map(_nonce, range(len(POISON))))
REFUSED = tuple(_nonce(number) for number, text in enumerate(HOSTILE) if re.search("[\ud800-\udfff]", text))
"""Half a character cannot be stored: `import` puts these lines in quarantine."""


@pytest.fixture
def imported(workplace: Workplace) -> Workplace:
    """Every hostile text came in by `webcare import`, as name, handle and message."""
    lines = []
    for number, text in enumerate(POISON):
        printable = "".join(character for character in text if character.isprintable())[:100]
        lines.append(mention(number, text, name=text, handle=f"{_nonce(number)}{printable}"))
    workplace.bring_in(*lines)
    return workplace


@pytest.fixture
def planted(imported: Workplace) -> Workplace:
    """And then somebody wrote them into the database raw, past every cleaning that intake does."""
    with closing(sqlite3.connect(imported.database)) as connection, connection:
        connection.execute("INSERT OR REPLACE INTO channel_health (channel, error) VALUES ('toots', '')")
        rows = connection.execute("SELECT id, contact_id, remote_id FROM message").fetchall()
        for message_id, contact_id, remote_id in rows:
            raw = POISON[int(remote_id.removeprefix("post-"))].replace("\ud800", "").replace("\udfff", "")
            connection.execute(
                "UPDATE message SET text = ?, permalink = ? WHERE id = ?", (raw, raw, message_id)
            )
            connection.execute("UPDATE contact SET name = ? WHERE id = ?", (raw, contact_id))
            connection.execute("UPDATE contact_handle SET handle = ? WHERE contact_id = ?", (raw, contact_id))
            connection.execute(
                "UPDATE conversation SET contact_name = ?, handle = ?, preview = ? WHERE contact_id = ?",
                (raw, raw, raw, contact_id),
            )
            connection.execute("UPDATE channel_health SET error = error || ?", (raw[:40],))
    return imported


def _walk(terminal: Terminal) -> None:
    """The list, each conversation, and each contact card."""
    terminal.wait_for(f"1 of {_shown(terminal)}")
    terminal.press("v")
    for place in range(2, _shown(terminal) + 1):
        terminal.press("j")
        terminal.wait_for(f"{place} of ")
    terminal.press("g", "g")
    terminal.wait_for("1 of ")
    terminal.press("v")


def _shown(terminal: Terminal) -> int:
    terminal.wait_for(" of ")
    return int(terminal.line_with(" of ").split(" of ")[1].split()[0])


def _read_each(terminal: Terminal) -> None:
    """Wait at each of the first rows until its conversation is painted too."""
    for place in range(1, 8):
        terminal.wait_for(f"{place} of ")
        row = terminal.lines[2 + place - 1]
        nonce = row[row.index("q") : row.index("q") + 5]
        terminal.wait_until(lambda nonce=nonce: sum(nonce in line for line in terminal.lines) > 1)  # type: ignore[misc]
        terminal.press("j")
    terminal.press("g", "g")


def _search(terminal: Terminal) -> None:
    terminal.press("/")
    terminal.wait_for("Search everything")
    terminal.type(f"{_nonce(2)} OR {_nonce(3)}")
    terminal.press("enter")
    terminal.wait_gone("Search everything")
    terminal.settle()
    terminal.press("escape")
    terminal.wait_for("1 of ")


def _answer(terminal: Terminal) -> None:
    """Composer, review, countdown and outbox, with pasted poison in the text itself."""
    terminal.press("g", "g", "r")
    terminal.wait_for("PUBLIC")
    # A paste ends at its own end mark, so what follows one inside the poison would be keys: leave it out.
    terminal.type("\x1b[200~" + "".join(POISON[2:12]).replace("\x1b[201~", "") + "\x1b[201~")
    terminal.wait_for("of 500")
    terminal.settle()
    terminal.press("ctrl+j")
    terminal.wait_for("Goes out as it stands here")
    terminal.press("e")
    terminal.wait_gone("Goes out as it stands here")
    terminal.press("escape")
    terminal.wait_gone("PUBLIC")
    terminal.press("j", "r")
    terminal.wait_for("PUBLIC")
    terminal.type("Om negen uur.")
    terminal.press("ctrl+j")
    terminal.wait_for("Goes out as it stands here")
    terminal.press("y")
    terminal.wait_for("calls it back")
    terminal.press("g", "o")
    terminal.wait_for(" Outbox")
    terminal.press("q")
    terminal.wait_gone(" Outbox")


def _judge(terminal: Terminal) -> None:
    assert strangers(terminal.tokens, also=LINES | BELL) == []
    assert inside_sequences(terminal.tokens, NONCES) == []
    painted = "".join(token.raw for token in terminal.tokens if token.kind == "text")
    assert tuple(nonce for nonce in NONCES if nonce not in painted) == REFUSED


@pytest.fixture
def everywhere(request: pytest.FixtureRequest) -> Workplace:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.mark.parametrize("everywhere", ["imported", "planted"], indirect=True)
def test_nothing_hostile_is_told_to_the_terminal(everywhere: Workplace) -> None:
    with everywhere.desk() as terminal:
        _walk(terminal)
        _read_each(terminal)
        _search(terminal)
        _answer(terminal)
        leave(terminal)
        _judge(terminal)
    sys.stdout.write(f"{len(terminal.tokens)} tokens, none a stranger\n")
