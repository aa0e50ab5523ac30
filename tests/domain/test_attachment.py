"""What each platform takes with a reply, and how it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.attachment import (
    LARGEST,
    MEDIA_LIMITS,
    Attached,
    MediaLimits,
    caption_fault,
    fault,
    faults,
    has_gif,
    limits_of,
    warnings,
)
from domain.media import Facts
from tests.pictures import attached, gif, jpeg, mp4, png, webp

BLUESKY, MASTODON = MEDIA_LIMITS["bluesky"], MEDIA_LIMITS["mastodon"]
PICTURE = Attached("a" * 64, "foto.jpg", Facts("image/jpeg", 1_000, 800, 600), "Een lege container")
FILM = Attached("b" * 64, "film.mp4", Facts("video/mp4", 1_000, 800, 600, moving=True), "Zo sluit het deksel")


def of_size(size: int, one: Attached = PICTURE) -> Attached:
    return replace(one, facts=replace(one.facts, size=size))


@pytest.mark.parametrize(
    ("one", "platform", "sentence"),
    [
        (of_size(2_000_000), "bluesky", ""),
        (of_size(2_000_001), "bluesky", "foto.jpg is 1 kB too large: at most 2000 kB can go along."),
        (of_size(2_412_345), "bluesky", "foto.jpg is 413 kB too large: at most 2000 kB can go along."),
        (of_size(2_412_345), "mastodon", ""),
        (FILM, "bluesky", "film.mp4: Bluesky takes no films."),
        (FILM, "mastodon", ""),
        (
            of_size(LARGEST + 1, FILM),
            "mastodon",
            "film.mp4 is 1 kB too large: at most 40000 kB can go along.",
        ),
        (replace(PICTURE, alt="a" * 1_500), "mastodon", ""),
        (
            replace(PICTURE, alt="a" * 1_503),
            "mastodon",
            "The description of foto.jpg is 3 characters too long for Mastodon; shorten it.",
        ),
        (
            replace(PICTURE, facts=replace(PICTURE.facts, width=8_000, height=8_000)),
            "mastodon",
            "foto.jpg has 64 megapixels and Mastodon takes 33; make it smaller.",
        ),
    ],
)
def test_why_a_platform_does_not_take_a_file(one: Attached, platform: str, sentence: str) -> None:
    assert fault(one, MEDIA_LIMITS[platform]) == sentence


def test_together_they_may_be_too_many() -> None:
    assert faults((PICTURE,) * 4, BLUESKY) == ()
    assert faults((PICTURE,) * 5, BLUESKY) == ("Bluesky takes at most 4 pictures; take some out.",)
    assert faults((PICTURE, FILM), MASTODON) == ("A film goes alone on Mastodon; take the rest out.",)
    assert faults((FILM,), MASTODON) == ()


def test_a_channel_without_limits_takes_nothing() -> None:
    assert limits_of("feed") is None
    assert faults((PICTURE,), None) == ("This channel takes no pictures from here.",)
    assert faults((), None) == ()


def test_a_server_has_its_own_limits() -> None:
    own = limits_of("mastodon", {"count": 6, "alt": 5_000, "name": "x", "mimes": 3, "pixels": "many"})
    assert own == replace(MASTODON, count=6, alt=5_000)
    assert limits_of("mastodon", {}) == MASTODON


def test_a_picture_without_a_description_is_said_and_goes_out_all_the_same() -> None:
    bare = replace(PICTURE, alt="  ")
    (sentence,) = warnings((PICTURE, bare), MASTODON)
    assert sentence == "foto.jpg has no description; people who do not see it miss what it shows."
    assert faults((bare,), MASTODON) == ()


def test_what_people_call_a_gif() -> None:
    """A moving picture without sound, in whatever format."""
    assert has_gif((PICTURE, attached(gif())))
    assert has_gif((attached(png(moving=True)),))
    assert not has_gif((attached(mp4()), attached(jpeg()), attached(webp()), attached(png())))
    assert warnings((attached(gif(frames=2)),), BLUESKY) == ("Bluesky shows a GIF as a still picture.",)
    assert warnings((attached(gif(frames=2)),), MASTODON) == ()


def test_where_no_description_goes_along_that_is_said_once_and_its_length_does_not_matter() -> None:
    whatsapp = MEDIA_LIMITS["whatsapp"]
    described = replace(PICTURE, alt="a" * 9_000)
    assert fault(described, whatsapp) == ""
    said = "WhatsApp hands on no description; say in the text what there is to see."
    assert warnings((described, replace(PICTURE, alt="")), whatsapp) == (said,)
    assert warnings((replace(PICTURE, decorative=True),), whatsapp) == ()


def test_a_text_may_be_too_long_for_a_caption() -> None:
    whatsapp = MEDIA_LIMITS["whatsapp"]
    assert caption_fault(1_024, whatsapp) == caption_fault(9_000, BLUESKY) == caption_fault(9_000, None) == ""
    said = caption_fault(1_030, whatsapp)
    assert said == "With a picture WhatsApp takes 1024 characters and this text has 1030; shorten it."


def test_a_gif_has_its_own_size_and_may_have_to_go_alone() -> None:
    limits = MediaLimits("X", picture_bytes=5_000_000, gif_bytes=15_000_000, gif_alone=True)
    moving = Attached("c" * 64, "hoera.gif", Facts("image/gif", 14_000_000, 80, 60, moving=True), "Hoera")
    assert fault(moving, limits) == ""
    assert "too large" in fault(of_size(14_000_000), limits)
    assert faults((PICTURE, moving), limits) == ("A GIF goes alone on X; take the rest out.",)
    assert faults((PICTURE, PICTURE), limits) == ()


def test_x_hands_on_no_description_of_a_film() -> None:
    assert warnings((FILM,), MEDIA_LIMITS["x"]) == ("X hands on no description of a film.",)
    assert warnings((PICTURE,), MEDIA_LIMITS["x"]) == ()
