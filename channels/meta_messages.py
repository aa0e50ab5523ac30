"""Private messages of Messenger and Instagram, as their webhooks bring them: `messaging` and `standby`.

Source: Meta's reference of the Messenger Platform's and of Instagram's webhook events, and recorded bodies.
Every kind of message is shown in words; events that are no message are set aside by what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from channels.hook_reading import (
    Json,
    Reading,
    Unreadable,
    id_of,
    moment_of,
    obj,
    objs,
    picture,
    raw_of,
    revision,
    word,
)
from channels.hooks import About
from channels.meta_words import private_only, window
from domain.clock import Millis
from domain.inbound import Aside, Attachment, Cap, ContactRef, Echo, Inbound, SendStatus
from i18n import N_, _

DIRECT: Final = "dm:"
"""Begins the thread key of a private talk; the person's id follows."""

_EVENTS: Final[Mapping[str, str]] = {
    "optin": N_("The person agreed to be written to"),
    "account_linking": N_("The person linked or unlinked an account"),
    "payment": N_("The person paid through Messenger"),
    "pre_checkout": N_("The person is about to pay"),
    "checkout_update": N_("The person changed an address while paying"),
    "policy-enforcement": N_("Meta acted on the Page under its policies; look into its support inbox"),
    "policy_enforcement": N_("Meta acted on the Page under its policies; look into its support inbox"),
    "request_thread_control": N_("Another app asks for this conversation"),
    "pass_thread_control": N_("Another app handed this conversation over"),
    "take_thread_control": N_("Another app took this conversation"),
    "app_roles": N_("The roles of apps on the Page changed"),
    "referral": N_("The person came by a link or an advertisement"),
    "game_play": N_("The person played a game"),
    "read": N_("The person has read up to here"),
    "delivery": N_("Messages were delivered"),
    "reaction": N_("A reaction to a message"),
    "response_feedback": N_("The person judged an answer"),
    "message_context": N_("News of a message's surroundings"),
}
_KINDS: Final[Mapping[str, str]] = {
    "image": N_("(A picture.)"),
    "video": N_("(A film.)"),
    "audio": N_("(A voice message or sound.)"),
    "file": N_("(A file.)"),
    "location": N_("(A place.)"),
    "fallback": N_("(A link.)"),
    "share": N_("(A shared post.)"),
    "post": N_("(A shared post.)"),
    "ig_post": N_("(A shared post.)"),
    "reel": N_("(A shared reel.)"),
    "ig_reel": N_("(A shared reel.)"),
    "story_mention": N_("(Mentioned us in a story.)"),
    "ig_story": N_("(A shared story.)"),
    "appointment_booking": N_("(Booked an appointment.)"),
    "template": N_("(A card.)"),
    "ephemeral": N_("(A picture that can be seen once.)"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """Whose private messages these are."""

    id: str
    """Of the Page or the Instagram account."""

    platform: str
    """As people call it, for sentences."""

    about: About
    told_at: Millis


def read_event(event: Json, account: Account, reading: Reading, *, standby: bool = False) -> None:
    """One entry of `messaging` or `standby`. Raises Unreadable."""
    message = event.get("message")
    edit = event.get("message_edit")
    if isinstance(message, dict):
        reading.take(_message(event, message, account, standby=standby))
    elif isinstance(edit, dict):
        reading.take(_inbound(event, {**edit, "is_edit": True}, account, standby=standby))
    elif isinstance(event.get("postback"), dict):
        reading.take(_postback(event, obj(event["postback"]), account, standby=standby))
    elif statuses := _statuses(event, account):
        for status in statuses:
            reading.take(status)
    else:
        reading.take(_event(event))


def _message(event: Json, message: Json, account: Account, *, standby: bool) -> Inbound | Echo:
    if message.get("is_echo") is True or _person(event, "sender") == account.id:
        return _echo(event, message, account)
    return _inbound(event, message, account, standby=standby)


def _echo(event: Json, message: Json, account: Account) -> Echo:
    """Something went out in our name: from here, from a colleague's telephone or from another app.

    In `standby` the two sides have been seen the other way round; the one that is not we is the person.
    """
    sides = [_person(event, "recipient"), _person(event, "sender")]
    person = next((each for each in sides if each and each != account.id), "")
    if not person:
        raise Unreadable(_("It does not say to whom it went."))
    return Echo(
        remote_id=_mid(message),
        parent_id=None,
        thread_key=f"{DIRECT}{person}",
        text=_text(message, _attachments(message)),
        created_at=moment_of(event, "timestamp") or account.told_at,
    )


def _inbound(event: Json, message: Json, account: Account, *, standby: bool) -> Inbound:
    author = _author(event)
    created_at = moment_of(event, "timestamp") or account.told_at
    gone, edited = message.get("is_deleted") is True, message.get("is_edit") is True
    attachments = _attachments(message)
    text = "" if gone else _text(message, attachments)
    return Inbound(
        channel=account.about.channel,
        account=account.id,
        remote_id=_mid(message),
        kind="dm",
        visibility="private",
        thread_key=f"{DIRECT}{author.remote_id}",
        author=author,
        text=text,
        created_at=created_at,
        revision="deleted" if gone else revision(text, len(attachments)),
        parent_id=id_of(obj(message.get("reply_to")), "mid") or None,
        parent_ref={"to": author.remote_id, "at": created_at},
        attachments=attachments,
        edited_at=created_at if edited else None,
        deleted=gone,
        source="webhook",
        can_reply_public=private_only(),
        can_reply_private=_cap(author, account, created_at, standby=standby),
        raw=raw_of(event),
    )


def _postback(event: Json, postback: Json, account: Account, *, standby: bool) -> Inbound:
    """A pressed button: it has words of its own, else those that its maker gave it."""
    said = word(postback, "title") or word(postback, "payload") or "?"
    author = _author(event)
    created_at = moment_of(event, "timestamp") or account.told_at
    text = _("(Pressed a button: {words})", words=said)
    return Inbound(
        channel=account.about.channel,
        account=account.id,
        remote_id=id_of(postback, "mid") or f"postback:{author.remote_id}:{created_at}",
        kind="dm",
        visibility="private",
        thread_key=f"{DIRECT}{author.remote_id}",
        author=author,
        text=text,
        created_at=created_at,
        revision=revision(text),
        parent_ref={"to": author.remote_id, "at": created_at},
        source="webhook",
        can_reply_public=private_only(),
        can_reply_private=_cap(author, account, created_at, standby=standby),
        raw=raw_of(event),
    )


def _statuses(event: Json, account: Account) -> list[SendStatus]:
    """What says of single messages of ours that they arrived or were read."""
    at = moment_of(event, "timestamp") or account.told_at
    person = _person(event, "sender")
    mids = obj(event.get("delivery")).get("mids")
    arrived = [mid for mid in mids if isinstance(mid, str) and mid] if isinstance(mids, list) else []
    found = [SendStatus(mid, "delivered", at, recipient=person) for mid in arrived]
    seen = id_of(obj(event.get("read")), "mid")
    return [*found, *([SendStatus(seen, "read", at, recipient=person)] if seen else [])]


def _event(event: Json) -> Aside:
    name = next((name for name in _EVENTS if name in event), None)
    if name is None:
        known = {"sender", "recipient", "timestamp"}
        kind = ", ".join(sorted(str(key)[:40] for key in event if key not in known)) or "?"
        raise Unreadable(_("News of a kind that is not known: {kind}.", kind=kind))
    return Aside(_("{what}: nothing to answer.", what=_(_EVENTS[name])))


def _cap(author: ContactRef, account: Account, created_at: Millis, *, standby: bool) -> Cap:
    if standby:
        return Cap(ok=False, reason=_("Another app has this conversation; answer there, or take it over."))
    if author.remote_id.startswith("user_ref:"):
        return Cap(ok=False, reason=_("A visitor of a website's chat window who has written nothing yet."))
    return window(account.about, created_at)


def _author(event: Json) -> ContactRef:
    person = _person(event, "sender")
    if not person:
        raise Unreadable(_("The message has no readable sender."))
    named = obj(event.get("sender"))
    handle = word(named, "username") or word(named, "name") or person
    return ContactRef(remote_id=person, handle=handle, name=word(named, "name"))


def _person(event: Json, side: str) -> str:
    named = obj(event.get(side))
    found = id_of(named, "id")
    visitor = id_of(named, "user_ref")
    return found or (f"user_ref:{visitor}" if visitor else "")


def _mid(message: Json) -> str:
    found = id_of(message, "mid")
    if not found:
        raise Unreadable(_("The message has no readable id."))
    return found


def _attachments(message: Json) -> tuple[Attachment, ...]:
    found = []
    for each in objs(message.get("attachments")):
        payload = obj(each.get("payload"))
        address = payload.get("url") or each.get("url")
        found.append(picture(word(each, "type"), address, alt=word(each, "title") or word(payload, "title")))
    return tuple(each for each in found if each is not None)


def _text(message: Json, attachments: tuple[Attachment, ...]) -> str:
    """What was written, and in words whatever else came."""
    said = [word(message, "text")]
    if message.get("is_unsupported") is True:
        said.append(_("(A message of a kind that is not passed on; open it there.)"))
    story = obj(obj(message.get("reply_to")).get("story"))
    if story:
        said.insert(0, _("(In answer to our story.)"))
    if "product" in obj(message.get("referral")) or obj(message.get("referral")).get("ad_id"):
        said.append(_("(By an advertisement or a product.)"))
    said += [_in_words(each) for each in objs(message.get("attachments"))]
    if message.get("sticker_id") is not None and not attachments:
        said.append(_("(A sticker.)"))
    written = "\n".join(part for part in said if part)
    return written or _("(A message without words.)")


def _in_words(attachment: Json) -> str:
    kind, payload = word(attachment, "type"), obj(attachment.get("payload"))
    if kind == "template":
        return "\n".join(part for part in (_(_KINDS["template"]), *_card(payload)) if part)
    if kind == "location":
        place = obj(payload.get("coordinates"))
        numbers = [place.get("lat"), place.get("long")]
        if all(isinstance(each, int | float) and not isinstance(each, bool) for each in numbers):
            return _("(A place: {latitude}, {longitude})", latitude=numbers[0], longitude=numbers[1])
    if kind == "image" and payload.get("sticker_id") is not None:
        return _("(A sticker.)")
    words = _(_KINDS[kind]) if kind in _KINDS else _("(Something of the kind {kind}.)", kind=kind or "?")
    title = word(attachment, "title") or word(payload, "title")
    link = word(attachment, "url") if kind == "fallback" else ""
    return " ".join(part for part in (words, title, link) if part)


def _card(payload: Json) -> list[str]:
    """Titles and texts of a structured message."""
    elements = objs(payload.get("elements")) + objs(obj(payload.get("product")).get("elements"))
    lines = [word(payload, "text"), word(payload, "intro_message"), word(payload, "title")]
    lines += [
        " - ".join(filter(None, (word(each, "title"), word(each, "subtitle")))) for each in elements[:10]
    ]
    buttons = [word(each, "title") for each in objs(payload.get("buttons"))[:10]]
    return [line for line in (*lines, *(f"[{title}]" for title in buttons if title)) if line]
