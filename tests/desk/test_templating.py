"""Templates at the desk: what they are filled with, what they earned, and how a good reply becomes one."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from config.template_files import read_template
from desk.desk import Desk, make_desk
from desk.ground import Ground
from desk.templating import Templating
from desk.views import Operator
from domain.calendar import Calendar
from domain.clock import HOUR, MINUTE
from domain.errors import ConfigError, TemplateError
from domain.template import Hole, Template
from storage import templates as template_store
from tests.desk.acts import first
from tests.desk.conftest import World, mention

OFFICE = Calendar("office", "Europe/Amsterdam", dict.fromkeys(range(5), ((540, 1050),)))
HOURS = Template(
    "hours", "Hours", "nl", ("question",),
    "{{contact.first_name}}: {{opening_hours}}{{#closed}}, weer {{opens_again}}{{/closed}} "
    "{{operator.initials}}",
)  # fmt: skip
DUTCH = Template("dutch", "Dutch", "nl", ("question",), "Jammer, {{contact.first_name}}.")
FLEMISH = Template("flemish", "Flemish", "nl-BE", ("question",), "Spijtig, {{contact.first_name}}.")
ENGLISH = Template("english", "English", "en", ("question",), "A pity, {{contact.first_name}}.")


def desk_with(world: World, *templates: Template, faults: tuple[str, ...] = ()) -> Desk:
    """Sanne's desk with these templates."""
    known = world.settings.operators["sanne"]
    operator = Operator("sanne", known.name, known.first_name, known.initials, uid=1)
    ground = Ground(
        world.database, world.clock, world.settings, world.collector.clocks, operator, session="session-sanne"
    )
    templating = Templating(ground, lambda: templates, lambda: faults)
    return make_desk(ground, lambda: templating, collecting=lambda: True)


async def answer_with(desk: Desk, conversation: int, template: str, text: str) -> None:
    """Send a reply that began with a template."""
    composer = await desk.replies.open(conversation, "public")
    await desk.replies.save(replace(composer.draft, text=text, template=template))
    await desk.replies.send(await desk.replies.review(conversation, "public", text))


async def test_opening_hours_and_the_next_opening_are_filled_in(asked: World) -> None:
    """By the desk's first calendar, in the words of the reply."""
    asked.settings = replace(asked.settings, calendars={"office": OFFICE})
    desk, one = desk_with(asked, HOURS), await first(asked.desk())
    assert await desk.replies.fill(one, "hours", "public") == "Jan: ma t/m vr 9.00-17.30 uur SV"
    asked.clock.advance(9 * HOUR)
    closed = "Jan: ma t/m vr 9.00-17.30 uur, weer morgen om 9.00 uur SV"
    assert await desk.replies.fill(one, "hours", "public") == closed
    assert ZoneInfo("Europe/Amsterdam") == OFFICE.zone


@pytest.mark.parametrize(
    ("text", "timezone", "order"),
    [
        ("waar blijft het?", "Europe/Amsterdam", ["dutch", "flemish", "english"]),
        ("amai, waar blijft het?", "Europe/Amsterdam", ["flemish", "dutch", "english"]),
        ("waar blijft het?", "Europe/Brussels", ["flemish", "dutch", "english"]),
    ],
)
async def test_flemish_readers_get_their_own_words_first(
    asked: World, text: str, timezone: str, order: list[str]
) -> None:
    """By what the contact writes, or by where the desk is."""
    asked.settings = replace(asked.settings, timezone=timezone)
    await asked.arrive(mention(text, created_at=asked.clock.now()))
    desk, one = desk_with(asked, ENGLISH, FLEMISH, DUTCH), await first(asked.desk())
    assert [choice.id for choice in await desk.replies.templates(one)] == order


async def test_what_a_template_earned_stands_beside_it(asked: World) -> None:
    """The contact's last words before and first words after; who was silent counts for nothing."""
    desk = desk_with(asked, DUTCH, replace(DUTCH, id="other", name="Another"))
    for number, reaction in enumerate(("blij", "boos", "")):
        asked.clock.advance(MINUTE)
        thread = {"thread_key": f"t{number}", "created_at": asked.clock.now()}
        await asked.arrive(mention(f"boos {number}?", **thread))
        one = (await desk.queues.ids("open"))[-1]
        await answer_with(desk, one, "dutch", f"Jammer, Jan. En {number} meer woorden.")
        asked.clock.advance(MINUTE)
        if reaction:
            later = {"thread_key": f"t{number}", "created_at": asked.clock.now()}
            await asked.arrive(mention(f"{reaction} {number}!", **later))
    found = (await asked.database.read(lambda connection: template_store.figures(connection, "complaint")))[
        "dutch"
    ]
    assert (found.uses, found.alike, found.earned_of) == (3, 3, 2)
    assert found.earned == pytest.approx(0.7)
    assert found.edited is not None
    assert 0 < found.edited < 1
    best, other = await desk.replies.templates(one)
    assert (best.id, best.uses, best.earned, best.earned_of) == ("dutch", 3, found.earned, 2)
    assert best.edited == found.edited
    assert (other.uses, other.earned, other.edited) == (0, None, None)


async def test_the_review_says_when_nothing_was_changed(asked: World) -> None:
    """And how much was, where something was."""
    desk, one = desk_with(asked, DUTCH), await first(asked.desk())
    composer = await desk.replies.open(one, "public")
    assert (await desk.replies.review(one, "public", "Jammer, Jan.")).edited is None
    await desk.replies.save(replace(composer.draft, text="x", template="dutch"))
    untouched = await desk.replies.review(one, "public", "Jammer,  jan.")
    assert untouched.edited == 0
    assert any("word for word" in warning for warning in untouched.warnings)
    assert untouched.blocks == ()
    changed = await desk.replies.review(one, "public", "Jammer, Jan. Ik kom er morgen op terug.")
    assert changed.warnings == ()
    assert 0.5 < (changed.edited or 0) < 1


async def test_a_gap_stops_the_reply_and_says_where_it_is(asked: World) -> None:
    """The cursor's place is in the text as it was typed."""
    desk, one = desk_with(asked, DUTCH), await first(asked.desk())
    review = await desk.replies.review(one, "public", "  Hoi\nnr {{?order_number}}")
    assert review.gap == Hole("order_number", 9, 26)
    assert review.blocks == ("There is still a gap to fill in: order_number (line 2, column 4).",)
    stray = await desk.replies.review(one, "public", "Hoi {{ nog")
    assert "column 5" in stray.blocks[0]
    assert (await desk.replies.review(one, "note", "Hoi {{ nog")).gap is None


async def test_a_good_reply_becomes_a_template(asked: World) -> None:
    """Shown first; then a file beside the configuration that is never overwritten."""
    desk, one = desk_with(asked, DUTCH), await first(asked.desk())
    reply = "Hoi Jan, order 4711 komt vrijdag. Anna belt je. ^SV"
    proposal = await desk.templating.propose(one, reply, "public")
    assert proposal.text == (
        "Hoi {{contact.first_name}}, order {{?order_number}} komt {{?day}}. {{?colleague}} belt je."
    )
    assert [replaced.original for replaced in proposal.replaced] == ["Jan", "4711", "vrijdag", "Anna"]
    assert (proposal.language, proposal.kinds) == ("nl", ("question",))
    assert list(asked.settings.places.templates.glob("*")) == []
    chosen = replace(proposal, id="levering-komt", name="Levering komt")
    done = await desk.templating.keep(chosen)
    assert "levering-komt.yaml" in done.sentence
    (path,) = asked.settings.places.templates.iterdir()
    assert read_template(path) == Template(
        "levering-komt", "Levering komt", "nl", ("question",), proposal.text
    )
    with pytest.raises(ConfigError, match="is there already"):
        await desk.templating.keep(chosen)
    with pytest.raises(TemplateError):
        await desk.templating.keep(replace(chosen, id="stuk", text="{{contact.frist_name}}"))
    assert [each.name for each in asked.settings.places.templates.iterdir()] == ["levering-komt.yaml"]


async def test_broken_templates_are_told(asked: World) -> None:
    """Where the picker can show it."""
    assert await desk_with(asked, faults=("stuk.yaml, line 3: ...",)).templating.faults() == (
        "stuk.yaml, line 3: ...",
    )
    assert tuple(await asked.desk().templating.faults()) == ()
