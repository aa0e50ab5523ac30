"""Run as a program: the desk with a fault in it, which appears when a contact card is asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import tui.screens.desk as desk_screen
from webcare.__main__ import main


class _Fault(Exception):
    """Shows what it holds to whoever prints it, as Rich's protocol allows."""

    def __rich__(self) -> str:
        return str(self)


def _fail(_self: object, event: object) -> NoReturn:
    token = "canary-local"
    raise _Fault(f"canary-message {token} {event}")


if __name__ == "__main__":
    desk_screen.DeskScreen.on_paste = _fail  # type: ignore[attr-defined]
    main()
