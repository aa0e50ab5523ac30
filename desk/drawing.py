"""Pictures made small enough for a terminal, in a process of their own with a bound on time and memory.

A picture is foreign bytes and its decoder is C: whatever it does to that process, the desk goes on. It needs
Pillow, which `webcare[images]` brings.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Final

from domain.drawn import Box, Drawn
from domain.errors import NotAllowed
from domain.half_blocks import Pixels, half_blocks
from domain.media import Facts, look
from i18n import _

MOST_PIXELS: Final = 50_000_000
"""Width times height; more is not decoded. At four bytes each that is 200 MB for a moment."""

MOST_CELLS: Final = 400
"""Columns or rows."""

PATIENCE: Final = 10.0
"""Seconds that a picture may take."""

_WORKER: Final = (sys.executable, "-P", "-m", "desk.picture_worker")


def can_draw() -> bool:
    """Whether Pillow is there; it is not loaded."""
    from importlib.util import find_spec  # noqa: PLC0415 - only for a first picture

    try:
        return find_spec("PIL") is not None
    except ValueError:  # something stands in its place
        return False


def refuse(facts: Facts) -> None:
    """Raise NotAllowed with one sentence for what is not drawn here."""
    if facts.mime == "video/mp4":
        raise NotAllowed(_("A film is not shown here."))
    if not can_draw():
        raise NotAllowed(_("To see pictures here, install Pillow: pip install 'webcare[images]'."))
    if facts.width * facts.height > MOST_PIXELS:
        raise NotAllowed(_("The picture has too many pixels to be shown here."))


async def draw(content: bytes, box: Box, *, patience: float = PATIENCE) -> Drawn:
    """The picture within the box. Raises NotAllowed with one sentence where it cannot be shown."""
    refuse(look(content, _("The picture")))
    box = replace(box, columns=min(box.columns, MOST_CELLS), rows=min(box.rows, MOST_CELLS))
    if min(box.columns, box.rows) < 1:
        return Drawn(box.way, 0, 0)
    head, body = await _asked(content, box, patience)
    try:
        size = json.loads(head)
        columns, rows, width, height = (int(size[name]) for name in ("columns", "rows", "width", "height"))
    except (ValueError, KeyError, TypeError):
        raise NotAllowed(_("The picture is damaged and cannot be shown.")) from None
    if box.way != "half_blocks":
        return Drawn(box.way, columns, rows, body=body)
    return Drawn(box.way, columns, rows, blocks=half_blocks(Pixels(width, height, body), box.ground))


async def _asked(content: bytes, box: Box, patience: float) -> tuple[bytes, bytes]:
    """What the worker answers: a line that says what follows, and that."""
    process = await asyncio.create_subprocess_exec(*_WORKER, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    order = json.dumps(asdict(box)).encode() + b"\n"
    try:
        async with asyncio.timeout(patience):
            answer, _none = await process.communicate(order + content)
    except TimeoutError:
        raise NotAllowed(_("The picture takes too long to be shown.")) from None
    finally:
        await _end(process)
    head, _newline, body = answer.partition(b"\n")
    return head, body


async def _end(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await asyncio.shield(process.wait())
