"""Many logistic regressions at once, over the likeness of drafts instead of over their many features.

With a pull to zero on all weights, the best weights are a sum of the drafts' own features. So a model is one
number a draft, and all rules and folds are learned together by products of one square matrix.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from domain.coach.features import Look
from domain.coach.grams import BUCKETS, Grams
from domain.coach.scorer import SHARES

Matrix = NDArray[np.float64]
Small = NDArray[np.float32]
Name = TypeVar("Name", int, str)

_DENSE: Final = 150
"""Pieces that stand in more drafts than this are multiplied as columns, the others place by place."""

_CHUNK: Final = 1_024
_USUAL: Final = 4.0
"""The logarithm of how rare a piece is whose weight is 1."""

_COMMON: Final = 3
"""In how many drafts a piece or a name must stand."""


@dataclass(frozen=True, slots=True)
class Scales:
    """How much the parts of a draft count beside each other."""

    named: float
    pieces: float


@dataclass(frozen=True, slots=True)
class Rows:
    """Drafts, or sentences, as rows of features."""

    names: tuple[str, ...]
    named: Matrix
    places: tuple[NDArray[np.int64], ...]
    """By row, the buckets that it has."""

    values: tuple[Matrix, ...]
    """Their values, scaled."""

    rarity: Matrix
    """By bucket, what its rarity makes it count."""

    likeness: Small


def rows_of(looks: Sequence[Look], scales: Scales) -> Rows:
    """Count, scale and compare."""
    names = _common(look.named for look in looks)
    place = {name: number for number, name in enumerate(names)}
    named = np.zeros((len(looks), len(names)))
    for number, look in enumerate(looks):
        for name, value in look.named.items():
            if name in place:
                named[number, place[name]] = value * scales.named
    rarity = _rarity(looks)
    places, values = [], []
    for look in looks:
        pieces = [
            _scaled(grams, scales.pieces * share) for grams, share in zip(look.pieces, SHARES, strict=True)
        ]
        where = np.concatenate([each[0] for each in pieces])
        worth = np.concatenate([each[1] for each in pieces]) * rarity[where]
        chosen = rarity[where] > 0
        places.append(where[chosen])
        values.append(worth[chosen])
    likeness = (named @ named.T).astype(np.float32) + _likeness(places, values)
    return Rows(names, named, tuple(places), tuple(values), rarity, likeness)


def _rarity(looks: Sequence[Look]) -> Matrix:
    """By bucket the root of its weight by rarity, nothing where it stands in too few drafts."""
    counts = np.zeros(BUCKETS)
    for look in looks:
        counts[list(frozenset[int]().union(*look.pieces))] += 1
    rarity = np.sqrt(np.log(max(2, len(looks)) / np.maximum(counts, 1)) / _USUAL)
    return np.asarray(np.where(counts >= _COMMON, np.nan_to_num(rarity), 0.0))


def _common(rows: Iterable[Iterable[Name]]) -> tuple[Name, ...]:
    counts: Counter[Name] = Counter()
    for names in rows:
        counts.update(names)
    return tuple(sorted(name for name, count in counts.items() if count >= _COMMON))


def _scaled(grams: Grams, scale: float) -> tuple[NDArray[np.int64], Matrix]:
    where = np.array(sorted(grams), dtype=np.int64)
    return where, np.full(len(where), scale / max(1.0, np.sqrt(len(where))))


def _likeness(places: Sequence[NDArray[np.int64]], values: Sequence[Matrix]) -> Small:
    count = len(places)
    row = np.repeat(np.arange(count), [len(each) for each in places])
    where, worth = np.concatenate(places), np.concatenate(values).astype(np.float32)
    order = np.argsort(where, kind="stable")
    row, where, worth = row[order], where[order], worth[order]
    edges = np.flatnonzero(np.diff(where)) + 1
    starts, ends = np.concatenate([[0], edges]), np.concatenate([edges, [len(where)]])
    found = np.zeros((count, count), np.float32)
    columns = []
    for start, end in zip(starts, ends, strict=True):
        if end - start > _DENSE:
            columns.append((start, end))
        else:
            at, share = row[start:end], worth[start:end]
            found[np.ix_(at, at)] += np.outer(share, share)
    for first in range(0, len(columns), _CHUNK):
        chunk = columns[first : first + _CHUNK]
        block = np.zeros((count, len(chunk)), np.float32)
        for number, (start, end) in enumerate(chunk):
            np.add.at(block[:, number], row[start:end], worth[start:end])
        found += block @ block.T
    return found


def fit(
    likeness: Small, wanted: Small, counts: Small, pull: float, steps: int, start: Small | None = None
) -> tuple[Small, Small]:
    """A share for each row and a bias, for each column of `wanted`; rows count as `counts` says."""
    size = _largest(likeness)
    rate = np.float32(1.0 / (0.25 * float(counts.max()) * size + pull))
    shares: Small = np.zeros_like(wanted) if start is None else start
    ahead = shares
    positive = (wanted * counts).sum(0) + 1.0
    bias = np.log(positive / (((1 - wanted) * counts).sum(0) + 1.0))
    whole = counts.sum(0) + 1.0
    pace = 1.0
    for _step in range(steps):
        wrong = (squash(likeness @ ahead + bias) - wanted) * counts
        moved = np.asarray(ahead - rate * (wrong + pull * ahead), np.float32)
        bias = bias - 2.0 * wrong.sum(0) / whole
        quicker = (1 + (1 + 4 * pace * pace) ** 0.5) / 2
        ahead = np.asarray(moved + (pace - 1) / quicker * (moved - shares), np.float32)
        shares, pace = moved, quicker
    return shares, bias


def _largest(likeness: Small) -> float:
    vector = np.ones(len(likeness), np.float32)
    size = 1.0
    for _step in range(20):
        vector = likeness @ vector
        size = float(np.linalg.norm(vector)) or 1.0
        vector = vector / np.float32(size)
    return size


def squash(total: Small) -> Small:
    """Probabilities."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(total, -30, 30))), np.float32)


def weights(rows: Rows, shares: Small, scales: Scales) -> tuple[Mapping[str, float], Matrix]:
    """One model's weights by name, and by bucket, out of its shares."""
    named = rows.named.T @ shares * scales.named
    found = np.zeros(BUCKETS)
    for where, worth, share in zip(rows.places, rows.values, shares, strict=True):
        found[where] += worth * float(share)
    return dict(zip(rows.names, named.tolist(), strict=True)), found * scales.pieces * rows.rarity
