"""Instagram's comments and mentions, as its webhook brings them (object `instagram`, field by field).

Source: Meta's reference of Instagram webhooks. A live comment may name neither author nor media; a mention
names only ids, and its words have to be fetched.
"""

from __future__ import annotations

from channels.hook_reading import Json, Reading, id_of, moment_of, needed_id, obj, raw_of, revision, word
from channels.hooks import About
from channels.meta_messages import Account
from channels.meta_page import PRIVATE_REPLY
from channels.meta_words import author_unknown, only_listens, other_news, text_missing
from domain.inbound import Cap, ContactRef, Echo, Inbound
from i18n import _

COMMENTS = frozenset({"comments", "live_comments"})


def read_change(change: Json, account: Account, reading: Reading) -> None:
    """One entry of `changes`. Raises Unreadable."""
    name, value = word(change, "field"), obj(change.get("value"))
    if name in COMMENTS:
        reading.take(_comment(value, account, live=name == "live_comments"))
    elif name == "mentions":
        reading.take(_mention(value, account))
    else:
        reading.take(other_news(name))


def _comment(value: Json, account: Account, *, live: bool) -> Inbound | Echo:
    remote_id = needed_id(value, "id", "comment_id")
    media = id_of(obj(value.get("media")), "id")
    parent = id_of(value, "parent_id")
    created_at = moment_of(value, "timestamp", "created_time") or account.told_at
    author = _author(value, remote_id)
    text = word(value, "text") or text_missing("Instagram")
    thread = media or parent or remote_id
    if author.remote_id == account.id:
        return Echo(remote_id, parent or media or None, thread, text, created_at)
    return Inbound(
        channel=account.about.channel,
        account=account.id,
        remote_id=remote_id,
        kind="comment",
        visibility="public",
        thread_key=thread,
        author=author,
        text=text,
        created_at=created_at,
        revision=revision(text),
        parent_id=parent or media or None,
        root_id=media or None,
        parent_ref={"comment": remote_id, "at": created_at, "live": live},
        source="webhook",
        can_reply_public=only_listens(account.about) or Cap(),
        can_reply_private=_private(account.about, created_at, live=live),
        raw=raw_of(value),
    )


def _private(about: About, created_at: int, *, live: bool) -> Cap:
    """Once, within seven days; under a live broadcast only while it lasts, which nobody tells us."""
    shut = only_listens(about)
    if shut is not None or not live:
        return shut or Cap(until=created_at + PRIVATE_REPLY)
    return Cap(reason=_("Only during the broadcast."))


def _mention(value: Json, account: Account) -> Inbound:
    comment, media = id_of(value, "comment_id"), id_of(value, "media_id")
    remote_id = comment or needed_id(value, "media_id")
    text = word(value, "text") or _("(Mentioned us.)") + " " + text_missing("Instagram")
    return Inbound(
        channel=account.about.channel,
        account=account.id,
        remote_id=remote_id,
        kind="mention",
        visibility="public",
        thread_key=media or remote_id,
        author=_author(value, remote_id),
        text=text,
        created_at=moment_of(value, "timestamp") or account.told_at,
        revision=revision(text),
        parent_id=media if comment and media else None,
        parent_ref={"mention": comment or None, "media": media or None, "at": account.told_at},
        source="webhook",
        can_reply_public=only_listens(account.about) or Cap(),
        can_reply_private=Cap(
            ok=False, reason=_("Who mentioned us elsewhere can be answered in public only.")
        ),
        raw=raw_of(value),
    )


def _author(value: Json, remote_id: str) -> ContactRef:
    person = obj(value.get("from"))
    name = word(person, "username") or word(value, "username")
    who = id_of(person, "id", "self_ig_scoped_id") or (f"@{name}" if name else f"unknown:{remote_id}")
    return ContactRef(remote_id=who, handle=name or author_unknown("Instagram"), name=word(person, "name"))
