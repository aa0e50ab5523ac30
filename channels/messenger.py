"""Messenger alone: private messages of a Page, in by webhook and out within their window."""

from __future__ import annotations

from typing import Self

import httpx

from channels.base import Capabilities, Draft, Permanent, Prepared, SendResult
from channels.graph import GraphClient
from channels.meta_connector import MetaConnector
from channels.meta_talks import Talks
from channels.spec import Making
from domain.clock import Clock
from i18n import _


class MessengerConnector(MetaConnector):
    """One Page's private messages."""

    def __init__(
        self,
        channel: str,
        page: str,
        token: str,
        *,
        clock: Clock,
        server: str = "https://graph.facebook.com",
        version: str = "v25.0",
        human_agent: bool = False,
        listen_only: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        client = GraphClient(server, version, token, clock=clock, transport=transport)
        caps = Capabilities(
            reply_public=False,
            reply_private=not listen_only,
            idempotent_send=False,
            find_sent=True,
            told_later=True,
        )
        super().__init__(channel, page, client, clock=clock, caps=caps, counting="messenger")
        self._talks = Talks(client, page, clock, human_agent=human_agent)

    @classmethod
    def made(cls, making: Making) -> Self:
        """As configured."""
        options = making.options
        return cls(
            making.channel.id, options["page"], making.secret("token"), clock=making.clock,
            server=options["server"], version=options["version"], human_agent=options["human_agent"],
            listen_only=making.channel.listen_only,
        )  # fmt: skip

    def request_of(self, draft: Draft) -> dict[str, object]:
        """To the person who wrote."""
        if draft.visibility != "private":
            raise Permanent(_("This was written in private; answer it in private."), code="WouldLeak")
        return self._talks.request_of(draft, "messenger")

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """Our message with these words in the talk."""
        return await self._talks.find(prepared)
