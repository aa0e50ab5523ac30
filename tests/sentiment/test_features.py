"""A message as numbers: the same every time, in range, with our own name and others' told apart."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentiment.dense import NAMES
from sentiment.features import BUCKETS, SIZE, bucket, features

US = ("Heldervonk", "@heldervonk")


def _dense(text: str, name: str) -> float:
    return features(text, "nl", US).get(BUCKETS + NAMES.index(name), 0.0)


def test_the_same_text_gives_the_same_numbers_in_every_process() -> None:
    text = "Fijn hoor, weer geen reactie 🙄"
    code = f"from sentiment.features import features; print(sum(features({text!r}, 'nl')))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(other.stdout) == sum(features(text, "nl"))


def test_our_name_and_numbers_are_made_alike() -> None:
    assert bucket("w:@us") in features("Heldervonk belt 3 keer", "nl", US)
    assert bucket("w:heldervonk") not in features("Heldervonk belt 3 keer", "nl", US)
    assert bucket("b:belt 0") in features("Heldervonk belt 3 keer", "nl", US)


def test_words_behind_a_negation_have_a_copy() -> None:
    assert bucket("n:blij") in features("ik ben niet blij", "nl", US)
    assert bucket("n:blij") not in features("ik ben blij", "nl", US)


def test_a_clause_about_somebody_else_is_kept_apart() -> None:
    found = features("Kabelaar is bagger, Heldervonk is top", "nl", US)
    assert bucket("t:bagger") in found
    assert bucket("w:bagger") not in found
    assert bucket("w:top") in found
    assert _dense("Kabelaar is bagger, Heldervonk is top", "bad elsewhere") > 0
    assert _dense("Kabelaar is bagger, Heldervonk is top", "speaks of others") == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [("Waarom?", "question mark at the end"), ("Hallo!!", "many marks"), ("bagger", "only bad")],
)
def test_signs_are_seen(text: str, name: str) -> None:
    assert _dense(text, name) > 0


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120), st.none() | st.sampled_from(["nl", "en", "xx"]))
def test_any_text_gives_numbers_in_range(text: str, lang: str | None) -> None:
    found = features(text, lang, US)
    assert all(0 <= index < SIZE for index in found)
    assert all(-1 <= value <= 1.5 for value in found.values())


@pytest.mark.parametrize(
    "text", ["Windhaag Energie belt", "@windhaagenergie belt", "windhaag belt", "@windhaag_energie belt"]
)
def test_a_name_of_two_words_is_one_however_it_is_written(text: str) -> None:
    found = features(text, "nl", ("Windhaag Energie",))
    assert bucket("b:@us belt") in found
    assert bucket("w:energie") not in found


def test_a_word_of_a_name_that_is_nobodys_own_is_not_the_name() -> None:
    assert bucket("w:@us") not in features("De bank is dicht", "nl", ("Bank Duinoord",))
