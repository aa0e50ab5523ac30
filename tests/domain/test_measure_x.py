"""X's weighted length. The table was recorded from twitter-text-parser 3.0.0."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.emoji import sequence
from domain.links import links_on_mastodon, links_on_x
from domain.measure import measure
from domain.measure_x import weighted_length

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("Hoi Jan, dat gaan we oplossen!", 30),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", 2),
        ("👍🏽", 2),
        ("🇳🇱", 2),
        ("1️⃣", 2),
        ("©", 2),
        ("™", 2),
        ("…", 2),
        ("—", 1),
        ("“ja”", 4),
        ("€", 2),
        ("Kijk op voorbeeld.nl", 31),
        ("Kijk op https://www.voorbeeld.nl/service/storing?id=12345&plaats=utrecht#nu.", 32),
        ("mail jan@voorbeeld.nl", 21),
        ("Zie voorbeeld.nl/contact, dan zie je het.", 44),
        ("@jan.voorbeeld.nl hoi", 21),
        ("Klaar.De rest volgt.", 35),
        ("Versie 3.5 kost 1.250 euro o.a. in d.w.z.", 41),
        ("https://localhost/pad", 21),
        ("ftp://voorbeeld.nl", 18),
        ("(https://voorbeeld.nl/a_(b))", 25),
        ("regel een\r\nregel twee", 20),
        ("これは日本語です。example.com中国語", 47),
        ("https://t.co/abc123!", 24),
        ("voorbeeld.nl:8080", 28),
        ("http://voorbeeld.nl:8080", 23),
        ("Привет мир", 10),
        ("สวัสดี", 6),
        ("مرحبا", 5),
        ("https://gemeente.amsterdam", 23),
        ("test.photography", 23),
        ("foo.invalid", 11),
        ("xn--p1ai.xn--p1ai", 23),
        ("пример.рф", 9),
        ("https://пример.рф/путь", 23),
        ("👋 Hoi! ❤️ bedankt 🙏🏼🎉", 23),
        ("a\u200db", 3),
        ("_voorbeeld.nl", 13),
        ("#voorbeeld.nl", 13),
        ("www.voorbeeld.nl.", 24),
        ('#tag"voorbeeld.nl', 28),
        ('@jan"x.voorbeeld.nl', 28),
        ("voorbeeld.한국 hoi", 27),
        ("https://voorbeeld.한국어", 25),
        ("voorbeeld.한국a", 15),
        ("#e.g.中国t.co", 13),
        ("https://t.co/" + "a" * 41, 54),
        ("https://t.co/abc?d=e!", 24),
        ("jan@b.nl/pad", 12),
        ("a.nl日本b.com/pad", 50),
        ("goed.de?klaar.nl", 32),
        ("foo_bar.nl", 10),
        ("foo_bar.voorbeeld.nl", 27),
        ("xhttps://voorbeeld.nl", 21),
        ("voorbeeld.nl@", 13),
    ],
)
def test_weight_as_recorded(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


@pytest.mark.parametrize(
    ("text", "weight", "ok"),
    [
        ("a" * 280, 280, True),
        ("a" * 281, 281, False),
        ("e\u0301" * 280, 280, True),
        ("漢" * 140, 280, True),
        ("漢" * 141, 282, False),
        ("👍🏽" * 140, 280, True),
        ("https://voorbeeld.nl/" + "a" * 400, 23, True),
    ],
)
def test_boundaries(text: str, weight: int, ok: bool) -> None:
    result = measure("x", text)
    assert (result.used, result.ok) == (weight, ok)


def test_leading_mentions_of_a_reply_are_free() -> None:
    text = "@jan @piet_02 dank! @kees"
    assert measure("x", text).used == 25
    assert measure("x", text, reply=True).used == 11
    assert measure("x", "dank @jan", reply=True).used == 9


def test_a_character_that_x_refuses_is_named() -> None:
    result = measure("x", "a\ufeffb")
    assert not result.ok
    assert "refuses" in result.note


@given(st.text(max_size=200))
def test_weight_is_bounded_by_the_text(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert 0 <= weighted_length(text) <= 2 * len(composed) + 23 * len(links_on_x(composed))


NO_LINK_NO_EMOJI = st.characters(
    exclude_categories=["Cs", "Mn", "Mc", "Me", "Cn", "Co", "So", "Sk"],
    exclude_characters=".\r\ufeff©®‼⁉ℹ#*0123456789〰〽",
)


@given(st.text(NO_LINK_NO_EMOJI, max_size=120))
def test_without_links_and_emoji_each_code_point_weighs_by_its_range(text: str) -> None:
    """An oracle that reads the published ranges one code point at a time."""
    light = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
    points = [ord(char) for char in unicodedata.normalize("NFC", text)]
    expected = sum(1 if any(low <= point <= high for low, high in light) else 2 for point in points)
    assert weighted_length(text) == expected or sequence().search(text)


WEIGHTS = {"hoi ": 4, "voorbeeld.nl ": 24, "https://a.nl/b?c ": 24, FAMILY + " ": 3, "日本 ": 5, "👍🏽 ": 3}


@given(st.lists(st.sampled_from(sorted(WEIGHTS)), max_size=20))
def test_it_adds_up_piece_by_piece(pieces: list[str]) -> None:
    assert weighted_length("".join(pieces)) == sum(WEIGHTS[piece] for piece in pieces)


@given(st.text('a.b-/_@:日ë"(é)nl?=😀 ', max_size=80).map(lambda tail: "https://x.nl" + tail))
def test_links_are_in_order_and_apart(text: str) -> None:
    for links in (links_on_x(text), links_on_mastodon(text)):
        position = 0
        for link in links:
            assert position <= link.start < link.end <= len(text)
            position = link.end


@pytest.mark.parametrize(
    "piece", ["a-", "a.-", "((", "http://a.nl/(", "日本.", "https://", "@a@b.c ", "a_b.", "xn--"]
)
def test_a_hostile_text_of_20000_characters_is_counted(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    assert weighted_length(text) > 280
    assert not measure("mastodon", text, limits=None).ok
