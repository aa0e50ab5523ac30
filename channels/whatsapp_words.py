"""Every kind of WhatsApp message in words, and the files that come along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from channels.hook_reading import Json, id_of, obj, objs, picture, word
from channels.whatsapp_errors import sentence_of
from domain.inbound import Attachment
from i18n import N_, _

MEDIA: Final = ("image", "video", "audio", "voice", "document", "sticker")
ADDRESS: Final = "https://graph.facebook.com/"
"""Where a media id is fetched, with the token, by whom wants to see it; never by itself."""

_MEDIA_WORDS: Final[Mapping[str, str]] = {
    "image": N_("(A picture.)"),
    "video": N_("(A film.)"),
    "audio": N_("(A sound.)"),
    "voice": N_("(A voice message.)"),
    "document": N_("(A document.)"),
    "sticker": N_("(A sticker.)"),
}


def in_words(message: Json, value: Json) -> str:
    """What a person reads; never empty. `value` is what the message came in, with its errors."""
    kind = word(message, "type")
    context = obj(message.get("context"))
    lines = [_forwarded(context)]
    say = _KINDS.get(kind) if kind != "interactive" or obj(message.get(kind)) else None
    lines.append(say(message) if say else _unknown(message, value))
    if product := obj(context.get("referred_product")):
        lines.append(_("(About the product {product}.)", product=word(product, "product_retailer_id") or "?"))
    referral = obj(message.get("referral"))
    if referral:
        headline = word(referral, "headline") or word(referral, "body") or word(referral, "source_url")
        lines.append(_("(By an advertisement or post: {what})", what=headline or "?"))
    return "\n".join(line for line in lines if line) or _("(A message without words.)")


def attachments_of(message: Json) -> tuple[Attachment, ...]:
    """The file of a message; its address holds for whom has the token."""
    kind = word(message, "type")
    media = obj(message.get(kind)) if kind in MEDIA else {}
    media_id = id_of(media, "id")
    address = word(media, "url") or (f"{ADDRESS}{media_id}" if media_id.isalnum() else "")
    found = picture(kind, address, mime=word(media, "mime_type"), alt=word(media, "filename"))
    return () if found is None else (found,)


def _forwarded(context: Json) -> str:
    if context.get("frequently_forwarded") is True:
        return _("(Forwarded many times.)")
    return _("(Forwarded.)") if context.get("forwarded") is True else ""


def _text(message: Json) -> str:
    return word(obj(message.get("text")), "body")


def _media(message: Json) -> str:
    kind = word(message, "type")
    media = obj(message.get(kind))
    if kind == "audio" and media.get("voice") is True:
        kind = "voice"
    return "\n".join(
        part for part in (_(_MEDIA_WORDS[kind]), word(media, "filename"), word(media, "caption")) if part
    )


def _location(message: Json) -> str:
    place = obj(message.get("location"))
    latitude, longitude = place.get("latitude"), place.get("longitude")
    numbers = all(
        isinstance(each, int | float | str) and not isinstance(each, bool) for each in (latitude, longitude)
    )
    where = (
        _("(A place: {latitude}, {longitude})", latitude=latitude, longitude=longitude)
        if numbers
        else _("(A place.)")
    )
    return "\n".join(
        part for part in (where, word(place, "name"), word(place, "address"), word(place, "url")) if part
    )


def _contacts(message: Json) -> str:
    lines = []
    for card in objs(message.get("contacts"))[:20]:
        name = obj(card.get("name"))
        numbers = [word(each, "phone") for each in objs(card.get("phones"))]
        mails = [word(each, "email") for each in objs(card.get("emails"))]
        shown = word(name, "formatted_name", "first_name") or "?"
        lines.append(" ".join(part for part in (shown, *numbers, *mails) if part))
    return "\n".join((_("(Visiting cards.)"), *lines))


def _interactive(message: Json) -> str:
    reply = obj(message.get("interactive"))
    for name in ("button_reply", "list_reply"):
        chosen = obj(reply.get(name))
        if chosen:
            said = " - ".join(filter(None, (word(chosen, "title"), word(chosen, "description"))))
            return _("(Pressed a button: {words})", words=said or word(chosen, "id") or "?")
    form = obj(reply.get("nfm_reply"))
    if form:
        return "\n".join(
            filter(None, (_("(Filled in a form.)"), word(form, "body"), word(form, "response_json")))
        )
    if obj(reply.get("call_permission_reply")):
        return _("(Answered whether we may call.)")
    return _("(Chose something from a message of ours.)")


def _button(message: Json) -> str:
    button = obj(message.get("button"))
    return _("(Pressed a button: {words})", words=word(button, "text") or word(button, "payload") or "?")


def _order(message: Json) -> str:
    order = obj(message.get("order"))
    lines = [_("(An order.)"), word(order, "text")]
    for each in objs(order.get("product_items"))[:30]:
        parts = [
            each.get("quantity"),
            word(each, "product_retailer_id"),
            each.get("item_price"),
            word(each, "currency"),
        ]
        lines.append(
            " ".join(str(part)[:100] for part in parts if isinstance(part, str | int | float) and part != "")
        )
    return "\n".join(line for line in lines if line)


def _system(message: Json) -> str:
    system = obj(message.get("system"))
    new = id_of(system, "new_wa_id", "wa_id")
    return word(system, "body") or _("(The contact has another number now: {number})", number=new)


def _unknown(message: Json, value: Json) -> str:
    """A kind that WhatsApp does not pass on, or that is newer than this program."""
    errors = objs(message.get("errors")) or objs(value.get("errors"))
    kind = word(obj(message.get("unsupported")), "type") or word(message, "type") or "?"
    if kind in {"unsupported", "unknown"}:
        kind = ""
    said = _(
        "(A message of a kind that is not passed on{kind}; ask for it in words.)",
        kind=f" ({kind})" if kind else "",
    )
    return "\n".join((said, *(sentence_of(error) for error in errors[:1])))


_KINDS: Final[Mapping[str, Callable[[Json], str]]] = {
    "text": _text,
    **dict.fromkeys(MEDIA, _media),
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "system": _system,
}
