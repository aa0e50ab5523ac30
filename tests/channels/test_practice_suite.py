"""The practice channel in the common suite."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from channels.base import Malformed, Prepared, RateLimited, Retryable, Unknown
from channels.practice.connector import STREAM, PracticeConnector, PracticeOptions
from channels.practice.day import ScriptedMention
from channels.practice.faults import Fate
from channels.practice.ledger import Ledger
from domain.clock import DAY, SECOND, ManualClock, Millis
from domain.inbound import Attachment
from tests.channels.suite import ConnectorSuite
from tests.channels.world import Sent, Trait, Trouble

NOW = 1_795_400_000_000


class LiveScript:
    """A script that grows while the test runs."""

    waiting: Sequence[ScriptedMention] = ()

    def __init__(self) -> None:
        self.posted: list[tuple[ScriptedMention, Millis]] = []

    def at(self, position: int) -> tuple[int, ScriptedMention, Millis]:
        """Far away where nothing was written yet."""
        if position < len(self.posted):
            return 0, *self.posted[position]
        return 0, _mention("later", "", private=False), 1_000 * DAY


class ToldWeather:
    """Fails once, when and how it is told."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self.after = 0

    def on_pull(self) -> None:
        """The errors that the other connectors raise for the same trouble."""
        match self._now():
            case "rate_limited" | "rate_limited_without_time" as trouble:
                raise _limited(trouble)
            case "broken_json" | "web_page":
                raise Malformed("unreadable")
            case "server_error" | "connection_lost":
                raise Retryable("not now")
            case _:
                pass

    def on_send(self, prepared: Prepared, now: Millis) -> Fate:
        """Refused, lost on the way, or carried out without an answer."""
        match self._now():
            case "rate_limited" | "rate_limited_without_time" as trouble:
                raise _limited(trouble)
            case "server_error" | "connection_lost":
                raise Unknown("who knows")
            case "answer_lost" | "broken_json" | "web_page":
                return "answer_lost"
            case _:
                return "answered"

    def _now(self) -> Trouble | None:
        if self.trouble is None or self.after > 0:
            self.after -= 1
            return None
        trouble, self.trouble = self.trouble, None
        return trouble


class PracticeWorld:
    """Invented people who write what the tests say."""

    stream = STREAM
    page = 5
    longest = 10_000
    traits: frozenset[Trait] = frozenset({"private", "sends", "threads", "renews_tokens"})
    """It has no tokens, so none can expire for good."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(NOW)
        self._ledger = folder / "posts.jsonl"
        self._script = LiveScript()
        self._weather = ToldWeather()

    def connector(self) -> PracticeConnector:
        """See `ConnectorWorld`."""
        options = PracticeOptions(speed=1.0, catch_up=None, page=self.page, opened_at=NOW)
        return PracticeConnector(
            "practice", self.clock, self._ledger, options, day=self._script, weather=self._weather
        )

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """See `ConnectorWorld`."""
        self.clock.advance(SECOND)
        mention = _mention(f"live{len(self._script.posted)}", text, private=private)
        self._script.posted.append((mention, self.clock.now() - NOW))
        return f"p0-{mention.id}"

    async def edit(self, remote_id: str, text: str) -> None:
        """Nobody edits here."""
        raise NotImplementedError

    async def delete(self, remote_id: str) -> None:
        """Nobody deletes here."""
        raise NotImplementedError

    async def spoil(self, remote_id: str) -> None:
        """The script cannot be unreadable."""
        raise NotImplementedError

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """Nobody else posts as us."""
        raise NotImplementedError

    async def fail(self, trouble: Trouble, *, after: int = 0) -> None:
        """See `ConnectorWorld`."""
        self._weather.trouble, self._weather.after = trouble, after

    async def renew(self) -> None:
        """There is nothing to renew."""

    def sent_on_server(self) -> Sequence[Sent]:
        """What stands in the ledger."""
        ledger = Ledger(self._ledger)
        alts = {one.media_id: one.alt for one in ledger.held()}
        return [
            Sent(
                post.remote_id,
                post.text,
                post.visibility == "private",
                described=tuple(alts[name] for name in post.media.split()),
                answers=post.parent_id,
            )
            for post in ledger.posts()
        ]


def _limited(trouble: Trouble) -> RateLimited:
    return RateLimited("slower", after=30 * SECOND if trouble == "rate_limited" else None)


def _mention(mention_id: str, text: str, *, private: bool) -> ScriptedMention:
    return ScriptedMention(
        id=mention_id,
        before_shift=False,
        offset=0,
        place="dm" if private else "x",
        lang="nl",
        kind="question",
        sentiment="neutral",
        handle="klant",
        name="Klant",
        thread="",
        text=text,
    )


class TestPractice(ConnectorSuite):
    """All that every connector must hold."""

    @pytest.fixture
    def world(self, tmp_path: Path) -> PracticeWorld:
        """A new platform for each test."""
        return PracticeWorld(tmp_path)
