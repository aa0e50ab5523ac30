"""How every command begins and ends: with streams to write to, and with one sentence for an error."""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Callable
from typing import NoReturn

from domain.errors import WebcareError
from domain.text import clean


def presented(work: Callable[[], None]) -> None:
    """Do it; an error is one sentence on stderr and an exit code of its own, never a traceback."""
    have_streams()
    try:
        work()
    except KeyboardInterrupt:
        sys.exit(130)
    except WebcareError as error:
        end(str(error), error.exit_code)
    except Exception as error:
        crash = importlib.import_module("webcare.crash")
        end(crash.sentence(error), 70)


def have_streams() -> None:
    """Open what a caller has closed, so that no file gets the number of a standard stream.

    What a narrow encoding cannot show becomes `?`: a name must not end a command.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != descriptor:
                os.dup2(opened, descriptor)
            stream = open(descriptor, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for the whole process
            setattr(sys, name, stream)
    for out in (sys.stdout, sys.stderr):
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(errors="replace")


def end(sentence: str, code: int) -> NoReturn:
    """Say in one line what went wrong, made harmless: a sentence may quote a file's name or a platform."""
    sys.stderr.write(f"webcare: {clean(sentence)}\n")
    sys.exit(code)
