"""Pictures with a draft: attached, described, reviewed, queued, and kept as long as somebody needs them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desk.desk import Desk
from desk.reply_views import DraftView
from domain.clock import HOUR
from domain.errors import Conflict, NotAllowed, NotFound
from storage import attachments
from storage.database import Database
from tests.desk.acts import begin, first, only_outbox
from tests.desk.conftest import World, mention
from tests.pictures import ALL, GPS, gif, jpeg, mp4, png

Put = Callable[[str, bytes], str]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file and names it."""

    def write(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        return str(tmp_path / name)

    return write


async def drafted(desk: Desk, text: str = "Kijk eens Jan, zo gaat het deksel dicht.") -> DraftView:
    """A draft in the first open conversation."""
    conversation = await first(desk)
    await begin(desk, conversation, text)
    return (await desk.replies.open(conversation, "public")).draft


async def hashes(database: Database) -> set[str]:
    """Of all content that is kept."""
    rows = await database.read(lambda c: c.execute("SELECT sha256 FROM media").fetchall())
    return {row["sha256"] for row in rows}


async def test_a_draft_keeps_what_is_attached_and_its_description(asked: World, put: Put) -> None:
    """Also for a desk that was started anew; what became of the file does not matter."""
    desk = asked.desk()
    draft = await drafted(desk)
    one = await desk.attachments.attach(draft, put("deksel.png", png()), "Het deksel, dicht")
    two = await desk.attachments.attach(draft, put("b.gif", gif()))
    put("deksel.png", b"something else")
    again = asked.desk(session="after a crash")
    composer = await again.replies.open(draft.conversation, "public")
    assert composer.attachments == (one, two)
    assert (one.name, one.alt, one.facts.mime) == ("deksel.png", "Het deksel, dicht", "image/png")
    assert await again.attachments.content(one.sha256) == png()
    described = await again.attachments.describe(draft, two.sha256, "  Het deksel valt  ")
    assert described.alt == "Het deksel valt"
    await again.attachments.detach(draft, one.sha256)
    assert (await desk.replies.open(draft.conversation, "public")).attachments == (described,)
    assert (await desk.replies.open(draft.conversation, "private")).attachments == ()


async def test_the_place_where_it_was_taken_stays_here(asked: World, put: Put) -> None:
    desk = asked.desk()
    draft = await drafted(desk)
    attached = await desk.attachments.attach(draft, put("thuis.jpg", jpeg(notes=True)), "Een container")
    assert attached.stripped
    assert GPS not in await desk.attachments.content(attached.sha256)
    assert not (await desk.attachments.attach(draft, put("b.png", png()), "Niets")).stripped


async def test_the_same_picture_twice_is_one(asked: World, put: Put) -> None:
    """Whatever its name; the last description stands."""
    desk = asked.desk()
    draft = await drafted(desk)
    await desk.attachments.attach(draft, put("a.png", png()), "eerst")
    await desk.attachments.attach(draft, put("b.png", png()), "later")
    (one,) = (await desk.replies.open(draft.conversation, "public")).attachments
    assert (one.name, one.alt) == ("b.png", "later")


async def test_what_does_not_go_along_is_said_at_once(asked: World, put: Put) -> None:
    desk = asked.desk()
    draft = await drafted(desk)
    for path, alt, sentence in (
        (put("brief.pdf", b"%PDF-1.7"), "", "brief.pdf is no picture or film"),
        (put("half.png", png()[:-5]), "", "half.png is broken off"),
        (put("foto.png", png()), "a" * 1_002, "2 characters too long for Practice"),
        (put("foto.png", png()), "a" * 10_001, "longer than any platform takes"),
        (put("groot.png", png() + bytes(40_000_000)), "", "kB too large"),
        ("~/nergens.png", "", "There is no file nergens.png"),
        ("", "", "not an ordinary file"),
    ):
        with pytest.raises(NotAllowed, match=sentence):
            await desk.attachments.attach(draft, path, alt)
    note = replace(draft, kind="note")
    with pytest.raises(NotAllowed, match="A note takes no pictures"):
        await desk.attachments.attach(note, put("foto.png", png()))
    assert await hashes(asked.database) == set()


async def test_one_more_than_the_platform_takes_is_refused(asked: World, put: Put) -> None:
    desk = asked.desk()
    draft = await drafted(desk)
    for number in range(4):
        await desk.attachments.attach(draft, put("a.png", png(number + 1)), "x")
    for content, sentence in ((png(9), "at most 4 pictures"), (mp4(), "at most 4 pictures")):
        with pytest.raises(NotAllowed, match=sentence):
            await desk.attachments.attach(draft, put("a.png", content), "x")
    await desk.attachments.attach(draft, put("a.png", png(1)), "the same again is none more")


async def test_a_film_goes_alone(asked: World, put: Put) -> None:
    desk = asked.desk()
    draft = await drafted(desk)
    await desk.attachments.attach(draft, put("film.mp4", mp4()), "Zo sluit het deksel")
    with pytest.raises(NotAllowed, match="A film goes alone"):
        await desk.attachments.attach(draft, put("a.png", png()), "x")


async def test_the_review_shows_what_goes_along(asked: World, put: Put) -> None:
    """Without a description there is a warning, which forbids nothing."""
    desk = asked.desk()
    draft = await drafted(desk)
    attached = await desk.attachments.attach(draft, put("deksel.png", png()))
    review = await desk.replies.review(draft.conversation, "public", draft.text)
    assert review.attachments == (attached,)
    assert review.blocks == ()
    assert any("deksel.png has no description" in sentence for sentence in review.warnings)
    await desk.replies.send(review)
    assert (await only_outbox(desk)).attachments == 1
    assert (await desk.replies.open(draft.conversation, "public")).attachments == ()


async def test_exactly_what_was_reviewed_is_queued_and_never_changes(asked: World, put: Put) -> None:
    """Also when the draft got another picture between review and yes."""
    desk = asked.desk()
    draft = await drafted(desk)
    shown = await desk.attachments.attach(draft, put("a.png", png()), "gezien")
    review = await desk.replies.review(draft.conversation, "public", draft.text)
    await desk.attachments.attach(draft, put("b.png", gif()), "niet gezien")
    done = await desk.replies.send(review)
    assert done.outbox is not None
    outbox_id = done.outbox
    (queued,) = await asked.database.read(lambda c: attachments.of_outbox(c, outbox_id))
    assert queued.attached == shown
    for change in ("alt = 'x'", "sha256 = 'x'", "place = 9"):
        with pytest.raises(sqlite3.IntegrityError, match="does not change"):
            await asked.database.write(
                lambda c, change=change: c.execute(f"UPDATE outbox_attachment SET {change}")  # type: ignore[misc]
            )


async def test_a_reply_that_is_called_back_gives_its_pictures_back(asked: World, put: Put) -> None:
    desk = asked.desk()
    draft = await drafted(desk)
    attached = await desk.attachments.attach(draft, put("a.png", png()), "Het deksel")
    done = await desk.replies.send(await desk.replies.review(draft.conversation, "public", draft.text))
    other = await desk.attachments.attach(draft, put("b.gif", gif()), "Intussen begonnen")
    assert done.outbox is not None
    await desk.outbox.call_back(done.outbox)
    composer = await desk.replies.open(draft.conversation, "public")
    assert set(composer.attachments) == {attached, other}
    assert composer.draft.text == draft.text


async def test_content_is_let_go_of_when_nobody_needs_it(asked: World, put: Put) -> None:
    """Not while a draft or a reply on its way has it, and not in its first hour."""
    desk = asked.desk()
    draft = await drafted(desk)

    async def swept() -> set[str]:
        asked.clock.advance(HOUR)
        await asked.database.write(lambda c: attachments.sweep(c, now=asked.clock.now()))
        return await hashes(asked.database)

    contents = [(await desk.attachments.attach(draft, put("x", one), "x")).sha256 for one in ALL[:4]]
    await desk.attachments.detach(draft, contents[0])
    assert await hashes(asked.database) == set(contents)
    assert await swept() == set(contents[1:])
    await desk.replies.send(await desk.replies.review(draft.conversation, "public", draft.text))
    assert await swept() == set(contents[1:])
    await asked.send_all()
    assert await swept() == set()
    with pytest.raises(NotFound):
        await desk.attachments.content(contents[1])


async def test_a_draft_thrown_away_takes_its_pictures_along(asked: World, put: Put) -> None:
    desk = asked.desk()
    draft = await drafted(desk)
    await desk.attachments.attach(draft, put("a.png", png()), "x")
    await desk.replies.discard(draft.conversation, "public")
    assert (await desk.replies.open(draft.conversation, "public")).attachments == ()


async def test_a_review_whose_picture_is_gone_is_not_queued(asked: World, put: Put) -> None:
    """A script may wait for longer than content is kept for it."""
    desk = asked.desk()
    conversation = await first(desk)
    kept = await desk.attachments.keep(put("a.png", png()), "Het deksel")
    review = await desk.replies.review(conversation, "public", "Kijk", [kept])
    asked.clock.advance(HOUR)
    await asked.database.write(lambda c: attachments.sweep(c, now=asked.clock.now()))
    with pytest.raises(Conflict, match="attach it again"):
        await desk.replies.send(review)
    assert await desk.outbox.list() == ()


async def test_a_note_with_a_picture_is_refused(asked: World, put: Put) -> None:
    desk = asked.desk()
    kept = await desk.attachments.keep(put("a.png", png()), "Het deksel")
    review = await desk.replies.review(await first(desk), "note", "Intern", [kept])
    with pytest.raises(NotAllowed, match="A note takes no pictures"):
        await desk.replies.send(review)


async def test_what_the_draft_does_not_have_is_not_found(asked: World) -> None:
    desk = asked.desk()
    draft = await drafted(desk)
    with pytest.raises(NotFound):
        await desk.attachments.detach(draft, "0" * 64)
    with pytest.raises(NotFound):
        await desk.attachments.describe(draft, "0" * 64, "x")


async def test_the_limits_of_the_server_hold_once_the_collector_knows_them(asked: World, put: Put) -> None:
    desk = asked.desk()
    draft = await drafted(desk)
    await desk.attachments.attach(draft, put("a.png", png()), "twaalf letter")
    asked.connector.media = {"alt": 5, "count": 1}
    await asked.arrive(mention("nog een?", thread_key="b"))
    review = await desk.replies.review(draft.conversation, "public", draft.text)
    assert review.blocks == ("The description of a.png is 8 characters too long for Practice; shorten it.",)
    with pytest.raises(NotAllowed, match="takes at most 1 picture;"):
        await desk.attachments.attach(draft, put("b.gif", gif()), "x")


async def test_a_picture_that_only_decorates_needs_no_words(asked: World, put: Put) -> None:
    """It is said once, kept with the draft, and goes out without a description and without a warning."""
    desk = asked.desk()
    draft = await drafted(desk)
    one = await desk.attachments.attach(draft, put("rand.png", png()))
    assert "no description" in (await desk.replies.review(draft.conversation, "public", "Dank!")).warnings[0]
    said = await desk.attachments.describe(draft, one.sha256, "", decorative=True)
    again = asked.desk(session="after a crash")
    assert (await again.replies.open(draft.conversation, "public")).attachments == (said,)
    review = await again.replies.review(draft.conversation, "public", "Dank!")
    assert review.warnings == ()
    assert review.attachments[0].decorative
    described = await desk.attachments.describe(draft, one.sha256, "Een rand van tulpen")
    assert not described.decorative


async def test_what_is_prepared_waits_for_its_words(asked: World, put: Put) -> None:
    desk = asked.desk()
    draft = await drafted(desk)
    path = put("foto.png", png())
    assert await desk.attachments.look(draft, path) == await desk.attachments.prepare(draft, path)
    assert (await desk.replies.open(draft.conversation, "public")).attachments == ()
    prepared = await desk.attachments.prepare(draft, path)
    put("foto.png", b"gone")
    with pytest.raises(NotAllowed, match="too long for Practice"):
        await desk.attachments.put(draft, replace(prepared, alt="a" * 1_001))
    kept = await desk.attachments.put(draft, replace(prepared, alt=" Een deksel "))
    assert kept.alt == "Een deksel"
    assert (await desk.replies.open(draft.conversation, "public")).attachments == (kept,)
    unknown = replace(prepared, sha256="0" * 64)
    with pytest.raises(Conflict, match="attach it again"):
        await desk.attachments.put(draft, unknown)


async def test_a_picture_goes_without_words(asked: World, put: Put) -> None:
    """And the draft that has nothing else is seen on the conversation, also after a restart."""
    desk = asked.desk()
    conversation = await first(desk)
    await desk.claims.claim(conversation)
    draft = (await desk.replies.open(conversation, "public")).draft
    assert "nothing to send" in (await desk.replies.review(conversation, "public", " ")).blocks[0]
    await desk.attachments.attach(draft, put("foto.png", png()), "Een container")
    assert [kind for _who, kind in (await desk.conversations.view(conversation)).drafts] == ["public"]
    review = await desk.replies.review(conversation, "public", " ")
    assert review.blocks == ()
    await desk.replies.send(review)
    queued = await only_outbox(desk)
    assert (queued.attachments, queued.text.startswith("^")) == (1, True)
    assert (await desk.conversations.view(conversation)).drafts == ()


async def test_a_note_has_no_room_for_pictures(asked: World) -> None:
    desk = asked.desk()
    draft = await drafted(desk)
    assert (await desk.attachments.limits(draft)).name == "Practice"
    with pytest.raises(NotAllowed, match="A note takes no pictures"):
        await desk.attachments.limits(replace(draft, kind="note"))
