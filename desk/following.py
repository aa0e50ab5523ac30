"""A public answer and a private message that follows it: where that can be, its review, and its two rows.

The private one is the second part of one reply (`domain/chain.py`): it goes once the public one is out, and
both are called back together.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace

from desk.parting import Reply
from desk.promise_views import NewPromise
from desk.reply_views import ReviewView
from domain.attachment import Attached
from domain.chain import NOT_YET


def followed(review: ReviewView, private: ReviewView, why_not: str) -> ReviewView:
    """The review of both; each goes out as one message."""
    blocks = private.blocks if not why_not or why_not in private.blocks else (why_not, *private.blocks)
    private = replace(private, blocks=blocks, changed=(), can_part=False)
    return replace(review, follow=private, can_part=False, can_follow=False)


def each_of(review: ReviewView) -> tuple[ReviewView, ...]:
    """The review, and that of the private message behind it."""
    return (review,) if review.follow is None else (review, review.follow)


def rows(reply: Reply) -> Iterator[tuple[dict[str, object], tuple[NewPromise, ...], tuple[Attached, ...]]]:
    """The outbox rows in order, each with what it promises and what goes along with it."""
    follow = reply.review.follow
    along = reply.review.attachments
    if follow is None:
        for values, promised in zip(reply.rows(), reply.promises(), strict=True):
            yield values, promised, along
            along = ()
        return
    chain = secrets.token_hex(8)
    for part, review in enumerate((reply.review, follow), 1):
        (values,) = replace(reply, review=review).rows()
        values |= {"chain": chain, "part": part, "parts": 2}
        if part > 1:
            values["next_at"] = NOT_YET
        yield values, review.promises, review.attachments
