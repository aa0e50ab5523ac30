"""Keys as data."""

from __future__ import annotations

import pytest

from desk.desk import Desk
from domain.errors import ConfigError
from tui import ports
from tui.acts.answering import answering
from tui.acts.looking import looking
from tui.acts.moving import MOVES
from tui.acts.promising import promising
from tui.acts.snoozing import SNOOZING
from tui.acts.template_making import TEMPLATE_MAKING
from tui.acts.triage import TRIAGE
from tui.footer import footer
from tui.keymap import PLACES, KeyReader, Pending, Pressed, key_name
from tui.keys import FOOTERS, KEYS, shipped
from tui.look import Look
from tui.writing import Writing


class _Nobody(Writing):
    """Only its methods are named; none is called."""

    def __init__(self) -> None:
        pass


_NOBODY = _Nobody()


def fits(desk: Desk) -> ports.Desk:
    """The real desk offers what the screen asks for; the type checker proves it."""
    return desk


def test_every_act_of_the_desk_is_done_by_something() -> None:
    done = {
        *MOVES,
        *SNOOZING,
        *TRIAGE,
        *TEMPLATE_MAKING,
        *promising(_NOBODY),
        *looking(_NOBODY),
        *answering(_NOBODY),
        "desk.command",
    }
    wanted = {key.id for key in KEYS if {"list", "conversation", "composer"} & set(key.places)}
    assert wanted - done == set()


def test_no_key_means_two_things_in_one_place() -> None:
    for place in PLACES:
        taken = [keys for key in shipped().at(place) for keys in key.keys]
        assert len(taken) == len(set(taken))
        for keys in taken:
            assert not [other for other in taken if other.startswith(f"{keys} ")]


@pytest.mark.parametrize("width", [20, 40, 60, 80])
def test_the_key_to_all_keys_stays_on_a_narrow_line(width: int) -> None:
    """The last acts give way, `?` does not."""
    text = "".join(span[0] for span in footer(shipped(), "list", Look(), width=width)).rstrip()
    assert text.endswith("? all keys")
    assert len(text) <= width


def test_footers_name_real_keys_and_at_most_five() -> None:
    for place, ids in FOOTERS.items():
        assert len(ids) <= 5
        assert {key.id for key in shipped().at(place)} >= set(ids)


def test_counts_sequences_and_the_zero_that_is_a_key() -> None:
    reader = KeyReader(shipped())
    assert [reader.read("list", key) for key in "10j"] == [
        Pending("1"),
        Pending("10"),
        Pressed("list.down", 10),
    ]
    assert reader.read("list", "0") == Pressed("triage.unknown")
    assert [reader.read("list", key) for key in "gm"] == [Pending("g"), Pressed("go.mine")]
    assert [reader.read("list", key) for key in "gZj"] == [Pending("g"), None, Pressed("list.down")]


def test_a_count_is_bounded() -> None:
    reader = KeyReader(shipped())
    for key in "99999999":
        reader.read("list", key)
    assert reader.read("list", "j") == Pressed("list.down", 9999)


def test_an_unknown_act_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"no act called triage\.resolv\. Did you mean triage\.resolve\?"):
        shipped().remapped({"triage.resolv": "x"})


def test_names_of_keys() -> None:
    names = [key_name(key) for key in ("ctrl+d", "g g", "escape", "G", "shift+tab", "+", ":")]
    assert names == ["Ctrl+D", "gg", "Esc", "G", "Shift+Tab", "+", ":"]
