"""Telegram's updates made into the desk's items; no network.

Source: core.telegram.org/bots/api (Bot API 10.1, June 2026): `message`, `edited_message`, `channel_post`,
`business_message`, `edited_business_message`, `deleted_business_messages`. A message's id holds within its
chat only, so the chat stands before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from channels.fields import (
    NOTHING,
    Json,
    Reading,
    Unreadable,
    fingerprint,
    id_of,
    in_private,
    need_id,
    need_time,
    number,
    obj,
    objects,
    only_listens,
    raw,
    read,
    seconds,
    tombstone,
    word,
)
from domain.clock import Millis
from domain.inbound import Aside, Attachment, BadItem, Cap, ContactRef, Echo, Inbound, Visibility
from i18n import _

KINDS: Final = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_message",
    "edited_business_message", "deleted_business_messages", "my_chat_member",
)  # fmt: skip
"""Asked for; what is not named here Telegram does not send."""

_MEDIA: Final[Mapping[str, Literal["image", "video", "audio", "file"]]] = {
    "photo": "image",
    "sticker": "image",
    "video": "video",
    "animation": "video",
    "video_note": "video",
    "voice": "audio",
    "audio": "audio",
    "document": "file",
}
_WORDLESS: Final = (
    "location", "venue", "contact", "poll", "dice", "sticker", "photo", "video", "voice", "audio", "document",
    "animation", "video_note", "story",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ours:
    """The bot, and the business accounts that it answers for."""

    channel: str
    bot_id: str
    username: str
    listen_only: bool = False

    @property
    def account(self) -> str:
        """Our name on Telegram."""
        return f"@{self.username}"


def read_update(update: object, ours: Ours, now: Millis) -> list[Reading | Aside]:
    """What an update says."""
    if not isinstance(update, dict):
        return [BadItem(_("The item is not an object."), raw(update))]
    for kind in KINDS:
        if kind not in update:
            continue
        if kind == "deleted_business_messages":
            return list(_deleted(obj(update, kind), ours, now))
        if kind == "my_chat_member":
            return [_member(obj(update, kind))]
        edited, business = kind.startswith("edited"), "business" in kind
        return [_whole(update, update[kind], ours, edited=edited, business=business)]
    kinds = ", ".join(sorted(name for name in update if name != "update_id"))[:80]
    return [
        Aside(_("An update of a kind that is not read here: {kind}.", kind=kinds), id_of(update, "update_id"))
    ]


def _whole(update: Json, message: object, ours: Ours, *, edited: bool, business: bool) -> Reading | Aside:
    if isinstance(message, dict) and not _says_something(message):
        return Aside(_("A note of Telegram's own, such as somebody joining."), id_of(update, "update_id"))
    found = read(message, lambda each: _message(each, ours, edited=edited, business=business))
    return BadItem(found.reason, raw(update), found.remote_id) if isinstance(found, BadItem) else found


def _message(message: Json, ours: Ours, *, edited: bool, business: bool) -> Inbound | Echo:
    chat = obj(message, "chat")
    chat_id, message_id = need_id(chat), need_id(message, "message_id")
    alone = word(chat, "type") == "private"
    sender = obj(message, "from") or obj(message, "sender_chat") or chat
    author_id = id_of(sender)
    if author_id is None:
        raise Unreadable(_("The item has no readable author."))
    created_at, text = need_time(seconds(message, "date")), _text(message)
    parent = _parent(message, chat_id)
    thread = f"chat:{chat_id}" if alone else _thread(message, chat_id, message_id)
    remote_id = f"{chat_id}:{message_id}"
    link = _link(chat, message_id)
    if author_id == ours.bot_id or (business and alone and author_id != chat_id):
        return Echo(remote_id, parent, thread, text, created_at, link)
    visibility: Visibility = "public" if not alone and word(chat, "username") else "private"
    return Inbound(
        channel=ours.channel,
        account=ours.account,
        remote_id=remote_id,
        kind="dm" if alone else "mention" if f"@{ours.username}".lower() in text.lower() else "comment",
        visibility=visibility,
        thread_key=thread,
        author=_contact(sender, author_id),
        text=text,
        created_at=created_at,
        revision=fingerprint(text),
        parent_id=parent,
        parent_ref=_ref(message, chat_id, message_id, business=business),
        lang=word(sender, "language_code")[:35] or None,
        attachments=tuple(_attachments(message)),
        # A webhook may bring a message behind its own edit: the stamp says that it is the older one.
        edited_at=seconds(message, "edit_date") if edited else created_at,
        permalink=link,
        source="updates",
        can_reply_public=_cap(ours, "" if visibility == "public" else in_private()),
        can_reply_private=_cap(ours, in_the_group() if visibility == "public" else ""),
        raw=raw(message),
    )


def in_the_group() -> str:
    """Why nobody in a public group is answered in private."""
    return _("A bot may write in private only to who wrote to it first; answer in the group.")


def _says_something(message: Json) -> bool:
    return any(name in message for name in ("text", "caption", *_WORDLESS)) or "chat" not in message


def _text(message: Json) -> str:
    for name in ("text", "caption"):
        if isinstance(message.get(name), str):
            return word(message, name)
    emoji, poll = word(obj(message, "sticker"), "emoji"), obj(message, "poll")
    if poll:
        choices = [f"- {word(each, 'text')}" for each in objects(poll, "options")]
        return "\n".join((word(poll, "question"), *choices))
    contact, place = obj(message, "contact"), obj(message, "venue") or obj(message, "location")
    if contact:
        return " ".join(filter(None, (word(contact, "first_name"), word(contact, "phone_number"))))
    if place:
        return word(place, "address") or _("(a place on the map)")
    if not any(name in message for name in _WORDLESS):
        raise Unreadable(_("The item has no readable text."))
    return emoji


def _parent(message: Json, chat_id: str) -> str | None:
    answered = id_of(obj(message, "reply_to_message"), "message_id")
    return f"{chat_id}:{answered}" if answered else None


def _thread(message: Json, chat_id: str, message_id: str) -> str:
    """In a group: the topic, else what the first message of a string of answers was."""
    topic = id_of(message, "message_thread_id")
    root = topic or id_of(obj(message, "reply_to_message"), "message_id") or message_id
    return f"chat:{chat_id}:{root}"


def _ref(message: Json, chat_id: str, message_id: str, *, business: bool) -> dict[str, object]:
    ref: dict[str, object] = {"chat": chat_id, "message": message_id}
    connection = word(message, "business_connection_id")
    if business and connection:
        ref["connection"] = connection
    topic = number(message, "message_thread_id")
    if message.get("is_topic_message") is True and topic is not None:
        ref["topic"] = topic
    return ref


def _contact(sender: Json, author_id: str) -> ContactRef:
    names = (word(sender, "first_name"), word(sender, "last_name"))
    name = " ".join(filter(None, names)) or word(sender, "title")
    return ContactRef(author_id, word(sender, "username") or author_id, name)


def _link(chat: Json, message_id: str) -> str | None:
    name = word(chat, "username")
    return f"https://t.me/{name}/{message_id}" if name and word(chat, "type") != "private" else None


def _attachments(message: Json) -> list[Attachment]:
    found = []
    for name, kind in _MEDIA.items():
        value = message.get(name)
        sizes = objects(message, name)
        media = sizes[-1] if sizes else value if isinstance(value, dict) else NOTHING
        if file_id := id_of(media, "file_id"):
            file_name = word(media, "file_name") or word(message, "caption")
            found.append(Attachment(kind, f"telegram:{file_id}", word(media, "mime_type"), file_name))
    return found


def _deleted(gone: Json, ours: Ours, now: Millis) -> list[Reading | Aside]:
    chat_id, ids = id_of(obj(gone, "chat")), gone.get("message_ids")
    if chat_id is None or not isinstance(ids, list):
        return [BadItem(_("The item has no readable id."), raw(gone))]
    names = [each for each in ids if isinstance(each, int) and not isinstance(each, bool)]
    return [tombstone(ours.channel, ours.account, f"{chat_id}:{each}", chat_id, now) for each in names]


def _member(change: Json) -> Aside:
    status = word(obj(change, "new_chat_member"), "status")
    if status == "kicked":
        return Aside(_("Somebody blocked the bot; it cannot write to them any more."))
    return Aside(_("The bot was let into a chat or out of one."))


def _cap(ours: Ours, reason: str) -> Cap:
    reason = only_listens() if ours.listen_only else reason
    return Cap(ok=not reason, reason=reason)
