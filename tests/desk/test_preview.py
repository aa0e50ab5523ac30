"""Pictures in half blocks, where the extra `images` is installed; and without it."""

from __future__ import annotations

import io
import sys

import pytest

from desk import preview as previews
from desk.preview import can_preview, preview
from domain.errors import NotAllowed
from tests.pictures import mp4, png

needs_pillow = pytest.mark.skipif(not can_preview(), reason="Pillow is an extra: webcare[images]")


def drawn(mode: str, size: tuple[int, int], colour: object, kind: str, **how: object) -> bytes:
    """A picture of one colour that can be decoded."""
    from PIL import Image  # noqa: PLC0415

    made = io.BytesIO()
    Image.new(mode, size, colour).save(made, kind, **how)
    return made.getvalue()


def test_a_film_has_no_preview() -> None:
    assert preview(mp4(), 20, 10) == ()


def test_without_pillow_there_is_no_preview(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert not can_preview()
    assert preview(png(), 20, 10) == ()


@needs_pillow
@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "JPEG"])
def test_a_picture_fits_its_cells(kind: str) -> None:
    how = {"lossless": True} if kind == "WEBP" else {}
    rows = preview(drawn("RGB", (80, 40), (250, 10, 10), kind, **how), 20, 10)
    assert (len(rows), len(rows[0])) == (5, 20)
    for upper, lower in rows[0]:
        assert upper == lower
        assert upper[0] > 240
        assert max(upper[1:]) < 20


@needs_pillow
def test_what_can_be_seen_through_shows_the_background() -> None:
    rows = preview(drawn("RGBA", (4, 2), (255, 255, 255, 0), "PNG"), 4, 1, background=(1, 2, 3))
    assert rows == ((((1, 2, 3), (1, 2, 3)),) * 4,)


@needs_pillow
def test_a_picture_that_was_turned_is_shown_upright() -> None:
    from PIL import Image  # noqa: PLC0415

    notes = Image.Exif()
    notes[0x0112] = 6
    rows = preview(drawn("RGB", (80, 40), 0, "JPEG", exif=notes), 20, 20)
    assert (2 * len(rows), len(rows[0])) == (40, 20)


@needs_pillow
def test_a_bomb_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_arguments: object) -> None:
        pytest.fail("decoded")

    monkeypatch.setattr(previews, "_decoded", never)
    with pytest.raises(NotAllowed, match="too many pixels"):
        preview(png(30_000, 30_000), 20, 10)


@needs_pillow
def test_a_picture_that_cannot_be_decoded_is_said() -> None:
    with pytest.raises(NotAllowed, match="damaged"):
        preview(png(1_000, 1_001), 20, 10)
