"""The `channels:` part of the file: one mapping per channel, checked against what its platform knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from config import platforms
from config.channel_settings import ChannelSettings, Options
from config.platforms import Kind, Option, PlatformSpec
from config.section import (
    Reader,
    Section,
    choice,
    duration,
    fault,
    list_of,
    number,
    text,
    word,
    yes_or_no,
)
from config.strict_yaml import Node, Table
from domain.clock import DAY, SECOND
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
    spec = _platform(node, path)
    section = Section(node, (*COMMON_KEYS, *(option.key for option in spec.options)), path=path)
    needed = channel_id if spec.credential else None
    poll = section.get("poll", duration, None)
    if poll is not None and not _LEAST_POLL <= poll.length <= DAY:
        raise section.fault("poll", _("write a duration from '5 s' to '1 day'"))
    return ChannelSettings(
        id=channel_id,
        platform=spec.name,
        options=_options(section, spec),
        name=section.get("name", text, channel_id),
        listen_only=section.get("listen_only", yes_or_no, default=False) or spec.listen_only,
        credential=section.get("credential", text, needed),
        conversation_hours=section.get("conversation_hours", number(1, 24 * 365), DEFAULT_CONVERSATION_HOURS),
        poll=poll.length if poll else spec.poll,
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


def _platform(node: Table, path: str) -> PlatformSpec:
    """Read before the other keys, because it decides which ones there are."""
    if "platform" not in node.entries:  # the nearest key of any platform may be meant
        own = (option.key for name in platforms.names() for option in platforms.get(name).options)
        return platforms.get(Section(node, {*COMMON_KEYS, *own}, path=path).require("platform", text))
    name = choice(platforms.names())(node.entries["platform"], f"{path}.platform")
    return platforms.get(name)


def _options(section: Section, spec: PlatformSpec) -> Options:
    found: dict[str, Any] = {}
    for option in spec.options:
        read = list_of(_reader(option)) if option.many else _reader(option)
        if option.required:
            found[option.key] = section.require(option.key, read)
        else:
            found[option.key] = section.get(option.key, read, () if option.many else option.default)
    return MappingProxyType(found)


def _reader(option: Option) -> Reader[Any]:
    if option.kind == "number":
        return number(option.least, option.most)
    return word(option.convert) if option.kind == "text" else _READERS[option.kind]


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


def _secure(written: str) -> str:
    """A web address to which a token may be sent."""
    parts = urlsplit(_address(written))
    if parts.scheme != "https" and parts.hostname not in _LOCAL:
        raise ValueError(_("write an address that begins with 'https://'"))
    return written


secure_address = word(_secure)
"""Reads an address to which a token may be sent."""

_READERS: Mapping[Kind, Reader[Any]] = {"yes_no": yes_or_no, "server": server, "address": word(_address)}
