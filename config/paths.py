"""Where files live: the XDG places for one person, any directory for a team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SETTINGS_NAME = "webcare.yaml"


@dataclass(frozen=True, slots=True)
class Places:
    """The files and directories of one desk; nothing here exists until somebody makes it."""

    settings: Path
    """The configuration file."""

    chosen: bool
    """True when a person pointed at it, so that its absence is a mistake and not a first start."""

    templates: Path
    """One YAML file per template, beside the configuration file."""

    coach: Path
    """The team's own coach rules, one YAML file each, beside the configuration file."""

    credentials: Path
    """One file per credential, 0600, beside the configuration file."""

    database: Path
    """Used where neither the environment nor the configuration file names one."""

    state: Path
    """Crash files and logs."""


def find_places(environment: Mapping[str, str], home: Path, chosen: Path | None = None) -> Places:
    """The places for this process.

    `chosen` (the `--config` option) goes before `WEBCARE_CONFIG`, and both may name a directory or a file.
    """
    named = chosen or (Path(environment["WEBCARE_CONFIG"]) if environment.get("WEBCARE_CONFIG") else None)
    if named is None:
        settings = _xdg(environment, "XDG_CONFIG_HOME", home / ".config") / "webcare" / SETTINGS_NAME
    else:
        named = named.expanduser().absolute()
        settings = (
            named if named.suffix in {".yaml", ".yml"} and not named.is_dir() else named / SETTINGS_NAME
        )
    data = _xdg(environment, "XDG_DATA_HOME", home / ".local" / "share") / "webcare"
    database = environment.get("WEBCARE_DATABASE")
    return Places(
        settings=settings,
        chosen=named is not None,
        templates=settings.parent / "templates",
        coach=settings.parent / "coach",
        credentials=settings.parent / "credentials",
        database=Path(database).expanduser().absolute() if database else data / "webcare.db",
        state=_xdg(environment, "XDG_STATE_HOME", home / ".local" / "state") / "webcare",
    )


def _xdg(environment: Mapping[str, str], name: str, default: Path) -> Path:
    """The XDG specification: a relative or empty value counts as unset."""
    value = environment.get(name, "")
    return Path(value) if value.startswith("/") else default
