"""WhatsApp's webhook: messages of every kind in words, receipts, and people under three ids.

Source: Meta's reference of the Cloud API's webhook (field `messages`), pages on business-scoped user ids, and
recorded bodies. A person has a phone number (`wa_id`, which may be absent), a business-scoped id (`user_id`,
as long as the number stays) and a user name (which they can change); all three are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from channels.hook_reading import (
    Json,
    Reading,
    Unreadable,
    id_of,
    moment_of,
    needed_id,
    obj,
    objs,
    raw_of,
    revision,
    word,
)
from channels.hooks import About
from channels.meta_words import WINDOW, only_listens, other_news, private_only
from channels.whatsapp_errors import sentence_of
from channels.whatsapp_words import attachments_of, in_words
from domain.clock import Millis
from domain.inbound import Aside, Cap, ContactRef, Echo, Inbound, SendStatus
from i18n import _

DIRECT: Final = "dm:"
State = Literal["sent", "delivered", "read", "failed"]
_STATES: Final[Mapping[str, State]] = {
    "sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed",
    "undelivered": "failed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """One business number, and whom the body names."""

    id: str
    about: About
    told_at: Millis
    contacts: tuple[Json, ...]


def read_body(body: Json, about: About, reading: Reading) -> None:
    """A whole body. Raises Unreadable."""
    entries = objs(body.get("entry"))
    if not entries:
        raise Unreadable(_("It has no entries."))
    if word(body, "object") != "whatsapp_business_account":
        reading.take(other_news(word(body, "object")))
        return
    for entry in entries:
        told_at = moment_of(entry, "time") or about.received_at
        for change in objs(entry.get("changes")):
            reading.part(change, partial(_change, change, about, told_at, reading))


def _change(change: Json, about: About, told_at: Millis, reading: Reading) -> None:
    name, value = word(change, "field"), obj(change.get("value"))
    number = Number(
        id_of(obj(value.get("metadata")), "phone_number_id"), about, told_at,
        tuple(objs(value.get("contacts"))),
    )  # fmt: skip
    if name not in {"messages", "smb_message_echoes", "message_echoes"}:
        reading.take(_other_news(name, value))
        return
    for message in objs(value.get("messages")):
        reading.part(message, partial(_take, reading, _message, message, value, number))
    for echo in objs(value.get("message_echoes")):
        reading.part(echo, partial(_take, reading, _echo, echo, number))
    for status in objs(value.get("statuses")):
        reading.part(status, partial(_take, reading, _status, status, number))
    if not any(objs(value.get(name)) for name in ("messages", "message_echoes", "statuses")):
        for error in objs(value.get("errors")):
            raise Unreadable(_("WhatsApp reports trouble: {why}", why=sentence_of(error)))


def _take(reading: Reading, read: Callable[..., Inbound | Echo | SendStatus | Aside], *given: object) -> None:
    reading.take(read(*given))


def _message(message: Json, value: Json, number: Number) -> Inbound | Aside:
    kind = word(message, "type")
    if kind == "reaction":
        sign = word(obj(message.get("reaction")), "emoji")
        said = _("A reaction ({kind}): nothing to answer.", kind=sign)
        return Aside(said if sign else _("A reaction was taken back."), id_of(message, "id") or None)
    system = obj(message.get("system"))
    if kind == "system" and not _new_number(system):
        what = word(system, "body") or word(system, "type") or "?"
        return Aside(_("News of the contact: {what}", what=what), id_of(message, "id") or None)
    if kind == "request_welcome":
        return Aside(_("The person opened the chat and wrote nothing yet."), id_of(message, "id") or None)
    return _inbound(message, value, number)


def _inbound(message: Json, value: Json, number: Number) -> Inbound:
    kind = word(message, "type")
    revised = obj(message.get(kind)) if kind in {"edit", "revoke"} else {}
    shown = obj(revised.get("message")) or message
    author = _author(message, number)
    created_at = moment_of(message, "timestamp") or number.told_at
    gone = kind == "revoke"
    text = "" if gone else in_words(shown, value)
    attachments = () if gone else attachments_of(shown)
    group = id_of(message, "group_id")
    return Inbound(
        channel=number.about.channel,
        account=number.id,
        remote_id=needed_id(revised, "original_message_id") if revised else needed_id(message, "id"),
        kind="dm",
        visibility="private",
        thread_key=f"group:{group}" if group else f"{DIRECT}{author.remote_id}",
        author=author,
        text=text,
        created_at=created_at,
        revision="deleted" if gone else revision(text, [each.url for each in attachments]),
        parent_id=id_of(obj(message.get("context")), "id") or None,
        parent_ref={
            "to": _address(message, author),
            "user_id": author.alt_ids.get("bsuid"),
            "at": created_at,
        },
        attachments=attachments,
        edited_at=created_at if kind == "edit" else None,
        deleted=gone,
        source="webhook",
        can_reply_public=private_only(),
        can_reply_private=_cap(number.about, created_at, in_group=bool(group)),
        raw=raw_of(message),
    )


def _cap(about: About, created_at: Millis, *, in_group: bool) -> Cap:
    """A day since the contact's last message; then only what Meta approved beforehand (error 131047)."""
    shut = only_listens(about)
    if shut is None and in_group:
        shut = Cap(ok=False, reason=_("Groups are read only here; answer on the telephone."))
    return shut or Cap(until=created_at + WINDOW, needs="template")


def _author(message: Json, number: Number) -> ContactRef:
    """By phone number where there is one, else by the id that Meta made for us."""
    phone, scoped = id_of(message, "from"), id_of(message, "from_user_id")
    contact = _contact(phone, scoped, number)
    profile = obj(contact.get("profile"))
    phone = phone or id_of(contact, "wa_id")
    scoped = scoped or id_of(contact, "user_id")
    if not phone and not scoped:
        raise Unreadable(_("The message has no readable sender."))
    user_name = word(profile, "username") or word(contact, "username")
    new = _new_number(obj(message.get("system")))
    ids = {"wa_id": new or phone, "bsuid": scoped, "username": user_name, "was_wa_id": new and phone}
    named = user_name or (f"+{new or phone}" if phone.isdigit() else phone or scoped)
    return ContactRef(
        remote_id=phone or scoped,
        handle=named,
        name=word(profile, "name"),
        alt_ids={kind: value for kind, value in ids.items() if value},
    )


def _contact(phone: str, scoped: str, number: Number) -> Json:
    """Whom the body describes under either id; the only one where it describes one."""
    for contact in number.contacts:
        if phone and id_of(contact, "wa_id") == phone:
            return contact
        if scoped and id_of(contact, "user_id") == scoped:
            return contact
    return number.contacts[0] if len(number.contacts) == 1 and not (phone and scoped) else {}


def _new_number(system: Json) -> str:
    """The number that a contact has now, in news of a change."""
    if word(system, "type") not in {"user_changed_number", "user_changed_user_id"}:
        return ""
    return id_of(system, "new_wa_id", "wa_id")


def _address(message: Json, author: ContactRef) -> str | None:
    """Whom an answer goes to: the number they have now."""
    return author.alt_ids.get("wa_id") or None if id_of(message, "from") else None


def _echo(echo: Json, number: Number) -> Echo:
    """A colleague answered on the business telephone."""
    person = id_of(echo, "to") or needed_id(echo, "to_user_id")
    return Echo(
        remote_id=needed_id(echo, "id"),
        parent_id=None,
        thread_key=f"{DIRECT}{person}",
        text=in_words(echo, {}),
        created_at=moment_of(echo, "timestamp") or number.told_at,
    )


def _status(status: Json, number: Number) -> SendStatus | Aside:
    state = _STATES.get(word(status, "status"))
    remote_id = needed_id(status, "id")
    if state is None:
        kind = word(status, "status") or "?"
        return Aside(_("A receipt of a kind that is not known: {kind}.", kind=kind), remote_id)
    errors = objs(status.get("errors"))
    return SendStatus(
        remote_id=remote_id,
        state=state,
        at=moment_of(status, "timestamp") or number.told_at,
        key=id_of(status, "biz_opaque_callback_data"),
        sentence=sentence_of(errors[0]) if errors else "",
        recipient=id_of(status, "recipient_id", "recipient_user_id"),
    )


def _other_news(name: str, value: Json) -> Aside:
    if name == "message_template_status_update":
        return Aside(
            _("The template {name} ({language}) is now: {state}. {why}",
              name=word(value, "message_template_name") or "?",
              language=word(value, "message_template_language") or "?",
              state=(word(value, "event") or "?").lower(),
              why=word(obj(value.get("rejection_info")), "reason")).strip()
        )  # fmt: skip
    return other_news(name)
