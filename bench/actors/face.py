"""The real program as one of several people would run it: only the login that the system tells is another.

`python -m bench.actors.face LOGIN ARGUMENT...`. On a real machine each operator has a user of the system.
"""

from __future__ import annotations

import os
import pwd
import sys


def main() -> None:
    """Become the program."""
    login, *arguments = sys.argv[1:]
    told = pwd.getpwuid(os.getuid())
    pwd.getpwuid = lambda _uid: pwd.struct_passwd((login, *told[1:4], login.title(), *told[5:]))
    sys.argv = ["webcare", *arguments]
    from webcare.__main__ import main as webcare  # noqa: PLC0415 - as the console script does, after the login

    webcare()


if __name__ == "__main__":
    main()
