"""Everything that can be checked before somebody relies on the desk."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator

from desk.views import ChannelHealth
from domain.clock import MINUTE, Millis
from domain.errors import WebcareError
from i18n import _, ngettext
from storage import channels as channel_store
from storage import forgetting, health, hooks, sender_lock
from storage.database import Database
from storage.finding import Finding
from webcare.bootstrap import desk_on, open_database
from webcare.connectors import connectors_of, credentials_of
from webcare.program import Program
from webcare.receiving import SPOOL

LATE: Millis = 5 * MINUTE
"""How long a webhook's body may wait to be read before somebody should look."""


async def examine(program: Program, *, online: bool) -> tuple[Finding, ...]:
    """All findings, most basic first. `online` also asks the platforms."""
    found = [_python(), *_configuration(program)]
    try:
        async with open_database(program) as database:
            found += await _database(database, program)
    except WebcareError as error:
        found.append(Finding("error", str(error)))
    found += _own_words(program)
    found += await asyncio.to_thread(lambda: list(_engine(program)))
    found += _credentials(program)
    if online:
        found += await _platforms(program)
    return tuple(dict.fromkeys(found))  # opening the database and examining it can find the same


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("ok", _("Python {version}.", version=version))


def _configuration(program: Program) -> Iterator[Finding]:
    places = program.settings.places
    if places.settings.exists():
        yield Finding("ok", _("Configuration {path} is sound.", path=places.settings))
    else:
        yield Finding(
            "warning",
            _("No configuration yet; the desk runs on the practice channel."),
            _("“webcare init” writes {path}.", path=places.settings),
        )
    yield Finding("ok", _("Database {path}.", path=program.settings.database))


async def _database(database: Database, program: Program) -> list[Finding]:
    found = [*database.warnings, *health.examine(database.path)]
    found.append(await database.read(health.quick_check))
    waiting = await database.read(channel_store.quarantine_count)
    if waiting:
        found.append(
            Finding(
                "warning",
                ngettext(
                    "{n} item in quarantine could not be read.",
                    "{n} items in quarantine could not be read.",
                    waiting,
                ),
            )
        )
    people, kept_out = await database.read(forgetting.counted)
    if people:
        sentence = ngettext(
            "{n} account was forgotten; what came of theirs again was kept out {out} times.",
            "{n} accounts were forgotten; what came of theirs again was kept out {out} times.",
            people,
            out=kept_out,
        )
        found.append(Finding("ok", sentence))
    if await database.read(forgetting.sweep_due):
        sentence = _("Bytes of a person who was forgotten may still stand in the file.")
        found.append(Finding("warning", sentence, "webcare forget --sweep"))
    if not sender_lock.taken(database.path):
        found.append(Finding("warning", _("Nobody collects right now."), "webcare collect"))
    found += await _webhooks(database, program)
    desk = desk_on(database, program)
    found += [_channel(channel) for channel in await desk.health.channels()]
    return found


async def _webhooks(database: Database, program: Program) -> list[Finding]:
    """What came in by itself, what was refused, and whether anybody reads it."""
    kept, refused = await database.read(
        lambda connection: (hooks.kept(connection), hooks.refused(connection))
    )
    found = []
    for channel in sorted({*kept, *refused}):
        count, waiting, oldest = kept.get(channel, (0, 0, None))
        reasons = ", ".join(f"{reason} {n}" for reason, n in refused.get(channel, {}).items()) or _("none")
        sentence = _(
            "Webhooks of {channel}: {count} kept, {waiting} not read yet; refused: {reasons}.",
            channel=channel or _("no channel"), count=count, waiting=waiting, reasons=reasons,
        )  # fmt: skip
        late = oldest is not None and program.clock.now() - oldest > LATE
        found.append(Finding("warning", sentence, "webcare collect") if late else Finding("ok", sentence))
    far = (await database.read(channel_store.health)).get(SPOOL)
    if program.settings.hook.pull and far is not None and far["error"]:
        found.append(Finding("warning", _("The receiver of webhooks: {error}", error=far["error"])))
    return found


def _channel(channel: ChannelHealth) -> Finding:
    if channel.error:
        return Finding("warning", _("Channel {name}: {error}", name=channel.name, error=channel.error))
    if channel.last_ok_at is None:
        return Finding("ok", _("Channel {name}: not asked yet.", name=channel.name))
    return Finding("ok", _("Channel {name}: fine.", name=channel.name))


def _own_words(program: Program) -> Iterator[Finding]:
    """Templates and keys, which are read only when somebody wants them."""
    from config.coach_rules import load_rules  # noqa: PLC0415 - YAML, for doctor alone
    from config.template_shelf import load_templates  # noqa: PLC0415 - as above
    from tui.keys import shipped  # noqa: PLC0415 - as above

    yield from (
        Finding("warning", fault) for fault in load_templates(program.settings.places.templates).faults
    )
    yield from (Finding("warning", fault) for fault in load_rules(program.settings.places.coach).faults)
    try:
        shipped().remapped(program.settings.keys)
    except WebcareError as error:
        yield Finding("error", str(error))


def _engine(program: Program) -> Iterator[Finding]:
    """Whether the chosen engine reads; the one that comes with the program always does."""
    if program.settings.sentiment.engine != "embedded":
        from webcare.engines import tried  # noqa: PLC0415 - nobody else here loads an engine

        yield from tried(program.settings)


def _credentials(program: Program) -> Iterator[Finding]:
    credentials = program.credentials
    named = [pair for channel in program.settings.channels.values() for pair in credentials_of(channel)]
    for field, name in named:
        if not field.required and not credentials.available(name):
            continue
        try:
            secret = credentials.get(name)
        except WebcareError as error:
            yield Finding("error", str(error))
        else:
            yield Finding(
                "ok",
                _("Credential {name}: {fingerprint} from {source}.", name=secret.name,
                  fingerprint=secret.fingerprint(), source=secret.source),
            )  # fmt: skip
    yield from (Finding("warning", warning) for warning in credentials.warnings())


async def _platforms(program: Program) -> list[Finding]:
    connectors, faults = connectors_of(program)
    found = [Finding("error", f"{channel.name}: {error}") for channel, error in faults]
    for connector in connectors.values():
        try:
            state = await connector.check_auth()
        except WebcareError as error:
            found.append(Finding("error", f"{connector.channel}: {error}"))
        else:
            sentence = state.sentence or state.account
            found.append(Finding("ok" if state.ok else "error", f"{connector.channel}: {sentence}"))
        finally:
            await connector.close()
    return found
