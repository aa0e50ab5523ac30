"""From labelled mentions to the weights file of the embedded engine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import numpy as np

from sentiment.corpus import KINDS, Mention
from sentiment.dense import NAMES
from sentiment.features import BUCKETS, SIZE, features
from sentiment.model import Model
from tools.training.logistic import Floats, Rows, fit, rows_of

SENTIMENTS: Final = ("negative", "neutral", "positive")
URGENCIES: Final = ("0", "1", "2", "3")
HEADS: Final = (("sentiment", SENTIMENTS), ("kind", KINDS), ("urgency", URGENCIES))
STEPS: Final = 60
_PENALTIES: Final = {"sentiment": (0.6, 1.0), "kind": (0.1, 0.2), "urgency": (0.6, 1.0)}
"""L2 penalties of hashed and of dense features; those of sentiment make its probabilities come true."""


def train(mentions: Sequence[Mention], steps: int = STEPS) -> Model:
    """The model of these mentions; the same mentions in the same order give the same bytes."""
    rows = rows_of([numbers(mention) for mention in mentions])
    learned = [fit(rows, _wanted(mentions, head), _penalties(rows, head), steps) for head, _classes in HEADS]
    return _packed(rows, np.concatenate(learned, axis=1))


def numbers(mention: Mention) -> dict[int, float]:
    """A mention's features, read as its desk would."""
    return features(mention.text, mention.language, (mention.brand,))


def fingerprint(mentions: Sequence[Mention]) -> str:
    """A hash of all that training sees: every feature of every mention, and its labels."""
    digest = hashlib.sha256()
    for mention in mentions:
        seen = sorted((index, round(value, 9)) for index, value in numbers(mention).items())
        digest.update(repr((mention.sentiment, mention.kind, mention.urgency, seen)).encode())
    return digest.hexdigest()


def _wanted(mentions: Sequence[Mention], head: str) -> Floats:
    classes = dict(HEADS)[head]
    wanted = np.zeros((len(mentions), len(classes)))
    for row, mention in enumerate(mentions):
        label = str(getattr(mention, head))
        for one in ("negative", "positive") if label == "mixed" else (label,):
            wanted[row, classes.index(one)] = 0.5 if label == "mixed" else 1.0
    return wanted


def _penalties(rows: Rows, head: str) -> Floats:
    return np.where(rows.columns < BUCKETS, *_PENALTIES[head])


def _packed(rows: Rows, learned: Floats) -> Model:
    whole = np.zeros((SIZE, learned.shape[1]))
    whole[rows.columns] = learned
    hashed = whole[:BUCKETS]
    scales = np.maximum(np.abs(hashed).max(axis=0), 1e-9) / 127
    steps = np.rint(hashed / scales).astype(np.int16) + 128
    dense = whole[BUCKETS:].astype("<f4")
    assert dense.shape[0] == len(NAMES)
    return Model(
        heads=HEADS,
        scales=tuple(float(scale) for scale in scales.astype(np.float32)),
        dense=tuple(float(weight) for weight in dense.ravel()),
        rows=steps.astype(np.uint8).tobytes(),
    )
