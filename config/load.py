"""The settings of this process: the configuration file over defaults that work alone.

Without a file nothing of YAML is imported and the desk has the practice channel only; that keeps the first
start fast. With a file everything in it is checked at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.paths import Places, find_places
from config.settings import Settings
from domain.errors import ConfigError
from i18n import _


def load(path: Path | None, environment: Mapping[str, str], *, home: Path) -> Settings:
    """The settings by `--config` (a file or a directory), `WEBCARE_CONFIG`, or the XDG place.

    ConfigError names file, line, key and what to write; also when a file that somebody pointed at is absent.
    """
    return load_from(find_places(environment, home, path), environment)


def load_from(places: Places, environment: Mapping[str, str]) -> Settings:
    """The settings of known places; `WEBCARE_DATABASE` goes before the file's `database:`."""
    if not _exists(places.settings):
        if places.chosen:
            raise ConfigError(
                _("There is no file {file}; run “webcare init” to make one.", file=places.settings)
            )
        return Settings(places, places.database)
    from config.read_settings import read_settings  # noqa: PLC0415 - see the module's docstring

    return read_settings(places, database=places.database if environment.get("WEBCARE_DATABASE") else None)


def _exists(path: Path) -> bool:
    """Whether there is something to read; a directory that cannot be searched is not an absent file."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(_("{file} cannot be read: {reason}.", file=path, reason=reason)) from error
    return True
