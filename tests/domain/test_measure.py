"""Each platform's own counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotFound
from domain.measure import PLATFORM_LIMITS, Limits, measure, seen_by

FAMILY = "👨‍👩‍👧‍👦"
URL = "https://www.voorbeeld.nl/storing/nu"

platforms = st.sampled_from(sorted(PLATFORM_LIMITS))
letters = st.text("abcdefghijklmnopqrstuvwxyz ,!?", max_size=300)


@given(platforms, letters, letters)
def test_plain_ascii_adds_up(platform: str, left: str, right: str) -> None:
    whole = measure(platform, left + right).used
    assert whole == measure(platform, left).used + measure(platform, right).used == len(left + right)


@given(platforms, st.text(max_size=400), st.booleans())
def test_never_negative_and_never_an_exception(platform: str, text: str, reply: bool) -> None:
    result = measure(platform, text, reply=reply)
    assert result.used >= 0
    assert (result.used <= result.limit) or not result.ok


@pytest.mark.parametrize(
    ("platform", "unit", "limit"),
    [
        ("x", "weighted", 280),
        ("bluesky", "graphemes", 300),
        ("bluesky_dm", "graphemes", 1_000),
        ("mastodon", "graphemes", 500),
        ("facebook", "characters", 8_000),
        ("x_dm", "characters", 10_000),
        ("messenger", "characters", 2_000),
        ("instagram", "characters", 2_200),
        ("instagram_dm", "bytes", 1_000),
        ("whatsapp", "characters", 4_096),
        ("google", "bytes", 4_096),
        ("telegram", "utf16", 4_096),
        ("discourse", "characters", 32_000),
        ("practice", "graphemes", 500),
    ],
)
def test_the_limit_itself_is_allowed_and_one_more_is_not(platform: str, unit: str, limit: int) -> None:
    just = measure(platform, "a" * limit)
    assert (just.used, just.limit, just.unit, just.ok) == (limit, limit, unit, True)
    assert not measure(platform, "a" * (limit + 1)).ok


@pytest.mark.parametrize(
    ("platform", "used"),
    [("x", 2), ("bluesky", 1), ("mastodon", 1), ("facebook", 7), ("instagram_dm", 25), ("telegram", 11)],
)
def test_a_family_is_counted_differently_everywhere(platform: str, used: int) -> None:
    assert measure(platform, FAMILY).used == used


def test_bluesky_has_a_second_limit_in_bytes() -> None:
    assert measure("bluesky", FAMILY * 120).ok
    over = measure("bluesky", FAMILY * 121)
    assert (over.used, over.ok, over.note) == (121, False, "3025 of 3000 bytes")


@pytest.mark.parametrize(
    ("text", "used"),
    [
        (f"Kijk op {URL}", 8 + 23),
        (f"Kijk op {URL}.", 8 + 23 + 1),
        (f"({URL}?a=b&c=d#nu)", 1 + 23 + 1),
        ("voorbeeld.nl", 12),
        ("http://a.nl", 23),
        ("https://localhost/pad", 21),
        ("https://voorbeeld.nl/één/日本", 23),
        ("@jan@mastodon.nl hoi", 8),
        ("@jan hoi", 8),
        ("hoi @jan@social.overheid.nl en @piet@mastodon.social!", 18),
        ("mail jan@voorbeeld.nl of @piet", 30),
        ("jan@x.nl@y.nl", 13),
        (FAMILY * 2, 2),
    ],
)
def test_mastodon_counts_links_and_remote_mentions_short(text: str, used: int) -> None:
    assert measure("mastodon", text).used == used


def test_a_mastodon_server_sets_its_own_limits() -> None:
    limits = Limits(maximum=1_000, per_link=0)
    result = measure("mastodon", f"{URL} " + "a" * 900, limits=limits)
    assert (result.used, result.limit, result.ok) == (len(URL) + 901, 1_000, True)
    assert measure("mastodon", URL, limits=Limits(per_link=30)).used == 30
    assert measure("mastodon", "a", limits=Limits(maximum=0)).limit == 0


def test_a_private_message_has_the_limit_of_its_own_kind() -> None:
    private = {name: seen_by(name, "private") for name in PLATFORM_LIMITS}
    assert {name: key for name, key in private.items() if name != key} == {
        "x": "x_dm",
        "bluesky": "bluesky_dm",
        "facebook": "messenger",
        "instagram": "instagram_dm",
    }
    assert all(seen_by(name, "public") == name for name in PLATFORM_LIMITS)
    assert set(private.values()) <= set(PLATFORM_LIMITS)


@given(st.text(max_size=300))
def test_bytes_and_units_agree_with_a_count_by_code_point(text: str) -> None:
    """An oracle that knows only the two encodings' definitions."""
    points = [ord(char) for char in text]
    sizes = [1 + (point > 0x7F) + (point > 0x7FF) + (point > 0xFFFF) for point in points]
    assert measure("instagram_dm", text).used == sum(sizes)
    assert measure("telegram", text).used == sum(1 + (point > 0xFFFF) for point in points)
    assert measure("whatsapp", text).used == len(points)


BLOCKS = ["a", " ", "é", "e\u0301", FAMILY, "👍🏽", "🇳🇱", "❤️", "1️⃣", "日", "한", "नि", "\r\n", "x\u0300\u0301"]
"""Each is one grapheme, and so are two of them side by side two."""


@given(st.lists(st.sampled_from(BLOCKS), max_size=40))
def test_graphemes_are_the_blocks_a_reader_sees(blocks: list[str]) -> None:
    text = "".join(blocks)
    assert measure("bluesky", text).used == len(blocks)
    assert measure("mastodon", text).used == len(blocks)


SIZES = {f"{URL} ": 24, "@jan@mastodon.nl ": 5, "hoi. ": 5, "日本 ": 3, f"{FAMILY} ": 2}


@given(st.lists(st.sampled_from(sorted(SIZES)), max_size=20))
def test_mastodon_adds_up_piece_by_piece(pieces: list[str]) -> None:
    assert measure("mastodon", "".join(pieces)).used == sum(SIZES[piece] for piece in pieces)


def test_a_long_text_message_says_how_many_it_becomes() -> None:
    assert measure("sms", "a" * 160).note == ""
    assert measure("sms", "a" * 161).note == "2 messages"


def test_bytes_and_surrogates() -> None:
    assert measure("google", "é" * 2_048).ok
    assert not measure("google", "é" * 2_049).ok
    assert measure("google", "\ud800").used == 3
    assert measure("telegram", "😀").used == 2


def test_an_unknown_platform_is_named_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match=r"hyves.*bluesky"):
        measure("hyves", "tekst")
