"""How well the coach judges: `python -m bench.coach [--only PART] [--folder FOLDER] [--json FILE]`.

Precision, recall and F1 a rule on the unseen drafts, where there are any, and on those it was made with:
there the learned part judges each draft by a model that has not seen its file. `--only` measures one part.
`--fuzz N` shows it N mangled drafts instead (`--fuzz 1000000` is the whole run); nothing may raise.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from threading import Thread
from time import perf_counter, process_time, sleep

from bench.coach.corpus import FOLDER, Item, read_items
from bench.coach.fuzz import fuzz
from bench.coach.measures import Tally, false_alarms, interval, macro, tallies
from config.coach_rules import load_coach, load_rules
from domain.coach.coach import Coach
from domain.coach.draft import Draft

ROUNDS = 20
LENGTHS = (280, 2_000)


def main() -> None:
    """Measure and print; the JSON holds the same figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--only", choices=("unseen", "dev", "speed"), default=None)
    parser.add_argument("--fuzz", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.fuzz:
        print(
            fuzz(
                chosen.fuzz,
                chosen.seed,
                read_items("dev", chosen.folder),
            )
        )
        return
    found: dict[str, object] = {"speed": speed()}
    for part in ("unseen", "dev"):
        items = read_items(part, chosen.folder) if chosen.only in {None, part} else ()
        if items:
            found[part] = report(part, items, said_of(part, items))
    print(json.dumps(found["speed"]))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")


def said_of(part: str, items: Sequence[Item]) -> list[frozenset[str]]:
    """The rules that the coach raises on each draft."""
    if part == "dev":
        from bench.coach.train import judged_outside, train  # noqa: PLC0415 - numpy, for this part alone

        return judged_outside(items, *train(items))
    coach = load_coach()
    return [frozenset(remark.rule for remark in coach.remarks(item.draft)) for item in items]


def report(part: str, items: Sequence[Item], said: Sequence[frozenset[str]]) -> Mapping[str, object]:
    """Print a part's table and give it as values."""
    found = tallies(items, said)
    levels = {rule.id: rule.level for rule in load_rules().rules.rules}
    good, loud, any_ = false_alarms(items, said, levels)
    print(f"\n{part}: {len(items)} drafts" + (", the learned part cross-validated" if part == "dev" else ""))
    print(f"{'rule':22} {'n':>4} {'precision':>22} {'recall':>22} {'F1':>5}")
    for rule, tally in found.items():
        print(f"{rule:22} {tally.wanted:4} {_share(tally.right, tally.right + tally.wrong)} "
              f"{_share(tally.right, tally.wanted)} {tally.f1:5.2f}")  # fmt: skip
    precision, recall, f1 = macro(found)
    print(f"{'macro':22} {'':4} {precision:22.3f} {recall:22.3f} {f1:5.2f}")
    print(f"good replies with a warning: {_share(loud, good)} of {good}; with any remark: {any_}")
    return {
        "drafts": len(items),
        "rules": {rule: _values(tally) for rule, tally in found.items()},
        "macro": {"precision": precision, "recall": recall, "f1": f1},
        "good": {"n": good, "warned": loud, "interval": interval(loud, good), "any_remark": any_},
    }


def _share(hits: int, of: int) -> str:
    low, high = interval(hits, of)
    return f"{hits / of if of else 1:6.2f} ({low:.2f} to {high:.2f})".rjust(22)


def _values(tally: Tally) -> Mapping[str, object]:
    raised = tally.right + tally.wrong
    return {
        "n": tally.wanted,
        "raised": raised,
        "right": tally.right,
        "precision": tally.precision,
        "precision_95": interval(tally.right, raised),
        "recall": tally.recall,
        "recall_95": interval(tally.right, tally.wanted),
        "f1": tally.f1,
    }


def speed() -> Mapping[str, float]:
    """CPU milliseconds: making the coach, its first look, and its usual look at a short and a long draft.

    `gap` is the longest time for which a thread beside the coach's did not come to run: what a key may wait
    for while a draft is read. A thread may keep the others waiting for five milliseconds at a time.
    """
    text = (
        "Hoi Sanne, wat vervelend dat je al drie weken op je pakket wacht. Ik heb het nagevraagd bij onze "
        "planning: het staat sinds vanmorgen in Utrecht en wordt donderdag voor 17:00 bezorgd. We gaan "
        "kijken wat er mis ging. "
    )
    mention = "Waar blijft mijn pakket??? Al drie weken wachten!"
    drafts = [Draft((text * 10)[:length], mention, "nl", "facebook", "public", "Sanne") for length in LENGTHS]
    started = process_time()
    coach = load_coach()
    made = process_time()
    coach.remarks(drafts[-1])
    first = process_time()
    found = {
        "making_ms": round((made - started) * 1000, 1),
        "first_ms": round((first - made) * 1000, 1),
    }
    for length, draft in zip(LENGTHS, drafts, strict=True):
        begun = process_time()
        for _round in range(ROUNDS):
            coach.remarks(draft)
        found[f"usual_{length}_ms"] = round((process_time() - begun) / ROUNDS * 1000, 2)
        found[f"gap_{length}_ms"] = round(_gap(coach, draft) * 1000, 1)
    return found


def _gap(coach: Coach, draft: Draft) -> float:
    """The median, over rounds, of the longest pause of a waiting thread while another reads the draft."""
    gaps: list[float] = []
    for _round in range(ROUNDS):
        reader = Thread(target=coach.remarks, args=(draft,))
        reader.start()
        last, longest = perf_counter(), 0.0
        while reader.is_alive():
            sleep(0.0002)
            now = perf_counter()
            longest, last = max(longest, now - last), now
        reader.join()
        gaps.append(longest)
    return median(gaps)


if __name__ == "__main__":
    main()
