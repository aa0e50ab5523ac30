"""Suggestions at the desk: from real threads, without the person, taught by two desks at once."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from desk.desk import Desk
from desk.suggestion_views import Suggestion
from domain.clock import DAY, HOUR
from domain.errors import NotAllowed, NotFound
from domain.inbound import ContactRef
from domain.suggest_learning import Learned
from storage import chain, events, suggestions
from tests.desk.acts import reply
from tests.desk.conftest import World, mention

GOOD = "Hoi Jan, je bakfiets 4471902 is onderweg en komt morgen voor twaalf uur aan. Groet aan Sofie!"
VAGUE = "Dank voor het bericht, er wordt naar gekeken."


async def ask(world: World, text: str, who: str = "jan", **changes: object) -> int:
    """Somebody asks something; the id of the conversation."""
    item = mention(
        text, author=ContactRef(f"u-{who}", f"@{who}", f"{who.capitalize()} de Vries"),
        thread_key=f"{who}-{text}",
        created_at=world.clock.now(), **changes,
    )  # fmt: skip
    await world.arrive(item)

    def newest(connection: sqlite3.Connection) -> int:
        return int(connection.execute("SELECT max(id) FROM conversation").fetchone()[0])

    return await world.database.read(newest)


async def answered(world: World, text: str, answer: str, who: str = "jan") -> int:
    """Asked and answered; a day passes."""
    one = await ask(world, text, who)
    await reply(world.desk(), one, answer)
    await world.send_all()
    world.clock.advance(DAY)
    return one


async def learned(world: World) -> Learned:
    """What the file holds."""

    def work(connection: sqlite3.Connection) -> Learned:
        names = [row[0] for row in connection.execute("SELECT name FROM suggestion_taught").fetchall()]
        return Learned(suggestions.weights(connection), suggestions.taught(connection, names))

    return await world.database.read(work)


@pytest.fixture
async def shop(world: World) -> World:
    """A desk that answered a few things."""
    await answered(world, "waar blijft mijn bakfiets Sofie wacht al een week op 4471902?", GOOD)
    await answered(world, "de bakfiets is er nog steeds niet", VAGUE, "piet")
    await answered(world, "zijn jullie zondag open?", "Op zondag zijn we van twaalf tot vijf open.", "kees")
    return world


async def test_the_teams_answer_is_offered_without_its_person(shop: World) -> None:
    """The name becomes this contact's, the rest holes; the source can be looked up; nothing is sent."""
    one = await ask(shop, "wanneer komt mijn bakfiets nou?", "fatima")
    found = await shop.desk().suggestions.suggest(one)
    best = next(each for each in found if "bakfiets" in each.text)
    assert (
        best.text == "Hoi Fatima, je bakfiets {{?number}} is onderweg en komt morgen voor twaalf uur aan."
        " Groet aan {{?name}}!"
    )
    thread = await shop.desk().conversations.view(best.source)
    assert thread.row.contact_name == "Jan de Vries"
    assert best.why
    assert all(word not in each.text for each in found for word in ("Jan", "Sofie", "4471902", "Piet", "^SV"))
    assert await shop.desk().outbox.list() == ()
    assert any(
        "gap" in block for block in (await shop.desk().replies.review(one, "public", best.text)).blocks
    )


async def test_an_empty_desk_has_nothing_to_offer(world: World) -> None:
    """And an unknown conversation is one."""
    one = await ask(world, "waar?")
    assert await world.desk().suggestions.suggest(one) == ()
    with pytest.raises(NotFound):
        await world.desk().suggestions.suggest(999)


async def test_a_template_that_was_used_is_offered_as_itself(world: World) -> None:
    """With its own holes and this contact's name."""
    one = await ask(world, "waar is de bakfiets?")
    await _from_template(world.desk(), one)
    await world.send_all()
    two = await ask(world, "mijn bakfiets, waar is die?", "fatima")
    (found,) = await world.desk().suggestions.suggest(two)
    assert (found.template, found.name, found.text) == (
        "greeting",
        "template:greeting",
        "Hoi Fatima, {{?answer}}",
    )


async def _from_template(desk: Desk, one: int) -> None:
    from dataclasses import replace  # noqa: PLC0415 - this test only

    composer = await desk.replies.open(one, "public")
    text = "Hoi Jan, ja."
    await desk.replies.save(replace(composer.draft, text=text, template="greeting"))
    await desk.replies.send(await desk.replies.review(one, "public", text))


async def test_what_was_said_in_private_stays_there(world: World) -> None:
    """An answer to a private message is no suggestion for a public one."""
    one = await ask(world, "waar is mijn bakfiets?", visibility="private")
    await reply(world.desk(), one, "Hij staat bij de buren.", "private")
    await world.send_all()
    assert (
        await world.desk().suggestions.suggest(await ask(world, "waar is mijn bakfiets nou?", "fatima")) == ()
    )
    private = await ask(world, "waar is mijn bakfiets dan?", "ali", visibility="private")
    assert len(await world.desk().suggestions.suggest(private)) == 1


async def test_choices_and_refusals_turn_the_order(shop: World) -> None:
    """Who is refused goes down, who is chosen goes up, and the reasons say so."""
    desk, one = shop.desk(), await ask(shop, "waar blijft de bakfiets?", "fatima")
    first = await desk.suggestions.suggest(one)
    last = next(each for each in first if "gekeken" in each.text)
    assert first[0].name != last.name
    for _each in range(6):
        found = await desk.suggestions.suggest(one)
        await desk.suggestions.chosen(one, found, [each.name for each in found].index(last.name))
    after = await desk.suggestions.suggest(one)
    assert after[0].name == last.name
    assert any("6" in sentence for sentence in after[0].why)
    await desk.suggestions.refused(one, after)
    await desk.suggestions.refused(one, ())
    with pytest.raises(NotAllowed):
        await desk.suggestions.chosen(one, after, 3)


async def test_the_outcome_comes_from_the_thread(shop: World) -> None:
    """Angry words after an answer, and it is no longer the first."""
    one = await ask(shop, "waar blijft de bakfiets?", "fatima")
    before = await shop.desk().suggestions.suggest(one)
    angry = mention(
        "boos!", author=ContactRef("u-jan", "@jan", "Jan de Vries"), created_at=shop.clock.now() - HOUR,
        thread_key="jan-waar blijft mijn bakfiets Sofie wacht al een week op 4471902?",
    )  # fmt: skip
    await shop.arrive(angry)
    after = {each.name: each for each in await shop.desk().suggestions.suggest(one)}
    best = next(each for each in before if "bakfiets" in each.text)
    assert after[best.name].score < best.score


async def test_two_desks_teach_one_file_and_the_record_tells_it_again(shop: World) -> None:
    """At the same time, from two connections: nothing is lost, and a replay gives the same numbers."""
    from storage.database import Database  # noqa: PLC0415 - a second process's view

    one = await ask(shop, "waar blijft de bakfiets?", "fatima")
    offered = await shop.desk().suggestions.suggest(one)
    other = await Database.open(shop.database.path, clock=shop.clock)
    mine, first = shop.desk("sanne"), shop.database
    shop.database = other
    theirs = shop.desk("ab")
    shop.database = first
    try:
        await asyncio.gather(
            *(mine.suggestions.chosen(one, offered, 0) for _each in range(8)),
            *(theirs.suggestions.refused(one, offered) for _each in range(8)),
        )
    finally:
        await other.close()
    held = await learned(shop)
    assert await shop.database.read(lambda c: len(list(suggestions.lessons(c)))) == 16
    assert held.taught[offered[0].name].taken == pytest.approx(8)
    assert held.taught[offered[0].name].refused == pytest.approx(8)
    again = await shop.database.write(suggestions.replay)
    assert again == held
    assert await learned(shop) == held


async def test_what_is_learned_holds_no_words_and_forgetting_leaves_nothing(shop: World) -> None:
    """Not in the tables, not in the record; and a replay after forgetting does not bring it back."""
    desk, one = shop.desk(), await ask(shop, "waar blijft de bakfiets?", "fatima")
    offered = await desk.suggestions.suggest(one)
    jan = next(place for place, each in enumerate(offered) if "bakfiets" in each.text)
    await desk.suggestions.chosen(one, offered, jan)
    assert await shop.database.read(_dump) != ""
    dump = await shop.database.read(_dump)
    assert not any(
        word in dump.casefold() for word in ("jan", "vries", "sofie", "4471902", "bakfiets", "twaalf")
    )

    def forgetting(connection: sqlite3.Connection) -> None:
        (contact,) = connection.execute("SELECT id FROM contact WHERE name = 'Jan de Vries'").fetchone()
        suggestions.forget(connection, contact)

    await shop.database.write(forgetting)
    assert offered[jan].name not in (await learned(shop)).taught

    def erasing(connection: sqlite3.Connection) -> None:
        (message,) = connection.execute(
            "SELECT id FROM message WHERE text LIKE '%twaalf uur aan%'"
        ).fetchone()
        connection.execute("UPDATE outbox SET message_id = NULL WHERE message_id = ?", (message,))
        connection.execute(
            "INSERT INTO message_fts (message_fts, rowid, text)"
            " SELECT 'delete', id, text FROM message WHERE id = ?",
            (message,),
        )
        connection.execute("DELETE FROM message WHERE id = ?", (message,))

    await shop.database.write(erasing)
    again = await shop.database.write(suggestions.replay)
    assert offered[jan].name not in (await learned(shop)).taught
    assert again.weights == (await learned(shop)).weights
    assert all("twaalf uur" not in each.text for each in await desk.suggestions.suggest(one))


def _dump(connection: sqlite3.Connection) -> str:
    tables = ("suggestion_weight", "suggestion_taught", "suggestion_pick")
    rows = [tuple(row) for table in tables for row in connection.execute(f"SELECT * FROM {table}").fetchall()]
    kinds = (suggestions.CHOSEN, suggestions.REFUSED)
    rows += [
        (row["payload"],)
        for row in connection.execute("SELECT payload FROM event WHERE kind IN (?, ?)", kinds).fetchall()
    ]
    return repr(rows)


async def test_the_record_still_holds(shop: World) -> None:
    """Choices are events like all others, undo passes them by."""
    desk, one = shop.desk(), await ask(shop, "waar blijft de bakfiets?", "fatima")
    offered: tuple[Suggestion, ...] = await desk.suggestions.suggest(one)
    await desk.suggestions.chosen(one, offered, 0)
    kinds = await shop.database.read(lambda c: [event.kind for event in events.of_conversation(c, one)])
    assert kinds[-1] == suggestions.CHOSEN
    assert (await shop.database.read(chain.verify)).whole
    with pytest.raises(NotAllowed):
        await shop.desk("cor").history.undo()
