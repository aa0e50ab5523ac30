"""The border: whatever comes in, what goes on is harmless, and honest text is left alone."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.text import CUT, MAX_MARKS, MAX_TEXT, Mode, SafeText, clean, clean_for_store, storable, was_dirty

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
MODES: tuple[Mode, ...] = ("full", "safe", "ascii")

NASTY = (
    "\x00\x07\x08\x0b\x0c\x1b\x7f\x84\x85\x90\x9b\x9d\x9f\t\r\n\xa0\xad"
    "\u0301\u0489\u061c\u0e31\u115f\u180b\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202e"
    "\u2060\u2066\u2069\u20dd\u20e3\u3000\u3164\ufe00\ufe0e\ufe0f\ufeff\ufff9\ufffe\uffff\ue000\ud800\udfff"
    "\U0001f1f3\U0001f1f1\U0001f44d\U0001f3fd\U0001f468\U0001f469\U0001f3f4"
    "\U000e0001\U000e0067\U000e0062\U000e007f\U000e0100\U0010ffff1#[]^?aé漢نक์"
)
texts = st.one_of(
    st.text(st.sampled_from(NASTY), max_size=40),
    st.text(st.characters(), max_size=40),
    st.lists(
        st.sampled_from([FAMILY, ENGLAND, "1\ufe0f\u20e3", "\x1b]52;c;aGk=\x07", "❤\ufe0f", "e\u0301"])
    ).map("".join),
)
modes = st.sampled_from(MODES)


@given(texts, modes, st.booleans())
@settings(max_examples=400)
def test_cleaning_twice_is_cleaning_once(text: str, mode: Mode, multiline: bool) -> None:
    once = clean(text, mode=mode, multiline=multiline)
    assert clean(once, mode=mode, multiline=multiline) == once


@given(texts, modes, st.booleans())
@settings(max_examples=400)
def test_nothing_harmful_is_left(text: str, mode: Mode, multiline: bool) -> None:
    cleaned = clean(text, mode=mode, multiline=multiline)
    assert isinstance(cleaned, SafeText)
    assert len(cleaned) <= MAX_TEXT
    for char in cleaned:
        if char == "\n":
            assert multiline
        elif char == "\u200d":
            assert mode == "full"
        else:
            assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    assert not was_dirty(cleaned)
    if mode == "ascii":
        assert re.fullmatch("[\n -~]*", cleaned)


@given(texts)
def test_a_base_carries_at_most_four_marks_and_no_text_starts_with_one(text: str) -> None:
    marks = MAX_MARKS  # the first character has no base before it
    for char in clean(text):
        if unicodedata.category(char) in {"Mn", "Me"} and char != "\ufe0f":
            marks += 1
            assert marks <= MAX_MARKS
        else:
            marks = 0


@given(st.text("abcdefghijklmnopqrstuvwxyzABCÉéëïüñß .,!?'’“”–…€@#:/-_()[]{}<>0123456789", max_size=200))
def test_honest_latin_text_is_left_alone(text: str) -> None:
    assert clean(text) == text
    assert clean(text, mode="safe") == text
    assert not was_dirty(text)


@pytest.mark.parametrize(
    ("text", "full", "safe", "ascii_"),
    [
        ("Hallo\x1b[31m rood", "Hallo^[[31m rood", "Hallo^[[31m rood", "Hallo^[[31m rood"),
        ("\x1b]52;c;c3Vkbw==\x07", "^[]52;c;c3Vkbw==^G", "^[]52;c;c3Vkbw==^G", "^[]52;c;c3Vkbw==^G"),
        ("C1 \x9b31m", "C1 \ufffd31m", "C1 \ufffd31m", "C1 ?31m"),
        ("a\x00b\x7f", "a^@b^?", "a^@b^?", "a^@b^?"),
        ("los \ud83d half", "los \ufffd half", "los \ufffd half", "los ? half"),
        ("open\u202etxt.exe", "opentxt.exe", "opentxt.exe", "opentxt.exe"),
        ("on\u200bzicht\u2060baar\ufeff", "onzichtbaar", "onzichtbaar", "onzichtbaar"),
        ("zacht\xadafbreken", "zachtafbreken", "zachtafbreken", "zachtafbreken"),
        ("vul\u3164ler\u115f", "vuller", "vuller", "vuller"),
        ("tag\U000e0041\U000e0042", "tag", "tag", "tag"),
        (f"gezin {FAMILY}!", f"gezin {FAMILY}!", "gezin \U0001f468!", "gezin ?!"),
        ("hoera 🇳🇱🇧🇪", "hoera 🇳🇱🇧🇪", "hoera [NL][BE]", "hoera [NL][BE]"),
        (f"{ENGLAND} wint", "[ENG] wint", "[ENG] wint", "[ENG] wint"),
        ("keuze 1\ufe0f\u20e3", "keuze 1\ufe0f\u20e3", "keuze 1", "keuze 1"),
        ("❤\ufe0f", "❤\ufe0f", "❤", "<3"),
        ("👍🏽 top", "👍🏽 top", "👍 top", "(y) top"),
        ("👍\u0489🏽", "👍\u0489🏽", "👍", "(y)"),
        ("👍🏽🏽\u200d\u200d🏽", "👍🏽🏽🏽", "👍", "(y)"),
        ("a\u200db \u200d", "ab ", "ab ", "ab "),
        ("a\ufe0fb", "ab", "ab", "ab"),
        ("één € – “a”…", "één € – “a”…", "één € – “a”…", 'een EUR - "a"...'),
        ("[/b] [@click=x]", "[/b] [@click=x]", "[/b] [@click=x]", "[/b] [@click=x]"),
        ("Łódź Straße Æsir", "Łódź Straße Æsir", "Łódź Straße Æsir", "Lodz Strasse AEsir"),
        ("ｆｕｌｌ ½", "ｆｕｌｌ ½", "ｆｕｌｌ ½", "full 1/2"),
        ("漢字", "漢字", "漢字", "??"),
        ("nbsp\xa0thin\u2009x", "nbsp thin x", "nbsp thin x", "nbsp thin x"),
        ("privé \ue000", "privé \ufffd", "privé \ufffd", "prive ?"),
        ("\u0301los", "los", "los", "los"),
    ],
)  # fmt: skip
def test_each_kind_of_character(text: str, full: str, safe: str, ascii_: str) -> None:
    assert (clean(text), clean(text, mode="safe"), clean(text, mode="ascii")) == (full, safe, ascii_)


def test_line_breaks_stay_or_become_spaces() -> None:
    text = "een\r\ntwee\rdrie\u2028vier\tvijf"
    assert clean(text, multiline=True) == "een\ntwee\ndrie\nvier    vijf"
    assert clean(text) == "een twee drie vier vijf"


def test_zalgo_is_capped() -> None:
    assert clean("a" + "\u0301" * 500 + "b") == "a" + "\u0301" * MAX_MARKS + "b"


def test_an_endless_chain_of_joined_people_is_broken_up() -> None:
    chain = "\u200d".join(["\U0001f468"] * 50)
    assert max(map(len, re.findall("(?:\U0001f468\u200d?)+?(?!\u200d)", clean(chain)))) <= 11
    assert clean(chain).replace("\u200d", "") == "\U0001f468" * 50


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("filler", ["a", "\u200b", "\x1b", FAMILY, "\t", "…", "\ud800"])
def test_an_endless_text_ends_with_a_visible_mark(mode: Mode, filler: str) -> None:
    cleaned = clean(filler * 30_000, mode=mode)
    assert len(cleaned) <= MAX_TEXT
    assert cleaned.endswith(" [...]" if mode == "ascii" else CUT)
    assert clean(cleaned, mode=mode) == cleaned


def test_a_text_of_just_the_limit_is_whole() -> None:
    assert clean("a" * MAX_TEXT) == "a" * MAX_TEXT


@pytest.mark.parametrize("text", ["\x1b[2J", "a\x00", "\x9b", "\u202eexe", "\ud800", "\x7f"])
def test_control_characters_are_noticed(text: str) -> None:
    assert was_dirty(text)


@pytest.mark.parametrize("text", ["", "gewoon", "regel\r\nregel\t", "\u200fשלום\u2066", FAMILY, "e\u0301"])
def test_honest_text_is_not_called_dirty(text: str) -> None:
    assert not was_dirty(text)


@given(texts)
def test_stored_text_can_be_bound_and_encoded(text: str) -> None:
    stored = clean_for_store(text)
    assert "\x00" not in stored
    assert stored.encode().decode() == stored
    assert clean_for_store(stored) == stored
    assert len(stored) == len(text)


def test_stored_text_is_otherwise_exact_and_bounded() -> None:
    assert clean_for_store("e\u0301 \x1b[0m\u200b") == "e\u0301 \x1b[0m\u200b"
    assert clean_for_store("a\x00\ud800b") == "a\ufffd\ufffdb"
    long = clean_for_store("x" * 50_000)
    assert len(long) == MAX_TEXT
    assert long.endswith(CUT)


@given(st.lists(st.text(st.characters() | st.characters(categories=["Cs"])), max_size=5))
def test_one_look_tells_what_needs_no_cleaning_for_the_store(drawn: list[str]) -> None:
    assert storable(drawn) == all(clean_for_store(text) == text for text in drawn)


def test_halves_of_a_character_stay_halves_and_lengths_add_up() -> None:
    assert not storable(["\ud83d", "\ude00"])
    assert storable(["x" * MAX_TEXT])
    assert not storable(["x" * MAX_TEXT, "x"])
