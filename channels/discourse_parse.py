"""Discourse's posts made into the desk's items, from the API and from its webhooks; no network.

Source: docs.discourse.org (OpenAPI) and its webhook serializers: a webhook's body is `{"post": {...}}` of the
same shape, with the topic's name. A reply names the number of the post it answers, not its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from channels.base import Batch
from channels.fields import (
    Json,
    Reading,
    batch_of,
    fingerprint,
    id_of,
    in_private,
    is_object,
    iso,
    need_author,
    need_id,
    need_time,
    number,
    obj,
    only_listens,
    raw,
    read,
    tombstone,
    word,
)
from channels.hooks import About, HookReply, HookRequest, HookSecrets, Verdict, hex_hmac, is_any
from channels.html import to_text
from channels.http_answer import NotJson, parse_json
from domain.clock import Millis
from domain.inbound import Aside, BadItem, Cap, ContactRef, Echo, Inbound, InboundKind, Visibility
from domain.text import clean_for_store
from i18n import _

TOPIC: Final = "topic:"
SIGNATURE: Final = "x-discourse-event-signature"
EVENT: Final = "x-discourse-event-id"
FIELD: Final = "webhook_secret"


@dataclass(frozen=True, slots=True)
class Ours:
    """Who we are on which forum."""

    channel: str
    username: str
    server: str
    listen_only: bool = False

    @property
    def account(self) -> str:
        """Our name there."""
        return f"@{self.username}" if self.username else ""


def read_post(entry: object, ours: Ours, source: str, parents: Mapping[str, str], now: Millis) -> Reading:
    """A post as the item it is to us. `parents` knows ids by `topic/number`."""
    if is_object(entry) and is_gone(entry) and (name := id_of(entry)):
        return tombstone(ours.channel, ours.account, name, word(entry, "username"), now)
    return read(entry, lambda post: _post(post, ours, source, parents))


def is_gone(post: Json) -> bool:
    """Whether its author or a moderator took it away."""
    return post.get("user_deleted") is True or isinstance(post.get("deleted_at"), str)


def is_private(post: Json) -> bool:
    """Whether it stands in a private conversation."""
    return word(post, "topic_archetype") == "private_message" or word(post, "archetype") == "private_message"


def post_number(post: Json, name: str = "post_number") -> int | None:
    """The number of a post in its topic; some answers write it as text."""
    value = post.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return number(post, name)


def place(post: Json, name: str = "post_number") -> str:
    """Topic and number, as `parents` knows them; empty where there is none."""
    topic, found = id_of(post, "topic_id"), post_number(post, name)
    return f"{topic}/{found}" if topic and found is not None else ""


def _post(post: Json, ours: Ours, source: str, parents: Mapping[str, str]) -> Inbound | Echo:
    remote_id, author = need_id(post), need_author(post, "username")
    created_at, topic = need_time(iso(post, "created_at")), need_id(post, "topic_id")
    text, parent = _text(post), parents.get(place(post, "reply_to_post_number"))
    thread, mine = f"{TOPIC}{topic}", post_number(post)
    link = f"{ours.server}/t/{quote(word(post, 'topic_slug') or '-', safe='')}/{topic}/{mine or 1}"
    if author.lower() == ours.username.lower():
        return Echo(remote_id, parent, thread, text, created_at, link)
    visibility: Visibility = "private" if is_private(post) else "public"
    edited = iso(post, "updated_at") if (number(post, "version") or 1) > 1 else None
    answers_us = word(obj(post, "reply_to_user"), "username").lower() == ours.username.lower() != ""
    return Inbound(
        channel=ours.channel,
        account=ours.account,
        remote_id=remote_id,
        kind="dm" if visibility == "private" else "reply" if answers_us else _kind(text, ours, mine),
        visibility=visibility,
        thread_key=thread,
        author=ContactRef(author, author, word(post, "name"), _avatar(post, ours)),
        text=text,
        created_at=created_at,
        revision=fingerprint(text),
        parent_id=parent,
        parent_ref={"topic": topic, "number": mine, "private": visibility == "private"},
        edited_at=edited,
        permalink=link,
        source=source,
        can_reply_public=_cap(ours, in_private() if visibility == "private" else ""),
        can_reply_private=_cap(ours, ""),
        raw=raw(post),
    )


def _kind(text: str, ours: Ours, mine: int | None) -> InboundKind:
    if ours.username and f"@{ours.username}".lower() in text.lower():
        return "mention"
    return "post" if mine == 1 else "comment"


def _text(post: Json) -> str:
    """As it was written; the rendered text where that is all there is. A topic begins with its title."""
    written = post.get("raw")
    text = written if isinstance(written, str) else to_text(word(post, "cooked"))
    title = word(post, "topic_title")
    if post_number(post) == 1 and title:
        text = f"{title}\n\n{text}"
    return clean_for_store(text.strip())


def _avatar(post: Json, ours: Ours) -> str | None:
    template = word(post, "avatar_template").replace("{size}", "96")
    if template.startswith("https://"):
        return template
    return f"{ours.server}{template}" if template.startswith("/") else None


def _cap(ours: Ours, reason: str) -> Cap:
    reason = only_listens() if ours.listen_only else reason
    return Cap(ok=not reason, reason=reason)


class DiscourseHook:
    """A forum's calls; satisfies `channels.hooks.Hook`."""

    def handshake(self, request: HookRequest, secrets: HookSecrets) -> HookReply | None:  # noqa: ARG002
        """There is none: a ping is a call as any other."""
        return None

    def verify(self, request: HookRequest, secrets: HookSecrets, now: Millis) -> Verdict:  # noqa: ARG002
        """The signature is over the body alone; an old call is known again by its event id."""
        given = request.headers.get(SIGNATURE, "").strip()
        known = [f"sha256={hex_hmac(each, request.body)}" for each in secrets.all(FIELD)]
        return "good" if given.isascii() and is_any(given, known) else "forged"

    def event_id(self, request: HookRequest) -> str:
        """The forum numbers its calls."""
        return request.headers.get(EVENT, "")[:100]

    def parse(self, raw: bytes, about: About) -> Batch:
        """The post in it."""
        try:
            body = parse_json(raw)
        except NotJson:
            return Batch(bad=(BadItem(_("The body is not JSON."), raw),))
        server = str(about.options.get("server", ""))
        ours = Ours(about.channel, str(about.options.get("username", "")), server, about.listen_only)
        return batch_of(read_hook(body, ours, about.received_at))


def read_hook(body: object, ours: Ours, now: Millis) -> list[Reading | Aside]:
    """What a webhook's body says."""
    if not is_object(body):
        return [BadItem(_("The item is not an object."), raw(body))]
    if "post" in body:
        return [read_post(body["post"], ours, "webhook", {}, now)]
    kinds = ", ".join(sorted(body))[:80]
    return [Aside(_("A call of the forum that asks for no answer: {kind}.", kind=kinds))]
