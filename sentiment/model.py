"""The weights of the embedded engine: one byte a bucket and class, summed without any library.

The file: one line of JSON (classes of each head, scale of each class), then a float of 4 bytes for each dense
feature and class, then a signed byte, kept plus 128, for each bucket and class; little-endian, by row.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from sentiment.dense import NAMES
from sentiment.features import BUCKETS, Features

_ZERO: Final = 128


@dataclass(frozen=True, slots=True)
class Model:
    """Linear classifiers that share their features; each head is a softmax over its classes."""

    heads: tuple[tuple[str, tuple[str, ...]], ...]
    scales: tuple[float, ...]
    """What one step of a byte is worth, for each class of all heads in a row."""

    dense: tuple[float, ...]
    rows: bytes

    @property
    def width(self) -> int:
        """Classes of all heads together."""
        return len(self.scales)

    def powers(self, found: Features) -> list[float]:
        """What speaks for each class, before it is made into probabilities."""
        width, rows = self.width, self.rows
        powers = [0.0] * width
        for group, value in found.groups():
            bits = b"".join([rows[at * width : at * width + width] for at in group])
            off = _ZERO * len(group)
            for place in range(width):
                powers[place] += value * self.scales[place] * (sum(bits[place::width]) - off)
        for at, value in enumerate(found.dense):
            if value:
                row = self.dense[at * width : at * width + width]
                powers = [power + value * weight for power, weight in zip(powers, row, strict=True)]
        return powers

    def read(self, found: Features) -> dict[str, dict[str, float]]:
        """For each head the probability of each class."""
        powers = self.powers(found)
        said: dict[str, dict[str, float]] = {}
        start = 0
        for head, classes in self.heads:
            mine = powers[start : start + len(classes)]
            start += len(classes)
            most = max(mine)
            raised = [math.exp(power - most) for power in mine]
            whole = sum(raised)
            said[head] = {name: power / whole for name, power in zip(classes, raised, strict=True)}
        return said

    def speaking(self, found: Features, place: int, others: tuple[int, int]) -> list[tuple[float, str]]:
        """The words that speak for a class (by its place) and against two others, loudest first."""
        told: dict[str, float] = {}
        width, rows = self.width, self.rows
        mine, [one, another] = self.scales[place], [self.scales[other] / 2 for other in others]
        first, second = others
        nothing = _ZERO * (mine - one - another)
        for group, value in (found.groups()[0], found.groups()[2]):
            for at, words in group.items():
                start = at * width
                weight = (
                    rows[start + place] * mine - rows[start + first] * one - rows[start + second] * another
                )
                told[words] = told.get(words, 0.0) + (weight - nothing) * value
        return sorted(((weight, words) for words, weight in told.items() if weight > 0), reverse=True)


@cache
def shipped() -> Model:
    """The model that comes with the program; read once."""
    return loads((files("sentiment") / "weights" / "embedded.bin").read_bytes())


def loads(data: bytes) -> Model:
    """A model from the bytes of its file. Raises ValueError for a file that does not fit this program."""
    head, rest = data.split(b"\n", 1)
    told = json.loads(head)
    scales = tuple(float(scale) for scale in told["scales"])
    numbers = len(NAMES) * len(scales)
    if len(rest) != 4 * numbers + BUCKETS * len(scales):
        raise ValueError(f"{len(rest)} bytes of weights do not fit {len(NAMES)} and {BUCKETS} features")
    return Model(
        heads=tuple((name, tuple(classes)) for name, classes in told["heads"]),
        scales=scales,
        dense=struct.unpack(f"<{numbers}f", rest[: 4 * numbers]),
        rows=rest[4 * numbers :],
    )


def dumps(model: Model) -> bytes:
    """The bytes of the model's file."""
    head = json.dumps({"heads": model.heads, "scales": model.scales}, separators=(",", ":"))
    return head.encode() + b"\n" + struct.pack(f"<{len(model.dense)}f", *model.dense) + model.rows
