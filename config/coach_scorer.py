"""The learned weights of the coach, a file beside its rules.

Lines of tab-separated fields. `model`, a rule, its bias, its threshold and what each voice
counts open a rule's; `part` lines give a
bias, the scale of the hashed pieces and their weights (a signed byte a bucket, deflated, in base 85). All
other lines are a named feature with its weight per part in their order, in hundredths, `.` where it has none.
"""

from __future__ import annotations

import zlib
from array import array
from base64 import b85decode, b85encode
from importlib.resources import files
from typing import Final

from domain.coach.scorer import Model, Part, Scorer

WEIGHTS_FILE: Final = "weights.tsv"
SCALE: Final = 100


def read_scorer() -> Scorer:
    """The shipped scorer; one that knows nothing where none was trained."""
    file = files("config") / "coach" / WEIGHTS_FILE
    return parse_scorer(file.read_text("utf-8")) if file.is_file() else Scorer()


def parse_scorer(written: str) -> Scorer:
    """The scorer that a file's text says."""
    heads: list[list[str]] = []
    parts: list[Part] = []
    named: list[dict[str, float]] = []
    for line in written.splitlines():
        fields = line.split("\t")
        if line.startswith("#") or not line:
            continue
        if fields[0] == "model":
            heads.append(fields[1:])
        elif fields[0] == "part":
            named.append({})
            parts.append(Part(float(fields[1]), named[-1], float(fields[2]), _unpacked(fields[3])))
        else:
            for number, value in enumerate(fields[1:]):
                if value != ".":
                    named[number][fields[0]] = int(value) / SCALE
    models: dict[str, Model] = {}
    for number, (rule, *numbers) in enumerate(heads):
        bias, raises, *shares = map(float, numbers)
        looks = parts[2 * number : 2 * number + 2]
        models[rule] = Model(bias, raises, tuple(shares), *looks)
    return Scorer(models)


def scorer_text(scorer: Scorer) -> str:
    """The scorer as its file."""
    parts = [part for model in scorer.models.values() for part in (model.whole, model.sentence)]
    lines = ["# Written by python -m bench.coach.train; do not edit."]
    for rule, model in scorer.models.items():
        shares = (model.bias, model.raises, *model.shares)
        lines.append("\t".join(["model", rule, *(f"{share:.4f}" for share in shares)]))
        lines += [
            f"part\t{part.bias:.4f}\t{part.scale:.6g}\t{_packed(part.pieces)}"
            for part in (model.whole, model.sentence)
        ]
    for name in sorted({name for part in parts for name in part.named}):
        values = [round(part.named.get(name, 0.0) * SCALE) for part in parts]
        if any(values):
            lines.append("\t".join([name, *(str(value) if value else "." for value in values)]))
    return "\n".join(lines) + "\n"


def _packed(pieces: array[int]) -> str:
    return b85encode(zlib.compress(pieces.tobytes(), 9)).decode("ascii")


def _unpacked(written: str) -> array[int]:
    return array("b", zlib.decompress(b85decode(written)))
