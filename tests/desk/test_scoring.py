"""Scores of a page at once, and what the desk is told of the engine that reads."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from channels.base import Batch
from config.channel_settings import PRACTICE
from desk import collector as collecting
from desk.intake import Intake
from desk.scoring import Scoring
from desk.scoring_notice import TERMS_FOR, ScoringNotice
from domain.inbound import Inbound
from sentiment.protocol import Mention, Score
from tests.desk.conftest import MONDAY_NINE, WordEngine, World, mention


class PageEngine(WordEngine):
    """Reads pages, tells terms, and can be in trouble."""

    name = "pages"
    trouble = ""
    terms = "For science only."

    def __init__(self) -> None:
        self.pages: list[int] = []

    def score_many(self, mentions: Sequence[Mention]) -> list[Score]:
        """One page."""
        self.pages.append(len(mentions))
        return [self.score(one.text, lang=one.lang, brands=one.brands) for one in mentions]


def page(*texts: str) -> Batch:
    """A batch of mentions."""
    return Batch(items=tuple(mention(text, remote_id=f"m{index}") for index, text in enumerate(texts)))


def test_a_page_is_read_at_once(world: World) -> None:
    engine = PageEngine()
    scoring = Scoring(engine)
    intake = Intake(PRACTICE, world.collector.clocks, scoring.score, scoring.score_many)
    scored, _bad = intake.prepare(page("ik ben boos", "waar?", "blij"))
    assert [one.score.sentiment for one in scored] == ["negative", "neutral", "positive"]
    assert engine.pages == [3]


def test_an_engine_that_fails_on_a_page_reads_its_mentions_one_by_one(world: World) -> None:
    def broken(items: Sequence[Inbound]) -> list[Score]:
        raise RuntimeError

    intake = Intake(PRACTICE, world.collector.clocks, Scoring(WordEngine()).score, broken)
    scored, _bad = intake.prepare(page("ik ben boos", "blij"))
    assert [one.score.sentiment for one in scored] == ["negative", "positive"]


async def notice_on(world: World) -> str:
    """What a desk shows of it."""
    return (await world.desk().health.collector()).notice


async def test_a_desk_hears_of_trouble_and_of_its_end(world: World) -> None:
    engine, notice = PageEngine(), ScoringNotice()
    engine.terms, engine.trouble = "", "The model is gone."
    await notice.tell(world.database, Scoring(engine), MONDAY_NINE)
    assert await notice_on(world) == "The model is gone."
    engine.trouble = ""
    await notice.tell(world.database, Scoring(engine), MONDAY_NINE)
    assert await notice_on(world) == ""


async def test_terms_stand_for_a_day_from_the_first_use(world: World) -> None:
    scoring = Scoring(PageEngine())
    for later, said in ((0, "For science only."), (TERMS_FOR - 1, "For science only."), (TERMS_FOR, "")):
        await ScoringNotice().tell(world.database, scoring, MONDAY_NINE + later)
        assert await notice_on(world) == said


async def test_an_engine_without_anything_to_say_clears_what_another_said(world: World) -> None:
    await ScoringNotice().tell(world.database, Scoring(PageEngine()), MONDAY_NINE)
    await ScoringNotice().tell(world.database, Scoring(WordEngine()), MONDAY_NINE)
    assert await notice_on(world) == ""


async def test_the_collector_tells(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "HOUSEKEEPING", 5)
    running = asyncio.create_task(replace(world.collector, scoring=Scoring(PageEngine())).run())
    changes = world.database.changes()
    async with asyncio.timeout(30):
        while await notice_on(world) != "For science only.":
            await anext(changes)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
