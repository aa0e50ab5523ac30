"""A whole configuration file into settings; imported only where there is such a file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from config.channel_settings import PRACTICE
from config.hook_settings import DEFAULT_HOST, DEFAULT_PORT, HookSettings
from config.paths import Places
from config.read_channels import channels, secure_address
from config.read_clocks import calendar_named, policies, usual_policies, zone_name
from config.read_queues import queues
from config.read_sentiment import sentiment
from config.section import Section, choice, list_of, named, named_by, number, section, text, word
from config.settings import (
    DEFAULT_TIMEZONE,
    DEFAULT_UNDO,
    Display,
    OperatorSettings,
    Organisation,
    SentimentSettings,
    Settings,
    default_operator,
)
from config.strict_yaml import Table, read_file
from domain.clock import SECOND
from domain.queues import DEFAULT_QUEUES
from domain.signoff import Style
from domain.terminal_pictures import Wish
from i18n import _

KEYS = (
    "organisation", "language", "timezone", "calendars", "sla", "channels", "operators", "queues",
    "undo_seconds", "display", "keys", "database", "identity", "sentiment", "hook",
)  # fmt: skip
HOOK_KEYS = ("listen", "port", "pull", "credential")
OPERATOR_KEYS = ("name", "first_name", "initials", "closing", "sign_off_public", "sign_off_private")
_STYLES: tuple[Style, ...] = ("initials", "first_name", "closing", "none")
_LANGUAGES: tuple[Literal["auto", "nl", "en"], ...] = ("auto", "nl", "en")
_IDENTITIES: tuple[Literal["os", "shared"], ...] = ("os", "shared")
_UNICODE: tuple[Literal["full", "safe", "ascii"], ...] = ("full", "safe", "ascii")
_COLOURS: tuple[Literal["auto", "16"], ...] = ("auto", "16")
_SCROLLING: tuple[Literal["auto", "off"], ...] = ("auto", "off")
_PICTURES: tuple[Wish, ...] = ("auto", "kitty", "sixel", "blocks", "off")
_DISPLAY = ("unicode", "colours", "theme", "width", "scrolling", "pictures")
_THEMES: tuple[Literal["light", "dark", "auto"], ...] = ("light", "dark", "auto")


def read_settings(places: Places, *, database: Path | None) -> Settings:
    """The settings of the file; `database` is what the environment names, which goes before the file."""
    return settings_of(read_file(places.settings), places, database=database)


def settings_of(table: Table, places: Places, *, database: Path | None = None) -> Settings:
    """The settings of a parsed file; ConfigError at the first fault."""
    top = Section(table, KEYS)
    timezone = top.get("timezone", word(zone_name), DEFAULT_TIMEZONE)
    calendars = top.get("calendars", named_by(lambda name: calendar_named(name, timezone)), {})
    known = top.get("channels", channels, {PRACTICE.id: PRACTICE})
    return Settings(
        places=places,
        database=database or _database(top, places),
        organisation=_organisation(top),
        language=top.get("language", choice(_LANGUAGES), "auto"),
        timezone=timezone,
        calendars=calendars,
        sla=top.get("sla", policies(calendars, timezone, known), usual_policies(calendars, timezone)),
        channels=known,
        operators=_operators(top),
        queues=top.get("queues", queues(known), DEFAULT_QUEUES),
        undo=top.get("undo_seconds", number(0, 60), DEFAULT_UNDO // SECOND) * SECOND,
        display=_display(top),
        keys=top.get("keys", named(text), {}),
        identity=top.get("identity", choice(_IDENTITIES), "os"),
        sentiment=top.get("sentiment", sentiment(places.settings.parent), SentimentSettings()),
        hook=_hook(top),
    )


def _database(top: Section, places: Places) -> Path:
    written = top.get("database", text, None)
    return places.settings.parent / Path(written).expanduser() if written else places.database


def _organisation(top: Section) -> Organisation:
    part = top.get("organisation", section(("name", "brands", "own")), None)
    if part is None:
        return Organisation()
    name = part.get("name", text, "")
    brands = part.get("brands", list_of(text), (name,) if name else ())
    return Organisation(name, brands, part.get("own", list_of(text), ()))


def _display(top: Section) -> Display:
    part = top.get("display", section(_DISPLAY), None)
    if part is None:
        return Display()
    return Display(
        unicode=part.get("unicode", choice(_UNICODE), "safe"),
        colours=part.get("colours", choice(_COLOURS), "auto"),
        theme=part.get("theme", choice(_THEMES), "auto"),
        width=part.get("width", number(least=0, most=1_000), 0),
        scrolling=part.get("scrolling", choice(_SCROLLING), "auto"),
        pictures=part.get("pictures", choice(_PICTURES), "auto"),
    )


def _hook(top: Section) -> HookSettings:
    part = top.get("hook", section(HOOK_KEYS), None)
    if part is None:
        return HookSettings()
    pull = part.get("pull", secure_address, "")
    return HookSettings(
        host=part.get("listen", text, "" if pull else DEFAULT_HOST),
        port=part.get("port", number(1, 65_535), DEFAULT_PORT),
        pull=pull,
        credential=part.get("credential", text, "hook"),
    )


def _operators(top: Section) -> dict[str, OperatorSettings]:
    parts = top.get("operators", named(section(OPERATOR_KEYS)), {})
    found = {login: _operator(login, part) for login, part in parts.items()}
    holders: dict[str, str] = {}
    for login, operator in found.items():
        other = holders.setdefault(operator.initials, login)
        if other != login:
            what = _("{login} has the same initials; give each operator their own", login=other)
            raise parts[login].fault("initials", what)
    return found


def _operator(login: str, part: Section) -> OperatorSettings:
    default = default_operator(login, part.get("name", text, login))
    return OperatorSettings(
        login=login,
        name=default.name,
        first_name=part.get("first_name", text, default.first_name),
        initials=part.get("initials", word(_initials), default.initials),
        closing=part.get("closing", text, ""),
        sign_off_public=part.get("sign_off_public", choice(_STYLES), default.sign_off_public),
        sign_off_private=part.get("sign_off_private", choice(_STYLES), default.sign_off_private),
    )


def _initials(written: str) -> str:
    if 1 <= len(written) <= 4 and written.isalnum():
        return written
    raise ValueError(_("write one to four letters, without '^'"))
