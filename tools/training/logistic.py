"""Multinomial logistic regression on sparse rows, the same bits every time: no threads, no randomness.

Sums go through `numpy.add.reduceat` and elementwise arithmetic, never through a BLAS, whose order of adding
depends on the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_MEMORY = 8
_ARMIJO = 1e-4
_SMALLEST_STEP = 1e-6


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix, by row and by column; only columns that occur are in it."""

    columns: NDArray[Any]
    """The feature that each column of the small matrix is."""

    starts: NDArray[Any]
    at: NDArray[Any]
    values: Floats
    by_column: NDArray[Any]
    """Order of the entries by column."""

    column_starts: NDArray[Any]
    row_of: NDArray[Any]

    def times(self, weights: Floats) -> Floats:
        """Rows by classes, from columns by classes."""
        return np.stack(
            [
                np.add.reduceat(weights[self.at, one] * self.values, self.starts)
                for one in range(weights.shape[1])
            ],
            axis=1,
        )

    def gathered(self, errors: Floats) -> Floats:
        """Columns by classes, from rows by classes."""
        values, rows = self.values[self.by_column], self.row_of[self.by_column]
        return np.stack(
            [
                np.add.reduceat(errors[rows, one] * values, self.column_starts)
                for one in range(errors.shape[1])
            ],
            axis=1,
        )


def rows_of(mappings: Sequence[dict[int, float]]) -> Rows:
    """The matrix of these messages; every message has at least one feature."""
    lengths = np.array([len(one) for one in mappings])
    features = np.array([index for one in mappings for index in one])
    values = np.array([value for one in mappings for value in one.values()], dtype=np.float64)
    columns, at = np.unique(features, return_inverse=True)
    order = np.argsort(at, kind="stable")
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    column_starts = np.searchsorted(at[order], np.arange(len(columns)))
    row_of = np.repeat(np.arange(len(mappings)), lengths)
    return Rows(columns, starts, at, values, order, column_starts, row_of)


def fit(rows: Rows, wanted: Floats, penalty: Floats, steps: int) -> Floats:
    """Weights (columns by classes) after so many steps of L-BFGS from zero.

    `wanted` is rows by classes, each row adding up to 1; `penalty` is the L2 penalty of each column.
    """
    shape = (len(rows.columns), wanted.shape[1])

    def loss(weights: Floats) -> tuple[float, Floats]:
        powers = rows.times(weights.reshape(shape))
        top = powers.max(axis=1, keepdims=True)
        whole = np.log(np.exp(powers - top).sum(axis=1, keepdims=True)) + top
        cost = float((wanted * (whole - powers)).sum())
        shrunk = penalty[:, None] * weights.reshape(shape)
        cost += 0.5 * float((shrunk * weights.reshape(shape)).sum())
        slope = rows.gathered(np.exp(powers - whole) - wanted) + shrunk
        return cost, slope.ravel()

    return _descend(loss, np.zeros(shape[0] * shape[1]), steps).reshape(shape)


def _descend(loss: Callable[[Floats], tuple[float, Floats]], point: Floats, steps: int) -> Floats:
    cost, slope = loss(point)
    past: list[tuple[Floats, Floats, float]] = []
    for _ in range(steps):
        direction = _direction(slope, past)
        length = 1.0 if past else 1.0 / max(1.0, float(np.abs(slope).sum()))
        downhill = _dot(slope, direction)
        while True:
            moved = point + length * direction
            new_cost, new_slope = loss(moved)
            if new_cost <= cost + _ARMIJO * length * downhill or length < _SMALLEST_STEP:
                break
            length /= 2
        step, change = moved - point, new_slope - slope
        bend = _dot(step, change)
        if bend > 0:
            past = [*past[-_MEMORY + 1 :], (step, change, 1.0 / bend)]
        point, cost, slope = moved, new_cost, new_slope
    return point


def _direction(slope: Floats, past: list[tuple[Floats, Floats, float]]) -> Floats:
    """The two-loop recursion of L-BFGS (Nocedal and Wright, algorithm 7.4)."""
    direction = -slope
    shares: list[float] = []
    for step, change, rho in reversed(past):
        share = rho * _dot(step, direction)
        shares.append(share)
        direction = direction - share * change
    if past:
        step, change, rho = past[-1]
        direction = direction * (1.0 / (rho * _dot(change, change)))
    for (step, change, rho), share in zip(past, reversed(shares), strict=True):
        direction = direction + (share - rho * _dot(change, direction)) * step
    return direction


def _dot(one: Floats, other: Floats) -> float:
    return float((one * other).sum())
