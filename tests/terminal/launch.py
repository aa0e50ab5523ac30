"""Run as a program: takes the terminal on standard input as its own, and becomes the command.

`python launch.py UID COMMAND...`; UID `-` stays who it is. A hook between fork and exec could do the same,
but not in a test process that has threads.
"""

from __future__ import annotations

import fcntl
import os
import sys
import termios
from pathlib import Path


def main(user: str, command: list[str]) -> None:
    """Never returns."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    if user != "-":
        os.setgroups([])
        os.setgid(Path().stat().st_gid)
        os.setuid(int(user))
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
