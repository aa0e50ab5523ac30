"""What goes along with a reply, in words: what each file is, and what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from domain.attachment import LARGEST, Attached, MediaLimits
from domain.clock import SECOND
from i18n import _, ngettext
from tui.format import number
from tui.look import Look
from tui.spans import Span, Spans
from tui.text import blank
from tui.widgets.sheet import Para

_KINDS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "video/mp4": "MP4",
}


def facts_words(one: Attached) -> str:
    """Its kind, its sides and its size."""
    facts = one.facts
    words = [_KINDS[facts.mime], f"{number(facts.width)} × {number(facts.height)}", size_words(facts.size)]
    if one.is_film and facts.lasts:
        words.append(_("{n} s", n=facts.lasts // SECOND))
    return ", ".join(words)


def size_words(size: int) -> str:
    """Bytes as people read them; never less than one kB."""
    if size < 10_000_000:
        return _("{n} kB", n=number(max(1, round(size / 1_000))))
    return _("{n} MB", n=number(round(size / 1_000_000)))


def limit_words(limits: MediaLimits) -> str:
    """What a channel takes, in one sentence."""
    most = size_words(min(limits.picture_bytes, LARGEST))
    pictures = ngettext(
        "{platform} takes {n} picture of at most {size}",
        "{platform} takes {n} pictures of at most {size} each",
        limits.count, platform=limits.name, size=most,
    )  # fmt: skip
    if not limits.film_bytes:
        return _("{pictures}, no films", pictures=pictures)
    film = size_words(min(limits.film_bytes, LARGEST))
    return _("{pictures}, or a film of at most {size}", pictures=pictures, size=film)


def form_words(limits: MediaLimits) -> str:
    """Which kinds a channel takes, and how much may be said of each, in one sentence."""
    kinds = ", ".join(word for mime, word in _KINDS.items() if mime in limits.mimes)
    if not limits.alt:
        return _("{kinds}; no description goes along", kinds=kinds)
    return _("{kinds}; a description of at most {n} characters", kinds=kinds, n=number(limits.alt))


def shows(one: Attached, look: Look) -> Span:
    """What it shows, or that nobody said so."""
    if one.alt:
        return (look.door.line(f"“{one.alt}”"), "text")
    if one.decorative:
        return (look.door.line(_("only decoration")), "dim")
    return (look.door.line(_("no description yet")), "soon")


def along_paras(all_of_them: Sequence[Attached], look: Look, *, wrap: bool) -> list[Para]:
    """A line each: its name, what it shows, and what it is."""
    door = look.door
    return [
        Para(
            ((door.line(f"+ {one.name}"), "strong"), (blank(2), "text"), shows(one, look)),
            indent=3,
            hang=2,
            right=_right(one, look),
            wrap=wrap,
        )
        for one in all_of_them
    ]


def _right(one: Attached, look: Look) -> Spans:
    return ((look.door.line(facts_words(one)), "dim"), (blank(1), "text"))
