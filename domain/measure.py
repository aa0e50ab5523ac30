"""How long a text is in each platform's own counting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from domain import graphemes, measure_sms, measure_x
from domain.errors import NotFound
from domain.inbound import Visibility
from i18n import _, ngettext

Unit = Literal["weighted", "graphemes", "characters", "bytes", "utf16"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A text against one platform's limit."""

    used: int
    limit: int
    unit: Unit
    ok: bool
    """False when over any of the platform's limits, also a second one such as Bluesky's bytes."""

    note: str = ""
    """In words, when a second limit decides."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server allows, where it differs from the platform's usual."""

    maximum: int | None = None
    """In the platform's unit; a Mastodon server's `configuration.statuses.max_characters`."""

    per_link: int | None = None
    """What a link counts; Mastodon's `characters_reserved_per_url`. 0 counts links in full."""


@dataclass(frozen=True, slots=True)
class PlatformLimit:
    """A platform's usual limit."""

    unit: Unit
    maximum: int
    bytes: int | None = None
    """A second limit, in UTF-8 bytes."""


PLATFORM_LIMITS: Final[Mapping[str, PlatformLimit]] = {
    # docs.x.com "Counting characters"; details in measure_x.py
    "x": PlatformLimit("weighted", 280),
    # docs.x.com "Direct Messages": text at most 10,000 characters
    "x_dm": PlatformLimit("characters", 10_000),
    # lexicon app.bsky.feed.post: maxGraphemes 300, maxLength 3000 (bytes)
    "bluesky": PlatformLimit("graphemes", 300, bytes=3_000),
    # lexicon chat.bsky.convo.defs#messageInput: maxGraphemes 1000, maxLength 10000
    "bluesky_dm": PlatformLimit("graphemes", 1_000, bytes=10_000),
    # docs.joinmastodon.org/user/posting: 500, links 23, remote mentions without their server
    "mastodon": PlatformLimit("graphemes", 500),
    # Meta, Page comments: 8,000 characters
    "facebook": PlatformLimit("characters", 8_000),
    # Meta, Messenger Send API: text at most 2,000 characters
    "messenger": PlatformLimit("characters", 2_000),
    # Meta, Instagram comments: 2,200 characters
    "instagram": PlatformLimit("characters", 2_200),
    # Meta, Instagram messaging: text at most 1,000 bytes of UTF-8
    "instagram_dm": PlatformLimit("bytes", 1_000),
    # Meta, WhatsApp Cloud API: text.body at most 4,096 characters
    "whatsapp": PlatformLimit("characters", 4_096),
    # 3GPP TS 23.040: 160 characters in one message, ten of them is what gateways take; measure_sms.py
    "sms": PlatformLimit("characters", 1_600),
    # Google Business Profile API v4, reviews.updateReply: comment at most 4,096 bytes
    "google": PlatformLimit("bytes", 4_096),
    # Telegram Bot API, sendMessage: 1-4,096 characters, counted in UTF-16 code units
    "telegram": PlatformLimit("utf16", 4_096),
    # Discourse, site setting max_post_length
    "discourse": PlatformLimit("characters", 32_000),
    # YouTube Data API, comments.insert
    "youtube": PlatformLimit("characters", 10_000),
    # Reddit, /api/comment
    "reddit": PlatformLimit("characters", 10_000),
    # Our own practice channel
    "practice": PlatformLimit("graphemes", 500),
    # Nothing is sent on these: a bound for notes about them
    "feed": PlatformLimit("characters", 10_000),
    "jsonl": PlatformLimit("characters", 10_000),
    "plain": PlatformLimit("characters", 10_000),
}
"""By platform. Where a number stands without a link it is the platform's own reference at that name."""

PRIVATE: Final[Mapping[str, str]] = {
    "x": "x_dm",
    "bluesky": "bluesky_dm",
    "facebook": "messenger",
    "instagram": "instagram_dm",
}
"""Platforms whose private messages have limits of their own, and the key of those."""

MASTODON_LINK: Final = 23

_REMOTE_MENTION = re.compile(r"(?<![\w/=.@])(@\w+(?:[.-]\w+)*)@[\w-]++(?:\.[\w-]++)++", re.ASCII)


def measure(platform: str, text: str, *, limits: Limits | None = None, reply: bool = False) -> Measure:
    """Used and allowed length of a text on a platform: a key of `PLATFORM_LIMITS`, or such as `bytes:4096`.

    `reply` leaves out the mentions at the beginning where the platform does not count those (X). Raises
    NotFound for an unknown platform.
    """
    rule = PLATFORM_LIMITS.get(platform) or _spelled(platform)
    if rule is None:
        raise NotFound(
            _(
                "No platform is called {name}; known are {known}.",
                name=platform,
                known=", ".join(PLATFORM_LIMITS),
            )
        )
    limits = limits or Limits()
    maximum = rule.maximum if limits.maximum is None else limits.maximum
    used = _used(platform, rule.unit, text, limits, reply=reply)
    note = _note(platform, text, rule)
    refused = platform == "x" and not measure_x.is_valid(text)
    over_bytes = rule.bytes is not None and _bytes(text) > rule.bytes
    return Measure(used, maximum, rule.unit, used <= maximum and not over_bytes and not refused, note)


def seen_by(platform: str, visibility: Visibility) -> str:
    """The key of `PLATFORM_LIMITS` for a text that is seen like this."""
    return PRIVATE.get(platform, platform) if visibility == "private" else platform


def _spelled(rule: str) -> PlatformLimit | None:
    """A limit without a name, as a platform of its own may have it."""
    named, _colon, maximum = rule.partition(":")
    unit = next((unit for unit in _COUNTS if unit == named), None)
    return PlatformLimit(unit, int(maximum)) if unit and maximum.isascii() and maximum.isdigit() else None


def _used(platform: str, unit: Unit, text: str, limits: Limits, *, reply: bool) -> int:
    if platform == "x":
        return measure_x.weighted_length(text, reply=reply)
    if platform == "mastodon":
        return _mastodon(text, MASTODON_LINK if limits.per_link is None else limits.per_link)
    return _COUNTS[unit](text)


def _note(platform: str, text: str, rule: PlatformLimit) -> str:
    if rule.bytes is not None and (size := _bytes(text)) > rule.bytes:
        return _("{used} of {limit} bytes", used=size, limit=rule.bytes)
    if platform == "x":
        return _x_note(text)
    if platform == "sms" and (messages := measure_sms.messages(text)) > 1:
        return ngettext("{n} message", "{n} messages", messages)
    return ""


def _x_note(text: str) -> str:
    """What X refuses, and what it bills more for (docs.x.com "Pricing", August 2026)."""
    if not measure_x.is_valid(text):
        return _("It holds a character that X refuses.")
    if "." not in text:
        return ""
    from domain.links import links_on_x  # noqa: PLC0415 - as in measure_x.py

    return _("With a link X bills this 20 cents.") if any(links_on_x(text)) else ""


def _mastodon(text: str, per_link: int) -> int:
    """Graphemes, after links became placeholders and mentions lost their server (StatusLengthValidator)."""
    if not per_link or "://" not in text:
        return graphemes.count(_without_servers(text))
    from domain.links import links_on_mastodon  # noqa: PLC0415 - as in measure_x.py

    parts: list[str] = []
    position = 0
    for link in links_on_mastodon(text):
        parts += (_without_servers(text[position : link.start]), "x" * per_link)
        position = link.end
    parts.append(_without_servers(text[position:]))
    return graphemes.count("".join(parts))


def _without_servers(text: str) -> str:
    return _REMOTE_MENTION.sub(r"\1", text) if text.count("@") > 1 else text


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


_COUNTS: Final[Mapping[Unit, Callable[[str], int]]] = {
    "graphemes": graphemes.count,
    "characters": len,
    "bytes": _bytes,
    "utf16": _utf16,
}
