"""Meta's webhooks: one handshake, one signature, and a body that is told apart by its `object`.

Source: Meta, Webhooks "Getting started": `hub.challenge` is answered where `hub.verify_token` is ours;
`X-Hub-Signature-256` is the HMAC-SHA256 of the raw body under the app secret. The signature holds no time,
and Meta sends again for 36 hours what was not answered with 200, so the same body twice is nothing strange.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from channels import instagram_parse, meta_page
from channels.base import Batch
from channels.hook_reading import Json, Reading, Unreadable, id_of, moment_of, obj, objs, read, word
from channels.hooks import About, HookReply, HookRequest, HookSecrets, Verdict, hex_hmac, is_any
from channels.meta_messages import Account, read_event
from channels.meta_page import Page
from channels.meta_words import other_news
from domain.clock import Millis
from domain.inbound import Aside
from i18n import _

SECRET, TOKEN = "app_secret", "verify_token"
SIGNATURE = "x-hub-signature-256"
_MESSAGING = ("messaging", "standby")
_MESSAGE_FIELDS = frozenset(
    {"messages", "messaging_postbacks", "message_reactions", "messaging_seen", "message_reads",
     "message_deliveries", "message_echoes", "messaging_referrals", "messaging_optins", "message_edit",
     "standby", "messaging_handovers"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MetaHook:
    """The hook of one of Meta's channels."""

    reads: Callable[[Json, About, Reading], None]
    """Reads the body as its platform means it. Raises Unreadable."""

    def handshake(self, request: HookRequest, secrets: HookSecrets) -> HookReply | None:
        """Repeat the challenge to whom knows our token."""
        if request.method != "GET" or request.query.get("hub.mode") != "subscribe":
            return None
        if not is_any(request.query.get("hub.verify_token", ""), secrets.all(TOKEN)):
            return HookReply(403)
        return HookReply(200, request.query.get("hub.challenge", "").encode()[:1000])

    def verify(self, request: HookRequest, secrets: HookSecrets, now: Millis) -> Verdict:  # noqa: ARG002
        """By the signature of the raw body."""
        given = request.headers.get(SIGNATURE, "")
        expected = [f"sha256={hex_hmac(secret, request.body)}" for secret in secrets.all(SECRET)]
        return "good" if is_any(given, expected) else "forged"

    def event_id(self, request: HookRequest) -> str:  # noqa: ARG002
        """Meta names no delivery: the body's own hash does."""
        return ""

    def parse(self, raw: bytes, about: About) -> Batch:
        """Its parts, each by itself."""
        return read(raw, lambda body, reading: self.reads(body, about, reading))


def read_page(body: Json, about: About, reading: Reading) -> None:
    """Object `page`: what is written under the Page, and its Messenger."""
    if _other_object(body, "page", reading):
        return
    for entry in objs(body.get("entry")):
        page = Page(id_of(entry, "id"), about, moment_of(entry, "time") or about.received_at)
        account = Account(page.id, "Messenger", about, page.told_at)
        for change in objs(entry.get("changes")):
            reading.part(change, partial(_page_change, change, page, reading))
        _events(entry, account, reading, wanted=about.options.get("messages") is not False)


def read_messenger(body: Json, about: About, reading: Reading) -> None:
    """Object `page`, its private messages alone."""
    if _other_object(body, "page", reading):
        return
    for entry in objs(body.get("entry")):
        account = Account(
            id_of(entry, "id"), "Messenger", about, moment_of(entry, "time") or about.received_at
        )
        for change in objs(entry.get("changes")):
            if word(change, "field") in _MESSAGE_FIELDS:
                value = obj(change.get("value"))
                reading.part(change, partial(read_event, value, account, reading))
            else:
                field = word(change, "field") or "?"
                reading.take(
                    Aside(_("News of the Page's {field} belongs to a channel “facebook”.", field=field))
                )
        _events(entry, account, reading, wanted=True)


def read_instagram(body: Json, about: About, reading: Reading) -> None:
    """Object `instagram`: comments, mentions, private messages."""
    if _other_object(body, "instagram", reading):
        return
    for entry in objs(body.get("entry")):
        account = Account(
            id_of(entry, "id"), "Instagram", about, moment_of(entry, "time") or about.received_at
        )
        for change in objs(entry.get("changes")):
            reading.part(change, partial(_ig_change, change, account, reading))
        _events(entry, account, reading, wanted=about.options.get("messages") is not False)


def _page_change(change: Json, page: Page, reading: Reading) -> None:
    if word(change, "field") in _MESSAGE_FIELDS:
        account = Account(page.id, "Messenger", page.about, page.told_at)
        read_event(obj(change.get("value")), account, reading, standby=word(change, "field") == "standby")
    else:
        meta_page.read_change(change, page, reading)


def _ig_change(change: Json, account: Account, reading: Reading) -> None:
    if word(change, "field") in _MESSAGE_FIELDS:
        read_event(obj(change.get("value")), account, reading)
    else:
        instagram_parse.read_change(change, account, reading)


def _events(entry: Json, account: Account, reading: Reading, *, wanted: bool) -> None:
    for name in _MESSAGING:
        for event in objs(entry.get(name)):
            if not wanted:
                reading.take(Aside(_("A private message; this channel leaves them to another one.")))
                continue
            standby = name == "standby"
            reading.part(event, partial(read_event, event, account, reading, standby=standby))


def _other_object(body: Json, expected: str, reading: Reading) -> bool:
    """Whether the body is about something else, such as a user of the app; then it is set aside."""
    found = word(body, "object")
    if not objs(body.get("entry")):
        raise Unreadable(_("It has no entries."))
    if found == expected:
        return False
    if found in {"page", "instagram", "whatsapp_business_account"}:
        raise Unreadable(
            _("It is about {found}, and this channel is about {expected}; look at the app's webhooks.",
              found=found, expected=expected)
        )  # fmt: skip
    reading.take(other_news(found))
    return True
