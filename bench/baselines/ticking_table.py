"""A DataTable whose first column changes every second: `python ticking_table.py`."""

from __future__ import annotations

import os

for _name, _value in (("FPS", "240"), ("ANIMATIONS", "none"), ("SMOOTH_SCROLL", "0")):
    os.environ.setdefault(f"TEXTUAL_{_name}", _value)  # read by Textual at its import; as the desk sets them

from textual.app import App, ComposeResult  # noqa: E402
from textual.coordinate import Coordinate  # noqa: E402
from textual.widgets import DataTable  # noqa: E402

ROWS = 46
TEXT = "Even een vraag: de put op de hoek blijft maar druppelen. Mijn buren hebben hetzelfde. " * 2


class Ticking(App[None]):
    """One table with a clock in each row, as the desk's list has it."""

    def __init__(self) -> None:
        super().__init__()
        self._second = 0

    def compose(self) -> ComposeResult:
        """The table."""
        yield DataTable(cursor_type="row", zebra_stripes=False)

    def on_mount(self) -> None:
        """Fill it, and let it tick."""
        table = self.query_one(DataTable)
        table.add_columns("due", "channel", "contact", "text")
        for row in range(ROWS):
            table.add_row(self._due(row), "MA", f"Anouk van der Laan {row}", TEXT)
        self.set_interval(1.0, self._tick)

    def _due(self, row: int) -> str:
        left = 480 + 5 * row - self._second
        return f"{left // 60:02}:{left % 60:02}"

    def _tick(self) -> None:
        self._second += 1
        table = self.query_one(DataTable)
        for row in range(ROWS):
            table.update_cell_at(Coordinate(row, 0), self._due(row))


if __name__ == "__main__":
    Ticking().run()
