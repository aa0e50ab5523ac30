"""The collector: fetches every channel, scores, stores, wakes what is due, and works the outbox.

Exactly one process does this for a database: whoever holds the sender lock. One channel in trouble says so
in its health line and never stops another; a cursor moves only in the transaction that stored its items.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from channels.base import Batch, Connector, Retryable
from config.settings import ChannelSettings, Settings
from desk import moves
from desk.clocks import Clocks
from desk.hearing import Hearing
from desk.intake import Intake, Taken
from desk.learner import Learner
from desk.scoring import Scoring
from desk.scoring_notice import ScoringNotice
from desk.sender import Overtaken, Sender
from domain import conversation as rules
from domain.clock import MINUTE, SECOND, Clock, Millis
from domain.errors import ChannelError, DatabaseFull, WebcareError
from i18n import _
from storage import attachments, chain, conversations, hooks, sender_lock, space
from storage import channels as channel_store
from storage.database import Database

_log = logging.getLogger(__name__)

FIRST_WAIT: Millis = 2 * SECOND
LONGEST_WAIT: Millis = 5 * MINUTE
HOUSEKEEPING: Millis = SECOND
SCARCE = 4
"""What is left of a platform's calls is shown when it is less than one in so many."""

HEAR_AT_LEAST: Millis = 5 * SECOND
"""How long a body that was kept may lie unread where nothing told us of it."""

BEAT_EVERY: Millis = 15 * SECOND
LEARN_EVERY: Millis = 5 * SECOND
ANCHOR_EVERY: Millis = 15 * MINUTE


@dataclass(frozen=True, slots=True)
class Collector:
    """Runs until cancelled."""

    database: Database
    clock: Clock
    settings: Settings
    clocks: Clocks
    connectors: Mapping[str, Connector]
    scoring: Scoring
    sender: Sender
    learner: Learner | None = None
    hearing: Hearing | None = None
    """Reads what platforms sent by themselves."""

    beside: Sequence[Callable[[], Awaitable[None]]] = ()
    """What else runs as long as we do, such as the receiver; its end or its faults never end us."""

    trouble: dict[str, dict[str, str]] = field(default_factory=dict)
    """What is wrong now, by channel and stream, oldest first."""

    async def run(self) -> None:
        """Fetch, send and tidy until cancelled; then close the channels."""
        try:
            await self.sender.recover()
            async with asyncio.TaskGroup() as tasks:
                for work in self._work():
                    tasks.create_task(work)
        except* Overtaken as overtaken:
            raise overtaken.exceptions[0] from None
        finally:
            for connector in self.connectors.values():
                await connector.close()

    def _work(self) -> Iterator[Coroutine[None, None, None]]:
        """All that goes on at once."""
        for connector in self.connectors.values():
            for stream in connector.streams:
                hint = asyncio.Event()
                yield self._follow(connector, stream, hint)
                if connector.caps.streaming:
                    yield self._listen(connector, stream, hint)
        yield from (_kept_up(work) for work in self.beside)
        if self.hearing is not None:
            yield self._hear(self.hearing)
        yield self._send()
        yield self._tidy()
        if self.learner is not None:
            yield self._learn(self.learner)

    async def pull(self, connector: Connector, stream: str) -> tuple[Batch, Taken]:
        """Fetch and store one page. Raises the channel's errors and StorageError; stores all or nothing."""
        if space.room(self.database.path.parent) is space.Room.STOP_INTAKE:
            raise DatabaseFull(_("The disk is almost full; nothing new is fetched until there is room."))
        cursor = await self.database.read(
            lambda connection: channel_store.cursor(connection, connector.channel, stream)
        )
        batch = await connector.pull(stream, cursor)
        intake = Intake(self._channel(connector), self.clocks, self.scoring.score, self.scoring.score_many)
        prepared = await asyncio.to_thread(intake.prepare, batch)
        now = self.clock.now()
        self._mind(connector, stream, batch.gap)
        trouble = self._trouble(connector)
        await self._learn_limits(connector)
        taken = await self.database.write(
            lambda connection: intake.store(
                connection, batch, prepared, stream=stream, now=now, trouble=trouble
            )
        )
        return batch, taken

    async def _learn_limits(self, connector: Connector) -> None:
        """What the server takes of pictures, for desks that never talk to it; written when it changed."""
        said, channel = dict(connector.media), connector.channel
        known = await self.database.read(lambda connection: attachments.server_limits(connection, channel))
        if said and said != known:
            await self.database.write(
                lambda connection: attachments.set_server_limits(connection, channel, said)
            )

    def _mind(self, connector: Connector, stream: str, sentence: str) -> None:
        """Remember what is wrong with one stream of a channel; nothing, when it is well."""
        streams = self.trouble.setdefault(connector.channel, {})
        streams.pop(stream, None)
        if sentence:
            streams[stream] = sentence

    def _trouble(self, connector: Connector) -> str:
        """The latest trouble of any stream of a channel, or else what it wants to say."""
        return next(reversed(self.trouble.get(connector.channel, {}).values()), connector.notice)

    def _channel(self, connector: Connector) -> ChannelSettings:
        return self.settings.channels[connector.channel]

    async def _follow(self, connector: Connector, stream: str, hint: asyncio.Event) -> None:
        failures = 0
        while True:
            hint.clear()  # before looking: what is hinted at while we look is looked for again
            try:
                batch, _taken = await self.pull(connector, stream)
                failures = 0
                # Another page at once, unless this one brought us nowhere.
                pause = 0 if batch.more and batch.cursor is not None else self._channel(connector).poll
                if connector.rate is not None:
                    await self._say(connector)
            except WebcareError as error:
                failures += 1
                pause = _pause(error, failures)
                self._mind(connector, stream, str(error))
                await self._say(connector)
            except Exception:
                _log.exception("channel %s broke", connector.channel)
                failures += 1
                pause = LONGEST_WAIT
                self._mind(connector, stream, _("A fault in webcare itself; the log names it."))
                await self._say(connector)
            if pause:
                await _set_within(hint, pause)

    async def _listen(self, connector: Connector, stream: str, hint: asyncio.Event) -> None:
        """A stream only tells us to look; polling goes on beneath it as the safety net."""
        failures = 0
        while True:
            try:
                async for _batch in connector.listen(stream, None):
                    failures = 0
                    hint.set()
            except ChannelError:
                failures += 1
            except Exception:
                _log.exception("the stream of channel %s broke", connector.channel)
                failures += 1
            await asyncio.sleep(min(FIRST_WAIT * 2 ** min(failures, 8), LONGEST_WAIT) / SECOND)

    async def _say(self, connector: Connector) -> None:
        rate, sentence = connector.rate, self._trouble(connector)
        scarce = rate is not None and rate.remaining * SCARCE < rate.limit
        remaining = (
            _("{left} of {limit} calls left", left=rate.remaining, limit=rate.limit)
            if rate is not None and scarce
            else ""
        )
        now = self.clock.now()
        with contextlib.suppress(WebcareError):
            # A full or busy database must not end the fetching; the next round says it again.
            await self.database.write(
                lambda connection: channel_store.set_health(
                    connection, connector.channel, at=now, error=sentence, remaining=remaining
                )
            )

    async def _hear(self, hearing: Hearing) -> None:
        woken = asyncio.Event()
        watching = asyncio.create_task(self._wake_on_change(woken))
        try:
            while True:
                heard = 0
                try:
                    heard = await hearing.step()
                except WebcareError:
                    _log.warning("webhooks could not be read; they wait", exc_info=True)
                if not heard:
                    await _set_within(woken, HEAR_AT_LEAST)
                    woken.clear()
        finally:
            watching.cancel()

    async def _send(self) -> None:
        woken = asyncio.Event()
        watching = asyncio.create_task(self._wake_on_change(woken))
        try:
            while True:
                try:
                    worked = await self.sender.step()
                    due = await self.sender.next_due()
                except Overtaken:
                    raise
                except WebcareError:
                    worked, due = 0, self.clock.now() + FIRST_WAIT
                if not worked:
                    wait = LONGEST_WAIT if due is None else max(due - self.clock.now(), 20)
                    await _set_within(woken, wait)
                    woken.clear()
        finally:
            watching.cancel()

    async def _wake_on_change(self, woken: asyncio.Event) -> None:
        async for _hint in self.database.changes():
            woken.set()

    async def _tidy(self) -> None:
        anchored: Millis = 0
        stirred: Millis = 0
        notice = ScoringNotice()
        while True:
            with contextlib.suppress(WebcareError):
                if self.clock.now() - stirred >= BEAT_EVERY:
                    stirred = await self._beat()
                await notice.tell(self.database, self.scoring, self.clock.now())
                await self.wake_snoozed()
                if self.clock.now() - anchored >= ANCHOR_EVERY:
                    anchored = await self._anchor()
            await asyncio.sleep(HOUSEKEEPING / SECOND)

    async def _learn(self, learner: Learner) -> None:
        """What operators said of mentions; a fault in it must not keep any mention from coming in."""
        while True:
            pause = LEARN_EVERY
            try:
                while await learner.step():
                    pass
            except WebcareError:
                pause = LONGEST_WAIT  # the file is full or held; the acts are recorded and wait
            except Exception:
                _log.exception("learning broke")
                pause = LONGEST_WAIT
            await asyncio.sleep(pause / SECOND)

    async def _beat(self) -> Millis:
        now = self.clock.now()
        await self.database.write(lambda connection: sender_lock.beat(connection, now))
        return now

    async def _anchor(self) -> Millis:
        now = self.clock.now()
        anchor = await self.database.read(lambda connection: chain.current(connection, now))
        await asyncio.to_thread(chain.write_anchor, chain.anchors_path(self.database.path), anchor)
        await self.database.write(lambda connection: attachments.sweep(connection, now=now))
        await self.database.write(lambda connection: hooks.sweep(connection, now=now))
        return now

    async def wake_snoozed(self) -> int:
        """Bring back what was snoozed until now. Returns how many."""
        now = self.clock.now()
        due = await self.database.read(lambda connection: conversations.waking(connection, now))
        if not due:
            return 0

        def work(connection: sqlite3.Connection) -> int:
            waking = conversations.waking(connection, now)
            for conversation_id in waking:
                row = conversations.get(connection, conversation_id)
                moves.make(
                    connection, self.clocks, conversation_id, rules.wake(moves.state_of(row)), at=now,
                    actor="system", kind="woken",
                )  # fmt: skip
            return len(waking)

        return await self.database.write(work)


async def _kept_up(work: Callable[[], Awaitable[None]]) -> None:
    """Run it, and again after a while when it ends or breaks."""
    failures = 0
    while True:
        try:
            await work()
        except Exception:
            _log.exception("a part of the collector broke; it is started again")
        failures += 1
        await asyncio.sleep(min(FIRST_WAIT * 2 ** min(failures, 8), LONGEST_WAIT) / SECOND)


async def _set_within(event: asyncio.Event, wait: Millis) -> None:
    """Until the event or the end of the wait; `asyncio.wait_for` can lose a cancellation before 3.12."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait / SECOND):
            await event.wait()


def _pause(error: WebcareError, failures: int) -> Millis:
    if isinstance(error, Retryable) and error.after is not None:
        return max(error.after, SECOND)
    grown: Millis = FIRST_WAIT * 2 ** min(failures, 8)
    return min(grown, LONGEST_WAIT)
