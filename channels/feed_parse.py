"""Entries of RSS and Atom made into the desk's items; feedparser's shapes stay in here.

feedparser reads broken feeds too. It is given bytes only: a string might be taken for an address or a file.
"""

from __future__ import annotations

import calendar
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from channels.html import to_text
from domain.clock import Millis
from domain.inbound import Attachment, BadItem, Cap, ContactRef, Inbound
from domain.text import clean_for_store
from i18n import _

MAX_ENTRIES: Final = 500
_LONGEST_ID: Final = 512
_WEB: Final = ("https://", "http://")
_Kind = Literal["image", "video", "audio", "file"]
_KINDS: Final[Mapping[str, _Kind]] = {"image": "image", "video": "video", "audio": "audio"}

Json = Mapping[str, object]


class NoFeed(Exception):
    """What came is neither RSS nor Atom."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One answer, read."""

    entries: Sequence[Json]
    """In the feed's order, as a rule newest first."""

    title: str = ""
    language: str = ""
    minutes: int | None = None
    """`ttl`: how long the feed asks to be left alone."""


@dataclass(frozen=True, slots=True)
class Source:
    """Which feed an entry is from."""

    channel: str
    account: str
    """The feed's short name, `voorbeeld.nl/forum.rss`."""

    host: str
    stream: str


def parse(body: bytes, headers: Mapping[str, str], url: str) -> Feed:
    """Read a feed, however broken; raises NoFeed. Takes its time: to be called in a thread."""
    import feedparser  # noqa: PLC0415 - a tenth of a second that a desk without feeds need not wait

    told = {"content-location": url}
    if "content-type" in headers:
        told["content-type"] = headers["content-type"]
    parsed = feedparser.parse(io.BytesIO(_cut(body)), response_headers=told, sanitize_html=False)
    if not parsed.entries and not parsed.get("version"):
        raise NoFeed
    ttl = str(parsed.feed.get("ttl", ""))
    return Feed(
        entries=[dict(entry) for entry in parsed.entries[:MAX_ENTRIES]],
        title=clean_for_store(to_text(_word(parsed.feed, "title"))),
        language=_word(parsed.feed, "language"),
        minutes=int(ttl) if ttl.isascii() and ttl.isdigit() and len(ttl) < 6 else None,
    )


def _cut(body: bytes) -> bytes:
    """Without what comes after the last entry that we read: feedparser takes seconds for thousands."""
    starts = islice(re.finditer(rb"<(?:item|entry)[\s>]", body), MAX_ENTRIES, MAX_ENTRIES + 1)
    return body[: next((start.start() for start in starts), len(body))]


def read_entry(entry: Json, feed: Feed, source: Source, now: Millis) -> Inbound | BadItem:
    """One entry as an item; a `BadItem` where there is nothing to read or to know it by."""
    text = _text(entry)
    link = _web(_word(entry, "link"))
    named = _word(entry, "id") or link
    if not text and not named:
        return BadItem(_("The entry has neither text nor a name."), _raw(entry))
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    remote_id = clean_for_store(named or digest)
    if len(remote_id) > _LONGEST_ID:
        remote_id = hashlib.sha256(remote_id.encode()).hexdigest()
    language = (_word(_object(entry, "title_detail"), "language") or feed.language)[:35]
    return Inbound(
        channel=source.channel,
        account=source.account,
        remote_id=remote_id,
        kind="post",
        visibility="public",
        thread_key=remote_id,
        author=_author(entry, feed, source),
        text=text,
        created_at=min(_moment(entry, now), now),
        revision=digest[:16],
        lang=language or None,
        attachments=_attachments(entry),
        permalink=link or None,
        source=source.stream,
        can_reply_public=_only_listens(),
        can_reply_private=_only_listens(),
        raw=_raw(entry),
    )


def has_no_time(entry: Json) -> bool:
    """Whether the feed does not say when it was written."""
    return _moment(entry, -1) < 0


def _only_listens() -> Cap:
    return Cap(ok=False, reason=_("A feed cannot be answered from here; open its page and answer there."))


def _text(entry: Json) -> str:
    title = _plain(_object(entry, "title_detail")) or to_text(_word(entry, "title"))
    contents = entry.get("content")
    content = contents[0] if isinstance(contents, list) and contents else _object(entry, "summary_detail")
    body = _plain(content) if isinstance(content, Mapping) else ""
    repeated = not title or body.startswith(title.rstrip("….").rstrip())
    parts = (body,) if body and repeated else (title, body)
    return clean_for_store("\n\n".join(part for part in parts if part))


def _plain(detail: Json) -> str:
    value = _word(detail, "value")
    return value.strip() if detail.get("type") == "text/plain" else to_text(value)


def _author(entry: Json, feed: Feed, source: Source) -> ContactRef:
    detail = _object(entry, "author_detail")
    name = clean_for_store(to_text(_word(detail, "name") or _word(entry, "author")))[:200]
    unknown = feed.title[:200] or source.host
    identity = _word(detail, "href") or _word(detail, "email") or name or source.account
    return ContactRef(remote_id=clean_for_store(identity)[:_LONGEST_ID], handle=name or unknown, name=name)


def _moment(entry: Json, otherwise: Millis) -> Millis:
    """Feedparser gives UTC."""
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        value = entry.get(name)
        if isinstance(value, tuple):
            try:
                return max(0, calendar.timegm(value) * 1000)
            except (ValueError, OverflowError, TypeError):
                continue
    return otherwise


def _attachments(entry: Json) -> tuple[Attachment, ...]:
    links = entry.get("links")
    found = []
    for link in links if isinstance(links, list) else []:
        address = _web(_word(link, "href"))
        if address and link.get("rel") == "enclosure":
            mime = clean_for_store(_word(link, "type"))[:100]
            kind = _KINDS.get(mime.partition("/")[0], "file")
            found.append(Attachment(kind=kind, url=address, mime=mime))
    return tuple(found[:20])


def _web(address: str) -> str:
    """Only addresses of the web: nothing of ours follows another kind."""
    return clean_for_store(address) if address.startswith(_WEB) else ""


def _raw(entry: Json) -> bytes:
    """What feedparser kept of the source, as JSON in ASCII."""
    return json.dumps(entry, default=str, separators=(",", ":")).encode("ascii")


def _object(entry: Json, name: str) -> Json:
    value = entry.get(name)
    return value if isinstance(value, Mapping) else {}


def _word(entry: object, name: str) -> str:
    """A text of a mapping; empty where the feed put something else in its place."""
    value = entry.get(name) if isinstance(entry, Mapping) else None
    return value if isinstance(value, str) else ""
