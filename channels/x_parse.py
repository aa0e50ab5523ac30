"""X's shapes made into the desk's: posts, direct messages, activity events; no network.

Source: the OpenAPI document of API v2 (August 2026), which says `post` where earlier answers say `tweet`;
both are read. An edited post has a new id and the chain of the old ones; the first of them names the item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from channels.fields import (
    NOTHING,
    Json,
    Reading,
    fingerprint,
    id_of,
    in_private,
    is_object,
    iso,
    need_author,
    need_id,
    need_text,
    need_time,
    normalised,
    number,
    obj,
    objects,
    only_listens,
    raw,
    read,
    tombstone,
    web,
    word,
)
from domain.clock import Millis
from domain.inbound import Aside, Attachment, Cap, ContactRef, Echo, Inbound, InboundKind
from i18n import _

DIRECT: Final = "dm:"
"""Begins the thread key of a private talk; the other person's id follows, or a group's."""

_LEADING_MENTIONS = re.compile(r"^\s*(?:@\w{1,20}\s+)+")
_MEDIA: Final[Mapping[str, Literal["image", "video"]]] = {
    "photo": "image",
    "video": "video",
    "animated_gif": "video",
}


@dataclass(frozen=True, slots=True)
class Ours:
    """Who we are, for whom an item is read."""

    channel: str
    user_id: str
    username: str
    enterprise: bool = False
    """True where X lets us answer people who did not name us."""

    listen_only: bool = False

    @property
    def account(self) -> str:
        """Our name on X."""
        return f"@{self.username}" if self.username else ""


@dataclass(frozen=True, slots=True)
class Included:
    """What came along with an answer, by id."""

    users: Mapping[str, Json] = field(default_factory=dict)
    posts: Mapping[str, Json] = field(default_factory=dict)
    media: Mapping[str, Json] = field(default_factory=dict)

    @staticmethod
    def of(answer: Json) -> Included:
        """From the `includes` of an answer."""
        includes = obj(answer, "includes")
        posts = (*objects(includes, "posts"), *objects(includes, "tweets"))
        return Included(
            {name: each for each in objects(includes, "users") if (name := id_of(each))},
            {name: each for each in posts if (name := id_of(each))},
            {name: each for each in objects(includes, "media") if (name := id_of(each, "media_key"))},
        )


def read_post(
    entry: object, included: Included, ours: Ours, source: str, *, summoned: bool = False
) -> Reading:
    """A post as the item it is to us; `summoned` where X itself says that it names or quotes us."""
    return read(entry, lambda post: _post(post, included, ours, source, summoned=summoned))


def read_message(entry: object, included: Included, ours: Ours, source: str) -> Reading:
    """A direct message as the item it is to us."""
    return read(entry, lambda event: _message(event, included, ours, source))


def read_hook(body: Json, ours: Ours, now: Millis) -> Iterator[Reading | Aside]:
    """The items of a webhook's body or of an event of the activity stream: those that name or answer us."""
    data = obj(body, "data")
    event, payload = word(data, "event_type"), data.get("payload")
    included = Included.of(data if obj(data, "includes") else body)
    if event.startswith("post.") and event.endswith(".create"):
        named = event in {"post.mention.create", "post.quote.create"}
        yield read_post(payload, included, ours, f"webhook:{event}", summoned=named)
    elif event in {"dm.received", "dm.sent"}:
        yield read_message(payload, included, ours, f"webhook:{event}")
    elif event == "post.delete" and is_object(payload) and (name := id_of(payload)):
        yield tombstone(ours.channel, ours.account, name, id_of(payload, "author_id") or "", now)
    else:
        yield Aside(
            _("An event of X that asks for no answer: {kind}.", kind=event[:60]), id_of(data, "event_uuid")
        )


def first_id(post: Json) -> str | None:
    """The id under which a post was first made; an edit has another."""
    for name in ("edit_history_post_ids", "edit_history_tweet_ids"):
        chain = post.get(name)
        if isinstance(chain, list) and chain and isinstance(chain[0], str) and chain[0].isdigit():
            return chain[0]
    return id_of(post)


def referenced(post: Json, kind: str) -> str | None:
    """The id of the post that it answers (`replied_to`) or quotes (`quoted`)."""
    for name in ("referenced_posts", "referenced_tweets"):
        for each in objects(post, name):
            if each.get("type") == kind:
                return id_of(each)
    return None


def text_of(post: Json) -> str:
    """The whole text with links as they lead; raises Unreadable where there is none."""
    note = next((found for name in ("note_post", "note_tweet") if (found := obj(post, name))), NOTHING)
    whole = note if word(note, "text") else post
    text = need_text(whole, "text")
    for link in (*objects(whole, "entities", "urls"), *objects(post, "entities", "urls")):
        short, long = word(link, "url"), web(link, "expanded_url")
        if short.startswith("https://t.co/") and long:
            text = text.replace(short, "" if "media_key" in link else long)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").rstrip()


def same_words(one: str, other: str) -> bool:
    """Whether two texts are one reply: X puts the mentions before it."""
    return normalised(_LEADING_MENTIONS.sub("", one)) == normalised(_LEADING_MENTIONS.sub("", other))


def _post(post: Json, included: Included, ours: Ours, source: str, *, summoned: bool) -> Inbound | Echo:
    tweet_id, author_id = need_id(post), need_author(post, "author_id")
    remote_id = first_id(post) or tweet_id
    created_at, text = need_time(iso(post, "created_at")), text_of(post)
    thread, parent = id_of(post, "conversation_id"), referenced(post, "replied_to")
    author = _contact(author_id, included)
    known = author.handle if author_id in included.users else "i"
    permalink = f"https://x.com/{known}/status/{tweet_id}"
    if author_id == ours.user_id:
        return Echo(remote_id, parent, thread or parent or remote_id, text, created_at, permalink)
    summoned = summoned or ours.enterprise or _summons(post, included, ours)
    attachments = tuple(_attachments(post, included))
    return Inbound(
        channel=ours.channel,
        account=ours.account,
        remote_id=remote_id,
        kind=_kind(post, included, ours),
        visibility="public",
        thread_key=thread or parent or remote_id,
        author=author,
        text=text,
        created_at=created_at,
        revision=fingerprint(tweet_id, text, *(each.alt for each in attachments)),
        parent_id=parent,
        root_id=thread,
        parent_ref={"post": tweet_id, "summoned": summoned},
        lang=word(post, "lang")[:35] or None,
        attachments=attachments,
        edited_at=created_at if remote_id != tweet_id else None,
        permalink=permalink,
        source=source,
        can_reply_public=_public(ours, summoned=summoned),
        can_reply_private=_private(included.users.get(author_id, NOTHING), ours),
        raw=raw(post),
    )


def _message(event: Json, included: Included, ours: Ours, source: str) -> Inbound | Echo:
    remote_id, sender = need_id(event), need_author(event, "sender_id")
    created_at, text = need_time(iso(event, "created_at")), text_of(event)
    talk = id_of(event, "dm_conversation_id") or sender
    people = talk.split("-")
    peer = next((each for each in people if each != ours.user_id), sender)
    thread = f"{DIRECT}{peer if len(people) == 2 else talk}"
    if sender == ours.user_id:
        return Echo(remote_id, None, thread, text, created_at)
    return Inbound(
        channel=ours.channel,
        account=ours.account,
        remote_id=remote_id,
        kind="dm",
        visibility="private",
        thread_key=thread,
        author=_contact(sender, included),
        text=text,
        created_at=created_at,
        revision=fingerprint(text),
        parent_ref={"talk": talk} if len(people) != 2 else None,
        attachments=tuple(_attachments(event, included)),
        source=source,
        can_reply_public=Cap(ok=False, reason=in_private()),
        can_reply_private=Cap(ok=not ours.listen_only, reason=only_listens() if ours.listen_only else ""),
        raw=raw(event),
    )


def _kind(post: Json, included: Included, ours: Ours) -> InboundKind:
    if id_of(post, "in_reply_to_user_id") == ours.user_id:
        return "reply"
    if _quotes(post, included, ours):
        return "quote"
    return "mention" if _names(post, ours) else "post"


def _summons(post: Json, included: Included, ours: Ours) -> bool:
    return _names(post, ours) or _quotes(post, included, ours)


def _names(post: Json, ours: Ours) -> bool:
    named = (*objects(post, "entities", "mentions"), *objects(post, "note_post", "entities", "mentions"))
    return any(
        id_of(each) == ours.user_id or word(each, "username").lower() == ours.username.lower()
        for each in named
    )


def _quotes(post: Json, included: Included, ours: Ours) -> bool:
    quoted = referenced(post, "quoted")
    return id_of(included.posts.get(quoted or "", NOTHING), "author_id") == ours.user_id


def _public(ours: Ours, *, summoned: bool) -> Cap:
    if ours.listen_only:
        return Cap(ok=False, reason=only_listens())
    return Cap() if summoned else Cap(ok=False, reason=not_summoned())


def not_summoned() -> str:
    """X's rule since 23 February 2026 for accounts without an enterprise contract."""
    return _("can't answer in public: the author did not mention you (X, self-serve)")


def _private(user: Json, ours: Ours) -> Cap:
    if ours.listen_only:
        return Cap(ok=False, reason=only_listens())
    if user.get("receives_your_dm") is False:
        return Cap(ok=False, reason=_("This person takes no private messages from us."))
    return Cap()


def _contact(user_id: str, included: Included) -> ContactRef:
    user = included.users.get(user_id, NOTHING)
    followers = number(obj(user, "public_metrics"), "followers_count")
    said = {"bio": word(user, "description"), "place": word(user, "location")}
    profile = {name: value for name, value in said.items() if value}
    if followers is not None:
        profile["followers"] = str(followers)
    avatar = web(user, "profile_image_url")
    handle = word(user, "username") or user_id
    return ContactRef(user_id, handle, word(user, "name"), avatar, profile)


def _attachments(post: Json, included: Included) -> Iterator[Attachment]:
    keys = obj(post, "attachments").get("media_keys")
    for key in _texts(keys):
        media = included.media.get(key, NOTHING)
        address = web(media, "url") or web(media, "preview_image_url")
        if address:
            yield Attachment(_MEDIA.get(word(media, "type"), "file"), address, alt=word(media, "alt_text"))


def _texts(value: object) -> Sequence[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
