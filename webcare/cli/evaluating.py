"""`eval`: how well the sentiment engine reads labelled messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from i18n import _
from sentiment.labelled import read
from sentiment.measure import ClassFigures, Report, measure
from webcare.cli.session import program_of


@click.command(
    "eval",
    help=_("Measure the sentiment engine on files of your own: text, sentiment, kind?, traits? with tabs."),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--lang", default=None, help=_("The language of the messages; else it is guessed."))
@click.option("--brand", "brands", multiple=True, help=_("Your name in the messages; else the desk's names."))
@click.option("--engine", default=None, help=_("Another engine than the desk's, such as rules."))
@click.pass_context
def eval_command(
    ctx: click.Context, files: tuple[Path, ...], lang: str | None, brands: tuple[str, ...], engine: str | None
) -> None:
    """Print the tables of each file."""
    from sentiment.registry import load_engine  # noqa: PLC0415 - only whoever scores loads an engine
    from webcare.engines import engine_of  # noqa: PLC0415 - as above

    program = program_of(ctx)
    reads = load_engine(engine) if engine else engine_of(program.settings, patient=True)
    names = brands or program.settings.organisation.brands
    for path in files:
        report = measure(reads, read(path, lang, names))
        click.echo("\n".join(_tables(f"{path.name}: {reads.name} {reads.version}", report)))


def _tables(title: str, report: Report) -> Iterator[str]:
    yield click.style(title, bold=True)
    share = report.accuracy
    low, high = share.interval
    yield _(
        "{count} messages, right {right} ({low} to {high}), not judged {unknown}",
        count=share.count,
        right=f"{share.value:.3f}",
        low=f"{low:.3f}",
        high=f"{high:.3f}",
        unknown=report.unknown,
    )
    low, high = report.macro_f1_interval
    yield _(
        "macro-F1 {value} ({low} to {high})",
        value=f"{report.macro_f1:.3f}",
        low=f"{low:.3f}",
        high=f"{high:.3f}",
    )
    yield from _classes(_("sentiment"), report.sentiments())
    if report.kinds:
        yield from _classes(_("kind"), report.by_kind())
        yield _("macro-F1 of kind {value}", value=f"{report.kind_f1:.3f}")
    if report.phenomena:
        heads = (_("trait"), _("count"), _("right"), _("right or unsure"))
        yield f"{heads[0]:22} {heads[1]:>7} {heads[2]:>22} {heads[3]:>16}"
    for trait in report.phenomena:
        low, high = trait.right.interval
        right = f"{trait.right.value:.3f} ({low:.2f}-{high:.2f})"
        yield f"{trait.name[:22]:22} {trait.right.count:7} {right:>22} {trait.right_or_unsure.value:16.3f}"
    yield ""


def _classes(name: str, found: list[ClassFigures]) -> Iterator[str]:
    heads = (_("count"), _("precision"), _("recall"))
    yield f"{name:22} {heads[0]:>7} {heads[1]:>10} {heads[2]:>10} {'F1':>6}"
    for one in found:
        yield f"{one.name[:22]:22} {one.count:7} {one.precision:10.3f} {one.recall:10.3f} {one.f1:6.3f}"
