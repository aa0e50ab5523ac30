"""What a Facebook Page's webhook says of comments, posts, mentions and ratings.

Source: Meta's reference of the webhook object `page` (fields `feed`, `mention`, `ratings`), and bodies that
others recorded; ids come as numbers in older versions and as text in newer ones, authors as
`sender_id`/`sender_name` or as `from`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from channels.hook_reading import (
    Json,
    Reading,
    Unreadable,
    id_of,
    moment_of,
    obj,
    picture,
    raw_of,
    revision,
    word,
)
from channels.hooks import About
from channels.meta_words import author_unknown, only_listens, other_news, text_missing
from domain.clock import DAY, Millis
from domain.inbound import Aside, Attachment, Cap, ContactRef, Echo, Inbound, InboundKind
from i18n import _

PRIVATE_REPLY: Final[Millis] = 7 * DAY
"""How long after a comment its author can be written to, once (Meta, Private Replies, 16 April 2026)."""

_WRITTEN: Final = frozenset(
    {"comment", "post", "status", "photo", "video", "share", "album", "link", "event"}
)
_NEW: Final = frozenset({"add", "edit", "edited", ""})
_FIELDS: Final = frozenset({"feed", "mention", "ratings"})


@dataclass(frozen=True, slots=True)
class Page:
    """Whose webhook it is."""

    id: str
    about: About
    told_at: Millis
    """When Facebook says that it happened; when we received it, where it does not."""


def read_change(change: Json, page: Page, reading: Reading) -> None:
    """One entry of `changes`. Raises Unreadable."""
    name = word(change, "field")
    value = obj(change.get("value"))
    if name not in _FIELDS:
        reading.take(other_news(name))
        return
    item, verb = word(value, "item"), word(value, "verb")
    if item in {"like", "reaction"}:
        kind = word(value, "reaction_type") or item
        reading.take(Aside(_("A reaction ({kind}): nothing to answer.", kind=kind), _id(value) or None))
    elif item == "rating":
        reading.take(_rating(value, verb, page))
    elif item in _WRITTEN or (not item and word(value, "message")):
        reading.take(_written(value, name, verb, page))
    else:
        raise Unreadable(_("News of a kind that is not known: {kind}.", kind=f"{name} {item} {verb}".strip()))


def _written(value: Json, name: str, verb: str, page: Page) -> Inbound | Echo | Aside:
    remote_id = _id(value)
    if not remote_id:
        raise Unreadable(_("It has no readable {name}.", name="comment_id"))
    if verb not in _NEW | {"remove", "delete"}:
        return Aside(_("Changed on the Page: {what}, {verb}.", what=_what(value), verb=verb), remote_id)
    author = _author(value, remote_id, page)
    if author.remote_id == page.id and name != "mention":
        return _ours(value, remote_id, verb, page)
    return _inbound(value, remote_id, name, verb, author, page)


def _inbound(value: Json, remote_id: str, name: str, verb: str, author: ContactRef, page: Page) -> Inbound:
    created_at = moment_of(value, "created_time") or page.told_at
    attachments = _attachments(value)
    text = word(value, "message") or _in_words(value, attachments)
    gone, edited = verb in {"remove", "delete"}, verb in {"edit", "edited"}
    comment = word(value, "item") == "comment"
    kind: InboundKind = "mention" if name == "mention" else "comment" if comment else "post"
    return Inbound(
        channel=page.about.channel,
        account=page.id,
        remote_id=remote_id,
        kind=kind,
        visibility="public",
        thread_key=id_of(value, "post_id") or remote_id,
        author=author,
        text="" if gone else text,
        created_at=created_at,
        revision="deleted" if gone else revision(text, [each.url.partition("?")[0] for each in attachments]),
        parent_id=_parent(value, remote_id),
        root_id=id_of(value, "post_id") or None,
        parent_ref={"comment": comment, "at": created_at},
        attachments=attachments,
        edited_at=page.told_at if edited else None,
        deleted=gone,
        permalink=_permalink(value, remote_id),
        source="webhook",
        can_reply_public=only_listens(page.about) or Cap(),
        can_reply_private=only_listens(page.about) or _private(created_at, comment=comment),
        raw=raw_of(value),
    )


def _private(created_at: Millis, *, comment: bool) -> Cap:
    if comment:
        return Cap(until=created_at + PRIVATE_REPLY)
    return Cap(ok=False, reason=_("Only who wrote a comment can be written to in private; answer in public."))


def _ours(value: Json, remote_id: str, verb: str, page: Page) -> Echo | Aside:
    """The Page itself wrote: a colleague, or we."""
    text = word(value, "message")
    if verb in {"remove", "delete"} or not text:
        did = verb or "add"
        return Aside(_("The Page itself did this: {what}, {verb}.", what=_what(value), verb=did), remote_id)
    return Echo(
        remote_id=remote_id,
        parent_id=_parent(value, remote_id),
        thread_key=id_of(value, "post_id") or remote_id,
        text=text,
        created_at=moment_of(value, "created_time") or page.told_at,
        permalink=_permalink(value, remote_id),
    )


def _rating(value: Json, verb: str, page: Page) -> Inbound:
    remote_id = id_of(value, "open_graph_story_id", "review_id", "post_id")
    if not remote_id:
        raise Unreadable(_("It has no readable {name}.", name="open_graph_story_id"))
    stars = value.get("rating")
    rating = stars if isinstance(stars, int) and not isinstance(stars, bool) and 1 <= stars <= 5 else None
    opinion = {"POSITIVE": _("Recommends us."), "NEGATIVE": _("Does not recommend us.")}.get(
        word(value, "recommendation_type").upper(), ""
    )
    text = word(value, "review_text") or opinion or _("(A rating without words.)")
    gone = verb in {"remove", "delete"}
    created_at = moment_of(value, "created_time") or page.told_at
    return Inbound(
        channel=page.about.channel,
        account=page.id,
        remote_id=remote_id,
        kind="review",
        visibility="public",
        thread_key=remote_id,
        author=_author(value, remote_id, page),
        text="" if gone else text,
        created_at=created_at,
        revision="deleted" if gone else revision(text, rating),
        parent_ref={"comment": False, "at": created_at},
        rating=None if gone else rating,
        edited_at=page.told_at if verb in {"edit", "edited"} else None,
        deleted=gone,
        source="webhook",
        can_reply_public=only_listens(page.about) or Cap(),
        can_reply_private=only_listens(page.about)
        or Cap(ok=False, reason=_("Nobody can be written to from a review; answer under it.")),
        raw=raw_of(value),
    )


def _id(value: Json) -> str:
    if word(value, "item") == "comment" or id_of(value, "comment_id"):
        return id_of(value, "comment_id")
    return id_of(value, "post_id", "photo_id", "video_id", "share_id", "album_id")


def _parent(value: Json, remote_id: str) -> str | None:
    parent = id_of(value, "parent_id", "post_id")
    return parent if parent and parent != remote_id else None


def _author(value: Json, remote_id: str, page: Page) -> ContactRef:
    """By `from`, `sender` or `reviewer`; a mention names nobody, but a post's id begins with its author's."""
    person = obj(value.get("from"))
    who = id_of(person, "id") or id_of(value, "sender_id", "reviewer_id", "user_id")
    name = word(person, "name") or word(value, "sender_name", "reviewer_name")
    if not who:
        owner, line, _rest = id_of(value, "post_id").partition("_")
        who = owner if line and owner != page.id else f"unknown:{remote_id}"
    return ContactRef(remote_id=who, handle=name or author_unknown("Facebook"), name=name)


def _attachments(value: Json) -> tuple[Attachment, ...]:
    found = [
        picture("image", value.get("photo")),
        picture("video", value.get("video")),
        picture("image", value.get("link")) if word(value, "item") in {"photo", "album"} else None,
        picture("video", value.get("link")) if word(value, "item") == "video" else None,
    ]
    more = value.get("photos")
    found += [picture("image", each) for each in more] if isinstance(more, list) else []
    return tuple(each for each in found if each is not None)


def _in_words(value: Json, attachments: tuple[Attachment, ...]) -> str:
    """What stands where no text came along."""
    link = word(value, "link")
    if attachments:
        return _("(A picture or film without words.)")
    return link or text_missing("Facebook")


def _permalink(value: Json, remote_id: str) -> str | None:
    address = word(obj(value.get("post")), "permalink_url") or word(value, "permalink_url")
    if address.startswith("https://"):
        return address
    return f"https://www.facebook.com/{remote_id}" if "_" in remote_id and remote_id.isascii() else None


def _what(value: Json) -> str:
    words = {
        "comment": _("a comment"), "post": _("a post"), "status": _("a post"), "photo": _("a photo"),
        "video": _("a film"), "share": _("a shared post"), "album": _("an album"),
    }  # fmt: skip
    return words.get(word(value, "item"), _("something"))
