"""The people of the practice platform: what they wrote, and what they answer to us."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import takewhile
from random import Random
from typing import Final

from channels.practice.day import ScriptedMention, script
from channels.practice.ledger import Posted
from channels.practice.people import Outcome, Person, answer_text, helpfulness, plain, reaction
from domain.clock import DAY, HOUR, MINUTE, SECOND, Millis
from domain.inbound import Cap, ContactRef, Inbound, InboundKind
from i18n import _

ACCOUNT: Final = "@heldervonk"
_KINDS: Final[dict[str, InboundKind]] = {
    "dm": "dm",
    "pm": "dm",
    "fb": "comment",
    "ig": "comment",
    "fo": "post",
    "rv": "review",
}
_HOSTS: Final = {
    "x": "x",
    "ms": "mastodon",
    "bs": "bluesky",
    "fb": "facebook",
    "ig": "instagram",
    "fo": "forum",
    "rv": "reviews",
}
TEMPLATES_AFTER: Final[Millis] = 6 * HOUR
"""How long a private message at the place `pm` is open for free text; then only approved templates go out."""

_SAYS_LANGUAGE: Final = frozenset({"x", "ms", "bs"})
_AFTERWARDS: Final[dict[Outcome, tuple[str, str]]] = {
    "relief": ("compliment", "positive"),
    "thanks": ("spam", "positive"),  # said goodbye: as deaf as a spammer
    "neutral": ("question", "neutral"),
    "anger": ("complaint", "negative"),
    "troll": ("spam", "negative"),
}
"""What an answer counts as, when we answer it in turn: kind and sentiment."""


def scripted_inbound(channel: str, day: int, mention: ScriptedMention, at: Millis) -> Inbound:
    """A line of the script as it arrives."""
    remote_id = f"p{day}-{mention.id}"
    root = f"p{day}-{_root(mention).id}"
    private = mention.private
    return Inbound(
        channel=channel,
        account=ACCOUNT,
        remote_id=remote_id,
        kind=_KINDS.get(mention.place[:2], "mention"),
        visibility="private" if private else "public",
        thread_key=_chat_key(mention) if private else root,
        author=_author(mention),
        text=mention.text,
        created_at=at,
        revision=_revision(mention.text),
        parent_id=None if root == remote_id else root,
        parent_ref=_parent_ref(mention, at),
        root_id=root,
        lang=mention.lang if mention.place in _SAYS_LANGUAGE else None,
        rating=mention.rating,
        permalink=None if private else _permalink(mention, remote_id),
        source="mentions" if private or ACCOUNT in mention.text.casefold() else "search:heldervonk",
        can_reply_public=_public_cap(mention),
        can_reply_private=_private_cap(mention, at),
        raw=mention.text.encode("utf-8", "replace"),
    )


@dataclass(frozen=True, slots=True)
class _Voice:
    """Somebody whom we may answer: who they are, and what they said last."""

    origin: ScriptedMention
    person: Person


class Town:
    """Hears our posts in their order and works out who answers what, and when."""

    def __init__(self, channel: str, seed: int, speed: float) -> None:
        self._channel = channel
        self._seed = seed
        self._speed = speed
        self._scripted = {mention.id: mention for mention in script()}
        self._voices: dict[str, _Voice] = {}
        self._said: set[str] = set()
        self._heard = 0
        self._answers: list[tuple[Millis, str, Inbound]] = []

    def hear(self, posts: tuple[Posted, ...]) -> None:
        """Take in the posts that are new since the last time."""
        if len(posts) < self._heard:
            self._heard = 0
        for post in posts[self._heard :]:
            self._consider(post)
        self._heard = len(posts)

    def answers(self, now: Millis) -> Iterator[Inbound]:
        """All answers up to this moment, by moment and id."""
        return (item for _at, _id, item in takewhile(lambda entry: entry[0] <= now, self._answers))

    def _consider(self, post: Posted) -> None:
        voice = self._voice(post.parent_id)
        if voice is None:
            return
        chance = Random(f"{self._seed}:{post.parent_id}:{post.text}")  # noqa: S311 - a die, no secret
        helped = helpfulness(post.text, voice.person, sent_before=self._said)
        self._said.add(plain(post.text, voice.person.name))
        outcome = reaction(voice.person, helped.score, chance)
        if outcome is None:
            return
        delay = max(SECOND, round(chance.uniform(3, 25) * MINUTE / self._speed))
        text = answer_text(outcome, voice.person.lang, chance)
        item = self._answer(post, voice.origin, text, post.at + delay)
        kind, sentiment = _AFTERWARDS[outcome]
        person = Person(text, kind, sentiment, voice.person.lang, voice.person.name)
        self._voices[item.remote_id] = _Voice(voice.origin, person)
        insort(self._answers, (item.created_at, item.remote_id, item), key=lambda entry: entry[:2])

    def _voice(self, remote_id: str) -> _Voice | None:
        if found := self._voices.get(remote_id):
            return found
        mention = self._scripted.get(remote_id.partition("-")[2])
        if mention is None:
            return None
        person = Person(mention.text, mention.kind, mention.sentiment, mention.lang, mention.name)
        return _Voice(mention, person)

    def _answer(self, post: Posted, origin: ScriptedMention, text: str, at: Millis) -> Inbound:
        private = origin.private or post.visibility == "private"
        remote_id = f"a-{post.remote_id}"
        return Inbound(
            channel=self._channel,
            account=ACCOUNT,
            remote_id=remote_id,
            kind="dm" if private else "reply",
            visibility="private" if private else "public",
            thread_key=_chat_key(origin) if private else post.thread_key,
            author=_author(origin),
            text=text,
            created_at=at,
            revision=_revision(text),
            parent_id=post.remote_id,
            parent_ref=_parent_ref(origin, at),
            lang=origin.lang if origin.place in _SAYS_LANGUAGE else None,
            permalink=None if private else _permalink(origin, remote_id),
            source="answer",
            can_reply_public=_public_cap(origin) if not private else _only_private(),
            can_reply_private=_private_cap(origin, at),
            raw=text.encode(),
        )


def _root(mention: ScriptedMention) -> ScriptedMention:
    if not mention.thread:
        return mention
    return next(line for line in script() if line.thread == mention.thread)


def _author(mention: ScriptedMention) -> ContactRef:
    digest = sha256(mention.handle.encode()).digest()
    return ContactRef(
        remote_id=f"{mention.place[:2]}:{mention.handle}",
        handle=mention.handle,
        name=mention.name,
        profile={
            "bio": _("Invented for practice."),
            "followers": str(int.from_bytes(digest[:2]) % 900 + 12),
        },
    )


def _chat_key(mention: ScriptedMention) -> str:
    return f"chat:{mention.place}:{mention.handle}"


def _permalink(mention: ScriptedMention, remote_id: str) -> str:
    return f"https://{_HOSTS[mention.place[:2]]}.practice.example/@{mention.handle}/{remote_id}"


def _revision(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _only_private() -> Cap:
    return Cap(ok=False, reason=_("A private message is answered privately."))


def _public_cap(mention: ScriptedMention) -> Cap:
    return _only_private() if mention.private else Cap()


def _parent_ref(mention: ScriptedMention, at: Millis) -> dict[str, object] | None:
    return {"free_until": at + TEMPLATES_AFTER} if mention.place == "pm" else None


def _private_cap(mention: ScriptedMention, at: Millis) -> Cap:
    if mention.place == "pm":
        return Cap(until=at + TEMPLATES_AFTER, needs="template")
    if mention.private:
        return Cap(until=at + DAY)
    if mention.place[:2] in {"rv", "fo"}:
        return Cap(ok=False, reason=_("This place has no private messages."))
    return Cap()
