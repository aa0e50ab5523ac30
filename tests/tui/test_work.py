"""The work loop by keys: claim, reply, review, send, call back; settle, snooze, sort, find."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from textual.events import Paste

from domain.clock import MINUTE, SECOND
from tests.tui.conftest import sitting
from tests.tui.fake_desk import NOW, World
from tui import editor
from tui.look import Look


async def test_claim_and_release(world: World) -> None:
    async with sitting(world) as seat:
        assert "nobody holds it" in seat.text()
        await seat.press("c")
        assert "you hold it" in seat.text()
        assert "c release" in seat.text()
        await seat.press("c")
        assert "nobody holds it" in seat.text()
        assert world.acts[-1] == ("release", 1)


async def test_a_reply_from_claim_to_calling_back(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        assert ("claim", 1) in world.acts
        assert ("composing", 1) in world.acts
        assert "PUBLIC, everyone can read this, as @gemeente" in seat.text()
        await seat.write("Dag Jan, we zoeken het uit")
        assert "30 of 300" in seat.text()
        await seat.press("ctrl+j")
        assert seat.modal == "Review"
        assert "Dag Jan, we zoeken het uit ^SV" in seat.text()
        assert "nothing blocks" in seat.text()
        await seat.press("y")
        await seat.until(lambda: len(world.outbox) == 1)
        await seat.until(lambda: "goes out in 10 s" in seat.said)
        assert seat.current == 2
        world.clock.advance(3 * SECOND)
        seat.screen.tick()
        assert "goes out in 7 s" in seat.said
        await seat.press("u")
        assert world.outbox == {}
        await seat.until(lambda: seat.floor.parts.composer.text == "Dag Jan, we zoeken het uit")
        assert seat.floor.current == 1
        assert seat.current == 1


async def test_nothing_is_sent_without_y(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("x")
        await seat.press("ctrl+j", "enter", "space", "e")
        assert seat.modal == "DeskScreen"
        assert world.outbox == {}
        assert seat.floor.parts.composer.text == "x"


async def test_the_draft_is_kept_on_leaving_and_comes_back(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("half")
        await seat.press("escape")
        assert world.drafts[1, "public"].text == "half"
        assert "Draft kept." in seat.said
        assert world.acts[-1] == ("composing", None)
        await seat.press("r")
        assert seat.floor.parts.composer.text == "half"


async def test_the_draft_is_saved_while_typing(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("typed")
        await seat.until(lambda: (1, "public") in world.drafts)
        assert seat.floor.place == "composer"


async def test_a_draft_that_cannot_be_saved_is_tried_again(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        world.error = "The disk is full; free some space."
        await seat.write("kept")
        await seat.until(lambda: "disk is full" in seat.said)
        world.error = ""
        await seat.until(lambda: (1, "public") in world.drafts)


async def test_discarding_needs_a_capital(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("away")
        await seat.press("ctrl+j", "D")
        assert ("discard", 1, "public") in world.acts
        assert world.drafts == {}
        assert seat.floor.place == "list"


async def test_a_colleague_holds_it(world: World) -> None:
    world.change(1, holder="AB")
    async with sitting(world) as seat:
        await seat.press("r")
        assert "AB holds it. C takes it over." in seat.said
        assert seat.floor.place == "list"
        await seat.press("C")
        assert seat.modal == "Picker"
        await seat.write("shift")
        await seat.press("enter")
        assert ("steal", 1, "shift") in world.acts


async def test_the_send_gate_stops_and_needs_a_second_yes(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        await seat.write("too late")
        await seat.press("ctrl+j")
        world.conflict_on_send = True
        await seat.press("y")
        await seat.until(lambda: "Adil answered at 09:30." in seat.text())
        assert world.outbox == {}
        await seat.press("y")
        assert world.outbox == {}
        assert "once more" in seat.text()
        await seat.press("y")
        await seat.until(lambda: len(world.outbox) == 1)


async def test_a_template_stops_at_its_gaps_and_cannot_be_sent_with_them(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("T", "enter")
        composer = seat.floor.parts.composer
        await seat.until(lambda: composer.text.startswith("Hoi {{?voornaam}}"))
        assert composer.paper.selected_text == "{{?voornaam}}"
        await seat.write("Jan")
        await seat.press("ctrl+j")
        assert "Fill in the gaps first." in seat.text()
        await seat.press("y")
        assert seat.modal == "Review"
        assert world.outbox == {}
        await seat.press("e", "tab")
        assert composer.paper.selected_text == "{{?ordernummer}}"
        await seat.write("7")
        assert composer.text == "Hoi Jan, dat zoeken we uit. Je ordernummer is 7?"


async def test_a_note_is_visibly_another_thing_and_claims_nothing(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("i")
        assert "NOTE, only the team reads this" in seat.text()
        assert ("claim", 1) not in world.acts
        await seat.write("belt morgen")
        await seat.press("ctrl+j", "y")
        await seat.until(lambda: world.notes == [(1, "belt morgen")])
        assert seat.current == 1


async def test_a_private_reply_says_so(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("R")
        assert "PRIVATE, only Contact 1 reads this" in seat.text()


async def test_r_answers_a_private_message_where_it_was_asked(world: World) -> None:
    world.change(1, visibility="private")
    async with sitting(world) as seat:
        await seat.press("r")
        assert "PRIVATE, only Contact 1 reads this" in seat.text()


async def test_a_channel_that_cannot_be_answered_says_why(world: World) -> None:
    world.change(1, channel="feed")
    async with sitting(world) as seat:
        await seat.press("r")
        assert "This channel is only listened to." in seat.said
        assert ("claim", 1) not in world.acts


async def test_pasting_is_text_and_never_keys_or_escapes(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("r")
        paper = seat.floor.parts.composer.paper
        paper.post_message(Paste("y\n\x1b[31mrood\x07 e"))
        await seat.until(lambda: "rood" in paper.text)
        assert "\x1b" not in paper.text
        assert paper.text.startswith("y\n")
        assert world.outbox == {}


async def test_resolve_goes_to_the_next_row_and_undo_brings_it_back(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("j", "e")
        assert world.status(2) == "resolved"
        assert seat.current == 3
        await seat.press("u")
        assert world.status(2) == "open"
        assert seat.current == 2


async def test_resolve_and_next_by_clock(world: World) -> None:
    world.change(1, holder="AB")
    async with sitting(world) as seat:
        await seat.press("5", "j", "E")
        assert world.status(6) == "resolved"
        assert seat.current == 2  # 1 is more urgent, but a colleague holds it


async def test_typing_ahead_hits_what_the_act_before_left_under_the_cursor(world: World) -> None:
    async with sitting(world) as seat:
        await seat.pilot.press("e", "e", "j", "e")
        await seat.settled()
        assert [act[1] for act in world.acts if act[0] == "resolve"] == [1, 2, 4]


async def test_no_reply_needs_a_reason(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("d")
        assert world.status(1) == "open"
        await seat.press("down", "enter")
        assert ("no_reply", 1, "spam") in world.acts
        assert seat.current == 2
        await seat.press(".")
        assert ("no_reply", 2, "spam") in world.acts


async def test_escape_from_a_question_does_nothing(world: World) -> None:
    async with sitting(world) as seat:
        for key in ("d", "s", "t", "a", "T", "/", ":", "C"):
            await seat.press(key)
            assert seat.modal == "Picker"
            await seat.press("escape")
            await seat.until(lambda: seat.modal == "DeskScreen")
            if seat.floor.place == "composer":
                await seat.press("escape")
        assert {act[0] for act in world.acts} <= {"claim", "composing"}


async def test_snooze_by_preset_and_in_words_with_two_times(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("s", "enter")
        snoozed = next(act for act in world.acts if act[0] == "snooze")
        assert snoozed[1] == 1
        assert isinstance(snoozed[2], int)
        assert snoozed[2] > NOW
        assert seat.current == 2
        await seat.press("s")
        await seat.write("morgen 9u / vrijdag 17:00")
        assert "shows Tue 09:00, due Fri 17:00" in seat.text()
        await seat.press("enter")
        last = [act for act in world.acts if act[0] == "snooze"][-1]
        assert last[1] == 2
        assert last[3] == NOW + 4 * 24 * 60 * MINUTE + (16 * 60 - 566) * MINUTE - NOW % MINUTE


async def test_words_that_name_no_moment_are_not_taken(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("s")
        await seat.write("qqq")
        await seat.press("enter")
        assert seat.modal == "Picker"
        assert world.status(1) == "open"


async def test_labels_are_chosen_or_typed(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("t")
        await seat.write("fac")
        await seat.press("enter")
        assert world.labels(1) == ("factuur",)
        await seat.press("t")
        await seat.write("zonnepanelen")
        await seat.press("enter")
        assert world.labels(1) == ("factuur", "zonnepanelen")
        await seat.press("t", "enter")
        assert world.labels(1) == ("zonnepanelen",)


async def test_assign_priority_and_sentiment(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("a", "down", "enter", "P", "+")
        assert world.rows[1].assignee == "AB"
        assert world.rows[1].priority == 1
        assert world.rows[1].sentiment == "positive"
        await seat.press("-", "0", "=")
        assert [act[2] for act in world.acts if act[0] == "sentiment"] == [
            "positive",
            "negative",
            "unknown",
            "neutral",
        ]


async def test_a_late_thanks_becomes_a_question(world: World) -> None:
    world.change(1, late_arrivals=1)
    async with sitting(world) as seat:
        assert "1 thanks" in seat.text()
        await seat.press("!")
        assert "1 thanks" not in seat.text()


async def test_quitting_asks_and_releases(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("q")
        assert seat.modal == "Confirm"
        await seat.press("n")
        await seat.until(lambda: seat.modal == "DeskScreen")
        await seat.press("q", "y")
        await seat.until(lambda: ("leave",) in world.acts)


async def test_presence_of_a_colleague_appears(world: World) -> None:
    async with sitting(world) as seat:
        world.change(2, holder="AB", writing=True)
        world.tell(2)
        await seat.until(lambda: "AB✎" in seat.text())


async def test_no_collector_is_said(world: World) -> None:
    world.collector = type(world.collector)(
        running=False, mine=False, sentence="Nothing comes in since 09:12: no collector runs."
    )
    async with sitting(world) as seat:
        assert "no collector runs" in seat.text()


async def test_the_engine_that_does_not_read_is_said_beside_the_channels(world: World) -> None:
    notice = "onnx: the model is still loading. The embedded engine reads."
    world.collector = type(world.collector)(running=True, mine=True, sentence="", notice=notice)
    async with sitting(world) as seat:
        assert "! onnx: the model is still loading" in seat.text()
        assert seat.text().count("onnx") == 1


async def test_own_keys_replace_the_shipped_ones(world: World) -> None:
    async with sitting(world, look=Look(keys={"triage.resolve": "y", "look.copy": "Y"})) as seat:
        await seat.press("e")
        assert world.acts == []
        await seat.press("y")
        assert world.acts == [("resolve", 1)]


async def test_the_editor_gets_only_our_own_text_in_a_private_file(world: World, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    script = tmp_path / "ed.sh"
    script.write_text(
        f'#!/bin/sh\nstat -c %a "$1" > {seen}\ncat "$1" >> {seen}\nprintf "nieuw\\033[2J" > "$1"\n'
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    assert editor.edit("oud", str(script)) == "nieuw^[[2J"
    assert seen.read_text() == "600\noud"


async def test_a_missing_editor_is_one_sentence() -> None:
    with pytest.raises(Exception, match="does not start"):
        editor.edit("x", "/nowhere/editor")
