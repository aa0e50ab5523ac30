"""A reply in parts before it is sent: where it may be, its messages as they will stand, and its rows."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from config.settings import ChannelSettings
from desk.approved import stored
from desk.promise_views import NewPromise
from desk.reply_views import Length, PartView, ReviewView
from desk.sentences import too_long
from domain.chain import MOST_PARTS, NOT_YET, in_parts
from domain.clock import Millis
from domain.errors import NotAllowed
from domain.inbound import ContactRef
from domain.measure import seen_by
from domain.mention import Named
from domain.outbox import text_key
from domain.signoff import Signing
from domain.split import Part, Thread, split
from i18n import _


def can_part(channel: ChannelSettings | None, review: ReviewView) -> bool:
    """Whether a reply that is too long could go out in parts."""
    if channel is None or review.kind == "note" or review.length.ok:
        return False
    return in_parts(channel.platform, review.kind) is not None


def parted(review: ReviewView, channel: ChannelSettings | None, to: Named, signing: Signing) -> ReviewView:
    """The review of it in parts; as it was where it fits into one message. Raises NotAllowed."""
    way = in_parts(channel.platform, review.kind) if channel and review.kind != "note" else None
    if channel is None or review.kind == "note" or review.length.ok:
        return review
    if way is None:
        raise NotAllowed(_("{channel} takes no reply in parts; shorten it.", channel=channel.name))
    found = split(
        review.body,
        Thread(
            seen_by(channel.platform, review.kind),
            numbered=way.numbered,
            to=to,
            signing=signing,
            sign_each=channel.sign_each_part,
            reply=True,
        ),
    )
    if len(found) > MOST_PARTS:
        raise NotAllowed(
            _(
                "That would be {n} messages, and {most} is the most; shorten it.",
                n=len(found),
                most=MOST_PARTS,
            )
        )
    if len(found) < 2:
        return review
    blocks = tuple(one for one in review.blocks if one != too_long(review.length))
    parts = tuple(_views(review.body, found))
    return replace(review, parts=parts, length=_fullest(found), blocks=blocks, can_part=False)


def _views(body: str, found: tuple[Part, ...]) -> Iterator[PartView]:
    """With each part goes the white space behind it, so that together they are what was typed."""
    edges = (0, *(part.start for part in found[1:]), len(body))
    for part, (start, end) in zip(found, pairwise(edges), strict=True):
        yield PartView(part.text, body[start:end])


def _fullest(found: tuple[Part, ...]) -> Length:
    most = max((part.measure for part in found), key=lambda one: one.used)
    return Length(most.used, most.limit, most.unit, ok=True)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is queued, and whom and what it answers."""

    review: ReviewView
    operator: str
    conversation: sqlite3.Row
    inbound: sqlite3.Row | None
    recipient: ContactRef
    now: Millis
    undo_until: Millis

    def rows(self) -> Iterator[dict[str, object]]:
        """The outbox rows, in order; each part's `after_id` is for who knows the id of the one before."""
        parts = self.review.parts
        if not parts:
            yield self._row(self.review.text, self.review.body)
            return
        chain = secrets.token_hex(8)
        for number, part in enumerate(parts, 1):
            row = self._row(part.text, part.body)
            place = {"chain": chain, "part": number, "parts": len(parts)}
            yield {**row, **place, "next_at": self.undo_until if number == 1 else NOT_YET}

    def promises(self) -> Iterator[tuple[NewPromise, ...]]:
        """What each row promises, counted in its own text."""
        if not self.review.parts:
            yield self.review.promises
            return
        start = 0
        for part in self.review.parts:
            end = start + len(part.body)
            yield tuple(_moved(one, start, end) for one in self.review.promises if _is_in(one, start, end))
            start = end

    def of_picture(self, sha256: str) -> dict[str, object]:
        """The row of a picture that is a message of its own: without words, so it has another key."""
        return {**self._row("", ""), "text_key": f"picture:{sha256}", "template": None}

    def _row(self, text: str, body: str) -> dict[str, object]:
        row, inbound, recipient = self.conversation, self.inbound, self.recipient
        return {
            "conversation_id": row["id"],
            "operator": self.operator,
            "channel": row["channel"],
            "visibility": self.review.kind,
            "text": text,
            "body": body,
            "text_key": text_key(text),
            "recipient": json.dumps(
                {"remote_id": recipient.remote_id, "handle": recipient.handle, "name": recipient.name}
            ),
            "thread_key": row["thread_key"],
            "parent_id": inbound["remote_id"] if inbound else None,
            "parent_ref": inbound["parent_ref"] if inbound else None,
            "lang": inbound["lang"] if inbound else None,
            "client_key": secrets.token_hex(16),
            "status": "queued",
            "queued_at": self.now,
            "undo_until": self.undo_until,
            "next_at": self.undo_until,
            "template": None if self.review.approved is None else stored(self.review.approved),
        }


def _is_in(one: NewPromise, start: int, end: int) -> bool:
    """Whether it begins in a part; one without a place goes with the first."""
    return start <= (one.start or 0) < end


def _moved(one: NewPromise, start: int, end: int) -> NewPromise:
    if one.start is None or one.end is None:
        return one
    return replace(one, start=one.start - start, end=min(one.end, end) - start)
