"""Train the coach's scorer on the development drafts: `python -m bench.coach.train [FOLDER]`.

A rule has two logistic regressions, one over the whole draft and one over its worst sentence. Which sentence
of a faulty reply is the fault, nobody said; so the second learns it in rounds: it begins with those that
the rule's phrases mark, or with all, and goes on with those that it rates highest. A third, of a few weights,
joins both, the rule's own verdict and the loudest of the other rules. It and the threshold are learned from
scores that the first two give to drafts that they have not seen, in folds of whole files, so of drafts that
were written in one go; drafts about the same mention stay together. The same drafts give the same file, byte
for byte.
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
from domain.coach.coach import FEW, Coach, stands
from domain.coach.features import Look, single, whole
from domain.coach.scorer import Model, Part, Scorer, voices

LEARNED: Final = (
    "redirect", "no_help", "joke_first", "deny_or_justify", "blame_colleague", "you_could_have_known",
    "no_empathy", "hot_air", "canned",
)  # fmt: skip
FOLDS: Final = 6
ROUNDS: Final = 3
PRECIOUS: Final = 1.9
"""What a share of precision is worth beside the same share of recall when a threshold is chosen."""

LEAST: Final = 0.65
"""No threshold has less precision."""

SETTLED: Final = 12
"""From so many remarks on their precision counts."""

USUAL: Final = (
    "dev-1",
    "dev-2",
    "dev-3",
    "dev-4",
    "dev-5",
    "dev-6",
    "dev-7",
    "dev-8",
    "dev-second",
    "dev-third-b",
    "dev-fifth",
    "dev-sixth",
)
"""Files in which faults are as frequent as their writers thought likely; the others seek the hard ones.
Thresholds are chosen for the frequency of a fault in these."""

KEPT: Final = 6_000
"""So many pieces of a part stay in the file, the weightiest."""

_SEED: Final = 7
_SAME_MENTION: Final = 30
"""Drafts whose mentions begin alike belong together."""

_WHOLE: Final = Scales(named=0.3, pieces=2.8)
_SENTENCE: Final = Scales(named=0.3, pieces=3.5)
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
    """Whole files, dealt out in a shuffled order; a mention that stands in two goes with the first."""
    files = sorted({item.part for item in items})
    dealt = {
        files[at]: place % FOLDS
        for place, at in enumerate(np.random.default_rng(_SEED).permutation(len(files)))
    }
    groups: dict[str, int] = {}
    return np.array(
        [groups.setdefault(item.draft.mention[:_SAME_MENTION].casefold(), dealt[item.part]) for item in items]
    )


def worth_of(items: Sequence[Item], wanted: Small) -> Matrix:
    """By rule, what a faulty draft counts so that faults are as frequent as usual; 1 without such files."""
    usual = np.array([item.part.startswith(USUAL) for item in items])
    if usual.all() or not usual.any():
        return np.ones(wanted.shape[1])
    here, there = (np.clip(wanted[rows].mean(0), 1e-3, 1 - 1e-3) for rows in (slice(None), usual))
    return np.asarray(there / (1 - there) / (here / (1 - here)), np.float64)


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


def _voices(wholes: Small, worsts: Small, fired: Small) -> Matrix:
    """Drafts by rules by voices."""
    drafts = zip(wholes.tolist(), worsts.tolist(), fired.tolist(), strict=True)
    return np.array([[voices(rule, *each) for rule in range(len(LEARNED))] for each in drafts])


def _joined(values: Matrix, wanted: Matrix, folds: Matrix) -> Matrix:
    """Each draft's probability from a joint that has not seen it."""
    sure = np.zeros(len(values))
    for fold in range(FOLDS):
        out = folds == fold
        share = join(values[~out], wanted[~out])
        total = np.column_stack([values[out], np.ones(out.sum())]) @ share
        sure[out] = 1 / (1 + np.exp(-np.clip(total, -30, 30)))
    return sure


def threshold(sure: Matrix, wanted: Matrix, counts: float = 1.0) -> float:
    """From which probability on the rule is raised: where precision and recall together are worth most."""
    order = np.argsort(-sure, kind="stable")
    hits = np.cumsum(wanted[order]) * counts
    precision = hits / np.cumsum(np.where(wanted[order] > 0, counts, 1.0))
    worth = precision * PRECIOUS + hits / max(1.0, wanted.sum() * counts)
    worth[precision < LEAST] -= 10
    worth[:SETTLED] -= 10
    best = int(np.argmax(worth))
    after = sure[order[best + 1]] if best + 1 < len(order) else 0.0
    return float((sure[order[best]] + after) / 2)


def train(items: Sequence[Item]) -> tuple[Scorer, dict[str, Matrix]]:
    """The scorer, and for each rule the drafts on which one that has not seen their file would raise it."""
    rules = load_rules().rules
    seen = see(items, Coach(rules, Scorer()))
    learned = learn_whole(seen), learn_sentences(seen)
    counts = worth_of(items, seen.wanted)
    spoken = _voices(learned[0].outside, learned[1].outside, seen.fired)
    better = {rule.id: rule.unless_rules for rule in rules.rules if rule.id in LEARNED}
    models: dict[str, Model] = {}
    raised: dict[str, Matrix] = {}
    for rule in sorted(LEARNED, key=lambda rule: len(better[rule])):  # those that others say better come last
        number = LEARNED.index(rule)
        about = np.flatnonzero(seen.concerned[:, number])
        values = spoken[about, number]
        wanted = seen.wanted[about, number].astype(float)
        sure = _joined(values, wanted, seen.folds[about])
        for other in better[rule]:
            sure[raised.get(other, np.zeros(len(items), bool))[about]] = 0.0
        raised[rule] = np.zeros(len(items), bool)
        raised[rule][about] = _raised(sure, wanted, seen.folds[about], float(counts[number]))
        *shares, bias = map(float, join(values, wanted))
        models[rule] = Model(
            bias, threshold(sure, wanted, float(counts[number])), tuple(shares),
            _part(learned[0], number, _WHOLE), _part(learned[1], number, _SENTENCE),
        )  # fmt: skip
    return Scorer({rule: models[rule] for rule in LEARNED}), raised


def _raised(sure: Matrix, wanted: Matrix, folds: Matrix, counts: float) -> Matrix:
    """Where the rule is raised, each fold by a threshold that was chosen without it."""
    found = np.zeros(len(sure), bool)
    for fold in range(FOLDS):
        out = folds == fold
        found[out] = sure[out] >= threshold(sure[~out], wanted[~out], counts)
    return found


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
    items: Sequence[Item], scorer: Scorer, raised: Mapping[str, Matrix]
) -> list[frozenset[str]]:
    """What the coach says of each draft when the scorer has not seen its file."""
    rules = load_rules().rules
    coach, by_id = Coach(rules, Scorer()), {rule.id: rule for rule in rules.rules}
    said: list[frozenset[str]] = []
    for number, item in enumerate(items):
        view = coach.view(item.draft)
        fired = coach.fired(view)
        found = set(fired)
        if view.reply.length >= FEW:
            found -= {rule for rule in fired.keys() & scorer.models.keys()
                      if not stands(by_id[rule], view, fired[rule])}  # fmt: skip
        found |= {rule for rule in scorer.models if raised[rule][number]}
        said.append(frozenset(rule for rule in found if found.isdisjoint(by_id[rule].unless_rules)))
    return said


def main(folder: Path) -> None:
    """Write the weights beside the rules."""
    items = read_items("dev", folder)
    if not items:
        sys.exit(f"There are no dev-*.jsonl in {folder}.")
    scorer, _raised_outside = train(items)
    target = Path(__file__).parents[2] / "config" / "coach" / WEIGHTS_FILE
    target.write_text(scorer_text(scorer), "utf-8")
    print(f"{target.name}: {len(items)} drafts, {len(scorer.models)} models, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
