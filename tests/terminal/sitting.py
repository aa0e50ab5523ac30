"""What a person does at a desk in nearly every test: write a reply, leave, and find the terminal usable."""

from __future__ import annotations

from tests.terminal.driver import Terminal

OFF = (1049, 1000, 1003, 1006, 2004, 1004)
"""Private modes that must be off in a sane terminal: other screen, mouse, paste and focus reports."""


def writes(terminal: Terminal, text: str) -> None:
    """Begin a reply to the first question."""
    terminal.wait_for("loket 1 open?", "1 of ")
    terminal.press("r")
    terminal.wait_for("PUBLIC")
    terminal.type(text)
    terminal.wait_for(text)


def leave(terminal: Terminal) -> None:
    """Quit, and see that it went well."""
    terminal.press("q")
    terminal.wait_for("Quit?")
    terminal.press("y")
    assert terminal.wait_end() == 0


def is_sane(terminal: Terminal) -> None:
    """Settings, modes, cursor and keyboard are as the shell wants them."""
    assert terminal.settings == terminal.sane
    assert [mode for mode in OFF if terminal.modes(mode) == "h"] == []
    assert (terminal.modes(25), terminal.modes(7)) == ("h", "h")
    assert "\x1b[<u" in [token.raw for token in terminal.tokens]
