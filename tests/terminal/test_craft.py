"""A reply at a real terminal: a faulty one is mended by the coach, a promise is kept, and it is sent."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.terminal.conftest import mention
from tests.terminal.workplace import Workplace

FAULTY = "Bel daarvoor onze klantenservice op 0800-1234567, zij helpen je verder. We bellen je morgen terug."
NEXT, TAKE, REVIEW = "\x0c", "\x12", "\n"


def test_a_faulty_reply_is_mended_and_its_promise_kept(workplace: Workplace) -> None:
    workplace.bring_in(mention(1, "Mijn pakket is al een week te laat. Waar blijft het?"))
    with workplace.desk() as terminal:
        terminal.wait_for("1 of 1")
        terminal.type("r")
        terminal.wait_for("PUBLIC", "Dutch")
        terminal.type(FAULTY)
        terminal.wait_for("! mind", "promise", "keep it")
        terminal.type(NEXT)
        terminal.wait_for("Ctrl+R take it")
        terminal.type(TAKE)
        terminal.wait_gone("0800-1234567")
        terminal.type(REVIEW)
        terminal.wait_for("Goes out as it stands here", "1 promise will be kept")
        terminal.type("y")
        terminal.wait_for("goes out in")
        terminal.type("gp")
        terminal.wait_for("promises 1", "promised")
    with closing(sqlite3.connect(workplace.database)) as connection:
        bodies = connection.execute("SELECT body FROM outbox").fetchall()
        promises = connection.execute("SELECT what, state, due_at IS NOT NULL FROM promise").fetchall()
    assert "0800-1234567" not in bodies[0][0]
    assert "We bellen je morgen terug." in bodies[0][0]
    assert promises == [("call", "open", 1)]
