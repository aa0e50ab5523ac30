"""WhatsApp Business by the Cloud API: answers out, approved templates once the window is closed.

Nothing can be fetched: what people write comes by webhook alone. Nothing can be read back either; our own key
goes along as `biz_opaque_callback_data` and comes back with each receipt, which settles a send in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar, Final, Self

from channels.base import (
    AuthFailed,
    Capabilities,
    Draft,
    OutboundAttachment,
    Permanent,
    PlatformTemplate,
    Prepared,
    RateLimited,
    Retryable,
    TemplateUse,
    Uploaded,
    WindowClosed,
)
from channels.hook_reading import Json, id_of, obj, objs
from channels.meta_connector import MetaConnector, file_name
from channels.meta_words import WINDOW
from channels.spec import Making
from channels.whatsapp_errors import SENTENCES, sentence_of
from channels.whatsapp_templates import body_of, read_template
from domain.attachment import MEDIA_LIMITS, caption_fault
from domain.clock import MINUTE, SECOND
from domain.errors import ChannelError
from i18n import _

SLOW_DOWN: Final = {
    4: MINUTE,
    80_007: MINUTE,
    130_429: 10 * SECOND,
    131_056: 6 * SECOND,
    131_048: 10 * MINUTE,
}
"""How long each asks us to wait; 131056 is one message to a person in six seconds (Meta, Cloud API)."""

BROKEN: Final = frozenset({131_000, 131_016, 131_057, 133_004})
"""Nothing was taken, and it will be soon."""

CLOSED: Final = 131_047
SETTLES: Final = 10 * MINUTE
"""How long a receipt may take before a person is asked."""


def meaning(error: Json, _acts: bool) -> ChannelError | None:  # noqa: FBT001 - as GraphClient calls it
    """WhatsApp's own codes; None leaves one to the Graph API's."""
    code = error.get("code")
    if not isinstance(code, int):
        return None
    said = sentence_of(error)
    if code == CLOSED:
        return WindowClosed(said, code=str(code))
    if code in SLOW_DOWN:
        return RateLimited(said, after=SLOW_DOWN[code])
    if code in BROKEN:
        return Retryable(said)
    if code in {0, 10, 131_005, 131_031, 131_042, 131_045, 133_010}:
        return AuthFailed(said)
    return Permanent(said, code=str(code)) if code in SENTENCES else None


class WhatsAppConnector(MetaConnector):
    """One business number."""

    counting = "whatsapp"
    asked_as = "number"
    along: ClassVar[Mapping[str, str]] = {"private": "whatsapp"}
    own_meaning = meaning
    can = Capabilities(
        reply_public=False, reply_private=True, idempotent_send=False, find_sent=False, told_later=True,
        settle_max=SETTLES, attachments=MEDIA_LIMITS["whatsapp"].count,
    )  # fmt: skip

    business = ""
    """The business account's id, which has the templates; empty where it was not said."""

    @classmethod
    def made(cls, making: Making) -> Self:
        """As configured."""
        connector = super().made(making)
        connector.business = making.options["business"]
        return connector

    def who_fields(self) -> str:
        """What is asked of our number."""
        return "id,display_phone_number,verified_name"

    async def prepare(self, draft: Draft) -> Prepared:
        """As every channel; our key goes along with the message."""
        prepared = await super().prepare(draft)
        body = {**obj(prepared.payload["body"]), "biz_opaque_callback_data": prepared.key}
        return replace(prepared, payload={**prepared.payload, "body": body})

    def request_of(self, draft: Draft) -> dict[str, object]:
        """A text within the window, or an approved template at any time. Raises WindowClosed."""
        if draft.visibility != "private":
            raise Permanent(_("This was written in private; answer it in private."), code="WouldLeak")
        ref = draft.parent_ref or {}
        opened_at = ref.get("at")
        if draft.template is None and isinstance(opened_at, int) and self.clock.now() - opened_at >= WINDOW:
            raise WindowClosed(_(SENTENCES[CLOSED]), code=str(CLOSED))
        body: dict[str, object] = {
            "messaging_product": "whatsapp", "recipient_type": "individual", **_address(draft),
            **_content(draft),
        }  # fmt: skip
        return {"path": f"{self.account}/messages", "body": body, "counting": "whatsapp"}

    async def hand_over(self, attachment: OutboundAttachment) -> Mapping[str, object]:
        """To the number, which keeps it for thirty days; under a name that says nothing."""
        mime = attachment.attached.facts.mime
        form = {
            "messaging_product": (None, b"whatsapp", ""),
            "type": (None, mime.encode(), ""),
            "file": (file_name(mime), attachment.content, mime),
        }
        said = await self.client.upload(f"{self.account}/media", form)
        return {"id": self.named_in(said, "id", attachment)}

    def id_in(self, said: Json) -> str:
        """The first of the messages."""
        return id_of(next(iter(objs(said.get("messages"))), {}), "id")

    async def templates(self) -> tuple[PlatformTemplate, ...]:
        """The approved templates of our business account, by name. Raises the errors of `channels.base`."""
        if not self.business:
            raise Permanent(_("Set “business” to the WhatsApp business account's id to use its templates."))
        listed = await self.client.listed(
            f"{self.business}/message_templates", pages=20, limit=100,
            fields="name,language,status,category,components,parameter_format", status="APPROVED",
        )  # fmt: skip
        found = [template for each in listed if (template := read_template(each)) is not None]
        return tuple(sorted(found, key=lambda one: (one.name, one.language)))


def _address(draft: Draft) -> dict[str, object]:
    """By number where there is one, else by the id that Meta made for our business."""
    ref = draft.parent_ref or {}
    number, scoped = ref.get("to"), ref.get("user_id")
    if isinstance(number, str) and number:
        return {"to": number}
    if isinstance(scoped, str) and scoped:
        return {"recipient": scoped}
    return {"to": draft.recipient.remote_id}


def _content(draft: Draft) -> dict[str, object]:
    if draft.template is not None:
        if draft.attachments:
            raise Permanent(_("An approved template takes no picture along."), code="NoPictures")
        return _templated(draft.template)
    said = _pictured(draft, draft.attachments[0]) if draft.attachments else _text(draft)
    if draft.parent_id and draft.parent_id.startswith("wamid."):
        said["context"] = {"message_id": draft.parent_id}
    return said


def _text(draft: Draft) -> dict[str, object]:
    return {"type": "text", "text": {"body": draft.text, "preview_url": False}}


def _pictured(draft: Draft, one: Uploaded) -> dict[str, object]:
    """A picture or film, with the text as its caption."""
    if said := caption_fault(len(draft.text), MEDIA_LIMITS["whatsapp"]):
        raise Permanent(said, code="TooLong")
    kind = "video" if one.attached.is_film else "image"
    caption = {"caption": draft.text} if draft.text else {}
    return {"type": kind, kind: {"id": str(one.remote["id"]), **caption}}


def _templated(use: TemplateUse) -> dict[str, object]:
    return {"type": "template", "template": body_of(use)}
