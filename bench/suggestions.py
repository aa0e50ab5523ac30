"""How often the right answer is among the suggestions, over time, against two baselines.

`python -m bench.suggestions [--seeds N] [--steps N] [--topics held|tuning|all] [--rows N]
[--json PATH]`. Replays histories
whose truth is known (`bench/lib/suggestion_history.py`) and the practice day. At each mention all three give
three answers from what was answered before; then the mention gets the answer of the history, whatever they
said.
Both baselines are told which answers are the same, ours has to find out.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from bench.lib.suggestion_desk import Replay
from bench.lib.suggestion_history import Matters, Step, generated
from bench.lib.suggestion_practice import practised
from bench.lib.suggestion_speed import timed
from domain.clock import MINUTE
from sentiment.registry import load_engine

START = 1_750_000_000_000
PARTS = 6
WAYS = ("ours", "untaught", "bm25", "most_used")
Hits = dict[str, list[list[int]]]
"""By way: for each step, whether the right one was first, and among three."""


def play(history: Sequence[Step], seed: int) -> tuple[Hits, list[float]]:
    """Hits of each way, and the milliseconds of ours."""
    engine = load_engine("embedded")
    desk, silent = Replay(engine, START), Replay(engine, START)
    chance = Random(seed)
    hits: Hits = {way: [] for way in WAYS}
    spent: list[float] = []
    for step in history:
        conversation, score = desk.mention(step)
        silent.mention(step)
        now = START + step.at + MINUTE
        began = time.perf_counter()
        shown = desk.ours(conversation, now)
        spent.append((time.perf_counter() - began) * 1e3)
        answers = [desk.answer_of[one.source.reply] for one in shown]
        said = {
            "ours": answers,
            "untaught": [silent.answer_of[one.source.reply] for one in silent.ours(conversation, now)],
            "bm25": desk.bm25(step, conversation),
            "most_used": desk.most_used(step.lang, score.kind),
        }
        for way, given in said.items():
            hits[way].append([int(step.right in given[:1]), int(step.right in given)])
        took, told = _choice(chance, answers, step)
        if told and shown:
            desk.teach(conversation, shown, took, now)
        desk.answer(step, conversation, score)
        silent.answer(step, conversation, score)
    return hits, spent


def _choice(chance: Random, answers: Sequence[str], step: Step) -> tuple[int | None, bool]:
    """What an operator does with the three: (place taken or None, whether they said anything).

    They mostly see which is right, sometimes take what they would have sent anyway, and do not always bother
    to refuse.
    """
    roll = chance.random()
    if step.right in answers and roll < 0.75:
        return answers.index(step.right), True
    if step.sent in answers and roll < 0.9:
        return answers.index(step.sent), True
    return None, roll < 0.6


def figures(
    name: str, plays: Sequence[tuple[Hits, list[float]]], *, grows: bool = False
) -> dict[str, object]:
    """Mean hits in each part of the history, over all plays; `grows` where that is promised."""
    spent = sorted(one for _hits, all_spent in plays for one in all_spent)
    result: dict[str, object] = {
        "name": name, "grows": grows, "plays": len(plays),
        "mentions": sum(len(hits["ours"]) for hits, _spent in plays),
        "ms": {"median": round(spent[len(spent) // 2], 2), "p95": round(spent[len(spent) * 95 // 100], 2)},
    }  # fmt: skip
    for way in WAYS:
        parts: list[list[list[int]]] = [[] for _each in range(PARTS)]
        for hits, _spent in plays:
            for place, hit in enumerate(hits[way]):
                parts[place * PARTS // len(hits[way])].append(hit)
        result[way] = {
            "hit@1": [_mean(part, 0) for part in parts],
            "hit@3": [_mean(part, 1) for part in parts],
            "all": [_mean([one for part in parts for one in part], at) for at in (0, 1)],
        }
    return result


def _mean(hits: Sequence[Sequence[int]], place: int) -> float:
    return round(sum(hit[place] for hit in hits) / max(1, len(hits)), 3)


def table(result: dict[str, object]) -> str:
    """For a person: a line for each way and each count."""
    lines = [
        f"{result['name']}: {result['plays']} plays, {result['mentions']} mentions, ours {result['ms']} ms"
    ]
    for at in ("hit@1", "hit@3"):
        for way in WAYS:
            found = result[way]
            if isinstance(found, dict):
                cells = "  ".join(f"{value:.2f}" for value in found[at])
                lines.append(f"  {at} {way:10} {cells}   all {found['all'][at == 'hit@3']:.3f}")
    return "\n".join(lines)


def verdict(result: dict[str, object]) -> list[str]:
    """What was promised and does not hold: better than both baselines, and growing."""
    broken: list[str] = []
    ours = result["ours"]
    for place, at in enumerate(("hit@1", "hit@3")):
        for way in ("bm25", "most_used"):
            theirs = result[way]
            if (
                isinstance(ours, dict)
                and isinstance(theirs, dict)
                and ours["all"][place] <= theirs["all"][place]
            ):
                broken.append(f"{result['name']}: {at} does not beat {way}")
        if result["grows"] and isinstance(ours, dict) and ours[at][-1] <= ours[at][0]:
            broken.append(f"{result['name']}: {at} does not grow")
    return broken


def main() -> int:
    """Print tables, keep JSON; exit 1 where a promise does not hold."""
    asked = _arguments()
    matters = Matters.read()
    half = len(matters.topics) // 2
    topics = {"tuning": matters.topics[:half], "held": matters.topics[half:], "all": matters.topics}[
        asked.topics
    ]
    seeds = range(asked.first, asked.first + asked.seeds)
    results = [
        figures(
            f"generated ({asked.topics})",
            [play(generated(seed, asked.steps, topics, matters), seed) for seed in seeds],
            grows=True,
        ),
        figures("practice", [play(practised(seed), seed) for seed in seeds]),
    ]
    broken = [sentence for result in results for sentence in verdict(result)]
    for result in results:
        print(table(result))
    speed = timed(asked.rows) if asked.rows else None
    if speed is not None:
        print(f"on {asked.rows:,} messages: {speed}")
    for sentence in broken:
        print(sentence)
    if asked.json is not None:
        asked.json.write_text(
            json.dumps({"schema": 1, "results": results, "speed": speed, "broken": broken}, indent=1) + "\n",
            "utf-8",
        )
    return 1 if broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.suggestions", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="histories")
    parser.add_argument("--first", type=int, default=101, help="the first seed")
    parser.add_argument("--steps", type=int, default=1_000, help="mentions in a generated history")
    parser.add_argument("--topics", choices=("tuning", "held", "all"), default="all")
    parser.add_argument("--rows", type=int, default=0, help="also time it on a file of so many messages")
    parser.add_argument("--json", type=Path, default=None, metavar="PATH")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
