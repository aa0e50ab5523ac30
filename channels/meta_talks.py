"""Private messages on Messenger and Instagram: sent in their window, and found again in the conversations.

The window is open for a day after the person's last act. From then until the seventh day a message goes out
only with the tag HUMAN_AGENT, for what a person typed, where Meta approved that for the app; never with it
inside the day (Meta, policy page, 28 September 2026). To a comment one private message can be written, within
seven days.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, Final

from channels.base import Draft, Permanent, Prepared, SendResult, WindowClosed
from channels.graph import GraphClient
from channels.hook_reading import Json, id_of, obj, objs, word
from channels.meta_connector import BEFORE, MetaConnector, is_same_text, moment_in
from channels.meta_page import PRIVATE_REPLY
from channels.meta_words import HUMAN_AGENT, WINDOW
from domain.clock import Clock, Millis
from i18n import _

_TALKS: Final = 25
_LINES: Final = 25


class Talks:
    """Private messages of one account."""

    def __init__(
        self,
        client: GraphClient,
        account: str,
        clock: Clock,
        *,
        human_agent: bool,
        platform: str | None = None,
    ) -> None:
        self._client = client
        self._account = account
        self._clock = clock
        self._human_agent = human_agent
        self._platform = platform

    def request_of(self, draft: Draft, counting: str) -> dict[str, object]:
        """To the person, or as the one private answer to a comment. Raises WindowClosed, Permanent."""
        ref = draft.parent_ref or {}
        opened_at = ref.get("at")
        age = self._clock.now() - opened_at if isinstance(opened_at, int) else 0
        body: dict[str, object] = {"message": {"text": draft.text}}
        person = str(ref.get("to") or "")
        if person:
            body |= {"recipient": {"id": person}, **self._tagged(age)}
        elif ref.get("comment") and draft.parent_id:
            if age >= PRIVATE_REPLY:
                raise WindowClosed(_("A comment can be answered in private for seven days only."))
            body["recipient"] = {"comment_id": draft.parent_id}
        else:
            raise Permanent(_("Nobody can be written to in private from here; answer in public."))
        return {
            "path": f"{self._account}/messages", "body": body, "counting": counting, "talk": person or None,
        }  # fmt: skip

    async def find(self, prepared: Prepared) -> SendResult | None:
        """The message of ours with these words: with the person, or among the newest talks."""
        person = prepared.payload.get("talk")
        talks = await self._client.listed(
            f"{self._account}/conversations",
            platform=self._platform,
            fields=f"id,messages.limit({_LINES}){{id,message,from,created_time}}",
            limit=1 if person else _TALKS,
            user_id=str(person) if person else None,
        )
        floor = prepared.prepared_at + self._client.skew - BEFORE
        for talk in talks:
            lines = objs(obj(talk.get("messages")).get("data"))
            hits = [line for line in lines if self._is_ours(line, prepared.text, floor)]
            if hits:
                return SendResult(id_of(min(hits, key=moment_in), "id"))
        return None

    def _is_ours(self, line: Json, text: str, floor: Millis) -> bool:
        sender = id_of(obj(line.get("from")), "id")
        return (
            sender == self._account and moment_in(line) >= floor and is_same_text(word(line, "message"), text)
        )

    def _tagged(self, age: Millis) -> Mapping[str, object]:
        if age < WINDOW:
            return {"messaging_type": "RESPONSE"}
        if not self._human_agent or age >= HUMAN_AGENT:
            raise WindowClosed(_("The window for an answer is closed; wait until the person writes again."))
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


class TalkingConnector(MetaConnector):
    """An account of Meta's that people write to in private too."""

    talks_on: ClassVar[str | None] = None
    """Which of the Page's conversations; None for Messenger's."""

    @cached_property
    def talks(self) -> Talks:
        """Its private messages."""
        return Talks(
            self.client, self.account, self.clock, human_agent=self.human_agent, platform=self.talks_on
        )
