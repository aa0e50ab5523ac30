"""Private messages on Messenger and Instagram: sent in their window, and found again in the conversations.

The window is open for a day after the person's last act. From then until the seventh day a message goes out
only with the tag HUMAN_AGENT, for what a person typed, where Meta approved that for the app; never with it
inside the day (Meta, policy page, 28 September 2026). To a comment one private message can be written, within
seven days.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import ClassVar, Final

from channels.base import Draft, OutboundAttachment, Permanent, Prepared, SendResult, WindowClosed
from channels.graph import GraphClient
from channels.hook_reading import Json, id_of, obj, objs, word
from channels.meta_connector import BEFORE, MetaConnector, file_name, is_same_text, moment_in
from channels.meta_page import PRIVATE_REPLY
from channels.meta_words import HUMAN_AGENT, WINDOW
from domain.attachment import Attached
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
        body: dict[str, object] = {"message": _message(draft)}
        person = str(ref.get("to") or "")
        if person:
            body |= {"recipient": {"id": person}, **self._tagged(age)}
        elif ref.get("comment") and draft.parent_id:
            if draft.attachments:
                raise Permanent(_("To a comment goes one private message, and no picture."))
            if age >= PRIVATE_REPLY:
                raise WindowClosed(_("A comment can be answered in private for seven days only."))
            body["recipient"] = {"comment_id": draft.parent_id}
        else:
            raise Permanent(_("Nobody can be written to in private from here; answer in public."))
        return {
            "path": f"{self._account}/messages", "body": body, "counting": counting, "talk": person or None,
        }  # fmt: skip

    async def find(self, prepared: Prepared) -> SendResult | None:
        """The message of ours with these words: with the person, or among the newest talks.

        A picture has no words: it is the first one that was not there when it was made ready.
        """
        floor = prepared.prepared_at + self._client.skew - BEFORE
        before = prepared.payload.get("before")
        for lines in await self._lines(prepared.payload.get("talk")):
            ours = [line for line in lines if self._is_ours(line) and moment_in(line) >= floor]
            hits = [
                line
                for line in ours
                if (
                    _is_picture(line) and id_of(line, "id") not in before
                    if isinstance(before, list)
                    else is_same_text(word(line, "message"), prepared.text)
                )
            ]
            if hits:
                return SendResult(id_of(min(hits, key=moment_in), "id"))
        return None

    async def pictures(self, person: object) -> list[str]:
        """The newest pictures that we sent somebody, by their messages' ids."""
        return [
            id_of(line, "id")
            for lines in await self._lines(person)
            for line in lines
            if self._is_ours(line) and _is_picture(line)
        ]

    async def _lines(self, person: object) -> list[list[Json]]:
        """The newest lines of the talk with somebody, or of the newest talks."""
        talks = await self._client.listed(
            f"{self._account}/conversations",
            platform=self._platform,
            fields=f"id,messages.limit({_LINES}){{id,message,from,created_time,attachments}}",
            limit=1 if person else _TALKS,
            user_id=str(person) if person else None,
        )
        return [objs(obj(talk.get("messages")).get("data")) for talk in talks]

    def _is_ours(self, line: Json) -> bool:
        return id_of(obj(line.get("from")), "id") == self._account

    def _tagged(self, age: Millis) -> Mapping[str, object]:
        if age < WINDOW:
            return {"messaging_type": "RESPONSE"}
        if not self._human_agent or age >= HUMAN_AGENT:
            raise WindowClosed(_("The window for an answer is closed; wait until the person writes again."))
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}


def _message(draft: Draft) -> dict[str, object]:
    """A text, or a picture or film: it is a message of its own."""
    if not draft.attachments:
        return {"text": draft.text}
    if draft.text or len(draft.attachments) > 1:
        raise Permanent(_("Here a picture is a message of its own."), code="Apart")
    (one,) = draft.attachments
    return {"attachment": {"type": _kind(one.attached), "payload": {"attachment_id": str(one.remote["id"])}}}


def _kind(one: Attached) -> str:
    return "video" if one.is_film else "image"


def _is_picture(line: Json) -> bool:
    return not word(line, "message") and bool(objs(obj(line.get("attachments")).get("data")))


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

    async def hand_over(self, attachment: OutboundAttachment) -> Mapping[str, object]:
        """To the Page's Messenger, where messages name it."""
        mime = attachment.attached.facts.mime
        said = {"attachment": {"type": _kind(attachment.attached), "payload": {"is_reusable": True}}}
        form = {
            "message": (None, json.dumps(said).encode(), ""),
            "filedata": (file_name(mime), attachment.content, mime),
        }
        answer = await self.client.upload(f"{self.account}/message_attachments", form)
        return {"id": self.named_in(answer, "attachment_id", attachment)}

    async def prepare(self, draft: Draft) -> Prepared:
        """As every channel; for a picture, which ones are there already, so that it can be told from them."""
        prepared = await super().prepare(draft)
        if not draft.attachments or draft.visibility != "private":
            return prepared
        before = await self.talks.pictures(prepared.payload["talk"])
        return replace(prepared, payload={**prepared.payload, "before": before})
