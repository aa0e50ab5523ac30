"""X's webhooks: the challenge, the signature, and what stands in the bodies of its two kinds.

Sources: docs.x.com, "Webhooks" and "X Activity API" (August 2026): a body of the Activity API has one event
in `data`; one of the older Account Activity API has lists of posts and messages in the shape of version 1.1.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from typing import Final

from channels.base import Batch
from channels.fields import (
    NOTHING,
    Json,
    Reading,
    batch_of,
    id_of,
    is_object,
    obj,
    objects,
    raw,
    tombstone,
    word,
)
from channels.hooks import About, HookReply, HookRequest, HookSecrets, Verdict, base64_hmac, is_any
from channels.http_answer import NotJson, parse_json
from channels.x_parse import Included, Ours, read_hook, read_message, read_post
from domain.clock import Millis, to_datetime
from domain.inbound import Aside, BadItem
from i18n import _

SIGNATURE: Final = "x-twitter-webhooks-signature"
FIELD: Final = "consumer_secret"
"""The field of the credential."""


class XHook:
    """X's calls; satisfies `channels.hooks.Hook`."""

    def handshake(self, request: HookRequest, secrets: HookSecrets) -> HookReply | None:
        """X's check (CRC), answered with the first secret."""
        token = request.query.get("crc_token")
        known = secrets.all(FIELD)
        if request.method != "GET" or token is None or not known:
            return None
        said = {"response_token": signature(known[0], token.encode("utf-8", "replace"))}
        return HookReply(200, json.dumps(said).encode(), "application/json")

    def verify(self, request: HookRequest, secrets: HookSecrets, now: Millis) -> Verdict:  # noqa: ARG002
        """The signature is over the body alone, so an old call cannot be told from a new one."""
        given = request.headers.get(SIGNATURE, "").strip()
        known = [signature(each, request.body) for each in secrets.all(FIELD)]
        return "good" if given.isascii() and is_any(given, known) else "forged"

    def event_id(self, request: HookRequest) -> str:
        """The event's own id, where it has one."""
        try:
            body = parse_json(request.body)
        except NotJson:
            return ""
        return id_of(obj(body, "data"), "event_uuid") or ""

    def parse(self, raw: bytes, about: About) -> Batch:
        """The items in a body; X says for whom it is."""
        try:
            body = parse_json(raw)
        except NotJson:
            return Batch(bad=(BadItem(_("The body is not JSON."), raw),))
        return batch_of(parse_hook(body, ours_of(body, about), about.received_at))


def ours_of(body: object, about: About) -> Ours:
    """Who we are, as the body and the configuration say."""
    user = id_of(obj(body, "data", "filter"), "user_id") or (
        id_of(body, "for_user_id") if is_object(body) else None
    )
    handle = str(about.options.get("handle", ""))
    enterprise = about.options.get("enterprise") is True
    return Ours(about.channel, user or "", handle, enterprise, about.listen_only)


def signature(secret: str, body: bytes) -> str:
    """What X writes in its header over the raw body; `secret` is the app's consumer secret."""
    return f"sha256={base64_hmac(secret, body)}"


def parse_hook(body: object, ours: Ours, now: Millis) -> list[Reading | Aside]:
    """Every item in a body; what cannot be read is set apart with the reason."""
    if not is_object(body):
        return [BadItem(_("The item is not an object."), raw(body))]
    if obj(body, "data"):
        return list(read_hook(body, ours, now))
    found = [*_posts(body, ours), *_messages(body, ours), *_deleted(body, ours, now)]
    if found:
        return [*found]
    kinds = ", ".join(sorted(body))[:100]
    return [Aside(_("An event of X that asks for no answer: {kind}.", kind=kinds))]


def _posts(body: Json, ours: Ours) -> Iterator[Reading]:
    for post in _listed(body, "tweet_create_events"):
        if is_object(post) and not obj(post, "retweeted_status"):
            quoted = obj(post, "quoted_status")
            users = _users(obj(post, "user"), obj(quoted, "user"))
            included = Included(users, {id_of(quoted, "id_str") or "": _modern(quoted)}, _media(post))
            yield read_post(_modern(post), included, ours, "webhook")
        elif not is_object(post):
            yield read_post(post, Included(), ours, "webhook")


def _messages(body: Json, ours: Ours) -> Iterator[Reading]:
    people = obj(body, "users")
    users = {name: _person(each) for name, each in people.items() if is_object(each)}
    for event in _listed(body, "direct_message_events"):
        if not is_object(event):
            yield read_message(event, Included(), ours, "webhook")
        elif event.get("type") == "message_create":
            made, data = obj(event, "message_create"), obj(event, "message_create", "message_data")
            sender, target = id_of(made, "sender_id"), id_of(obj(made, "target"), "recipient_id")
            message = {
                "id": event.get("id"),
                "sender_id": sender,
                "created_at": _from_millis(event.get("created_timestamp")),
                "dm_conversation_id": "-".join(sorted((sender or "", target or ""))),
                "text": html.unescape(word(data, "text")) if "text" in data else None,
                "entities": data.get("entities"),
            }
            yield read_message(message, Included(users), ours, "webhook")


def _deleted(body: Json, ours: Ours, now: Millis) -> Iterator[Reading]:
    for each in objects(body, "tweet_delete_events"):
        status = obj(each, "status")
        if name := id_of(status):
            yield tombstone(ours.channel, ours.account, name, id_of(status, "user_id") or "", now)


def _modern(post: Json) -> Json:
    """A post of version 1.1 in the shape of version 2."""
    whole = obj(post, "extended_tweet") or post
    entities = obj(whole, "entities") or obj(post, "entities")
    answered, quoted = id_of(post, "in_reply_to_status_id_str"), id_of(post, "quoted_status_id_str")
    refs = [("replied_to", answered), ("quoted", quoted)]
    names = [{"id": id_of(each, "id_str"), "username": each.get("screen_name")} for each in _named(entities)]
    text = whole.get("full_text", post.get("text"))
    return {
        "id": post.get("id_str"),
        "author_id": obj(post, "user").get("id_str"),
        "created_at": _from_words(post.get("created_at")),
        "text": text,
        "lang": post.get("lang"),
        "conversation_id": None if answered else post.get("id_str"),
        "in_reply_to_user_id": post.get("in_reply_to_user_id_str"),
        "referenced_posts": [{"type": kind, "id": name} for kind, name in refs if name],
        "entities": {"mentions": names, "urls": entities.get("urls")},
        "attachments": {"media_keys": list(_media(post))},
    }


def _named(entities: Json) -> Sequence[Json]:
    return objects(entities, "user_mentions")


def _media(post: Json) -> dict[str, Json]:
    found = (*objects(post, "extended_entities", "media"), *objects(post, "entities", "media"))
    return {
        name: {
            "type": each.get("type"),
            "url": each.get("media_url_https"),
            "alt_text": each.get("ext_alt_text"),
        }
        for each in found
        if (name := id_of(each, "id_str"))
    }


def _users(*people: Json) -> dict[str, Json]:
    return {name: _person(each) for each in people if (name := id_of(each, "id_str"))}


def _person(user: Json) -> Json:
    avatar = user.get("profile_image_url_https")
    return {
        **(user or NOTHING),
        "username": user.get("screen_name"),
        "profile_image_url": avatar,
        "public_metrics": {"followers_count": user.get("followers_count")},
    }


def _listed(body: Json, name: str) -> list[object]:
    value = body.get(name)
    return value if isinstance(value, list) else []


def _from_words(value: object) -> str | None:
    """`Wed Oct 10 20:19:24 +0000 2018` as ISO 8601."""
    try:
        return parsedate_to_datetime(_reordered(str(value))).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _reordered(words: str) -> str:
    """As mail writes it: `Wed, 10 Oct 2018 20:19:24 +0000`."""
    parts = words.split()
    if len(parts) != 6:
        raise ValueError(words)
    weekday, month, day, time, zone, year = parts
    return f"{weekday}, {day} {month} {year} {time} {zone}"


def _from_millis(value: object) -> str | None:
    try:
        moment = int(value) if isinstance(value, int | str) else -1
        return to_datetime(moment).isoformat() if moment >= 0 else None
    except (ValueError, OverflowError):
        return None
