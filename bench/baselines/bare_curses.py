"""The least that a list in a terminal can be: curses, all rows in memory. `bare_curses.py DATABASE ROWS`.

It shows where the terminal itself is the limit: no event loop, no styles but one, nothing redrawn that curses
does not find changed.
"""

from __future__ import annotations

import curses
import locale
import sqlite3
import sys
from contextlib import closing

SQL = (
    "SELECT substr(platform, 1, 2), contact_name, preview FROM conversation"
    " ORDER BY last_at DESC, id DESC LIMIT ?"
)
MARK = "\u258c"


def lines(database: str, rows: int) -> list[str]:
    """One line a conversation."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found = connection.execute(SQL, (rows,)).fetchall()
    return [f" 1:23  {channel}  {name:24.24}  {text:.100}" for channel, name, text in found]


def show(screen: curses.window, rows: list[str]) -> None:
    """Paint, and move on keys until `q`."""
    curses.curs_set(0)
    curses.raw()
    screen.idlok(True)  # noqa: FBT003 - curses' own: scroll by the terminal's means
    screen.scrollok(True)  # noqa: FBT003
    height, width = screen.getmaxyx()
    page, top, cursor = height - 1, 0, 0
    while True:
        for line in range(page):
            place = top + line
            mark = MARK if place == cursor else " "
            text = mark + rows[place] if place < len(rows) else ""
            screen.move(line, 0)
            screen.clrtoeol()
            screen.addnstr(line, 0, text, width - 1, curses.A_BOLD if place == cursor else curses.A_NORMAL)
        screen.refresh()
        key = screen.getch()
        if key == ord("q"):
            return
        cursor = _moved(key, cursor, page)
        cursor = max(0, min(cursor, len(rows) - 1))
        before = top
        top = max(0, min(top, cursor)) if cursor < top else max(top, cursor - page + 1)
        if abs(top - before) == 1:
            screen.scroll(top - before)


def _moved(key: int, cursor: int, page: int) -> int:
    steps = {ord("j"): 1, ord("k"): -1, 4: page, 21: -page, ord("g"): -cursor}
    return cursor + steps.get(key, 0)


if __name__ == "__main__":
    locale.setlocale(locale.LC_ALL, "")
    curses.wrapper(show, lines(sys.argv[1], int(sys.argv[2])))
