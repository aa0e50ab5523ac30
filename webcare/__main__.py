"""The console script: `--version` at once, everything else by the command line of `webcare.cli`."""

from __future__ import annotations

import sys

from webcare.version import __version__


def main() -> None:
    """Answer `--version` without importing anything else; click and the desk come after that."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"webcare {__version__}\n")
        return
    from webcare.cli.app import main as command_line  # noqa: PLC0415 - click costs four times a bare start

    command_line()


if __name__ == "__main__":
    main()
