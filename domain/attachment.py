"""What goes along with a reply: pictures and short films, their description, and what each platform takes.

A description (alt text) is asked for: people who do not see the picture hear it. Without one a reply can go
out all the same, after a warning.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.media import Facts, Mime
from i18n import _, ngettext

LARGEST: Final = 40_000_000
"""Bytes; more is not even read. Mastodon's limit for films for years, and above all others here."""

LONGEST_ALT: Final = 10_000
"""Characters that are stored of a description, whatever the platform."""

_PICTURES: Final[frozenset[Mime]] = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True)
class Attached:
    """One picture or film with a reply; the same bytes are the same attachment wherever they came from."""

    sha256: str
    """Of the content as it goes out, in hexadecimal."""

    name: str
    """The file's own name, for people; it goes nowhere."""

    facts: Facts
    alt: str = ""
    stripped: bool = False
    """True where notes of the camera were left out of it."""

    decorative: bool = False
    """True where somebody said that it shows nothing that words have to tell; it goes out without them."""

    @property
    def is_gif(self) -> bool:
        """A moving picture without sound: what people mean by a GIF."""
        return self.facts.mime == "image/gif" or (self.facts.moving and not self.is_film)

    @property
    def is_film(self) -> bool:
        """A film, which most platforms take one of."""
        return self.facts.mime == "video/mp4"


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """What one platform, or one of its servers, takes with a reply."""

    name: str
    """The platform's, for sentences."""

    count: int = 4
    mimes: frozenset[Mime] = _PICTURES
    picture_bytes: int = 0
    film_bytes: int = 0
    """0 for no films."""

    gif_bytes: int = 0
    """Of a moving GIF; 0 where it is measured as a picture."""

    pixels: int = 0
    """Width times height of a picture; 0 for any."""

    alt: int = 1_500
    """Characters of a description; 0 where none goes along."""

    gifs_move: bool = True
    """False where a GIF is shown as a still picture."""

    film_alone: bool = True
    """True where a film goes without anything else."""

    gif_alone: bool = False
    """True where a moving GIF does too."""

    wordless: bool = True
    """True where a picture goes without a text of one's own."""

    film_described: bool = True
    """False where the description of a film does not go along."""

    apart: bool = False
    """True where each is a message of its own, behind the text."""

    caption: int = 0
    """Characters of the text that a picture goes with; 0 for as many as without one."""


MEDIA_LIMITS: Final[Mapping[str, MediaLimits]] = {
    # lexicon app.bsky.embed.images: maxLength 4, image/*, maxSize 2000000; alt as long as its app allows
    "bluesky": MediaLimits("Bluesky", picture_bytes=2_000_000, alt=2_000, gifs_move=False),
    # docs.joinmastodon.org/entities/Instance: the example's values, the sizes those of servers before 4.3
    "mastodon": MediaLimits(
        "Mastodon",
        mimes=_PICTURES | {"video/mp4"},
        picture_bytes=10_000_000,
        film_bytes=LARGEST,
        pixels=33_177_600,
        alt=1_500,
    ),
    # developers.facebook.com, "Media" of the Cloud API: no GIF, WebP for stickers only; captions of 1,024
    "whatsapp": MediaLimits(
        "WhatsApp",
        count=1,
        mimes=frozenset({"image/jpeg", "image/png", "video/mp4"}),
        picture_bytes=5_000_000,
        film_bytes=16_000_000,
        alt=0,
        caption=1_024,
    ),
    # Graph reference, "Page Photos": 10 MB; it names no limit of alt_text_custom, so as much as on Mastodon
    "facebook": MediaLimits(
        "Facebook",
        count=1,
        mimes=frozenset({"image/jpeg", "image/png", "image/gif"}),
        picture_bytes=10_000_000,
        alt=1_500,
        gifs_move=False,
        wordless=False,
    ),
    # Messenger Platform, "Attachment Upload": 8 MB, films 25 MB; text or attachment, never both
    "messenger": MediaLimits(
        "Messenger",
        mimes=frozenset({"image/jpeg", "image/png", "image/gif", "video/mp4"}),
        picture_bytes=8_000_000,
        film_bytes=25_000_000,
        alt=0,
        film_alone=False,
        apart=True,
    ),
    # docs.x.com, "Media": a picture of 5 MB, a GIF of 15 MB; the schema of its API: 4 of them, alt_text 1,000
    "x": MediaLimits(
        "X",
        mimes=_PICTURES | {"video/mp4"},
        picture_bytes=5_000_000,
        gif_bytes=15_000_000,
        film_bytes=LARGEST,
        alt=1_000,
        gif_alone=True,
        film_described=False,
    ),
    "x_dm": MediaLimits(
        "X",
        count=1,
        mimes=_PICTURES | {"video/mp4"},
        picture_bytes=5_000_000,
        gif_bytes=15_000_000,
        film_bytes=LARGEST,
        alt=1_000,
        film_described=False,
    ),
    "practice": MediaLimits(
        "Practice", mimes=_PICTURES | {"video/mp4"}, picture_bytes=5_000_000, film_bytes=20_000_000, alt=1_000
    ),
}
"""By platform; one that is not here takes nothing from this desk."""


def limits_of(platform: str, own: Mapping[str, object] | None = None) -> MediaLimits | None:
    """A platform's limits, those that its server said in their place; None where nothing is taken."""
    return within(MEDIA_LIMITS.get(platform), own)


def within(usual: MediaLimits | None, own: Mapping[str, object] | None) -> MediaLimits | None:
    """As `limits_of`, from a platform's usual limits."""
    if usual is None or not own:
        return usual
    known = {
        name: value
        for name, value in own.items()
        if name in {"count", "picture_bytes", "film_bytes", "pixels", "alt"} and isinstance(value, int)
    }
    return replace(usual, **known)  # type: ignore[arg-type]


def fault(one: Attached, limits: MediaLimits) -> str:
    """Why this platform does not take this file, in one sentence; empty when it does."""
    facts, where = one.facts, limits.name
    if facts.mime not in limits.mimes:
        return _("{name}: {platform} takes no {kind}.", name=one.name, platform=where, kind=_kind(one))
    most = min(_most(one, limits), LARGEST)
    if facts.size > most:
        return too_large(one.name, facts.size, most)
    if limits.pixels and not one.is_film and facts.width * facts.height > limits.pixels:
        return _(
            "{name} has {have} megapixels and {platform} takes {most}; make it smaller.",
            name=one.name, have=_mega(facts.width * facts.height), platform=where,
            most=limits.pixels // 10**6,
        )  # fmt: skip
    if limits.alt and len(one.alt) > limits.alt:
        return ngettext(
            "The description of {name} is {n} character too long for {platform}; shorten it.",
            "The description of {name} is {n} characters too long for {platform}; shorten it.",
            len(one.alt) - limits.alt, name=one.name, platform=where,
        )  # fmt: skip
    return ""


def faults(all_of_them: Sequence[Attached], limits: MediaLimits | None) -> tuple[str, ...]:
    """What forbids sending these together, in sentences."""
    if limits is None:
        return (nothing_taken(),) if all_of_them else ()
    return (*(said for one in all_of_them if (said := fault(one, limits))), *together(all_of_them, limits))


def together(all_of_them: Sequence[Attached], limits: MediaLimits) -> tuple[str, ...]:
    """What forbids sending just these together, each of which could go, in sentences."""
    found = []
    if len(all_of_them) > limits.count:
        found.append(too_many(limits))
    if limits.film_alone and len(all_of_them) > 1 and any(one.is_film for one in all_of_them):
        found.append(_("A film goes alone on {platform}; take the rest out.", platform=limits.name))
    elif limits.gif_alone and len(all_of_them) > 1 and has_gif(all_of_them):
        found.append(_("A GIF goes alone on {platform}; take the rest out.", platform=limits.name))
    return tuple(found)


def warnings(all_of_them: Sequence[Attached], limits: MediaLimits | None) -> tuple[str, ...]:
    """What there is to say before sending all the same."""
    if limits is not None and not limits.alt:
        found = [no_descriptions(limits)] if any(not one.decorative for one in all_of_them) else []
    else:
        found = [
            _("{name} has no description; people who do not see it miss what it shows.", name=one.name)
            for one in all_of_them
            if not (one.alt.strip() or one.decorative)
        ]
        if limits is not None and not limits.film_described and any(one.is_film for one in all_of_them):
            found.append(_("{platform} hands on no description of a film.", platform=limits.name))
    if limits is not None and not limits.gifs_move and any(one.is_gif for one in all_of_them):
        found.append(_("{platform} shows a GIF as a still picture.", platform=limits.name))
    return tuple(found)


def caption_fault(length: int, limits: MediaLimits | None) -> str:
    """Why a text of so many characters does not go with a picture, in one sentence; empty when it does."""
    if limits is None or not limits.caption or length <= limits.caption:
        return ""
    return _(
        "With a picture {platform} takes {limit} characters and this text has {used}; shorten it.",
        platform=limits.name, limit=limits.caption, used=length,
    )  # fmt: skip


def no_descriptions(limits: MediaLimits) -> str:
    """The sentence for a platform that has no place for a description."""
    return _(
        "{platform} hands on no description; say in the text what there is to see.", platform=limits.name
    )


def too_large(name: str, size: int, most: int) -> str:
    """The sentence for a file over a limit, both in bytes."""
    return _(
        "{name} is {over} kB too large: at most {most} kB can go along.",
        name=name, over=math.ceil((size - most) / 1_000), most=most // 1_000,
    )  # fmt: skip


def too_many(limits: MediaLimits) -> str:
    """The sentence for one file more than a platform takes."""
    return ngettext(
        "{platform} takes at most {n} picture; take some out.",
        "{platform} takes at most {n} pictures; take some out.",
        limits.count,
        platform=limits.name,
    )


def nothing_taken() -> str:
    """The sentence for a channel without attachments."""
    return _("This channel takes no pictures from here.")


def has_gif(all_of_them: Sequence[Attached]) -> bool:
    """Whether the reply has a GIF; the coach asks, since a joke comes after the help."""
    return any(one.is_gif for one in all_of_them)


def _kind(one: Attached) -> str:
    if one.is_film:
        return _("films")
    return {"image/gif": "GIF", "image/webp": "WebP", "image/png": "PNG"}.get(one.facts.mime, "JPEG")


def _most(one: Attached, limits: MediaLimits) -> int:
    if one.is_film:
        return limits.film_bytes
    return limits.gif_bytes if limits.gif_bytes and one.is_gif else limits.picture_bytes


def _mega(pixels: int) -> int:
    return math.ceil(pixels / 10**6)
