"""The same rows in Textual's DataTable: `python datatable_list.py DATABASE ROWS`."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing

for _name, _value in (("FPS", "240"), ("ANIMATIONS", "none"), ("SMOOTH_SCROLL", "0")):
    os.environ.setdefault(f"TEXTUAL_{_name}", _value)  # read by Textual at its import; as the desk sets them

from rich.text import Text  # noqa: E402
from textual.app import App, ComposeResult  # noqa: E402
from textual.binding import Binding  # noqa: E402
from textual.widgets import DataTable  # noqa: E402

SQL = (
    "SELECT '1:23', sentiment, substr(platform, 1, 2), contact_name, preview FROM conversation"
    " ORDER BY last_at DESC, id DESC LIMIT ?"
)


class Table(DataTable[Text]):
    """A table that moves on the desk's keys."""

    BINDINGS = [  # noqa: RUF012 - as Textual has it
        Binding("j", "cursor_down"),
        Binding("k", "cursor_up"),
        Binding("ctrl+d", "page_down"),
        Binding("ctrl+u", "page_up"),
        Binding("ctrl+home", "scroll_top"),
    ]


class Listing(App[None]):
    """One table; the bar in its first column marks nothing, the cursor is the table's own."""

    def __init__(self, database: str, rows: int) -> None:
        super().__init__()
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            self._found = connection.execute(SQL, (rows,)).fetchall()

    def compose(self) -> ComposeResult:
        """The table."""
        yield Table(cursor_type="row", zebra_stripes=False)

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(Table)
        table.add_columns("due", "mood", "channel", "contact", "text")
        for row in self._found:
            table.add_row(*(Text(each) for each in row))


if __name__ == "__main__":
    Listing(sys.argv[1], int(sys.argv[2])).run()
