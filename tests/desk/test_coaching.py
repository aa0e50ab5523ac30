"""The coach at the desk: it sees the mention, what we wrote lately; overrides have no name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from config.channel_settings import PRACTICE
from desk.coach_views import Advice
from desk.desk import Desk
from domain.clock import DAY, MINUTE
from domain.inbound import Cap
from tests.desk.acts import begin, first
from tests.desk.conftest import MONDAY_NINE, World, make_world, mention


async def advice(desk: Desk, conversation: int, text: str) -> Advice:
    """What the coach says of a text in this conversation."""
    composer = await desk.replies.open(conversation, "public")
    return await desk.coaching.look(composer, text, desk.replies.length_of(composer, text))


def rules(found: Advice) -> set[str]:
    """The rules of its remarks."""
    return {one.rule for one in found.remarks}


async def test_remarks_and_promises_point_at_the_words(asked: World) -> None:
    """Places are of the draft as it was handed in, leading blanks included."""
    desk = asked.desk()
    conversation = await first(desk)
    text = "  Hoi Jan, je IBAN NL91ABNA0417164300 klopt. We bellen je morgen."
    found = await advice(desk, conversation, text)
    (personal,) = [one for one in found.remarks if one.rule == "personal_data"]
    assert (personal.level, text[personal.start : personal.end]) == ("block", "NL91ABNA0417164300")
    assert [text[one.start : one.end] for one in found.promises] == ["We bellen je morgen."]


async def test_a_word_of_an_earlier_reply_here_is_worn(asked: World) -> None:
    """The same word is fresh before."""
    desk = asked.desk()
    conversation = await first(desk)
    text = "Hoi Jan, wat vervelend! Je pakket is gevonden en komt vandaag voor 17:00."
    assert "empathy_worn" not in rules(await advice(desk, conversation, text))
    await begin(desk, conversation, text)
    await desk.replies.send(await desk.replies.review(conversation, "public", text))
    await asked.send_all()
    assert "empathy_worn" in rules(await advice(desk, conversation, text))


async def test_nothing_is_said_of_nothing(asked: World) -> None:
    """Nor is an empty draft a reply without help."""
    desk = asked.desk()
    assert await advice(desk, await first(desk), " \n") == Advice()


async def test_overrides_are_counted_by_rule_and_day_and_by_nobody(asked: World) -> None:
    """No column could hold a name."""
    desk = asked.desk()
    for rule in ("redirect", "redirect", "hot_air"):
        await desk.coaching.overridden(rule)
    assert await desk.coaching.overrides() == {"redirect": 2, "hot_air": 1}
    assert await desk.coaching.overrides(date(2026, 11, 23)) == {"redirect": 2, "hot_air": 1}
    assert await desk.coaching.overrides(date(2026, 11, 24)) == {}
    asked.clock.advance(DAY)
    await desk.coaching.overridden("redirect")
    assert await desk.coaching.overrides(date(2026, 11, 24)) == {"redirect": 1}
    rows = await asked.database.read(
        lambda connection: connection.execute("SELECT * FROM coach_override").fetchall()
    )
    assert {tuple(dict(row)) for row in rows} == {("day", "rule", "n")}
    assert {date.fromisoformat(row["day"]) for row in rows} == {date(2026, 11, 23), date(2026, 11, 24)}


async def test_a_window_that_closes_while_somebody_writes_is_said(world: World) -> None:
    """Of the kind of answer that it is about, and not before."""
    await world.arrive(
        mention("help", visibility="private", kind="dm", can_reply_public=Cap(False, "Alleen privé."),
                can_reply_private=Cap(until=MONDAY_NINE + 30 * MINUTE))
    )  # fmt: skip
    desk = world.desk()
    conversation = await first(desk)
    composer = await desk.replies.open(conversation, "private")
    text = "Hoi Jan, ik heb het voor je geregeld."
    length = desk.replies.length_of(composer, text)
    assert "window_closed" not in rules(await desk.coaching.look(composer, text, length))
    world.clock.advance(31 * MINUTE)
    assert "window_closed" in rules(await desk.coaching.look(composer, text, length))
    assert "window_closed" not in rules(await advice(desk, conversation, text))  # public: never had one


async def test_a_channel_that_only_listens_is_said(tmp_path: Path) -> None:
    """Whatever is written there goes nowhere."""
    world = await make_world(tmp_path, replace(PRACTICE, listen_only=True))
    await world.arrive(mention("iets over jullie"))
    desk = world.desk()
    found = await advice(desk, await first(desk, "listening"), "Hoi Jan, dank je wel voor het melden.")
    assert "listen_only" in rules(found)
    await world.database.close()


async def test_a_joke_in_a_crisis_is_said(asked: World) -> None:
    """A conversation belongs to a crisis by its label."""
    desk = asked.desk()
    conversation = await first(desk)
    text = "Hoi Jan, gratis zwembad dan maar 😂"
    assert "joke_in_crisis" not in rules(await advice(desk, conversation, text))
    await desk.triage.label(conversation, "Crisis")
    assert "joke_in_crisis" in rules(await advice(desk, conversation, text))
