"""Train the coach's scorer on the development drafts: `python -m bench.coach.train [FOLDER]`.

One logistic regression a rule over what `domain.coach.features` sees, the rules' own verdicts among it, with
a strong pull to zero on single words: half a thousand drafts teach how acts weigh, not what words mean.
Thresholds come from cross-validation, in folds that keep drafts about the same mention together. The same
drafts give the same file, byte for byte.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.coach.corpus import FOLDER, Item, read_items
from config.coach_rules import load_rules
from config.coach_scorer import WEIGHTS_FILE, scorer_text
from domain.coach.coach import Coach
from domain.coach.features import features
from domain.coach.scorer import Model, Scorer

LEARNED: Final = (
    "redirect", "no_help", "joke_first", "deny_or_justify", "blame_colleague", "you_could_have_known",
    "no_empathy", "hot_air", "canned",
)  # fmt: skip
FOLDS: Final = 10
STEPS: Final = 200
SURE: Final = 0.92
"""The precision that a threshold must keep in cross-validation."""

SMALLEST: Final = 0.012
"""Weights nearer to zero are left out of the file."""

_SEED: Final = 7
_SAME_MENTION: Final = 30
"""Drafts whose mentions begin alike belong together."""

_PULL: Final = {"own": 0.3, "act": 6.0, "word": 25.0}
_COMMON: Final = {"w:": 5, "p:": 8}
"""In how many drafts a word or a pair must stand."""

_ALWAYS: Final = 3

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """The drafts as numbers."""

    names: tuple[str, ...]
    values: Matrix
    """Drafts by features."""

    concerned: Mapping[str, NDArray[np.bool_]]
    """By rule, the drafts that it is about."""

    wanted: Mapping[str, NDArray[np.bool_]]
    fired: Mapping[str, NDArray[np.bool_]]
    folds: NDArray[np.int64]


def see(items: Sequence[Item], coach: Coach) -> Seen:
    """Read all drafts."""
    views = [coach.view(item.draft) for item in items]
    fired = [coach.fired(view) for view in views]
    rows = [features(view, frozenset(found)) for view, found in zip(views, fired, strict=True)]
    names = _common(rows)
    place = {name: number for number, name in enumerate(names)}
    values = np.zeros((len(items), len(names)))
    for number, row in enumerate(rows):
        for name, value in row.items():
            if name in place:
                values[number, place[name]] = value
    return Seen(
        names,
        values,
        {rule: np.array([coach.concerns(rule, view) for view in views]) for rule in LEARNED},
        {rule: np.array([rule in item.labels for item in items]) for rule in LEARNED},
        {rule: np.array([rule in found for found in fired]) for rule in LEARNED},
        _folds(items),
    )


def _common(rows: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
    counts = Counter(name for row in rows for name in row)
    return tuple(sorted(name for name, count in counts.items() if count >= _COMMON.get(name[:2], _ALWAYS)))


def _folds(items: Sequence[Item]) -> NDArray[np.int64]:
    groups: dict[str, int] = {}
    order = np.random.default_rng(_SEED).permutation(len(items))
    for number in order:
        groups.setdefault(items[number].draft.mention[:_SAME_MENTION], len(groups) % FOLDS)
    return np.array([groups[item.draft.mention[:_SAME_MENTION]] for item in items])


def fit(seen: Seen, rule: str, rows: NDArray[np.bool_]) -> tuple[Matrix, float]:
    """Weights and bias on some drafts, by accelerated gradient descent."""
    values, wanted = seen.values[rows], seen.wanted[rule][rows].astype(float)
    pull = np.array([_pull(name, rule) for name in seen.names])
    rate = 1.0 / (0.25 * _largest(values) + pull.max())
    weights = ahead = np.zeros(values.shape[1])
    bias = float(np.log((wanted.sum() + 1) / (len(wanted) - wanted.sum() + 1)))
    pace = 1.0
    for _step in range(STEPS):
        wrong = _squash(values @ ahead + bias) - wanted
        moved = ahead - rate * (values.T @ wrong + pull * ahead)
        bias -= 2.0 * float(wrong.mean())
        quicker = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead = moved + (pace - 1) / quicker * (moved - weights)
        weights, pace = moved, float(quicker)
    return weights, bias


def _pull(name: str, rule: str) -> float:
    if name == f"f:{rule}":
        return _PULL["own"]
    return _PULL["word"] if name[:2] in _COMMON else _PULL["act"]


def _largest(values: Matrix) -> float:
    """The largest eigenvalue of the values' square, by power iteration."""
    vector = np.ones(values.shape[1])
    size = 1.0
    for _step in range(30):
        vector = values.T @ (values @ vector)
        size = float(np.linalg.norm(vector)) or 1.0
        vector /= size
    return size


def _squash(total: Matrix) -> Matrix:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(total, -30, 30))))


def crossed(seen: Seen, rule: str) -> Matrix:
    """Each draft's probability from a model that has not seen its mention."""
    found = np.zeros(len(seen.folds))
    for fold in range(FOLDS):
        held = seen.folds == fold
        weights, bias = fit(seen, rule, ~held & seen.concerned[rule])
        found[held] = _squash(seen.values[held] @ weights + bias)
    return np.asarray(found * seen.concerned[rule])


def thresholds(seen: Seen, rule: str, sure: Matrix) -> tuple[float, float]:
    """From where the scorer raises the rule alone, and below which it takes back what phrases found."""
    wanted, fired = seen.wanted[rule], seen.fired[rule]
    best, found = -1.0, (1.01, 0.0)
    for raises in np.arange(0.3, 1.01, 0.05):
        for keeps in np.arange(0.0, 0.61, 0.05):
            said = (fired & (sure >= keeps)) | (~fired & (sure >= raises) & seen.concerned[rule])
            hits, all_said = int((said & wanted).sum()), int(said.sum())
            precision = hits / all_said if all_said else 1.0
            recall = hits / max(1, int(wanted.sum()))
            worth = min(precision, SURE) * 3 + recall
            if worth > best + 1e-9:
                best, found = worth, (float(raises), float(keeps))
    return found


def train(items: Sequence[Item]) -> tuple[Scorer, dict[str, Matrix], Seen]:
    """The scorer, and for each rule the probabilities from cross-validation."""
    seen = see(items, Coach(load_rules().rules, Scorer()))
    models: dict[str, Model] = {}
    outside: dict[str, Matrix] = {}
    for rule in LEARNED:
        outside[rule] = crossed(seen, rule)
        raises, keeps = thresholds(seen, rule, outside[rule])
        weights, bias = fit(seen, rule, seen.concerned[rule])
        kept = {
            name: float(weight)
            for name, weight in zip(seen.names, weights, strict=True)
            if abs(weight) >= SMALLEST
        }
        models[rule] = Model(bias, raises, keeps, kept)
    return Scorer(models), outside, seen


def judged_outside(
    items: Sequence[Item], scorer: Scorer, outside: Mapping[str, Matrix], seen: Seen
) -> list[frozenset[str]]:
    """What the coach says of each draft when the scorer has not seen its mention."""
    coach = Coach(load_rules().rules, Scorer())
    said: list[frozenset[str]] = []
    for number, item in enumerate(items):
        found = set(coach.fired(coach.view(item.draft)))
        for rule, model in scorer.models.items():
            sure = outside[rule][number]
            if rule in found and sure < model.keeps:
                found.discard(rule)
            elif rule not in found and sure >= model.raises and seen.concerned[rule][number]:
                found.add(rule)
        said.append(frozenset(found))
    return said


def main(folder: Path) -> None:
    """Write the weights beside the rules."""
    items = read_items("dev", folder)
    if not items:
        sys.exit(f"There are no dev-*.jsonl in {folder}.")
    scorer, _outside, _seen = train(items)
    target = Path(__file__).parents[2] / "config" / "coach" / WEIGHTS_FILE
    rounded = Scorer({rule: replace(model) for rule, model in scorer.models.items()})
    target.write_text(scorer_text(rounded), "utf-8")
    print(f"{target.name}: {len(items)} drafts, {len(scorer.models)} models, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
