"""Hiding a comment by key, and what the thread says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.tui.conftest import sitting
from tests.tui.fake_desk import World


async def test_a_comment_is_hidden_after_one_question_and_shown_without(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("H")
        assert seat.modal == "Picker"
        assert "Hide their comment?" in seat.text()
        await seat.press("down", "enter")
        assert ("hide", 1) not in world.acts
        await seat.press("H", "enter")
        await seat.until(lambda: ("hide", 1) in world.acts)
        await seat.press("H")
        await seat.until(lambda: ("show", 1) in world.acts)
        assert seat.modal == "DeskScreen"


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ({"hidden": True, "hiding": "asked"}, "is being hidden"),
        ({"hidden": True, "hiding": "asked", "hiding_sentence": "No answer."}, "is being hidden: No answer."),
        ({"hidden": True, "hiding": "done"}, "[hidden]"),
        ({"hidden": False, "hiding": "asked"}, "is being shown again"),
        ({"hidden": False, "hiding": "done"}, "shown again"),
        ({"hidden": True, "hiding": "failed", "hiding_sentence": "It is gone."}, "not hidden: It is gone."),
    ],
)
async def test_the_thread_says_how_far_hiding_is(world: World, view: dict[str, Any], words: str) -> None:
    world.messages[1] = [replace(world.messages[1][0], **view)]
    async with sitting(world) as seat:
        lines = [line.strip() for line in seat.text().splitlines()]
        assert words in lines


async def test_where_nothing_can_be_hidden_the_reason_is_told(world: World) -> None:
    async with sitting(world) as seat:
        await seat.press("j", "H")
        await seat.until(lambda: "nothing can be hidden from here" in seat.said)
        assert seat.modal == "DeskScreen"
