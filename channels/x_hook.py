"""X's webhooks: the challenge, the signature, and what stands in the bodies of its two kinds.

Sources: docs.x.com, "Webhooks" and "X Activity API" (August 2026): a body of the Activity API has one event
in `data`; one of the older Account Activity API has lists of posts and messages in the shape of version 1.1.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from typing import Final

from channels.fields import NOTHING, Json, Reading, id_of, is_object, obj, objects, raw, tombstone, word
from channels.x_parse import Included, Ours, read_hook, read_message, read_post
from domain.clock import Millis, to_datetime
from domain.inbound import BadItem
from i18n import _

SIGNATURE: Final = "x-twitter-webhooks-signature"


def challenge(secret: str, token: str) -> dict[str, str]:
    """The answer to X's check (CRC), to be given as JSON."""
    return {"response_token": signature(secret, token.encode("utf-8", "replace"))}


def signature(secret: str, body: bytes) -> str:
    """What X writes in its header over the raw body; `secret` is the app's consumer secret."""
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def is_signed(secrets: Sequence[str], body: bytes, said: str) -> bool:
    """Whether one of the secrets made the header, compared in constant time."""
    given = said.strip().encode("utf-8", "replace")
    matching = [hmac.compare_digest(signature(each, body).encode(), given) for each in secrets]
    return any(matching)


def parse_hook(body: object, ours: Ours, now: Millis) -> list[Reading]:
    """Every item in a body; what cannot be read is set apart with the reason."""
    if not is_object(body):
        return [BadItem(_("The item is not an object."), raw(body))]
    if obj(body, "data"):
        return list(read_hook(body, ours, now))
    found = [*_posts(body, ours), *_messages(body, ours), *_deleted(body, ours, now)]
    return found or [BadItem(_("An event of a kind that is not read here."), raw(body))]


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
