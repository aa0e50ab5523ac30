"""The figures of a run, for people: one line on standard output, and JSON in the file WEBCARE_FIGURES."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

FILE = os.environ.get("WEBCARE_FIGURES")
"""Read at import: tests themselves never see the developer's variables."""


def report(name: str, **numbers: float) -> None:
    """Print the figures, and keep them under their name in the file."""
    sys.stdout.write(f"\n{name}: {', '.join(f'{what} {number}' for what, number in numbers.items())}\n")
    if FILE is None:
        return
    path = Path(FILE)
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**known, name: numbers}, indent=2) + "\n")
