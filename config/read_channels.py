"""The `channels:` part of the file: one mapping per channel, checked against what its platform knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from config.channel_settings import (
    DEFAULT_POLL,
    BlueskyOptions,
    ChannelOptions,
    ChannelSettings,
    FeedOptions,
    JsonlOptions,
    MastodonOptions,
    Platform,
    PracticeOptions,
)
from config.section import Section, choice, duration, fault, list_of, number, text, word, yes_or_no
from config.strict_yaml import Node, Table
from domain.clock import DAY, MINUTE, SECOND
from domain.conversation import DEFAULT_CONVERSATION_HOURS
from domain.errors import ConfigError
from domain.signoff import Policy
from i18n import _

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})

COMMON_KEYS = (
    "platform", "name", "listen_only", "credential", "conversation_hours", "poll", "sign_off",
    "sign_off_private", "sign_each_part",
)  # fmt: skip
OWN_KEYS: dict[Platform, tuple[str, ...]] = {
    "practice": ("seed", "speed"),
    "bluesky": ("handle", "server", "mentions", "searches"),
    "mastodon": ("server", "mentions", "hashtags", "streaming"),
    "feed": ("feeds",),
    "jsonl": ("account",),
}
_NEEDS_CREDENTIAL: frozenset[Platform] = frozenset({"bluesky", "mastodon"})
_STYLES: tuple[Policy, ...] = ("initials", "first_name", "closing", "none")
_LEAST_POLL = 5 * SECOND


def channels(node: Node, path: str) -> dict[str, ChannelSettings]:
    """Every channel by its id, in the order of the file."""
    if not isinstance(node, Table):
        raise fault(node.place, path, _("write one channel per line, as 'name:' with its settings below it"))
    found: dict[str, ChannelSettings] = {}
    for channel_id, entry in node.entries.items():
        if not _ID.fullmatch(channel_id):
            place = node.key_places[channel_id]
            raise fault(
                place, f"{path}.{channel_id}", _("use small letters, digits and '-' in a channel's name")
            )
        found[channel_id] = _channel(channel_id, entry, f"{path}.{channel_id}")
    return found


def _channel(channel_id: str, node: Node, path: str) -> ChannelSettings:
    if not isinstance(node, Table):
        raise fault(node.place, path, _("write its settings below it, beginning with 'platform:'"))
    platform = _platform(node, path)
    section = Section(node, (*COMMON_KEYS, *OWN_KEYS[platform]), path=path)
    needed = channel_id if platform in _NEEDS_CREDENTIAL else None
    poll = section.get("poll", duration, None)
    if poll is not None and not _LEAST_POLL <= poll.length <= DAY:
        raise section.fault("poll", _("write a duration from '5 s' to '1 day'"))
    return ChannelSettings(
        id=channel_id,
        platform=platform,
        options=_OPTIONS[platform](section),
        name=section.get("name", text, channel_id),
        listen_only=section.get("listen_only", yes_or_no, platform == "feed") or platform == "feed",
        credential=section.get("credential", text, needed),
        conversation_hours=section.get("conversation_hours", number(1, 24 * 365), DEFAULT_CONVERSATION_HOURS),
        poll=poll.length if poll else _DEFAULT_POLLS.get(platform, DEFAULT_POLL),
        sign_off=section.get("sign_off", _sign_off, "sign"),
        sign_off_private=section.get("sign_off_private", _sign_off, None),
        sign_each_part=section.get("sign_each_part", yes_or_no, False),
    )


def _sign_off(node: Node, path: str) -> Policy:
    """`yes`, `no`, or the one way in which everybody signs here."""
    if text(node, path) in _STYLES:
        return choice(_STYLES)(node, path)
    try:
        return "sign" if yes_or_no(node, path) else "none"
    except ConfigError as error:
        words = _("write yes, no, initials, first_name or closing")
        raise fault(node.place, path, words) from error


def _platform(node: Table, path: str) -> Platform:
    """Read before the other keys, because it decides which ones there are."""
    every = {*COMMON_KEYS, *(key for keys in OWN_KEYS.values() for key in keys)}
    return Section(node, every, path=path).require("platform", choice(tuple(OWN_KEYS)))


def _practice(section: Section) -> PracticeOptions:
    default = PracticeOptions()
    return PracticeOptions(
        seed=section.get("seed", number(0, 2**31), default.seed),
        speed=section.get("speed", number(1, 3600), default.speed),
    )


def _bluesky(section: Section) -> BlueskyOptions:
    return BlueskyOptions(
        handle=section.require("handle", word(lambda written: written.removeprefix("@"))),
        server=section.get("server", server, "https://bsky.social"),
        mentions=section.get("mentions", yes_or_no, default=True),
        searches=section.get("searches", list_of(text), ()),
    )


def _mastodon(section: Section) -> MastodonOptions:
    return MastodonOptions(
        server=section.require("server", server),
        mentions=section.get("mentions", yes_or_no, default=True),
        hashtags=section.get("hashtags", list_of(word(lambda written: written.removeprefix("#"))), ()),
        streaming=section.get("streaming", yes_or_no, default=True),
    )


def _feed(section: Section) -> FeedOptions:
    return FeedOptions(feeds=section.require("feeds", list_of(word(_address))))


def _jsonl(section: Section) -> JsonlOptions:
    return JsonlOptions(account=section.get("account", text, ""))


_OPTIONS: dict[Platform, Callable[[Section], ChannelOptions]] = {
    "practice": _practice,
    "bluesky": _bluesky,
    "mastodon": _mastodon,
    "feed": _feed,
    "jsonl": _jsonl,
}
_DEFAULT_POLLS: dict[Platform, int] = {"practice": SECOND, "feed": 5 * MINUTE}


def _server(written: str) -> str:
    """The server's address without a path; a bare host name counts as https."""
    address = _address(written if "://" in written else f"https://{written}")
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _LOCAL:
        raise ValueError(_("write an address that begins with 'https://'"))
    if parts.path.strip("/") or parts.query:
        raise ValueError(_("write the server's address only, such as 'https://mastodon.nl'"))
    return f"{parts.scheme}://{parts.netloc}"


def _address(written: str) -> str:
    """A web address; a password in it would end up in logs and on screens."""
    try:
        parts = urlsplit(written)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() for character in written):
        raise ValueError(_("write a web address such as 'https://example.org/feed.xml'"))
    if parts.username is not None or parts.password is not None:
        raise ValueError(_("leave the user name and password out of the address; use 'credential'"))
    return written


server = word(_server)
"""Reads the address of a server."""
