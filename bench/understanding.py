"""How well the engines read: `python -m bench.understanding [--cv] [--write] [FILE.tsv ...]`.

Without files: the held-out sectors of the corpus, the practice day and the sets of ../shared/eval where
they are there, each by the embedded engine and by the rules alone. `--cv` adds the cross-validation by
author, which trains as often as there are folds; `--write` puts the tables into docs/understanding.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time

from channels.practice.day import script
from sentiment.corpus import FOLDS, Mention, mentions, split
from sentiment.labelled import of_corpus, read
from sentiment.measure import Labelled, Report, compare, measure
from sentiment.protocol import Engine
from sentiment.registry import load_engine

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "eval"
PAGE = ROOT / "docs" / "understanding.md"
START, END = "<!-- tables: python -m bench.understanding --cv --write -->", "<!-- end of tables -->"
PRACTICE_NAMES = ("Heldervonk", "@heldervonk")
LANGUAGES = ("nl", "nl-BE", "en", "de", "fr")

Sets = dict[str, list[Labelled]]
Row = tuple[str, str, Report]
"""Set, engine, figures."""


def sets_of(paths: Sequence[str]) -> Sets:
    """Each set by its name."""
    if paths:
        return {Path(path).stem: read(Path(path)) for path in paths}
    _train, held_out = split(mentions())
    found: Sets = {"held-out sectors": [of_corpus(mention) for mention in held_out]}
    for language in LANGUAGES:
        found[f"held-out, {language}"] = [of_corpus(one) for one in held_out if one.language == language]
    found["practice day"] = [
        Labelled(line.text, line.sentiment, line.kind, brands=PRACTICE_NAMES) for line in script()
    ]
    for path in sorted(SHARED.glob("*.tsv")):
        found[path.stem] = read(path, path.stem.split("_")[0])
    return found


def cross_validated() -> Iterator[Row]:
    """The training sectors, each author read by a model that never saw that author."""
    from sentiment.embedded import EmbeddedEngine  # noqa: PLC0415 - training is asked for
    from tools.training.learn import train  # noqa: PLC0415 - needs numpy

    rows, _held_out = split(mentions())
    models: list[Engine] = [
        EmbeddedEngine(train([row for row in rows if row.fold != fold])) for fold in range(FOLDS)
    ]

    def report(of: list[Mention], engines: list[Engine]) -> Report:
        scores = [
            engines[row.fold % len(engines)].score(row.text, lang=row.language, brands=(row.brand,))
            for row in of
        ]
        return compare([of_corpus(row) for row in of], scores)

    for name, engines in (("embedded", models), ("rules", [load_engine("rules")])):
        yield "by author, all", name, report(rows, engines)
        for language in LANGUAGES:
            yield (
                f"by author, {language}",
                name,
                report([row for row in rows if row.language == language], engines),
            )


def measured(sets: Sets) -> Iterator[Row]:
    """Every set by both engines."""
    for engine in (load_engine("embedded"), load_engine("rules")):
        for name, rows in sets.items():
            yield name, engine.name, measure(engine, rows)


def tables(rows: Sequence[Row]) -> list[str]:
    """All figures as Markdown."""
    found = [
        "| set | engine | n | macro-F1 (95 %) | accuracy | negative P / R | kind F1 | not judged |",
        "|---|---|---|---|---|---|---|---|",
    ]
    ordered = sorted(rows, key=lambda row: [name for name, _engine, _report in rows].index(row[0]))
    for name, engine, report in ordered:
        low, high = report.macro_f1_interval
        negative = report.sentiments()[0]
        kind = f"{report.kind_f1:.3f}" if any(meant for meant, _said in report.kinds) else "-"
        found.append(
            f"| {name} | {engine} | {len(report.pairs)} | {report.macro_f1:.3f} ({low:.3f}-{high:.3f}) "
            f"| {report.accuracy.value:.3f} | {negative.precision:.3f} / {negative.recall:.3f} "
            f"| {kind} | {report.unknown} |"
        )
    for name, engine, report in ordered:
        if engine == "embedded" and name in {"held-out sectors", "by author, all"}:
            found += ["", f"{name.capitalize()}, {engine}, by class and by trait:", "", *_details(report)]
    return found


def _details(report: Report) -> list[str]:
    found = ["| class | n | precision | recall | F1 |", "|---|---|---|---|---|"]
    found += [
        f"| {one.name} | {one.count} | {one.precision:.3f} | {one.recall:.3f} | {one.f1:.3f} |"
        for one in (*report.sentiments(), *report.by_kind())
    ]
    found += ["", "| trait | n | right (95 %) | right or unsure | said negative |", "|---|---|---|---|---|"]
    for trait in report.phenomena:
        low, high = trait.right.interval
        found.append(
            f"| {trait.name} | {trait.right.count} | {trait.right.value:.3f} ({low:.2f}-{high:.2f}) "
            f"| {trait.right_or_unsure.value:.3f} | {trait.said_negative} |"
        )
    return found


def milliseconds(rows: Sequence[Labelled]) -> float:
    """CPU time a message."""
    engine = load_engine("embedded")
    engine.score("warm")
    started = process_time()
    for row in rows:
        engine.score(row.text, lang=row.language, brands=row.brands)
    return (process_time() - started) * 1000 / max(1, len(rows))


def main(arguments: list[str]) -> None:
    """Print the tables, and write them where that is asked for."""
    paths = [argument for argument in arguments if not argument.startswith("--")]
    sets = sets_of(paths)
    rows = list(measured(sets))
    if "--cv" in arguments:
        rows += cross_validated()
    spent = milliseconds(next(iter(sets.values())))
    lines = [
        *tables(rows),
        "",
        f"One message takes {spent:.2f} ms of one core, on the machine that made these tables.",
    ]
    print("\n".join(lines))
    if "--write" in arguments:
        page = PAGE.read_text("utf-8")
        before, after = page.split(START)[0], page.split(END)[1]
        PAGE.write_text("\n".join([before + START, "", *lines, "", END + after]), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
