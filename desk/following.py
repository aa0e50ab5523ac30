"""A public answer and a private message that follows it: where that can be, its review, and its two rows.

The private one is the second part of one reply (`domain/chain.py`): it goes once the public one is out, and
both are called back together. Where a picture is a message of its own, it is a part behind its text.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace

from config import platforms
from desk.parting import Reply
from desk.promise_views import NewPromise
from desk.reply_views import ReviewView
from domain.attachment import Attached
from domain.chain import NOT_YET

Row = tuple[dict[str, object], tuple[NewPromise, ...], tuple[Attached, ...]]
"""A row of the outbox, what it promises, and what goes along with it."""


def followed(review: ReviewView, private: ReviewView, why_not: str) -> ReviewView:
    """The review of both; each goes out as one message."""
    blocks = private.blocks if not why_not or why_not in private.blocks else (why_not, *private.blocks)
    private = replace(private, blocks=blocks, changed=(), can_part=False)
    return replace(review, follow=private, can_part=False, can_follow=False)


def each_of(review: ReviewView) -> tuple[ReviewView, ...]:
    """The review, and that of the private message behind it."""
    return (review,) if review.follow is None else (review, review.follow)


def rows(reply: Reply) -> Iterator[Row]:
    """The outbox rows in order, each with what it promises and what goes along with it."""
    found = [row for review in each_of(reply.review) for row in _rows(replace(reply, review=review))]
    chain = secrets.token_hex(8)
    for part, (values, promised, along) in enumerate(found, 1):
        place = {"chain": chain, "part": part, "parts": len(found)} if len(found) > 1 else {}
        late = {"next_at": NOT_YET} if part > 1 else {}
        yield {**values, **place, **late}, promised, along


def _rows(reply: Reply) -> Iterator[Row]:
    """Of one of the two: its text, or the parts of it, with what goes along; or that behind it."""
    along, apart = reply.review.attachments, _is_apart(reply)
    if not apart or reply.review.text:
        for values, promised in zip(reply.rows(), reply.promises(), strict=True):
            yield values, promised, () if apart else along
            along = along if apart else ()
    if apart:
        for one in along:
            yield reply.of_picture(one.sha256), (), (one,)


def _is_apart(reply: Reply) -> bool:
    """Whether each picture is a message of its own there."""
    spec, kind = platforms.find(reply.conversation["platform"]), reply.review.kind
    limits = spec.along(kind) if spec is not None and kind != "note" else None
    return bool(reply.review.attachments) and limits is not None and limits.apart
