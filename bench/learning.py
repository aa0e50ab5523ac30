"""How fast a desk learns a domain that its engine was not trained on.

`python -m bench.learning [FILE.tsv] [--orders 6] [--share 0.5] [--brands a,b] [--json FILE]`: text, label
a line. The file is put in several orders; of each, a part is held out and the rest comes in as mentions do:
the engine reads a message, the desk shows it, and where that is wrong an operator corrects it, in `--share`
of the cases; all other messages are closed as they stand, right or wrong. After so many messages the held-out
part is read. `unknown` counts as wrong. Ends with 1 where the gain at 500 messages is less than ten points.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import fmean

from desk.learned import Learning, base_of, nothing
from domain.learning import LABELS, Features, Lesson
from sentiment.features import features
from sentiment.protocol import Engine, Score
from sentiment.registry import load_engine

AIRLINE = Path(__file__).parents[2] / "shared" / "eval" / "en_airline_dev.tsv"
AIRLINES = ("VirginAmerica", "united", "SouthwestAir", "AmericanAir", "USAirways", "JetBlue", "Delta")
MARKS = (0, 100, 200, 300, 400, 500, 750, 1_000)
HELD_OUT = 1 / 3
GOAL_AT, GOAL = 500, 0.10


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled message, read once."""

    text: str
    label: str
    score: Score
    features: Features


@dataclass(frozen=True, slots=True)
class Mark:
    """How things stood after so many messages."""

    messages: int
    engine: float
    """Share of the held-out messages that the engine alone gets right."""

    learned: float
    """The same with what was learned, used or not."""

    shown: float
    """As the desk shows them: with what was learned once that is ahead."""

    on: bool


def stream(items: Sequence[Item], *, share: float, seed: int) -> list[Mark]:
    """Let the items come in, in an order of their own, and look up at each mark."""
    dice = Random(seed)
    order = list(items)
    dice.shuffle(order)
    held = order[: round(len(order) * HELD_OUT)]
    coming = order[len(held) :]
    known = {item.text: item.features for item in items}
    learning = nothing(lambda text, _lang, _brands: known[text])
    learned = learning.learned["sentiment"]
    marks = [_mark(learning, held, 0)]
    for number, item in enumerate(coming, 1):
        shown = learning.adjust(item.score, item.text, None, ()).sentiment
        corrected = shown != item.label and dice.random() < share
        final = item.label if corrected else shown
        learned.learn(item.features, Lesson(base_of(item.score, "sentiment"), final, corrected))
        if number in MARKS:
            marks.append(_mark(learning, held, number))
    return marks


def _mark(learning: Learning, held: Sequence[Item], messages: int) -> Mark:
    trial = learning.learned["sentiment"].trial
    on = trial.on
    shown = _right(learning, held)
    trial.on = True
    learned = _right(learning, held)
    trial.on = on
    return Mark(messages, fmean(one.score.sentiment == one.label for one in held), learned, shown, on)


def _right(learning: Learning, held: Sequence[Item]) -> float:
    said = (learning.adjust(one.score, one.text, None, ()).sentiment == one.label for one in held)
    return fmean(said)


def read(path: Path, engine: Engine, brands: tuple[str, ...], lang: str | None) -> list[Item]:
    """The labelled lines of a file; others are passed over."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [
        Item(
            row[0], row[1], engine.score(row[0], lang=lang, brands=brands), features(row[0], lang, brands)
        )
        for row in rows
        if len(row) > 1 and row[1] in LABELS["sentiment"]
    ]  # fmt: skip


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; 1 where the goal is missed, 2 where there is nothing to measure on."""
    asked = _arguments(words)
    if not asked.file.exists():
        print(f"{asked.file} is not there; name a file with text, tab and label a line")
        return 2
    engine = load_engine("embedded")
    items = read(asked.file, engine, tuple(asked.brands.split(",")), asked.lang)
    orders = [stream(items, share=asked.share, seed=seed) for seed in range(asked.orders)]
    print(f"{asked.file.name}: {len(items)} messages, {asked.orders} orders, {asked.share:.0%} of the errors "
          f"corrected; {engine.name} {engine.version}")  # fmt: skip
    print("messages  engine   with what was learned        shown     on")
    for marks in zip(*orders, strict=True):
        print(_row(marks))
    if asked.json is not None:
        told = [[{name: getattr(one, name) for name in Mark.__slots__} for one in marks] for marks in orders]
        asked.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    at_goal = [one for marks in orders for one in marks if one.messages == GOAL_AT]
    gain = fmean(one.learned - one.engine for one in at_goal) if at_goal else 0.0
    print(f"gain at {GOAL_AT} messages: {100 * gain:.1f} points; the goal is {100 * GOAL:.0f}")
    return 0 if gain >= GOAL else 1


def _row(marks: Sequence[Mark]) -> str:
    gains = [one.learned - one.engine for one in marks]
    engine, learned, shown = (
        fmean(getattr(one, name) for one in marks) for name in ("engine", "learned", "shown")
    )
    return (
        f"{marks[0].messages:8}   {engine:.3f}   {learned:.3f}  {fmean(gains):+.3f} ({min(gains):+.3f} to "
        f"{max(gains):+.3f})   {shown:.3f}  {sum(one.on for one in marks)} of {len(marks)}"
    )


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.learning", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=AIRLINE)
    parser.add_argument("--orders", type=int, default=6)
    parser.add_argument("--share", type=float, default=0.5)
    parser.add_argument("--lang", default=None)
    parser.add_argument("--brands", default=",".join(AIRLINES), help="the desk's own names, with commas")
    parser.add_argument("--json", type=Path, default=None)
    return parser.parse_args(words)


if __name__ == "__main__":
    raise SystemExit(main())
