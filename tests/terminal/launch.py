"""Run as a program: takes the terminal on standard input as its own, and becomes the command.

A hook between fork and exec could do the same, but not in a test process that has threads.
"""

from __future__ import annotations

import fcntl
import os
import sys
import termios

if __name__ == "__main__":
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.execvp(sys.argv[1], sys.argv[1:])
