"""Write docs/keys.md from the table of keys: `python -m tools.keys` writes, `--check` only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from tui.keymap import PLACES, key_name
from tui.keys import shipped

PAGE = Path("docs/keys.md")
HEAD = """# Keys

Made by `python -m tools.keys` from `tui/keys.py`; `?` shows the same in the program. A number before a key
repeats it where the table says so. The name in the last column is what `keys:` in the configuration maps to
other keys.
"""


def page() -> str:
    """The whole page."""
    keymap = shipped()
    parts = [HEAD]
    shown: set[str] = set()
    for place, title in PLACES.items():
        keys = [key for key in keymap.at(place) if key.id not in shown]
        if not keys:
            continue
        shown |= {key.id for key in keys}
        parts += [f"\n## {title}\n", "| key | does | name |", "|---|---|---|"]
        for key in keys:
            names = " ".join(f"`{key_name(one)}`".replace("|", "\\|") for one in key.keys)
            count = " (count)" if key.counts else ""
            parts.append(f"| {names} | {key.says}{count} | `{key.id}` |")
    return "\n".join(parts) + "\n"


def main() -> int:
    """Write or compare; 1 when the page is not what the table says."""
    if "--check" in sys.argv[1:]:
        return int(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
