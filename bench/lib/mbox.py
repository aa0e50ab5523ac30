"""The same number of messages as an mbox file, for neomutt."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from random import Random

from bench.lib import proc
from bench.lib.programs import Program
from bench.lib.screen import Screen
from bench.lib.texts import mention, name

_SETTINGS = """\
set sort=mailbox-order
set menu_scroll=yes
set status_on_top=no
set folder="~/Mail"
set help=no
set mail_check=0
set timeout=600
set mailcap_path=""
set quit=yes
set check_new=no
set header_cache=""
color indicator brightwhite blue
color status default default
"""
"""No timers, no disk in the way; at the edge it scrolls by one line, the least that can be written."""


def ensure(folder: Path, messages: int, say: Callable[[str], None]) -> Path:
    """The mbox of so many messages, made now if it is not there."""
    path = folder / f"mail-{messages}.mbox"
    if not path.exists():
        say(f"making {path.name}")
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".making")
        random = Random(7)
        start = int(time.time()) - messages * 60
        with unfinished.open("w", encoding="utf-8") as file:
            for number in range(messages):
                file.write(_mail(random, number, start + number * 60))
        unfinished.rename(path)
    return path


def _mail(random: Random, number: int, at: int) -> str:
    read = mention(random)
    return (
        f"From u{number}@example.org {time.strftime('%a %b %d %H:%M:%S %Y', time.gmtime(at))}\n"
        f"From: {name(random)} <u{number}@example.org>\nTo: desk@example.org\n"
        f"Subject: {read.text[:90]}\nMessage-ID: <{number}@example.org>\nDate: {formatdate(at)}\n"
        f"Content-Type: text/plain; charset=utf-8\nStatus: RO\n\n{read.text}\n\n"
    )


def cursor(screen: Screen) -> int | None:
    """The line of neomutt's indicator, by its background."""
    return screen.line_coloured("blue")


def program(home: Path, mailbox: Path) -> Program | None:
    """The mail reader neomutt on that mailbox; None where it is not installed."""
    found = shutil.which("neomutt")
    if found is None:
        return None
    (home / "Mail").mkdir(exist_ok=True)  # else it asks for one
    settings = home / "neomuttrc"
    settings.write_text(_SETTINGS, encoding="utf-8")
    command = (found, "-n", "-R", "-F", str(settings), "-f", str(mailbox))

    def painted(screen: Screen) -> bool:
        return cursor(screen) is not None

    # TERM without truecolor: neomutt of 2022 draws by terminfo, as it would for its users.
    return Program("neomutt", command, proc.environment(home), home, b"Msgs:", painted, painted)
