"""The console script: `--version` and the desk at once, all else by the command line of `webcare.cli`."""

from __future__ import annotations

import sys

from webcare.version import __version__


def main() -> None:
    """Answer `--version` without importing anything else; hand the rest to the command line."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"webcare {__version__}\n")
        return
    alone = desk_alone(sys.argv[1:])
    if alone is not None and "--warm" in sys.argv:
        from webcare.warm.client import open_warm  # noqa: PLC0415 - only for who asks

        code = open_warm([word for word in sys.argv if word != "--warm"])
        if code is not None:
            sys.exit(code)
    from i18n import install, preferred  # noqa: PLC0415 - a version needs no command line

    install(preferred())  # before the commands are imported: their help is looked up then
    if alone is not None:
        from webcare.ends import presented  # noqa: PLC0415
        from webcare.opening import open_the_desk  # noqa: PLC0415 - opening the desk needs no command line

        presented(lambda: open_the_desk(*alone))
        return
    from webcare.cli.app import main as run  # noqa: PLC0415

    run()


def desk_alone(words: list[str]) -> tuple[str | None, bool] | None:
    """What was chosen for the desk: its `--config`, and whether it collects; None for any other command."""
    config, collect = None, True
    left = iter(words)
    for word in left:
        name, _sign, value = word.partition("=")
        if word == "--no-collect":
            collect = False
        elif word == "--warm":
            continue
        elif name == "--config":
            config = value or next(left, "")
            if not config:
                return None
        else:
            return None
    return config, collect


if __name__ == "__main__":
    main()
