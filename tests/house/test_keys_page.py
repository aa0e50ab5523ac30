"""docs/keys.md says what the keys do."""

from __future__ import annotations

from tools.keys import PAGE, page


def test_the_page_is_the_table() -> None:
    """After a change of keys: `python -m tools.keys`."""
    assert PAGE.read_text(encoding="utf-8") == page()
