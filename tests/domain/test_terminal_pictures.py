"""Which terminal draws pictures, and pictures for those that do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.half_blocks import Pixels, fitting, half_blocks
from domain.picture_answers import Answered, answered, better
from domain.terminal_pictures import Showing, Way, Wish, showing, way_of

XTERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environment", "way"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "230804"}, "kitty"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "211203"}, "half_blocks"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "²²²²²²"}, "half_blocks"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "foot-extra"}, "sixel"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "sixel"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, "none"),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "ghostty", "TMUX": "x"}, "half_blocks"),
        ({"TERM": "screen", "STY": "1"}, "none"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "half_blocks"),
        ({"TERM": "xterm"}, "none"),
        ({"TERM": "linux"}, "none"),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, "none"),
        ({}, "none"),
    ],
)
def test_the_environment_tells(environment: dict[str, str], way: str) -> None:
    assert way_of(environment) == way


@given(st.dictionaries(st.sampled_from(["TERM", "TERM_PROGRAM", "KONSOLE_VERSION", "COLORTERM"]), st.text()))
def test_any_environment_has_a_way(environment: dict[str, str]) -> None:
    assert way_of(environment) in {"kitty", "sixel", "half_blocks", "none"}


@pytest.mark.parametrize(
    ("wish", "environment", "shown"),
    [
        ("auto", XTERM, Showing("half_blocks", asks=True)),
        ("auto", {**XTERM, "SSH_CONNECTION": "x"}, Showing("half_blocks", asks=True, by_itself=False)),
        ("auto", {**XTERM, "TMUX": "x"}, Showing("half_blocks")),
        ("auto", {**XTERM, "TERM_PROGRAM": "Apple_Terminal"}, Showing("half_blocks")),
        ("auto", {"TERM": "linux"}, Showing()),
        ("kitty", {**XTERM, "SSH_CONNECTION": "x"}, Showing("kitty")),
        ("blocks", {"TERM": "xterm-kitty"}, Showing("half_blocks")),
        ("off", {"TERM": "xterm-kitty"}, Showing(off=True, by_itself=False)),
    ],
)
def test_a_wish_goes_before_the_terminal(wish: Wish, environment: dict[str, str], shown: Showing) -> None:
    assert showing(wish, environment) == shown


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("\x1b_Gi=31;OK\x1b\\\x1b[?62;4c", "kitty"),
        ("\x1b_Gi=31;ENOTSUPPORTED:\x1b\\\x1b[?62;4c", "sixel"),
        ("\x1b[?62;4;22c", "sixel"),
        ("\x1b[?62;14;42c", "half_blocks"),
        ("", "half_blocks"),
    ],
)
def test_the_answer_of_the_terminal_goes_before_its_environment(said: str, way: Way) -> None:
    assert better("kitty", answered(said)) == way


def test_a_cell_that_cannot_be_is_not_believed() -> None:
    assert answered("\x1b[6;20;10t") == Answered(cell=(10, 20))
    assert answered("\x1b[6;0;10t").cell is None
    assert answered("\x1b[6;9999;10t").cell is None


@given(st.text("\x1b[]_G;=?0123456789OKct\\", max_size=60))
def test_any_answer_means_something(said: str) -> None:
    assert better("half_blocks", answered(said)) in {"kitty", "sixel", "half_blocks"}


def test_two_rows_of_pixels_are_one_row_of_cells() -> None:
    red, blue, grey = (255, 0, 0), (0, 0, 255), (9, 9, 9)
    picture = Pixels(1, 3, bytes((*red, *blue, *red)))
    assert half_blocks(picture, background=grey) == (((red, blue),), ((red, grey),))


@given(*[st.integers(0, 5_000)] * 2, *[st.integers(0, 300)] * 2)
def test_a_picture_fits_its_cells(width: int, height: int, columns: int, rows: int) -> None:
    across, down = fitting(width, height, columns, rows)
    assert across <= min(width, columns)
    assert down <= min(height, 2 * rows)
    assert bool(across) == bool(down) == (min(width, height, columns, rows) > 0)
