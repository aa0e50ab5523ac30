"""What a file is, by its own bytes; and what is left of it without its notes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotAllowed
from domain.media import Facts, look
from domain.media_strip import strip
from domain.media_tiff import only_orientation, orientation_of
from domain.media_walk import GIFS, JPEG, PNG
from tests import pictures
from tests.pictures import ALL, GPS, gif, jpeg, mp4, png, tiff, webp

NOTED = (
    png(notes=True),
    jpeg(notes=True),
    jpeg(notes=True, orientation=6),
    gif(notes=True, frames=2),
    webp(notes=True),
    webp(notes=True, orientation=8),
    mp4(notes=True),
)


@pytest.mark.parametrize(
    ("content", "mime", "sides", "moving"),
    [
        (png(640, 480), "image/png", (640, 480), False),
        (png(moving=True), "image/png", (2, 3), True),
        (jpeg(4000, 3000), "image/jpeg", (4000, 3000), False),
        (jpeg(4000, 3000, orientation=6), "image/jpeg", (3000, 4000), False),
        (jpeg(4000, 3000, orientation=3), "image/jpeg", (4000, 3000), False),
        (gif(300, 200), "image/gif", (300, 200), False),
        (gif(300, 200, frames=3), "image/gif", (300, 200), True),
        (gif()[:-1], "image/gif", (5, 4), False),
        (webp(16383, 1), "image/webp", (16383, 1), False),
        (webp(16384, 9, lossless=True), "image/webp", (16384, 9), False),
        (webp(70_000, 6, notes=True), "image/webp", (70_000, 6), False),
        (webp(7, 6, orientation=8), "image/webp", (6, 7), False),
        (mp4(1920, 1080), "video/mp4", (1920, 1080), True),
        (mp4(1920, 1080, turned=True), "video/mp4", (1080, 1920), True),
    ],
)
def test_what_a_file_is(content: bytes, mime: str, sides: tuple[int, int], moving: bool) -> None:
    facts = look(content, "x")
    assert (facts.mime, (facts.width, facts.height), facts.moving) == (mime, sides, moving)
    assert facts.size == len(content)


def test_a_film_says_how_long_it_lasts() -> None:
    assert look(mp4(seconds=12), "x").lasts == 12_000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "foto is empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture or film"),
        (b"%PDF-1.7", "no picture or film"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "do not take; save it as JPEG"),
        (b"\x00\x00\x00\x18ftypqt  " + bytes(40), "do not take; save it as JPEG or MP4"),
        (b"RIFF\x00\x00\x00\x00WAVE", "no picture or film"),
        (png()[:-12], "broken off"),
        (jpeg()[:-2], "broken off"),
        (png(0, 5), "no width or height"),
        (jpeg(0, 5), "no width or height"),
    ],
)
def test_what_is_no_picture_is_said(content: bytes, sentence: str) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        look(content, "foto")


@pytest.mark.parametrize("content", [*ALL, *NOTED])
def test_a_file_that_ends_too_early_is_never_taken_for_more_than_it_is(content: bytes) -> None:
    """At every length: a sentence, or facts of a file that is whole without its end."""
    for end in range(len(content)):
        try:
            facts = look(content[:end], "x")
        except NotAllowed:
            continue
        assert (facts.width, facts.height) == _sides(look(content, "x"))
        assert look(strip(content[:end], facts.mime), "x").mime == facts.mime


def test_a_picture_of_a_billion_pixels_costs_its_header() -> None:
    assert look(png(2**31 - 1, 2**31 - 1), "x").width == 2**31 - 1


@pytest.mark.parametrize(
    "content",
    [
        JPEG + b"\xff" * 5_000_000,
        b"\xff\xd8" + b"\xff\xd0" * 1_000_000,
        gif()[:-1] + b"\x21\xfe" + b"\x01x" * 1_000_000,
        gif()[:-1] + b"\x21\xfe\x00" * 1_000_000,
        png()[:-12] + pictures.chunk(b"tEXt", b"") * 500_000 + png()[-12:],
        b"RIFF" + (12_000_004).to_bytes(4, "little") + b"WEBP" + b"VP8 \x04\x00\x00\x00abcd" * 1_000_000,
        mp4() + pictures.box(b"free", b"") * 500_000,
    ],
    ids=["fill", "restarts", "sub-blocks", "comments", "chunks", "riff", "boxes"],
)
def test_a_file_of_more_parts_than_any_real_one_is_left_alone(content: bytes) -> None:
    """Counted, not timed: no walk takes more steps than its bound."""
    with pytest.raises(NotAllowed, match="broken off"):
        look(content, "x")


@given(st.sampled_from([*ALL, *NOTED]), st.data())
def test_the_readers_end_and_stay_within_the_file(content: bytes, data: st.DataObject) -> None:
    """Bytes changed, cut out and doubled anywhere: a sentence or facts, and then it can be stripped."""
    torn = bytearray(content)
    for _change in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(torn) - 1, 0)))
        new = data.draw(st.binary(max_size=8))
        torn[at : at + data.draw(st.integers(0, 8))] = new
    _survives(bytes(torn))


@given(
    st.sampled_from([PNG, JPEG, *GIFS, b"RIFF\xff\x00\x00\x00WEBP", b"\x00\x00\x00\x10ftypisom"]),
    st.binary(max_size=300),
)
def test_a_right_beginning_and_anything_behind_it(begin: bytes, rest: bytes) -> None:
    _survives(begin + rest)


@given(st.binary(max_size=200))
def test_any_notes_have_an_orientation(notes: bytes) -> None:
    assert 1 <= orientation_of(notes) <= 8
    assert 1 <= orientation_of(b"MM\x00\x2a" + notes) <= 8


@pytest.mark.parametrize("orientation", range(1, 9))
def test_which_way_is_up_is_read_and_written(orientation: int) -> None:
    assert orientation_of(tiff(orientation)) == orientation
    assert orientation_of(tiff(orientation, little=False)) == orientation
    assert orientation_of(only_orientation(orientation)) == orientation


@pytest.mark.parametrize("content", NOTED)
def test_notes_of_place_and_program_are_left_out(content: bytes) -> None:
    assert GPS in content
    facts = look(content, "x")
    bare = strip(content, facts.mime)
    assert GPS not in bare
    after = look(bare, "x")
    assert (_sides(after), after.moving, after.lasts) == (_sides(facts), facts.moving, facts.lasts)
    assert strip(bare, facts.mime) == bare


@pytest.mark.parametrize("content", ALL)
def test_a_file_without_notes_stays_byte_for_byte(content: bytes) -> None:
    assert strip(content, look(content, "x").mime) == content


def test_what_the_picture_needs_stays() -> None:
    """Colours, frames that loop, and which way is up."""
    assert b"ICC_PROFILE\x00\x01\x01profile" in strip(jpeg(notes=True), "image/jpeg")
    assert b"NETSCAPE2.0" in strip(gif(notes=True, frames=2), "image/gif")
    assert strip(jpeg(notes=True), "image/jpeg") == jpeg()
    assert len(strip(mp4(notes=True), "video/mp4")) == len(mp4(notes=True))
    turned = pictures.png()[:33] + pictures.chunk(b"eXIf", tiff(6) + GPS) + pictures.png()[33:]
    bare = strip(turned, "image/png")
    assert GPS not in bare
    assert _sides(look(bare, "x")) == (3, 2)


def _sides(facts: Facts) -> tuple[int, int]:
    return (facts.width, facts.height)


def _survives(content: bytes) -> None:
    try:
        facts = look(content, "x")
    except NotAllowed:
        return
    assert facts.width > 0
    assert facts.height > 0
    assert facts.lasts >= 0
    bare = strip(content, facts.mime)
    assert look(bare, "x").mime == facts.mime
    assert strip(bare, facts.mime) == bare
