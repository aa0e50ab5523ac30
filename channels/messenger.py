"""Messenger alone: private messages of a Page, in by webhook and out within their window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from channels.base import Capabilities, Draft, Permanent, Prepared, SendResult
from channels.meta_talks import TalkingConnector
from domain.attachment import MEDIA_LIMITS
from i18n import _


class MessengerConnector(TalkingConnector):
    """One Page's private messages."""

    counting = "messenger"
    along: ClassVar[Mapping[str, str]] = {"private": "messenger"}
    can = Capabilities(
        reply_public=False, reply_private=True, idempotent_send=False, find_sent=True, told_later=True,
        attachments=MEDIA_LIMITS["messenger"].count,
    )  # fmt: skip

    def request_of(self, draft: Draft) -> dict[str, object]:
        """To the person who wrote."""
        if draft.visibility != "private":
            raise Permanent(_("This was written in private; answer it in private."), code="WouldLeak")
        return self.talks.request_of(draft, "messenger")

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """Our message with these words in the talk."""
        return await self.talks.find(prepared)
