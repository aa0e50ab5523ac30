"""`webcare warm`: whether a process is kept ready for `webcare --warm`, and ending it."""

from __future__ import annotations

import os
import signal
import sys

import click

from domain.errors import WebcareError
from i18n import _
from webcare.cli.session import say
from webcare.warm import client, place


class NotOurs(WebcareError):
    """What lies in the parent's place is not this user's alone."""

    exit_code = 5


@click.command("warm", help=_("Say whether a process is kept ready for --warm."))
@click.option("--stop", is_flag=True, help=_("End it; open desks stay open."))
def warm_command(stop: bool) -> None:
    """Say whether a process is kept ready for --warm, or end it."""
    process = parent()
    if process is None:
        say(_("No process is kept ready."))
    elif stop:
        os.kill(process, signal.SIGTERM)
        say(_("Process {process} has been told to end; open desks stay open.", process=process))
    else:
        say(_("Process {process} is kept ready.", process=process))


def parent() -> int | None:
    """The process that waits, None for none. Raises NotOurs."""
    path = place.folder_of(os.environ) if sys.platform == "linux" else None
    try:
        line = None if path is None else client.call(place.open_folder(path, make=False), path)
    except OSError:
        return None
    except place.Untrusted as error:
        raise NotOurs(_("{path} is not yours alone; look who made it.", path=error)) from error
    return None if line is None else place.peer_of(line)[0]
