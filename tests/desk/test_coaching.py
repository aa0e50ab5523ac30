"""The coach at the desk: it sees the mention, what we wrote lately; overrides have no name."""

from __future__ import annotations

from datetime import date

from desk.coach_views import Advice
from desk.desk import Desk
from tests.desk.acts import begin, first
from tests.desk.conftest import World


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
    rows = await asked.database.read(
        lambda connection: connection.execute("SELECT * FROM coach_override").fetchall()
    )
    assert {tuple(dict(row)) for row in rows} == {("day", "rule", "n")}
    assert {date.fromisoformat(row["day"]) for row in rows} == {date(2026, 11, 23)}
