"""What arrives from a channel, in one shape for every platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from domain.clock import Millis

InboundKind = Literal["mention", "comment", "reply", "quote", "dm", "review", "post", "mail"]
Visibility = Literal["public", "unlisted", "private"]


@dataclass(frozen=True, slots=True)
class Cap:
    """Whether something can be done, and why not."""

    ok: bool = True
    reason: str = ""
    """For a person, in words; empty when ok."""

    until: Millis | None = None
    """End of the platform's window, where it has one."""

    needs: str | None = None
    """What is allowed after `until`: `template` (approved ones only), `human_agent` (typed by a person)."""

    needed_until: Millis | None = None
    """When that ends too; None where it does not."""


@dataclass(frozen=True, slots=True)
class ContactRef:
    """Who wrote, as the platform names them."""

    remote_id: str
    """The platform's stable id (a DID, an account id); opaque text, never a number."""

    handle: str
    name: str = ""
    avatar_url: str | None = None
    profile: Mapping[str, str] = field(default_factory=dict)
    """What the channel said of them: bio, followers, link."""

    alt_ids: Mapping[str, str] = field(default_factory=dict)
    """Other ids under which the platform may name them, by kind; none of them is sure to stay."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or file that came with a message; named, never fetched by itself."""

    kind: Literal["image", "video", "audio", "file"]
    url: str
    mime: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One inbound item. `(channel, account, remote_id)` is unique; another revision of it is an edit."""

    channel: str
    """The configured channel's id, such as `mastodon-gemeente`."""

    account: str
    """Our account on it, such as `@gemeente@social.overheid.nl`."""

    remote_id: str
    kind: InboundKind
    visibility: Visibility
    thread_key: str
    """Groups one conversation: the public thread's root, or the private chat."""

    author: ContactRef
    text: str
    created_at: Millis
    revision: str
    """Changes when the text changes; a hash or the platform's edit stamp."""

    parent_id: str | None = None
    root_id: str | None = None
    parent_ref: Mapping[str, object] | None = None
    """What a reply to this item needs beside its id, such as Bluesky's uri and cid pairs."""

    lang: str | None = None
    attachments: tuple[Attachment, ...] = ()
    rating: int | None = None
    edited_at: Millis | None = None
    """When its text became this; `created_at` says that it never changed, None that nobody tells."""

    deleted: bool = False
    permalink: str | None = None
    source: str = ""
    """Which listening found it: `mentions`, `search:<query>`, `stream`, `import`."""

    can_reply_public: Cap = field(default_factory=Cap)
    can_reply_private: Cap = field(default_factory=Cap)
    raw: bytes = b""
    """The exact source, for audit and re-parsing."""


@dataclass(frozen=True, slots=True)
class BadItem:
    """An item that could not be read; it goes to quarantine and stops nothing."""

    reason: str
    """One sentence: what was wrong, where."""

    raw: bytes
    remote_id: str | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that was understood and asks nothing of a desk: a like, a receipt, news of the app itself."""

    reason: str
    """One sentence: what it is."""

    remote_id: str | None = None


@dataclass(frozen=True, slots=True)
class SendStatus:
    """The platform's later word on something that we sent."""

    remote_id: str
    """Of what we sent."""

    state: Literal["sent", "delivered", "read", "failed"]
    at: Millis
    key: str = ""
    """`Prepared.key`, where the platform repeats it."""

    sentence: str = ""
    """Why it failed, for a person."""

    recipient: str = ""
    """To whom it was, as the platform names them."""


@dataclass(frozen=True, slots=True)
class Echo:
    """Something our own account posted, found on the platform: ours, or a colleague outside the desk."""

    remote_id: str
    parent_id: str | None
    thread_key: str
    text: str
    created_at: Millis
    permalink: str | None = None
