"""Train the coach's scorer on the development drafts: `python -m bench.coach.train [FOLDER]`.

A rule has two logistic regressions, one over the whole draft and one over its worst sentence. Which sentence
of a faulty reply is the fault, nobody said; so the second learns it in rounds: it begins with those that
the rule's phrases mark, or with all, and goes on with those that it rates highest. A third, of a few weights,
joins both and the rule's own verdict. It and the threshold are learned from scores that the first two
give to drafts that they have not seen, in folds that keep drafts about the same mention together. The same
drafts give the same file, byte for byte.
"""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # sums in one order, on every machine

import numpy as np

from bench.coach.corpus import FOLDER, Item, read_items
from bench.coach.kernel import Matrix, Rows, Scales, Small, fit, rows_of, weights
from config.coach_rules import load_rules
from config.coach_scorer import WEIGHTS_FILE, scorer_text
from domain.coach.coach import FEW, Coach
from domain.coach.features import Look, single, whole
from domain.coach.scorer import Model, Part, Scorer

LEARNED: Final = (
    "redirect", "no_help", "joke_first", "deny_or_justify", "blame_colleague", "you_could_have_known",
    "no_empathy", "hot_air", "canned",
)  # fmt: skip
FOLDS: Final = 5
ROUNDS: Final = 3
SURE: Final = 0.92
"""The precision that a threshold must keep in cross-validation."""

KEPT: Final = 3_600
"""So many pieces of a part stay in the file, the weightiest."""

_SEED: Final = 7
_SAME_MENTION: Final = 30
"""Drafts whose mentions begin alike belong together."""

_WHOLE: Final = Scales(named=0.3, reply=4.0)
_SENTENCE: Final = Scales(named=0.3, reply=6.0)
_PULL: Final = (1.0, 1.5)
_STEPS: Final = (80, 40)
_UNSAID: Final = -6.0
"""The score of a reply without a word."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The drafts as numbers; matrices are drafts by rules."""

    looks: tuple[Look, ...]
    sentences: tuple[Look, ...]
    owner: Matrix
    """By sentence, its draft."""

    concerned: Small
    wanted: Small
    fired: Small
    folds: Matrix

    @property
    def trained(self) -> Small:
        """Drafts by folds, and a last column for all: 1 where a fold's model may see the draft."""
        apart = [self.folds != fold for fold in range(FOLDS)]
        return np.stack([*apart, np.ones(len(self.looks), bool)], 1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Learned:
    """One way of looking, learned for all rules and folds."""

    rows: Rows
    shares: Small
    bias: Small
    outside: Small
    """Drafts by rules: the score by the model that has not seen the draft."""


def see(items: Sequence[Item], coach: Coach) -> Seen:
    """Read all drafts."""
    views = [coach.view(item.draft) for item in items]
    fired = [coach.fired(view) for view in views]
    apart = [single(view, found) for view, found in zip(views, fired, strict=True)]
    return Seen(
        tuple(whole(view, frozenset(found)) for view, found in zip(views, fired, strict=True)),
        tuple(look for looks in apart for look in looks),
        np.repeat(np.arange(len(items)), [len(looks) for looks in apart]),
        np.array([[coach.concerns(rule, view) for rule in LEARNED] for view in views], np.float32),
        np.array([[rule in item.labels for rule in LEARNED] for item in items], np.float32),
        np.array([[rule in found for rule in LEARNED] for found in fired], np.float32),
        _folds(items),
    )


def _folds(items: Sequence[Item]) -> Matrix:
    groups: dict[str, int] = {}
    for number in np.random.default_rng(_SEED).permutation(len(items)):
        groups.setdefault(items[number].draft.mention[:_SAME_MENTION], len(groups) % FOLDS)
    return np.array([groups[item.draft.mention[:_SAME_MENTION]] for item in items])


def _by_fold(values: Small) -> Small:
    """A column a rule becomes one for each of its folds."""
    return np.repeat(values, FOLDS + 1, axis=1)


def _outside(scores: Small, seen: Seen) -> Small:
    """Of each draft the scores of the fold that left it out."""
    cube = scores.reshape(len(scores), len(LEARNED), FOLDS + 1)
    return np.asarray(cube[np.arange(len(scores)), :, seen.folds.astype(int)])


def learn_whole(seen: Seen) -> Learned:
    """The models over the whole draft."""
    rows = rows_of(seen.looks, _WHOLE)
    counts = np.tile(seen.trained, (1, len(LEARNED))) * _by_fold(seen.concerned)
    shares, bias = fit(rows.likeness, _by_fold(seen.wanted), counts, _PULL[0], _STEPS[0])
    return Learned(rows, shares, bias, _outside(rows.likeness @ shares + bias, seen))


def learn_sentences(seen: Seen) -> Learned:
    """The models over single sentences."""
    rows = rows_of(seen.sentences, _SENTENCE)
    owner = seen.owner.astype(int)
    wanted = _by_fold(seen.wanted)[owner]
    counted = (np.tile(seen.trained, (1, len(LEARNED))) * _by_fold(seen.concerned))[owner]
    hit = np.array([[f"s:f:{rule}" in look.named for rule in LEARNED] for look in seen.sentences])
    among = np.bincount(owner, minlength=len(seen.looks))[owner][:, None]
    guilty = np.where(_by_fold(hit), 1.0, 1.0 / among)
    shares: Small | None = None
    best: Small = np.zeros((0, 0), np.float32)
    for _round in range(ROUNDS):
        counts = (counted * np.where(wanted > 0, guilty, 1.0)).astype(np.float32)
        shares, bias = fit(rows.likeness, wanted, counts, _PULL[1], _STEPS[1], shares)
        scores = rows.likeness @ shares + bias
        best = np.full((len(seen.looks), scores.shape[1]), _UNSAID, np.float32)
        np.maximum.at(best, owner, scores)
        guilty = np.where((scores >= best[owner] - 1e-6) | (scores > 0), 1.0, 0.0)
    assert shares is not None
    return Learned(rows, shares, bias, _outside(best, seen))


def join(values: Matrix, wanted: Matrix) -> Matrix:
    """The weights of a small regression, its bias last, by Newton's method."""
    wide = np.column_stack([values, np.ones(len(values))])
    pull = np.append(np.full(values.shape[1], 5e-4), 1e-8) * len(values)
    found = np.zeros(wide.shape[1])
    for _step in range(25):
        sure = 1 / (1 + np.exp(-np.clip(wide @ found, -30, 30)))
        bend = (wide.T * (sure * (1 - sure))) @ wide + np.diag(pull)
        found -= np.linalg.solve(bend, wide.T @ (sure - wanted) + pull * found)
    return found


def _joined(values: Matrix, wanted: Matrix, folds: Matrix) -> Matrix:
    """Each draft's probability from a joint that has not seen it."""
    sure = np.zeros(len(values))
    for fold in range(FOLDS):
        out = folds == fold
        share = join(values[~out], wanted[~out])
        total = np.column_stack([values[out], np.ones(out.sum())]) @ share
        sure[out] = 1 / (1 + np.exp(-np.clip(total, -30, 30)))
    return sure


def threshold(sure: Matrix, wanted: Matrix) -> float:
    """From which probability on the rule is raised: precise first, and then as often as that allows."""
    order = np.argsort(-sure, kind="stable")
    hits = np.cumsum(wanted[order])
    precision = hits / np.arange(1, len(hits) + 1)
    worth = np.minimum(precision, SURE) * 3 + hits / max(1.0, wanted.sum())
    best = int(np.argmax(worth))
    after = sure[order[best + 1]] if best + 1 < len(order) else 0.0
    return float((sure[order[best]] + after) / 2)


def train(items: Sequence[Item]) -> tuple[Scorer, dict[str, Matrix]]:
    """The scorer, and for each rule the probabilities from cross-validation."""
    seen = see(items, Coach(load_rules().rules, Scorer()))
    learned = learn_whole(seen), learn_sentences(seen)
    models: dict[str, Model] = {}
    outside: dict[str, Matrix] = {}
    for number, rule in enumerate(LEARNED):
        about = seen.concerned[:, number] > 0
        both = [each.outside[about, number].astype(float) for each in learned]
        values = np.column_stack([*both, seen.fired[about, number]])
        wanted = seen.wanted[about, number].astype(float)
        sure = _joined(values, wanted, seen.folds[about])
        outside[rule] = np.zeros(len(items))
        outside[rule][about] = sure
        whole_share, worst_share, fired_share, bias = map(float, join(values, wanted))
        parts = [
            _part(each, number, scales) for each, scales in zip(learned, (_WHOLE, _SENTENCE), strict=True)
        ]
        models[rule] = Model(
            bias, threshold(sure, wanted), whole_share, worst_share, fired_share, parts[0], parts[1]
        )
    return Scorer(models), outside


def _part(learned: Learned, number: int, scales: Scales) -> Part:
    """The last column's model of a rule, in whole steps, the small weights left out."""
    column = (number + 1) * (FOLDS + 1) - 1
    named, pieces = weights(learned.rows, learned.shares[:, column], scales)
    least = np.sort(np.abs(pieces))[-KEPT]
    pieces = np.where(np.abs(pieces) >= least, pieces, 0.0)
    step = float(np.abs(pieces).max()) / 127 or 1.0
    return Part(
        float(learned.bias[column]), named, step, array("b", np.round(pieces / step).astype(int).tolist())
    )


def judged_outside(
    items: Sequence[Item], scorer: Scorer, outside: Mapping[str, Matrix]
) -> list[frozenset[str]]:
    """What the coach says of each draft when the scorer has not seen its mention."""
    coach = Coach(load_rules().rules, Scorer())
    said: list[frozenset[str]] = []
    for number, item in enumerate(items):
        view = coach.view(item.draft)
        found = set(coach.fired(view))
        if view.reply.length >= FEW:
            found -= set(scorer.models)
        found |= {rule for rule, model in scorer.models.items() if outside[rule][number] >= model.raises}
        said.append(frozenset(found))
    return said


def main(folder: Path) -> None:
    """Write the weights beside the rules."""
    items = read_items("dev", folder)
    if not items:
        sys.exit(f"There are no dev-*.jsonl in {folder}.")
    scorer, _outside_scores = train(items)
    target = Path(__file__).parents[2] / "config" / "coach" / WEIGHTS_FILE
    target.write_text(scorer_text(scorer), "utf-8")
    print(f"{target.name}: {len(items)} drafts, {len(scorer.models)} models, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
