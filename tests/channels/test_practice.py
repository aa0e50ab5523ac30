"""The practice channel: its day, its cursor, and the people who answer."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import Batch, Connector, Prepared
from channels.practice.connector import STREAM, PracticeOptions
from channels.practice.day import make_day, script
from channels.practice.ledger import Ledger
from channels.practice.people import answer_texts
from channels.practice.town import TEMPLATES_AFTER
from domain.clock import DAY, HOUR, MINUTE, ManualClock
from domain.inbound import Inbound
from tests.channels.practice_desk import START, everything, practice, reply


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "practice.jsonl"


def test_the_script_is_a_full_day_of_different_texts() -> None:
    lines = script()
    assert len(lines) >= 250
    assert len({line.text for line in lines}) == len(lines)
    assert len({line.id for line in lines}) == len(lines)
    kinds = Counter(line.kind for line in lines)
    assert set(kinds) == {
        "question",
        "complaint",
        "compliment",
        "suggestion",
        "cancellation",
        "commercial",
        "chatter",
        "spam",
    }
    assert {"nl", "en"} <= {line.lang for line in lines}
    assert sum(line.private for line in lines) >= 25


def test_the_script_carries_hostile_text() -> None:
    texts = "".join(line.text + line.name for line in script())
    for hostile in (
        "\x1b[2J",
        "\x9b",
        "\x1b]52",
        "\u202e",
        "\u200b",
        "[@click=",
        "[/b]",
        "<script>",
        "\u0336",
    ):
        assert hostile in texts


def test_it_is_a_connector_and_says_that_it_is_none(clock: ManualClock, ledger: Path) -> None:
    connector: Connector = practice(clock, ledger)
    assert connector.caps.simulated
    assert connector.channel == "practice"


async def test_it_says_that_nothing_leaves(clock: ManualClock, ledger: Path) -> None:
    state = await practice(clock, ledger).check_auth()
    assert state.ok
    assert "nothing leaves this machine" in state.sentence


async def test_the_desk_opens_on_some_forty_mentions_of_the_last_hours(
    clock: ManualClock, ledger: Path
) -> None:
    items, _cursor = await everything(practice(clock, ledger), None)
    assert 35 <= len(items) <= 50
    ages = [START - item.created_at for item in items]
    assert ages == sorted(ages, reverse=True)
    assert sum(age < HOUR for age in ages) >= 10
    assert sum(age > 8 * HOUR for age in ages) >= 3
    assert all(0 <= age < DAY for age in ages)


async def test_the_day_comes_in_as_time_passes_and_a_restart_continues(
    clock: ManualClock, ledger: Path
) -> None:
    seen, cursor = await everything(practice(clock, ledger), None)
    for _minute in range(60):
        clock.advance(MINUTE)
        fresh, cursor = await everything(practice(clock, ledger), cursor)
        assert all(clock.now() - MINUTE < item.created_at <= clock.now() for item in fresh)
        seen += fresh
    assert len(seen) > 150
    assert len({item.remote_id for item in seen}) == len(seen)
    once, _cursor = await everything(practice(clock, ledger, catch_up=None), None)
    assert len(once) < len(seen)


async def test_one_day_at_speed_brings_every_line_and_then_the_next_day_begins(
    clock: ManualClock, ledger: Path
) -> None:
    connector = practice(clock, ledger, speed=600.0, catch_up=None)
    items, cursor = await everything(connector, None)
    clock.advance(2 * DAY // 600)
    more, _cursor = await everything(connector, cursor)
    items += more
    assert len({item.remote_id for item in items}) == len(items)
    assert {item.text for item in items} == {line.text for line in script()}
    assert [item.created_at for item in items] == sorted(item.created_at for item in items)
    assert len(items) > 1.9 * len(script())


async def test_the_same_seed_and_clock_give_the_same_day(ledger: Path) -> None:
    async def day(seed: int) -> list[Inbound]:
        clock = ManualClock(START)
        connector = practice(clock, ledger, seed=seed, catch_up=None)
        items, cursor = await everything(connector, None)
        clock.advance(40 * MINUTE)
        return items + (await everything(connector, cursor))[0]

    assert await day(4) == await day(4)
    assert [item.text for item in await day(4)] != [item.text for item in await day(5)]


async def test_pages_are_bounded_and_say_that_more_waits(clock: ManualClock, ledger: Path) -> None:
    batch = await practice(clock, ledger, page=7).pull(STREAM, None)
    assert (len(batch.items), batch.more) == (7, True)


async def test_a_desk_that_was_away_goes_on_where_it_was(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger)
    _items, cursor = await everything(connector, None)
    clock.advance(3 * DAY)
    fresh, cursor = await everything(connector, cursor)
    assert len(fresh) == 1
    clock.advance(5 * MINUTE)
    assert len((await everything(connector, cursor))[0]) > 2


async def test_another_speed_goes_on_where_it_was(clock: ManualClock, ledger: Path) -> None:
    seen, cursor = await everything(practice(clock, ledger), None)
    clock.advance(MINUTE)
    fast = practice(clock, ledger, speed=120.0)
    fresh, cursor = await everything(fast, cursor)
    clock.advance(3 * MINUTE)
    fresh += (await everything(fast, cursor))[0]
    assert len(fresh) > 20
    assert len({item.remote_id for item in seen + fresh}) == len(seen + fresh)


@pytest.mark.parametrize(
    "cursor", ["", "{", "null", "[]", "7", '{"v":1}', '{"v":9,"anchor":1}', '{"v":1,"x":2}']
)
async def test_a_foreign_cursor_starts_the_day_again_and_says_so(
    clock: ManualClock, ledger: Path, cursor: str
) -> None:
    batch = await practice(clock, ledger).pull(STREAM, cursor)
    assert batch.items
    assert batch.gap


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 20 * MINUTE), max_size=6), st.integers(1, 25))
async def test_however_it_is_polled_nothing_is_skipped_or_doubled(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], page: int
) -> None:
    ledger = tmp_path_factory.mktemp("practice") / "posts.jsonl"
    clock = ManualClock(START)
    seen: list[str] = []
    cursor: str | None = None
    for step in [0, *steps]:
        clock.advance(step)
        items, cursor = await everything(practice(clock, ledger, page=page, catch_up=None), cursor)
        seen += [item.remote_id for item in items]
    day = make_day(PracticeOptions().seed)
    wanted = [f"p{day.at(position)[0]}-{day.at(position)[1].id}" for position in range(len(seen))]
    assert seen == wanted


async def test_private_and_public_say_where_they_can_be_answered(clock: ManualClock, ledger: Path) -> None:
    items, _cursor = await everything(practice(clock, ledger), None)
    private = [item for item in items if item.visibility == "private"]
    assert private
    for item in private:
        assert not item.can_reply_public.ok
        assert item.can_reply_public.reason
        short = item.author.remote_id.startswith("pm:")
        assert item.can_reply_private.until == item.created_at + (TEMPLATES_AFTER if short else DAY)
        assert item.can_reply_private.needs == ("template" if short else None)
        assert item.permalink is None
    reviews = [item for item in items if item.kind == "review"]
    assert all(item.rating and not item.can_reply_private.ok for item in reviews)
    assert {item.source for item in items} == {"mentions", "search:heldervonk"}


async def test_people_answer_by_how_well_they_were_helped(clock: ManualClock, ledger: Path) -> None:
    """Help everybody well, then everybody badly: thanks in one world, anger in the other."""
    good = await _answers_to(
        clock,
        ledger,
        "Sorry {name}, dat is niet goed gegaan. Ik heb het aangepast, vandaag om 16.00 klaar. ^SV",
    )
    bad = await _answers_to(clock, ledger.with_name("bad.jsonl"), "Bel onze klantenservice.")
    assert {answer.parent_id for answer in good}.isdisjoint({answer.parent_id for answer in bad})
    assert {answer.text for answer in good} <= set(answer_texts("relief", "nl"))
    assert {answer.text for answer in bad} <= set(answer_texts("anger", "nl"))


async def _answers_to(clock: ManualClock, ledger: Path, text: str) -> list[Inbound]:
    clock.set(START)
    connector = practice(clock, ledger)
    items, cursor = await everything(connector, None)
    complaints = {line.text for line in script() if line.kind == "complaint" and line.lang == "nl"}
    for item in items:
        if item.text in complaints:
            draft = reply(item, text.format(name=item.author.name), item.visibility)
            await connector.send(await connector.prepare(draft))
    clock.advance(5 * MINUTE)
    fresh, _cursor = await everything(connector, cursor)
    answers = [item for item in fresh if (item.parent_id or "").startswith("us-")]
    by_thread = {item.thread_key: item for item in items}
    assert len(answers) >= 5
    for answer in answers:
        asked = by_thread[answer.thread_key]
        assert (answer.author, answer.visibility) == (asked.author, asked.visibility)
        assert answer.created_at > START
    return answers


async def test_answers_come_once_also_across_a_restart(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger)
    items, cursor = await everything(connector, None)
    for item in items:
        await connector.send(await connector.prepare(reply(item, f"Dag {item.author.name}")))
    seen: list[str] = []
    for _step in range(40):
        clock.advance(10_000)
        fresh, cursor = await everything(practice(clock, ledger, page=3), cursor)
        seen += [item.remote_id for item in fresh if item.remote_id.startswith("a-")]
    assert len(seen) == len(set(seen)) >= 10
    again, _cursor = await everything(practice(clock, ledger), None)
    assert [item.remote_id for item in again if item.remote_id.startswith("a-")] == seen


async def test_an_answer_can_be_answered(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger)
    items, cursor = await everything(connector, None)
    for item in items:
        await connector.send(await connector.prepare(reply(item, "Wordt vervolgd.")))
    clock.advance(5 * MINUTE)
    angry, cursor = await everything(connector, cursor)
    angry = [item for item in angry if item.remote_id.startswith("a-")]
    for item in angry:
        text = "Sorry, dat antwoord was te kort. Ik heb de monteur ingepland, hij komt morgen om 9.00."
        await connector.send(await connector.prepare(reply(item, text)))
    clock.advance(5 * MINUTE)
    again, _cursor = await everything(connector, cursor)
    posts = {post.remote_id: post.parent_id for post in Ledger(ledger).posts()}
    answered = {posts[item.parent_id] for item in again if item.parent_id in posts}
    assert answered
    assert answered <= {item.remote_id for item in angry}


async def test_a_prepared_reply_survives_json(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger)
    items, _cursor = await everything(connector, None)
    prepared = await connector.prepare(reply(items[0], "Goedemorgen"))
    back = Prepared(
        **json.loads(
            json.dumps(
                {
                    "key": prepared.key,
                    "text": prepared.text,
                    "visibility": prepared.visibility,
                    "prepared_at": prepared.prepared_at,
                    "payload": dict(prepared.payload),
                }
            )
        )
    )
    await connector.send(back)
    assert await connector.find_sent(prepared) is not None


async def test_it_does_not_stream(clock: ManualClock, ledger: Path) -> None:
    connector = practice(clock, ledger)
    batches: list[Batch] = [batch async for batch in connector.listen(STREAM, None)]
    assert batches == []
    assert connector.rate is None
    await connector.close()
