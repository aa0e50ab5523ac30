"""Trustpilot's reviews made into the desk's items, from the API and from its webhooks; no network.

Sources: developers.trustpilot.com (service reviews) and handlers of its webhooks in public code: a body holds
`events`, each with `eventName` and `eventData`. No signature was seen anywhere, so the address of the webhook
carries a secret word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from channels.base import Batch
from channels.fields import (
    Json,
    Reading,
    batch_of,
    fingerprint,
    id_of,
    in_public_only,
    is_object,
    iso,
    need_id,
    need_time,
    number,
    obj,
    objects,
    only_listens,
    raw,
    read,
    tombstone,
    word,
)
from channels.hooks import About, HookReply, HookRequest, HookSecrets, Verdict, is_any
from channels.http_answer import NotJson, parse_json
from channels.reviews import answer_cap, reply_name, text_of
from domain.clock import Millis
from domain.inbound import Aside, BadItem, Cap, ContactRef, Echo, Inbound
from i18n import _

FIELD: Final = "webhook_secret"


@dataclass(frozen=True, slots=True)
class Ours:
    """For whom a review is read."""

    channel: str
    unit: str
    listen_only: bool = False


def read_review(entry: object, ours: Ours, source: str) -> Iterator[Reading]:
    """A review, and the reply that stands under it."""
    found = read(entry, lambda review: _review(review, ours, source))
    yield found
    reply = obj(entry, "companyReply")
    if isinstance(found, Inbound) and word(reply, "text"):
        at = iso(reply, "updatedAt") or iso(reply, "createdAt") or found.created_at
        name = reply_name(found.remote_id)
        yield Echo(name, found.remote_id, found.thread_key, word(reply, "text"), at, found.permalink)


def _review(review: Json, ours: Ours, source: str) -> Inbound:
    remote_id, created_at = need_id(review), need_time(iso(review, "createdAt"))
    consumer, updated = obj(review, "consumer"), iso(review, "updatedAt")
    text = text_of(word(review, "title"), word(review, "text"))
    name = word(consumer, "displayName") or word(consumer, "name")
    stars = number(review, "stars")
    author_id = id_of(consumer) or f"review:{remote_id}"
    return Inbound(
        channel=ours.channel,
        account=ours.unit,
        remote_id=remote_id,
        kind="review",
        visibility="public",
        thread_key=remote_id,
        author=ContactRef(author_id, name or author_id, name),
        text=text,
        created_at=created_at,
        revision=fingerprint(text, stars),
        lang=word(review, "language")[:35] or None,
        rating=stars if stars is not None and 1 <= stars <= 5 else None,
        edited_at=updated if updated is not None and updated > created_at else None,
        permalink=f"https://www.trustpilot.com/reviews/{remote_id}" if remote_id.isalnum() else None,
        source=source,
        can_reply_public=answer_cap(listen_only=ours.listen_only),
        can_reply_private=Cap(ok=False, reason=only_listens() if ours.listen_only else in_public_only()),
        raw=raw(review),
    )


def read_hook(body: object, ours: Ours, now: Millis) -> Iterator[Reading | Aside]:
    """What a webhook's body says."""
    if not is_object(body) or not isinstance(body.get("events"), list):
        yield BadItem(_("The body holds no list of events."), raw(body))
        return
    for event in objects(body, "events"):
        kind, data = word(event, "eventName"), event.get("eventData")
        name = id_of(data) if is_object(data) else None
        if kind == "service-review-deleted" and name is not None and is_object(data):
            author = id_of(obj(data, "consumer")) or ""
            yield tombstone(ours.channel, ours.unit, name, author, now)
        elif kind in {"service-review-created", "service-review-updated"}:
            yield from read_review(data, ours, "webhook")
        else:
            yield Aside(_("An event of Trustpilot that asks for no answer: {kind}.", kind=kind[:60]), name)


class TrustpilotHook:
    """Trustpilot's calls; satisfies `channels.hooks.Hook`."""

    def handshake(self, request: HookRequest, secrets: HookSecrets) -> HookReply | None:  # noqa: ARG002
        """There is none."""
        return None

    def verify(self, request: HookRequest, secrets: HookSecrets, now: Millis) -> Verdict:  # noqa: ARG002
        """By the secret word in the address, `?token=...`: nothing is signed."""
        given = request.query.get("token", "")
        return "good" if given and given.isascii() and is_any(given, secrets.all(FIELD)) else "forged"

    def event_id(self, request: HookRequest) -> str:  # noqa: ARG002
        """There is none."""
        return ""

    def parse(self, raw: bytes, about: About) -> Batch:
        """The reviews in it."""
        try:
            body = parse_json(raw)
        except NotJson:
            return Batch(bad=(BadItem(_("The body is not JSON."), raw),))
        ours = Ours(about.channel, str(about.options.get("business_unit", "")), about.listen_only)
        return batch_of(read_hook(body, ours, about.received_at))
