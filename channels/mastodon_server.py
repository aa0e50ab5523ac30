"""What a Mastodon server says of itself, how its refusals read, and where threads begin.

Sources: docs.joinmastodon.org/methods/instance, /entities/Error, /methods/statuses#context; servers differ
(read off Mastodon's mock, GoToSocial and Takahe): a bad token is 401, or 400 with a bare JSON string.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

from channels.base import AuthFailed, Permanent
from channels.http import BoundedClient
from channels.http_answer import Answer, NotJson, own_words, parse_json
from channels.mastodon_parse import Json, id_of, is_direct, is_object, objects, parent_of
from domain.errors import ChannelError
from domain.measure import Limits
from i18n import _

MAX_ROOTS: Final = 20_000
"""Threads remembered; past it the oldest is asked for again."""

_QUOTES_SINCE: Final = 7
"""`api_versions.mastodon` of the first release with quote notifications (4.5)."""

_LINK = re.compile(r'<([^<>]{1,2000})>;\s?rel="prev"')
_HOST = re.compile(r"[a-zA-Z0-9.-]{1,253}(?::\d{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Instance:
    """A server's own limits and addresses."""

    host: str
    """Behind the @ of its accounts."""

    limits: Limits
    streaming: str
    """Where events stream from, as an https address."""

    quotes: bool = False
    """Whether it tells of quotes."""

    media: Mapping[str, int] = field(default_factory=dict)
    """What it says of pictures and films, by the names of `MediaLimits`."""


def read_instance(said: object, host: str, base_url: str) -> Instance:
    """From `/api/v2/instance`; what is missing or odd has Mastodon's usual value."""
    instance = said if is_object(said) else {}
    configuration = _object(instance, "configuration")
    statuses = _object(configuration, "statuses")
    domain = instance.get("domain")
    version = _object(instance, "api_versions").get("mastodon")
    return Instance(
        host=domain if isinstance(domain, str) and _HOST.fullmatch(domain) else host,
        limits=Limits(
            maximum=_count(statuses.get("max_characters"), 1, 1_000_000),
            per_link=_count(statuses.get("characters_reserved_per_url"), 0, 1_000),
        ),
        streaming=_streaming(_object(configuration, "urls").get("streaming"), base_url),
        quotes=isinstance(version, int) and version >= _QUOTES_SINCE,
        media=_media(statuses, _object(configuration, "media_attachments")),
    )


def _media(statuses: Json, media: Json) -> Mapping[str, int]:
    """The limits that are said and make sense; the platform's usual ones hold for the rest."""
    said = {
        "count": _count(statuses.get("max_media_attachments"), 1, 100),
        "picture_bytes": _count(media.get("image_size_limit"), 1, 2**40),
        "film_bytes": _count(media.get("video_size_limit"), 0, 2**40),
        "pixels": _count(media.get("image_matrix_limit"), 1, 2**40),
        "alt": _count(media.get("description_limit"), 1, 100_000),
    }
    return {name: value for name, value in said.items() if value is not None}


def _streaming(address: object, base_url: str) -> str:
    """The socket's address as one for server-sent events; only encrypted ones leave our own server."""
    if not isinstance(address, str):
        return base_url
    try:
        parts = urlsplit(address)
        host = parts.netloc
    except ValueError:
        return base_url
    if parts.scheme in {"wss", "https"} and _HOST.fullmatch(host) and urlsplit(base_url).scheme == "https":
        return f"https://{host}"
    return base_url


def _object(of: Json, name: str) -> Json:
    value = of.get(name)
    return value if is_object(value) else {}


def _count(value: object, least: int, most: int) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    return value if fits and isinstance(value, int) else None


def refusal(answer: Answer, acts: bool) -> ChannelError | None:  # noqa: ARG001, FBT001 - the client's shape
    """A token that is refused, in each server's way; all else is read as usual."""
    words = own_words(answer)
    missing_scope = answer.status == 403 and "scope" in words.lower()
    bare = answer.status == 400 and _is_bare_string(answer.body)
    if missing_scope or (bare and any(sign in words.lower() for sign in ("token", "auth", "identity"))):
        sentence = _("{host} does not accept our token for this; make a new one.", host=answer.host)
        return AuthFailed(sentence)
    return None


def _is_bare_string(body: bytes) -> bool:
    try:
        return isinstance(parse_json(body), str)
    except NotJson:
        return False


def page_before(headers: Mapping[str, str]) -> str | None:
    """The `min_id` that the server's own `prev` link names."""
    link = _LINK.search(headers.get("link", "")[:8_000])
    if link is None:
        return None
    try:
        values = parse_qs(urlsplit(link.group(1)).query).get("min_id", [])
    except ValueError:
        return None
    return values[0] if values and len(values[0]) <= 512 else None


class Threads:
    """Which status a thread began with; asked from the server once per thread."""

    def __init__(self, client: BoundedClient) -> None:
        self._client = client
        self.roots: dict[str, str] = {}
        """Status id to the first status of its thread."""

    async def learn(self, statuses: Iterable[object]) -> None:
        """Find the roots of all that is not private. Raises the channel's errors."""
        for status in statuses:
            status_id, parent = id_of(status), parent_of(status)
            if status_id is None or status_id in self.roots or is_direct(status):
                continue
            if parent is None or parent in self.roots:
                self._remember(status_id, self.roots.get(parent or "", status_id))
            else:
                await self._ask(status_id, parent)

    async def ancestors(self, status_id: str) -> list[Json]:
        """What a status answers, oldest first; nothing where the server does not show it."""
        return objects_of(await self._context(status_id), "ancestors")

    async def _ask(self, status_id: str, parent: str) -> None:
        context = await self._context(status_id)
        above = [name for each in objects_of(context, "ancestors") if (name := id_of(each))]
        below = [name for each in objects_of(context, "descendants") if (name := id_of(each))]
        root = above[0] if above else parent
        for name in (*above, parent, status_id, *below):
            self._remember(name, root)

    async def _context(self, status_id: str) -> object:
        try:
            return await self._client.json("GET", f"api/v1/statuses/{quote(status_id, safe='')}/context")
        except Permanent:
            return {}  # deleted or hidden meanwhile: the parent stands in for the root

    def _remember(self, status_id: str, root: str) -> None:
        self.roots[status_id] = root
        if len(self.roots) > MAX_ROOTS:
            del self.roots[next(iter(self.roots))]


def objects_of(answer: object, name: str) -> list[Json]:
    """The objects of a list inside an answer."""
    return list(objects(answer.get(name))) if is_object(answer) else []
