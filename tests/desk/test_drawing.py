"""Pictures drawn for a terminal, where the extra `images` is installed; and without it."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from desk import drawing, picture_worker
from desk.drawing import can_draw, draw
from domain.drawn import Box, Drawn, DrawnWay
from domain.errors import NotAllowed
from tests.pictures import gif, jpeg, mp4, png, webp

needs_pillow = pytest.mark.skipif(not can_draw(), reason="Pillow is an extra: webcare[images]")
BLOCKS = Box("half_blocks", 20, 10)


def painted(mode: str, size: tuple[int, int], colour: Any, kind: str, **how: Any) -> bytes:
    """A picture of one colour that can be decoded."""
    from PIL import Image  # noqa: PLC0415

    made = io.BytesIO()
    Image.new(mode, size, colour).save(made, kind, **how)
    return made.getvalue()


async def test_a_film_is_said_not_to_be_shown() -> None:
    with pytest.raises(NotAllowed, match="film"):
        await draw(mp4(), BLOCKS)


async def test_without_pillow_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert not can_draw()
    with pytest.raises(NotAllowed, match=r"webcare\[images\]"):
        await draw(png(), BLOCKS)


@needs_pillow
@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "JPEG"])
async def test_a_picture_fits_its_cells(kind: str) -> None:
    how = {"lossless": True} if kind == "WEBP" else {}
    found = await draw(painted("RGB", (80, 40), (250, 10, 10), kind, **how), BLOCKS)
    assert (found.rows, found.columns) == (len(found.blocks), len(found.blocks[0])) == (5, 20)
    for upper, lower in found.blocks[0]:
        assert upper == lower
        assert upper[0] > 240
        assert max(upper[1:]) < 20


@needs_pillow
async def test_what_can_be_seen_through_shows_the_background() -> None:
    content = painted("RGBA", (4, 2), (255, 255, 255, 0), "PNG")
    found = await draw(content, Box("half_blocks", 4, 1, ground=(1, 2, 3)))
    assert found.blocks == ((((1, 2, 3), (1, 2, 3)),) * 4,)


@needs_pillow
@pytest.mark.parametrize("size", [(80, 40), (4_000, 2_000)])
async def test_a_picture_that_was_turned_is_shown_upright(size: tuple[int, int]) -> None:
    from PIL import Image  # noqa: PLC0415

    notes = Image.Exif()
    notes[0x0112] = 6
    found = await draw(painted("RGB", size, 0, "JPEG", exif=notes), Box("half_blocks", 20, 20))
    assert (2 * found.rows, found.columns) == (40, 20)


@needs_pillow
async def test_kitty_is_given_a_png_no_larger_than_its_box() -> None:
    from PIL import Image  # noqa: PLC0415

    found = await draw(painted("RGB", (900, 300), (0, 0, 255), "PNG"), Box("kitty", 30, 10, 10, 20))
    with Image.open(io.BytesIO(found.body)) as opened:
        assert opened.size == (300, 100)
        assert opened.format == "PNG"
    assert (found.columns, found.rows) == (30, 5)


@needs_pillow
async def test_sixels_are_drawn_within_their_box() -> None:
    found = await draw(painted("RGB", (900, 900), (0, 0, 255), "PNG"), Box("sixel", 30, 5, 10, 20))
    assert found.body.startswith(b'\x1bP0;1q"1;1;96;96#0;2;0;0;100')
    assert found.body.endswith(b"\x1b\\")
    assert found.body.count(b"-") == 15
    assert (found.columns, found.rows) == (10, 5)


@needs_pillow
async def test_a_bomb_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_arguments: object) -> tuple[bytes, bytes]:
        pytest.fail("decoded")

    monkeypatch.setattr(drawing, "_asked", never)
    with pytest.raises(NotAllowed, match="too many pixels"):
        await draw(png(30_000, 30_000), BLOCKS)


@needs_pillow
@pytest.mark.parametrize("way", ["half_blocks", "kitty", "sixel"])
@pytest.mark.parametrize("content", [png(1_000, 1_001), jpeg(), gif(), webp(), webp(lossless=True)])
async def test_a_picture_that_cannot_be_decoded_is_said(content: bytes, way: DrawnWay) -> None:
    """Some of these are whole, as far as their decoder goes; none may do anything else than be drawn."""
    try:
        found = await draw(content, Box(way, 20, 10))
    except NotAllowed as error:
        said = str(error)
    else:
        said = "damaged" if found.columns * found.rows == 0 else ""
    assert said in {"", "The picture is damaged and cannot be shown."}


@needs_pillow
@pytest.mark.parametrize("way", ["half_blocks", "kitty"])
async def test_what_claims_more_than_it_has_is_said(way: DrawnWay) -> None:
    with pytest.raises(NotAllowed, match="damaged"):
        await draw(png(1_000, 1_001), Box(way, 20, 10))


@needs_pillow
@pytest.mark.parametrize(
    "stubborn",
    ["import time; time.sleep(600)", "import sys; sys.stdin.read(); raise SystemExit(1)", "print('{}')"],
)
async def test_a_decoder_that_hangs_or_dies_is_left_behind(
    monkeypatch: pytest.MonkeyPatch, stubborn: str
) -> None:
    monkeypatch.setattr(drawing, "_WORKER", (sys.executable, "-c", stubborn))
    with pytest.raises(NotAllowed, match=r"too long|damaged"):
        await draw(painted("RGB", (8, 8), 0, "PNG"), BLOCKS, patience=1.0)


@needs_pillow
async def test_a_decoder_that_wants_too_much_memory_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import desk.picture_worker as w; w.MOST_MEMORY = 60_000_000; w.main()"
    monkeypatch.setattr(drawing, "_WORKER", (sys.executable, "-c", code))
    with pytest.raises(NotAllowed, match="damaged"):
        await draw(painted("RGB", (6_000, 6_000), 0, "PNG"), BLOCKS)


async def test_no_room_needs_no_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "can_draw", lambda: True)
    monkeypatch.setattr(drawing, "_WORKER", ("/nowhere",))
    assert await draw(png(), Box("kitty", 0, 5)) == Drawn("kitty", 0, 0)


def test_the_worker_says_what_it_made() -> None:
    pytest.importorskip("PIL")
    said: Mapping[str, int]
    said, body = picture_worker.drawn(painted("RGB", (4, 3), (1, 2, 3), "PNG"), BLOCKS)
    assert said == {"columns": 4, "rows": 2, "width": 4, "height": 3}
    assert body == bytes((1, 2, 3)) * 12
