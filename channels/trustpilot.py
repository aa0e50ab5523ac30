"""Trustpilot: the reviews of one business unit in, one reply under each out.

Source: developers.trustpilot.com, private service reviews. The list comes by date, newest first; a review
that was edited stays where it is, so the first page is always compared with what is known.
"""

from __future__ import annotations

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
    Unknown,
)
from channels.fields import in_public_only, iso, normalised, obj, tombstone, word
from channels.polled import PolledChannel
from channels.reviews import reply_name
from channels.trustpilot_parse import Ours, read_review
from channels.walk_back import Mark, Page, read_place, walk_back, with_deletions
from domain.clock import Clock
from domain.inbound import Inbound
from i18n import _

REVIEWS: Final = "reviews"
API: Final = "https://api.trustpilot.com"
TOKENS: Final = f"{API}/v1/oauth/oauth-business-users-for-applications/accesstoken"
PAGE: Final = 100


class TrustpilotConnector(PolledChannel):
    """One business unit."""

    platform: ClassVar[str] = "characters:10000"

    def __init__(
        self,
        channel: str,
        unit: str,
        access: Access,
        *,
        clock: Clock,
        listen_only: bool = False,
        base_url: str = API,
        page: int = PAGE,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        caps = Capabilities(
            reply_public=not listen_only,
            reply_private=False,
            idempotent_send=False,
            find_sent=True,
            edit=True,
        )
        super().__init__(
            channel, base_url, access, clock=clock, caps=caps, listen_only=listen_only, transport=transport
        )
        self._ours = Ours(channel, unit, listen_only)
        self._page_size = page
        self._path = f"v1/private/business-units/{quote(unit, safe='')}/reviews"

    @property
    def streams(self) -> tuple[str, ...]:
        """Reviews."""
        return (REVIEWS,)

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """All that is new, and what was changed or taken away among the newest."""
        if stream != REVIEWS:
            raise self._no_stream(stream)
        walked = await walk_back(self._page, read_place(cursor), self._clock.now())
        return await with_deletions(walked, self._gone)

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix the text and the review."""
        if draft.visibility == "private":
            raise Permanent(in_public_only(), code="NoPrivate")
        if draft.parent_id is None:
            raise Permanent(_("It cannot be told which review is answered."), code="NoParent")
        return self._fixed(draft, draft.text, {"review": draft.parent_id})

    async def send(self, prepared: Prepared) -> SendResult:
        """Put it under the review; an empty answer is a good one."""
        self._refuse_when_listening()
        path = f"{self._review(prepared)}/reply"
        answer = await self._ask("POST", path, json={"message": prepared.text}, acts=True)
        if answer.body.strip():
            try:
                answer.json()
            except Malformed as error:
                raise Unknown(str(error)) from error
        return SendResult(reply_name(str(prepared.payload["review"])))

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """What stands under the review now, where it is this text."""
        reply = obj(await self._get(self._review(prepared)), "companyReply")
        if normalised(word(reply, "text")) != normalised(prepared.text):
            return None
        return SendResult(reply_name(str(prepared.payload["review"])), sent_at=iso(reply, "createdAt"))

    async def _who(self) -> str:
        await self._get(self._path, {"perPage": "1"})
        return self._ours.unit

    async def _page(self, token: str | None) -> Page:
        number = int(token or "1")
        query = {"perPage": str(self._page_size), "page": str(number), "orderBy": "createdat.desc"}
        said = await self._get(self._path, query)
        listed = said.get("reviews")
        if not isinstance(listed, list):
            raise Malformed(_("{host} did not give a list; it is asked again.", host=self._client.host))
        read = [one for each in listed for one in read_review(each, self._ours, REVIEWS)]
        return Page(read, str(number + 1) if len(listed) >= self._page_size else None)

    async def _gone(self, name: str, mark: Mark) -> Inbound | None:
        try:
            await self._get(f"v1/private/reviews/{quote(name, safe='')}")
        except Permanent as refused:
            if refused.code == "404":
                return tombstone(self.channel, self._ours.unit, name, mark[2], self._clock.now())
        return None

    def _review(self, prepared: Prepared) -> str:
        return f"v1/private/reviews/{quote(str(prepared.payload['review']), safe='')}"
