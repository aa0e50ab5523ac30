"""`export-onnx`: a language model as the onnx engine reads it."""

from __future__ import annotations

from pathlib import Path

import click

from domain.errors import WebcareError
from i18n import _
from webcare.cli.session import program_of, say


class NotExported(WebcareError):
    """A model that could not be exported; nothing is left behind."""


@click.command(
    "export-onnx",
    help=_("Write a model's folder as int8 ONNX to OUT, for the onnx engine. Needs “webcare[onnx-export]”."),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.pass_context
def export_onnx_command(ctx: click.Context, folder: Path, out: Path) -> None:
    """Write a model's folder as int8 ONNX to OUT, for the onnx engine."""
    from sentiment.exporting import Exported, exported  # noqa: PLC0415 - for this command alone
    from webcare.engines import model_log  # noqa: PLC0415 - as above

    found = exported(folder.absolute(), out.absolute(), log=model_log(program_of(ctx).settings))
    if not isinstance(found, Exported):
        raise NotExported(found)
    say(
        _(
            "{out} holds {version}, {size} MB. On four texts no probability moved more than {points} points.",
            out=out,
            version=found.version,
            size=f"{found.size / 1e6:.0f}",
            points=f"{found.difference * 100:.1f}",
        )
    )
    say(_("Measure it on your own messages before you rely on it: int8 can cost a model some of its sense."))
