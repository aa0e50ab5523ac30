"""Messenger alone: private messages of a Page, in by webhook and out within their window."""

from __future__ import annotations

from channels.base import Capabilities, Draft, Permanent, Prepared, SendResult
from channels.meta_talks import TalkingConnector
from i18n import _


class MessengerConnector(TalkingConnector):
    """One Page's private messages."""

    counting = "messenger"
    can = Capabilities(
        reply_public=False, reply_private=True, idempotent_send=False, find_sent=True, told_later=True
    )

    def request_of(self, draft: Draft) -> dict[str, object]:
        """To the person who wrote."""
        if draft.visibility != "private":
            raise Permanent(_("This was written in private; answer it in private."), code="WouldLeak")
        return self.talks.request_of(draft, "messenger")

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """Our message with these words in the talk."""
        return await self.talks.find(prepared)
