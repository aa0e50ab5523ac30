"""A forum on loopback that gives its newest topics as RSS or Atom, with conditional answers."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from domain.clock import Clock, Millis, to_datetime
from domain.inbound import Attachment
from tests.channels.fake_mastodon import render
from tests.channels.fault_server import Call, FaultServer, Reply


@dataclass(slots=True)
class Entry:
    """One topic."""

    guid: str
    text: str
    at: Millis
    attachments: Sequence[Attachment] = ()
    spoilt: bool = False

    @property
    def name(self) -> str:
        """Its place on the forum."""
        return self.guid.rpartition(":")[2]


class FakeFeed:
    """Its `server` is an async context manager."""

    def __init__(self, clock: Clock, form: Literal["rss", "atom"] = "rss") -> None:
        self.clock = clock
        self.form = form
        self.server = FaultServer(self._answer)
        self.entries: list[Entry] = []
        self.ahead: Millis = 0
        self.ttl = ""
        self._prefix = "tag:forum.example,2025:" if form == "atom" else ""

    def post(self, text: str, attachments: Sequence[Attachment] = ()) -> Entry:
        """A new topic."""
        entry = Entry(f"{self._prefix}topic-{len(self.entries)}", text, self.clock.now(), attachments)
        self.entries.append(entry)
        return entry

    def entry(self, guid: str) -> Entry:
        """One of them."""
        return next(each for each in self.entries if each.guid == guid)

    def _answer(self, call: Call) -> Reply:
        body = (self._rss() if self.form == "rss" else self._atom()).encode("utf-8", "replace")
        tag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        now = to_datetime(self.clock.now() + self.ahead)
        headers = {"etag": tag, "date": format_datetime(now, usegmt=True)}
        if call.headers.get("if-none-match") == tag:
            return Reply(304, b"", headers)
        return Reply(200, body, {**headers, "content-type": "application/xml; charset=utf-8"})

    def _rss(self) -> str:
        ttl = f"<ttl>{self.ttl}</ttl>" if self.ttl else ""
        items = "".join(map(self._item, reversed(self.entries)))
        head = f"<title>Forum</title><language>nl-NL</language>{ttl}"
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'

    def _item(self, entry: Entry) -> str:
        if entry.spoilt:
            return "<item><category>x</category></item>"
        enclosures = "".join(
            f"<enclosure url={quoteattr(each.url)} type={quoteattr(each.mime)} length='1'/>"
            for each in entry.attachments
        )
        return (
            f"<item><guid isPermaLink='false'>{entry.guid}</guid><link>https://forum.example/{entry.name}</link>"
            f"<title>{escape(entry.text[:20])}…</title><author>jan@forum.example (Jan)</author>"
            f"<description>{escape(render(entry.text))}</description>{enclosures}"
            f"<pubDate>{format_datetime(to_datetime(entry.at))}</pubDate></item>"
        )

    def _atom(self) -> str:
        entries = "".join(map(self._atom_entry, reversed(self.entries)))
        head = "<title>Forum</title><id>urn:forum</id>"
        return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl">{head}{entries}</feed>'

    def _atom_entry(self, entry: Entry) -> str:
        if entry.spoilt:
            return "<entry><category term='x'/></entry>"
        enclosures = "".join(
            f"<link rel='enclosure' href={quoteattr(each.url)} type={quoteattr(each.mime)}/>"
            for each in entry.attachments
        )
        return (
            f"<entry><id>{entry.guid}</id><link href='https://forum.example/{entry.name}'/>"
            f"<title type='text'>Onderwerp</title><author><name>Jan</name></author>{enclosures}"
            f"<content type='html'>{escape(render(entry.text))}</content>"
            f"<published>{to_datetime(entry.at).isoformat()}</published></entry>"
        )
