"""One process of webcare: who runs it, under which settings; read before anything heavy is imported."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.channel_settings import PRACTICE
from config.hook_settings import HookSettings
from config.identity import Identity, who_am_i
from config.load import load_from
from config.paths import find_places
from config.secrets import Credentials
from config.settings import Settings
from domain.clock import Clock
from i18n import install, preferred
from webcare.clock import SystemClock


@dataclass(frozen=True, slots=True)
class Program:
    """One process: its settings, who runs it, and its clock."""

    settings: Settings
    identity: Identity
    clock: Clock
    environment: Mapping[str, str]
    credentials: Credentials


def start(
    config: Path | None, environment: Mapping[str, str] | None = None, *, making: bool = False
) -> Program:
    """Read the settings and choose the language. Raises ConfigError.

    With `making` the settings are the defaults at the places where a file is about to be written.
    """
    environment = os.environ if environment is None else environment
    install(preferred(environment))
    identity = who_am_i(environment)
    places = find_places(environment, identity.home, config)
    settings = Settings(places, places.database) if making else load_from(places, environment)
    if settings.language != "auto":
        install(settings.language)
    credentials = Credentials(places.credentials, environment)
    return Program(settings, identity, SystemClock(), environment, credentials)


def practising(program: Program, database: Path, *, seed: int, speed: int) -> Program:
    """The same program on the practice channel alone, in a database of its own."""
    channel = dataclasses.replace(PRACTICE, options={"seed": seed, "speed": speed})
    settings = dataclasses.replace(
        program.settings, database=database, channels={channel.id: channel}, hook=HookSettings()
    )
    return dataclasses.replace(program, settings=settings)
