"""Telegram's webhook: each call is one update, and proves itself by a word of ours in a header.

Source: core.telegram.org/bots/api, "setWebhook": `secret_token` has 1 to 256 of A-Z, a-z, 0-9, `_` and `-`.
A bot is called or asked, never both: while a webhook is set, `getUpdates` is refused.
"""

from __future__ import annotations

import re
from typing import Final

from channels.base import Batch
from channels.fields import batch_of, is_object, number
from channels.hooks import About, HookReply, HookRequest, HookSecrets, Verdict, is_any
from channels.http_answer import NotJson, parse_json
from channels.telegram_parse import Ours, read_update
from domain.clock import Millis
from domain.inbound import BadItem
from i18n import _

HEADER: Final = "x-telegram-bot-api-secret-token"
FIELD: Final = "webhook_secret"
"""The field of the credential."""

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}", re.ASCII)


class TelegramHook:
    """Telegram's calls; satisfies `channels.hooks.Hook`."""

    def handshake(self, request: HookRequest, secrets: HookSecrets) -> HookReply | None:  # noqa: ARG002
        """There is none: Telegram calls as soon as it was told to."""
        return None

    def verify(self, request: HookRequest, secrets: HookSecrets, now: Millis) -> Verdict:  # noqa: ARG002
        """The word says nothing of the body or the time; an old call is known again by its event id."""
        given = request.headers.get(HEADER, "").strip()
        return "good" if given.isascii() and is_any(given, secrets.all(FIELD)) else "forged"

    def event_id(self, request: HookRequest) -> str:
        """The update's number."""
        try:
            body = parse_json(request.body)
        except NotJson:
            return ""
        found = number(body, "update_id") if is_object(body) else None
        return "" if found is None else str(found)

    def parse(self, raw: bytes, about: About) -> Batch:
        """The update in it; who we are stands in the configuration, since Telegram does not say."""
        try:
            body = parse_json(raw)
        except NotJson:
            return Batch(bad=(BadItem(_("The body is not JSON."), raw),))
        ours = Ours(about.channel, "", str(about.options.get("bot", "")), about.listen_only)
        return batch_of(read_update(body, ours, about.received_at))


def is_secret(word: str) -> bool:
    """Whether Telegram takes it as a webhook's word."""
    return _SECRET.fullmatch(word) is not None
