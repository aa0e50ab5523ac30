"""The meter as the desk keeps it: from what comes in, what goes out, and what a person says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desk.desk import Desk
from desk.meter_views import Only
from domain.clock import MINUTE
from domain.errors import NotAllowed
from domain.meter import Arc
from sentiment.protocol import Score
from tests.desk.acts import first, reply
from tests.desk.conftest import MONDAY_NINE, World, mention


async def answer(world: World, desk: Desk, conversation: int, text: str) -> None:
    """Reply, and let it go out."""
    await reply(desk, conversation, text)
    await world.send_all()


async def test_a_contact_who_is_glad_after_our_answer_has_turned(asked: World) -> None:
    desk = asked.desk()
    await asked.arrive(mention("boos!", created_at=MONDAY_NINE + 1))
    id_ = await first(desk)
    await answer(asked, desk, id_, "Wij zoeken het uit.")
    view = await desk.meter.read(desk.meter.month())
    assert (view.total.n, view.total.silent, view.total.measured) == (1, 1, 0)
    asked.clock.advance(MINUTE)
    await asked.arrive(mention("blij, dank", created_at=asked.clock.now()))
    view = await desk.meter.read(desk.meter.month())
    assert (view.total.turned, view.total.silent) == (1, 0)
    assert view.total.before is not None
    assert view.total.before.value == pytest.approx(-0.35)
    seen = await desk.conversations.view(id_)
    assert seen.arc == Arc((0.0, pytest.approx(-0.7)), (pytest.approx(0.7),), answered=True)  # type: ignore[arg-type]
    assert [part.id for part in view.by("kind")] == ["complaint"]
    assert [part.name for part in view.by("label")] == ["without a label"]


async def test_a_correction_counts_and_unknown_counts_for_nothing(asked: World) -> None:
    desk = asked.desk()
    id_ = await first(desk)
    await answer(asked, desk, id_, "Hier.")
    asked.clock.advance(MINUTE)
    await asked.arrive(mention("blij, dank", created_at=asked.clock.now()))
    assert (await desk.meter.read(desk.meter.month())).total.turned == 1
    await desk.triage.sentiment(id_, "negative")
    assert (await desk.meter.read(desk.meter.month())).total.worsened == 1
    await desk.triage.sentiment(id_, "unknown")
    assert (await desk.meter.read(desk.meter.month())).total.unknown == 1
    await desk.history.undo()
    await desk.history.undo()
    assert (await desk.meter.read(desk.meter.month())).total.turned == 1


async def test_only_what_was_asked_for_is_counted(asked: World) -> None:
    desk = asked.desk()
    id_ = await first(desk)
    await desk.triage.label(id_, "storing")
    await answer(asked, desk, id_, "Hier.")
    month = desk.meter.month()
    for only, n in [
        (Only(label="storing"), 1), (Only(label="anders"), 0), (Only(channel="practice"), 1),
        (Only(channel="x"), 0), (Only(kind="question"), 1), (Only(kind="spam"), 0),
    ]:  # fmt: skip
        assert (await desk.meter.read(month, only)).total.n == n, only
    assert (await desk.meter.read(desk.meter.month(1))).total.n == 0


async def test_a_doubtful_score_counts_for_nothing(world: World) -> None:
    """An engine that is unsure shows a `?`, and the meter leaves the message out."""
    engine = world.collector.scoring.engine

    class Doubting:
        name, version = "words", "1"

        def score(self, text: str, *, lang: str | None = None, brands: tuple[str, ...] = ()) -> Score:
            return replace(engine.score(text, lang=lang, brands=brands), confidence=0.5)

    world.collector = replace(world.collector, scoring=replace(world.collector.scoring, engine=Doubting()))
    await world.arrive(mention("boos!"))
    desk = world.desk()
    id_ = await first(desk)
    assert (await desk.conversations.view(id_)).before is None


def test_a_period_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(NotAllowed):
        world.desk().meter.period("morgen", None)
