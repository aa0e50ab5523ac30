"""The console script: `--version` at once, everything else by the command line of `webcare.cli`."""

from __future__ import annotations

import sys

from webcare.version import __version__


def main() -> None:
    """Answer `--version` without importing anything else; hand the rest to the command line."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"webcare {__version__}\n")
        return
    from i18n import install, preferred  # noqa: PLC0415 - a version needs no command line

    install(preferred())  # before the commands are imported: their help is looked up then
    from webcare.cli.app import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
