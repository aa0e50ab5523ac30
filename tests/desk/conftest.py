"""A desk on a real database file, with a clock that stands still and a channel that does as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from channels.base import AuthState, Batch, Cursor, Draft, Prepared, SendResult
from channels.base import Capabilities as Caps
from config.channel_settings import PRACTICE, ChannelSettings
from config.paths import find_places
from config.settings import OperatorSettings, Settings
from desk.clocks import Clocks
from desk.collector import Collector
from desk.desk import Desk, make_desk
from desk.ground import Ground
from desk.scoring import Scoring
from desk.sender import Sender
from desk.templating import Templating
from desk.views import Operator
from domain.clock import ManualClock
from domain.inbound import Cap, ContactRef, Echo, Inbound
from domain.measure import Measure, measure
from domain.template import Template
from sentiment.protocol import Kind, Score, Sentiment
from storage import sender_lock
from storage.database import Database
from tests.desk.invariants import broken

MONDAY_NINE = 1_795_420_800_000
"""Monday 23 November 2026, 08:00 UTC, 09:00 in Amsterdam."""

GREETING = Template("greeting", "Greeting", "nl", ("question",), "Hoi {{ contact.first_name }}, {{?answer}}")


class WordEngine:
    """Reads sentiment from one word, so that a test can say what it wants."""

    name = "words"
    version = "1"

    def score(self, text: str, *, lang: str | None = None, brands: tuple[str, ...] = ()) -> Score:
        """`boos` is negative, `blij` positive, a question mark a question."""
        sentiment: Sentiment = "negative" if "boos" in text else "positive" if "blij" in text else "neutral"
        kind: Kind = "complaint" if "boos" in text else "question" if "?" in text else "chatter"
        share = {"negative": (0.8, 0.1, 0.1), "positive": (0.1, 0.1, 0.8)}.get(sentiment, (0.1, 0.8, 0.1))
        return Score(*share, sentiment, 0.8, kind, 0.8, 0, lang or "nl", self.name, self.version)


@dataclass
class FakeConnector:
    """A channel in memory: what it gives and how it answers is set by the test."""

    channel: str = "practice"
    caps: Caps = field(
        default_factory=lambda: Caps(
            True, True, idempotent_send=False, find_sent=True, settle=1_000, settle_max=5_000
        )
    )
    batches: list[Batch] = field(default_factory=list)
    posted: list[Prepared] = field(default_factory=list)
    outcome: Exception | None = None
    """Raised by the next send, once; `lands` says whether the post was made all the same."""

    lands: bool = False
    dies: bool = False
    """The next send posts and never answers; `holding` says that it got there."""

    holding: asyncio.Event = field(default_factory=asyncio.Event)
    streams: tuple[str, ...] = ("mentions",)
    rate: None = None
    notice: str = ""

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """The next prepared batch, or an empty one."""
        return self.batches.pop(0) if self.batches else Batch()

    async def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """Nothing."""
        for batch in list[Batch]():
            yield batch

    def measure(self, text: str) -> Measure:
        """As the practice platform counts."""
        return measure("practice", text)

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix a key."""
        payload = {"parent_id": draft.parent_id, "thread_key": draft.thread_key}
        return Prepared(f"key-{draft.text}", draft.text, draft.visibility, prepared_at=0, payload=payload)

    async def send(self, prepared: Prepared) -> SendResult:
        """Post, or fail as the test asked."""
        if self.dies:
            self.posted.append(prepared)
            self.holding.set()
            await asyncio.Event().wait()
        error, self.outcome = self.outcome, None
        if error is None or self.lands:
            self.posted.append(prepared)
        if error is not None:
            raise error
        return SendResult(remote_id=f"post-{len(self.posted)}")

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """What was posted under this key."""
        keys = [one.key for one in self.posted]
        return SendResult(f"post-{keys.index(prepared.key) + 1}") if prepared.key in keys else None

    async def check_auth(self) -> AuthState:
        """Never asked."""
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing to let go."""


@dataclass
class World:
    """One database with everything around it."""

    database: Database
    clock: ManualClock
    settings: Settings
    connector: FakeConnector
    collector: Collector

    def desk(self, login: str = "sanne", *, session: str = "") -> Desk:
        """A desk of one operator on this database; always the same session unless another is asked for."""
        known = self.settings.operators[login]
        operator = Operator(login, known.name, known.first_name, known.initials, uid=1)
        ground = Ground(
            self.database,
            self.clock,
            self.settings,
            self.collector.clocks,
            operator,
            session=session or f"session-{login}",
        )
        return make_desk(ground, lambda: Templating(ground, lambda: (GREETING,)), collecting=lambda: True)

    async def arrive(self, *items: Inbound, cursor: str | None = None) -> None:
        """Items come in through the collector."""
        self.connector.batches.append(Batch(items=items, cursor=cursor))
        await self.collector.pull(self.connector, "mentions")

    async def arrive_echo(self, *echoes: Echo) -> None:
        """Our own posts come in as the platform shows them."""
        self.connector.batches.append(Batch(echoes=echoes))
        await self.collector.pull(self.connector, "mentions")

    async def restart(self) -> None:
        """The collector is started anew: another fence, and what was left in `sending` is in doubt."""
        fence = await self.database.write(sender_lock.next_fence)
        sender = replace(self.collector.sender, fence=fence)
        self.collector = replace(self.collector, sender=sender)
        await sender.recover()

    async def send_all(self) -> None:
        """Let the undo window pass and the sender work until nothing is due."""
        self.clock.advance(self.settings.undo)
        while await self.collector.sender.step():
            pass


def mention(text: str, **changes: object) -> Inbound:
    """A public mention by Jan, just now."""
    item = Inbound(
        channel="practice",
        account="@waterkant",
        remote_id=f"id-{text}",
        kind="mention",
        visibility="public",
        thread_key="thread-jan",
        author=ContactRef("u-jan", "@jan", "Jan de Vries"),
        text=text,
        created_at=MONDAY_NINE,
        revision=text,
        can_reply_public=Cap(),
        can_reply_private=Cap(),
    )
    return replace(item, **changes)  # type: ignore[arg-type]


def settings_in(folder: Path, channel: ChannelSettings = PRACTICE) -> Settings:
    """Settings with three operators and one channel."""
    places = find_places({}, folder)
    operators = {
        "sanne": OperatorSettings("sanne", "Sanne Visser", "Sanne", "SV"),
        "ab": OperatorSettings("ab", "Anna Bos", "Anna", "AB"),
        "cor": OperatorSettings("cor", "Cor Smit", "Cor", "CS"),
    }
    return Settings(places, folder / "desk.db", channels={channel.id: channel}, operators=operators)


async def make_world(
    folder: Path, channel: ChannelSettings = PRACTICE, *, logins: tuple[str, ...] = ("sanne", "ab")
) -> World:
    """A world on a fresh file, its operators announced."""
    clock = ManualClock(MONDAY_NINE)
    settings = settings_in(folder, channel)
    database = await Database.open(settings.database, clock=clock)
    clocks = Clocks(settings.sla, settings.timezone, clock)
    connector = FakeConnector(channel.id)
    fence = await database.write(sender_lock.next_fence)
    connectors = {channel.id: connector}
    sender = Sender(database, clock, clocks, connectors, fence)
    collector = Collector(
        database, clock, settings, clocks, connectors, Scoring(WordEngine()), sender
    )  # fmt: skip
    world = World(database, clock, settings, connector, collector)
    for login in logins:
        await world.desk(login).claims.start()
    return world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A world with one sendable channel."""
    made = await make_world(tmp_path)
    yield made
    await made.database.close()


@pytest.fixture
async def asked(world: World) -> AsyncIterator[World]:
    """A world in which Jan asked something; at the end all that must hold of its file is checked."""
    await world.arrive(mention("waar?"))
    yield world
    assert await world.database.read(broken) == []


WorldMaker = Callable[..., Awaitable[World]]
