"""How well the engines read: macro-F1 over labelled files, and milliseconds a message.

`python -m bench.understanding [FILE.tsv ...]`: text, tab, label (negative, neutral, positive) a line; lines
with another label are passed over. Without files it measures on the practice day. `unknown` counts as wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

from channels.practice.day import script
from sentiment.registry import load_engine

LABELS = ("negative", "neutral", "positive")


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    """Mean of the three F1 of (meant, said) pairs, 0 to 1."""
    shares: list[float] = []
    for label in LABELS:
        hits = sum(meant == said == label for meant, said in pairs)
        both = sum(meant == label for meant, _said in pairs) + sum(said == label for _meant, said in pairs)
        shares.append(2 * hits / both if both else 0.0)
    return sum(shares) / len(LABELS)


def main(paths: list[str]) -> None:
    """Print one line a file."""
    sets = {Path(path).stem: _read(Path(path)) for path in paths}
    sets = sets or {"practice": [(line.text, line.sentiment) for line in script()]}
    engine = load_engine("embedded")
    for name, rows in sets.items():
        started = perf_counter()
        pairs = [(label, engine.score(text).sentiment) for text, label in rows]
        spent = (perf_counter() - started) * 1000 / max(1, len(rows))
        right = sum(meant == said for meant, said in pairs) / max(1, len(pairs))
        print(f"{name:24} n {len(pairs):5} F1 {macro_f1(list(pairs)):.3f} right {right:.3f} {spent:.2f} ms")


def _read(path: Path) -> list[tuple[str, str]]:
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [(row[0], row[1]) for row in rows if len(row) > 1 and row[1] in LABELS]


if __name__ == "__main__":
    main(sys.argv[1:])
