"""The learned weights of the coach, a file beside its rules.

Lines of tab-separated fields. `model rule bias raises keeps` opens a rule's; below the line `weights` each
line is a feature with its weight per model in their order, in thousandths, `.` where it has none.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from domain.coach.scorer import Model, Scorer

WEIGHTS_FILE: Final = "weights.tsv"
SCALE: Final = 1_000


def read_scorer() -> Scorer:
    """The shipped scorer; one that knows nothing where none was trained."""
    file = files("config") / "coach" / WEIGHTS_FILE
    return parse_scorer(file.read_text("utf-8")) if file.is_file() else Scorer()


def parse_scorer(written: str) -> Scorer:
    """The scorer that a file's text says."""
    heads: list[list[str]] = []
    weights: list[dict[str, float]] = []
    for line in written.splitlines():
        fields = line.split("\t")
        if line.startswith("#") or not line:
            continue
        if fields[0] == "model":
            heads.append(fields[1:])
            weights.append({})
            continue
        for number, value in enumerate(fields[1:]):
            if value != ".":
                weights[number][fields[0]] = int(value) / SCALE
    return Scorer(
        {
            rule: Model(float(bias), float(raises), float(keeps), found)
            for (rule, bias, raises, keeps), found in zip(heads, weights, strict=True)
        }
    )


def scorer_text(scorer: Scorer) -> str:
    """The scorer as its file."""
    models = scorer.models
    lines = ["# Written by python -m bench.coach.train; do not edit."]
    lines += [
        f"model\t{rule}\t{model.bias:.4f}\t{model.raises:.3f}\t{model.keeps:.3f}"
        for rule, model in models.items()
    ]
    for name in sorted({name for model in models.values() for name in model.weights}):
        values = [round(model.weights.get(name, 0.0) * SCALE) for model in models.values()]
        if any(values):
            lines.append("\t".join([name, *(str(value) if value else "." for value in values)]))
    return "\n".join(lines) + "\n"
