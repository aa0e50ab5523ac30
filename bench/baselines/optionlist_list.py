"""The same rows in Textual's OptionList: `python optionlist_list.py DATABASE ROWS`."""

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
from textual.widgets import OptionList, Static  # noqa: E402
from textual.widgets.option_list import Option  # noqa: E402

SQL = (
    "SELECT substr(platform, 1, 2), contact_name, preview FROM conversation"
    " ORDER BY last_at DESC, id DESC LIMIT ?"
)


class Options(OptionList):
    """A list that moves on the desk's keys."""

    BINDINGS = [  # noqa: RUF012 - as Textual has it
        Binding("j", "cursor_down"),
        Binding("k", "cursor_up"),
        Binding("ctrl+d", "page_down"),
        Binding("ctrl+u", "page_up"),
        Binding("ctrl+home", "first"),
    ]


class Listing(App[None]):
    """One list without a border, a line a row."""

    CSS = "OptionList { border: none; height: 1fr; padding: 0; }"

    def __init__(self, database: str, rows: int) -> None:
        super().__init__()
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            self._found = connection.execute(SQL, (rows,)).fetchall()

    def compose(self) -> ComposeResult:
        """The list, between two lines that never change."""
        yield Static("options")
        lines = (f"  1:23  {channel}  {name:24.24}  {text:.100}" for channel, name, text in self._found)
        yield Options(*(Option(Text(line, no_wrap=True, overflow="ellipsis")) for line in lines))
        yield Static("-")

    def on_mount(self) -> None:
        """The cursor on the first row."""
        options = self.query_one(Options)
        options.highlighted = 0
        options.focus()


if __name__ == "__main__":
    Listing(sys.argv[1], int(sys.argv[2])).run()
