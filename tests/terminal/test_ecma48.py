"""The judge itself: what must not reach a terminal is seen, however it is cut."""

from __future__ import annotations

import pytest

from tests.terminal.ecma48 import Tokenizer, inside_sequences, strangers

HARMFUL = {
    b"\x1b]0;title\x07": "osc",
    b"\x1b]52;c;AAAA\x1b\\": "osc",
    b"\x1b]8;;https://evil.example\x1b\\": "osc",
    b"\xc2\x9d52;c;AAAA\xc2\x9c": "osc",
    b"\x1bP+q544e\x1b\\": "string",
    b"\x1b_apc\x1b\\": "string",
    b"\x1b[2J": "csi",
    b"\x1b[5n": "csi",
    b"\xc2\x9b2J": "csi",
    b"\x1b[?1049$p": "csi",
    b"\x1bc": "escape",
    b"\x1b#8": "escape",
    b"\x0e": "control",
    b"\xff": "control",
}


@pytest.mark.parametrize("told", HARMFUL)
def test_a_stranger_is_seen_however_it_is_cut(told: bytes) -> None:
    stream = b"dag \x1b[1;2H" + told + "één".encode()
    for cut in range(len(stream)):
        tokenizer = Tokenizer()
        tokens = tokenizer.feed(stream[:cut]) + tokenizer.feed(stream[cut:], final=True)
        assert "".join(token.raw for token in tokens).encode("utf-8", "surrogateescape") == stream
        found = [token for token in tokens if str(token) in strangers(tokens)]
        assert [token.kind for token in found] == [HARMFUL[told]]


@pytest.mark.parametrize("told", [b"\x1b", b"\x1b]0;abc", b"\x1b[12", b"\x1b]0;abc\x18", b"\x1b[1\x07"])
def test_what_never_ends_is_broken(told: bytes) -> None:
    tokens = Tokenizer().feed(told, final=True)
    assert tokens[0].kind == "broken"
    assert strangers(tokens)


def test_what_turns_the_line_is_a_stranger_in_text() -> None:
    assert strangers(Tokenizer().feed("a\u202eb".encode()))
    assert not strangers(Tokenizer().feed("gewone tekst 👩‍👧 宽".encode()))


def test_a_nonce_is_found_in_a_sequence_and_not_in_text() -> None:
    tokens = Tokenizer().feed(b"q1z \x1b]0;q2z\x07 q3z")
    assert inside_sequences(tokens, ["q1z", "q2z", "q3z"]) == ["q2z"]
