"""The command line. Commands are imported when they are called, so that each starts as fast as it can."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from i18n import _, install, preferred
from webcare.ends import end, presented
from webcare.version import __version__

COMMANDS = {
    "audit": "webcare.cli.audit",
    "backup": "webcare.cli.upkeep",
    "channel": "webcare.cli.channel",
    "coach": "webcare.cli.coach",
    "collect": "webcare.cli.collect",
    "doctor": "webcare.cli.upkeep",
    "eval": "webcare.cli.evaluating",
    "export": "webcare.cli.bridge",
    "export-onnx": "webcare.cli.models",
    "forget": "webcare.cli.privacy",
    "hook": "webcare.cli.hook",
    "import": "webcare.cli.bridge",
    "init": "webcare.cli.setup",
    "learning": "webcare.cli.learning",
    "ls": "webcare.cli.reading",
    "measure": "webcare.cli.text",
    "meter": "webcare.cli.meter",
    "practise": "webcare.cli.face",
    "promises": "webcare.cli.promises",
    "reply": "webcare.cli.writing",
    "rescore": "webcare.cli.learning",
    "score": "webcare.cli.text",
    "show": "webcare.cli.reading",
    "split": "webcare.cli.text",
    "suggest": "webcare.cli.suggesting",
    "warm": "webcare.cli.warm",
    "why": "webcare.cli.reading",
}
"""Command to module; the module holds it as `<command>_command`, with `_` for `-`."""


class LazyGroup(click.Group):
    """A group whose commands are named here and imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """All commands, by name."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """The command, imported now; None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(
            importlib.import_module(COMMANDS[cmd_name]), f"{cmd_name.replace('-', '_')}_command"
        )
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line a command."""
        rows = [(name, self._help_of(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)

    def _help_of(self, ctx: click.Context, name: str) -> str:
        command = self.get_command(ctx, name)
        return "" if command is None else command.get_short_help_str(70)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    help=_("A keyboard-driven webcare desk for the terminal. Without a command it opens the desk."),
)
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=None,
    help=_("A configuration file or directory; else WEBCARE_CONFIG, else the usual place."),
)
@click.option(
    "--no-collect", is_flag=True, hidden=True, help=_("Open the desk without a collector of its own.")
)
@click.option(
    "--warm",
    is_flag=True,
    help=_("Open the desk through a process of yours that is kept ready; it paints sooner."),
)
@click.version_option(__version__, message="webcare %(version)s")
@click.pass_context
def webcare(ctx: click.Context, config: Path | None, no_collect: bool, warm: bool) -> None:  # noqa: ARG001 - seen before us
    """A keyboard-driven webcare desk for the terminal. Without a command it opens the desk."""
    ctx.obj = config
    if ctx.invoked_subcommand is None:
        opening = importlib.import_module("webcare.opening")
        opening.open_the_desk(config, collect=not no_collect)


def main() -> None:
    """Run a command; an error is one sentence on stderr and an exit code of its own."""
    install(preferred())
    presented(_command)


def _command() -> None:
    try:
        code = webcare.main(standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        end(error.format_message(), error.exit_code)
    except click.Abort:
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
