"""Google reviews by the Business Profile API v4: reviews of our locations in, replies out.

The list comes by the time of the last change, so an edited review comes again. A reply is put in place of the
one that stands there, so a repeat changes nothing; Google's people may refuse it afterwards, which the next
look at the review says. Source: developers.google.com/my-business (latest updates to July 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final
from urllib.parse import quote

import httpx

from channels.access import Access
from channels.base import (
    Batch,
    Capabilities,
    Cursor,
    Draft,
    Malformed,
    Permanent,
    Prepared,
    SendResult,
)
from channels.fields import (
    Json,
    Reading,
    fingerprint,
    id_of,
    in_public_only,
    iso,
    need_id,
    need_time,
    normalised,
    obj,
    only_listens,
    raw,
    read,
    tombstone,
    web,
    word,
)
from channels.google import refusal_of
from channels.polled import PolledChannel
from channels.reviews import answer_cap, reply_name, text_of
from channels.walk_back import Mark, Page, read_place, walk_back, with_deletions
from domain.clock import Clock, Millis
from domain.inbound import Cap, ContactRef, Echo, Inbound, SendStatus
from i18n import _

REVIEWS: Final = "reviews:"
API: Final = "https://mybusiness.googleapis.com"
PAGE: Final = 50
STARS: Final[Mapping[str, int]] = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_LOCATION = re.compile(r"accounts/[\w-]{1,60}/locations/[\w-]{1,60}", re.ASCII)
_TRANSLATED, _ORIGINAL = "(Translated by Google)", "(Original)"


@dataclass(frozen=True, slots=True)
class Ours:
    """For whom a review is read."""

    channel: str
    location: str
    listen_only: bool = False


def read_review(entry: object, ours: Ours) -> Iterator[Reading]:
    """A review, and the reply that stands under it."""
    found = read(entry, lambda review: _review(review, ours))
    yield found
    reply = obj(entry, "reviewReply")
    if isinstance(found, Inbound) and word(reply, "comment") and not _is_refused(reply):
        yield Echo(
            reply_name(found.remote_id),
            found.remote_id,
            found.thread_key,
            word(reply, "comment"),
            iso(reply, "updateTime") or found.created_at,
            found.permalink,
        )


def _review(review: Json, ours: Ours) -> Inbound:
    remote_id, created_at = need_id(review, "reviewId"), need_time(iso(review, "createTime"))
    reviewer, updated = obj(review, "reviewer"), iso(review, "updateTime")
    text = text_of(_untranslated(word(review, "comment")))
    rating = STARS.get(word(review, "starRating"))
    name = word(reviewer, "displayName")
    anonymous = reviewer.get("isAnonymous") is True or not name
    return Inbound(
        channel=ours.channel,
        account=ours.location,
        remote_id=remote_id,
        kind="review",
        visibility="public",
        thread_key=remote_id,
        author=ContactRef(
            f"review:{remote_id}",
            name or _("(anonymous)"),
            "" if anonymous else name,
            web(reviewer, "profilePhotoUrl"),
        ),
        text=text,
        created_at=created_at,
        revision=fingerprint(text, rating),
        parent_ref={"location": ours.location},
        rating=rating,
        edited_at=updated if updated is not None and updated > created_at else None,
        source=f"{REVIEWS}{ours.location}",
        can_reply_public=answer_cap(listen_only=ours.listen_only),
        can_reply_private=Cap(ok=False, reason=only_listens() if ours.listen_only else in_public_only()),
        raw=raw(review),
    )


def _untranslated(comment: str) -> str:
    """What was written, without Google's translation before or behind it."""
    _before, original, written = comment.partition(_ORIGINAL)
    if not original:
        written = comment.partition(_TRANSLATED)[0]
    return written.strip() or comment


class GoogleReviewsConnector(PolledChannel):
    """The locations of one account."""

    platform: ClassVar[str] = "google"

    def __init__(
        self,
        channel: str,
        locations: tuple[str, ...],
        access: Access,
        *,
        clock: Clock,
        listen_only: bool = False,
        base_url: str = API,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        for location in locations:
            if not _LOCATION.fullmatch(location):
                raise Permanent(
                    _("Write a location as 'accounts/1/locations/2', not '{written}'.", written=location)
                )
        caps = Capabilities(
            reply_public=not listen_only,
            reply_private=False,
            idempotent_send=True,
            find_sent=True,
            edit=True,
        )
        super().__init__(
            channel, base_url, access, clock=clock, caps=caps, listen_only=listen_only,
            refusal=refusal_of(clock), transport=transport,
        )  # fmt: skip
        self._locations = locations

    @property
    def streams(self) -> tuple[str, ...]:
        """One for each location."""
        return tuple(f"{REVIEWS}{location}" for location in self._locations)

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """All that is new or changed, and what became of replies."""
        if stream not in self.streams:
            raise self._no_stream(stream)
        ours = Ours(self.channel, stream.removeprefix(REVIEWS), self._listen_only)
        place, now = read_place(cursor), self._clock.now()
        refused: dict[str, SendStatus] = {}
        walked = await walk_back(lambda token: self._page(ours, token, refused), place, now, when=_changed_at)
        told = place.extra.get("refused")
        known = [str(each) for each in told] if isinstance(told, list) else []
        statuses = tuple(each for name, each in refused.items() if name not in known)
        kept = replace(walked, place=replace(walked.place, extra={"refused": list(refused)[-500:]}))
        batch = await with_deletions(kept, lambda name, mark: self._gone(ours, name, mark))
        return replace(batch, statuses=statuses)

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix the text and the review."""
        location = (draft.parent_ref or {}).get("location")
        if draft.visibility == "private":
            raise Permanent(in_public_only(), code="NoPrivate")
        if location not in self._locations or draft.parent_id is None:
            raise Permanent(_("It cannot be told which review is answered."), code="NoParent")
        return self._fixed(draft, draft.text, {"location": location, "review": draft.parent_id})

    async def send(self, prepared: Prepared) -> SendResult:
        """Put it under the review, in place of what stands there."""
        self._refuse_when_listening()
        said = await self._act("PUT", f"{self._path(prepared)}/reply", {"comment": prepared.text})
        review_id = str(prepared.payload["review"])
        return SendResult(reply_name(review_id), web(said, "reviewReplyUrl"), iso(said, "updateTime"))

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """What stands under the review now, where it is this text."""
        reply = obj(await self._get(self._path(prepared)), "reviewReply")
        if normalised(word(reply, "comment")) != normalised(prepared.text):
            return None
        review_id = str(prepared.payload["review"])
        return SendResult(reply_name(review_id), web(reply, "reviewReplyUrl"), iso(reply, "updateTime"))

    async def _who(self) -> str:
        for location in self._locations:
            await self._get(f"v4/{location}/reviews", {"pageSize": "1"})
        return ", ".join(self._locations)

    async def _page(self, ours: Ours, token: str | None, refused: dict[str, SendStatus]) -> Page:
        query = {
            "pageSize": str(PAGE),
            "orderBy": "updateTime desc",
            **({"pageToken": token} if token else {}),
        }
        said = await self._get(f"v4/{ours.location}/reviews", query)
        listed = said.get("reviews", [])
        if not isinstance(listed, list):
            raise Malformed(_("{host} did not give a list; it is asked again.", host=self._client.host))
        for review in listed:
            reply, name = (
                obj(review, "reviewReply"),
                id_of(review, "reviewId") if isinstance(review, dict) else None,
            )
            if name and _is_refused(reply):
                refused[name] = SendStatus(
                    reply_name(name),
                    "failed",
                    iso(reply, "updateTime") or self._clock.now(),
                    sentence=_why(reply),
                )
        return Page(
            [one for each in listed for one in read_review(each, ours)], word(said, "nextPageToken") or None
        )

    async def _gone(self, ours: Ours, name: str, mark: Mark) -> Inbound | None:
        try:
            await self._get(f"v4/{ours.location}/reviews/{quote(name, safe='')}")
        except Permanent as refused:
            if refused.code == "404":
                return tombstone(self.channel, ours.location, name, mark[2], self._clock.now())
        return None

    def _path(self, prepared: Prepared) -> str:
        location, review = str(prepared.payload["location"]), str(prepared.payload["review"])
        return f"v4/{location}/reviews/{quote(review, safe='')}"


def _changed_at(each: Inbound | Echo) -> Millis:
    return (each.edited_at or each.created_at) if isinstance(each, Inbound) else each.created_at


def _is_refused(reply: Json) -> bool:
    return "REJECT" in word(reply, "reviewReplyState").upper()


def _why(reply: Json) -> str:
    said = word(reply, "policyViolation") or word(obj(reply, "policyViolation"), "description")
    if said:
        return _("Google took the reply down: {words}", words=said[:200])
    return _("Google took the reply down; it is against a rule of theirs.")
