"""How the desk is drawn follows from the terminal's environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from webcare.program import start
from webcare.terminal import look_of


@pytest.mark.parametrize(
    ("environment", "mode"),
    [
        ({}, "safe"),
        ({"LANG": "nl_NL.UTF-8", "TERM": "xterm"}, "safe"),
        ({"LC_ALL": "C", "TERM": "xterm"}, "safe"),
        ({"LC_ALL": "nl_NL.ISO-8859-1", "LANG": "nl_NL.UTF-8"}, "ascii"),
        ({"LANG": "nl_NL.UTF-8", "TERM": "vt100"}, "ascii"),
        ({"LC_ALL": "C.UTF-8", "TERM": "vt220"}, "ascii"),
    ],
)
def test_what_the_terminal_can_show(tmp_path: Path, environment: dict[str, str], mode: str) -> None:
    """A terminal of hardware knows no UTF-8, whatever the locale of the machine behind it is."""
    assert look_of(start(None, {"HOME": str(tmp_path), **environment})).unicode == mode


@pytest.mark.parametrize(
    ("environment", "display", "way"),
    [
        ({"TERM": "xterm-256color"}, "", "half_blocks"),
        ({"TERM": "xterm-256color"}, "display: {unicode: ascii}", "none"),
        ({"TERM": "xterm-256color", "LANG": "nl_NL.ISO-8859-1"}, "", "none"),
        ({"TERM": "xterm-256color"}, "display: {colours: 16}", "none"),
        ({"TERM": "xterm-256color"}, "display: {colours: 16, pictures: sixel}", "sixel"),
        ({"TERM": "xterm-kitty"}, "display: {pictures: off}", "none"),
    ],
)
def test_half_blocks_need_their_sign_and_many_colours(
    tmp_path: Path, environment: dict[str, str], display: str, way: str
) -> None:
    file = tmp_path / "webcare.yaml"
    file.write_text(f"language: auto\n{display}\n", encoding="utf-8")
    program = start(file, {"HOME": str(tmp_path), **environment})
    assert look_of(program).pictures.way == way
