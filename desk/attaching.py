"""Pictures and films with a reply: attached, described, taken out, judged, and queued with it.

The file is read once, in the operator's own process; what the camera noted in it is left out before anything
is stored. From then on only the content counts, wherever the file went.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace

from config import platforms
from desk.browsing import Listing, listing, plain_path
from desk.ground import Ground
from desk.reply_views import DraftView, ReviewView
from desk.sentences import nothing_to_send
from desk.views import Done
from domain import attachment as rules
from domain.attachment import Attached, MediaLimits
from domain.drawn import Box, Drawn
from domain.errors import Conflict, NotAllowed, NotFound
from domain.media import look
from domain.media_strip import strip
from domain.text import clean_for_store
from i18n import _
from storage import attachments, conversations, drafts
from storage.attachments import Draft
from storage.foreign_file import read_file, shown_name


class Attachments:
    """What goes along with a draft."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def keep(self, path: str, alt: str = "") -> Attached:
        """Read a file and store its content for an hour, for a reply that is queued at once.

        Raises NotAllowed with one sentence for what is no picture or film, or cannot be read.
        """
        attached, content = await asyncio.to_thread(_read, path, alt)
        now = self._ground.clock.now()
        await self._ground.write(
            lambda connection: attachments.keep(connection, attached.sha256, content, at=now)
        )
        return attached

    async def browse(self, typed: str) -> Listing:
        """The folders and files that begin as what is typed."""
        return await asyncio.to_thread(listing, typed)

    async def limits(self, draft: DraftView) -> MediaLimits:
        """What the draft's channel takes. Raises NotAllowed where it takes nothing."""
        self._key(draft)
        return await self._ground.read(lambda connection: _taking(connection, draft.conversation, draft.kind))

    async def look(self, draft: DraftView, path: str) -> Attached:
        """What a file would be with this draft; nothing is stored. Raises NotAllowed where it cannot go."""
        attached, _content = await asyncio.to_thread(_read, path, "")
        key = self._key(draft)
        await self._ground.read(lambda connection: _refuse(connection, key, attached))
        return attached

    async def prepare(self, draft: DraftView, path: str) -> Attached:
        """As `look`, and keep its content for an hour, until it is described and put with the draft."""
        attached, content = await asyncio.to_thread(_read, path, "")
        await self._take(draft, attached, content, into_draft=False)
        return attached

    async def put(self, draft: DraftView, prepared: Attached) -> Attached:
        """Put what was prepared behind the others of the draft. Raises NotAllowed as `look` does."""
        attached = replace(prepared, alt=_storable(prepared.alt))
        await self._take(draft, attached, None)
        return attached

    async def attach(self, draft: DraftView, path: str, alt: str = "") -> Attached:
        """Put a file behind the others of the draft. Raises NotAllowed where its channel does not take it."""
        attached, content = await asyncio.to_thread(_read, path, alt)
        await self._take(draft, attached, content)
        return attached

    async def _take(
        self, draft: DraftView, attached: Attached, content: bytes | None, *, into_draft: bool = True
    ) -> None:
        key, now = self._key(draft), self._ground.clock.now()

        def work(connection: sqlite3.Connection) -> None:
            _refuse(connection, key, attached)
            if content is not None:
                attachments.keep(connection, attached.sha256, content, at=now)
            elif not attachments.has_content(connection, attached.sha256):
                raise Conflict(_("{name} is no longer here; attach it again.", name=attached.name))
            if into_draft:
                attachments.add(connection, key, attached)
                drafts.begin(
                    connection, conversation_id=key.conversation, operator=key.operator, kind=key.kind,
                    base_version=draft.base_version, at=now,
                )  # fmt: skip

        await self._ground.write(work)

    async def describe(
        self, draft: DraftView, sha256: str, alt: str, *, decorative: bool = False
    ) -> Attached:
        """Give it a description. Raises NotAllowed where it is too long for the channel, or NotFound."""
        key = self._key(draft)

        def work(connection: sqlite3.Connection) -> Attached:
            known = [one for one in attachments.of_draft(connection, key) if one.sha256 == sha256]
            if not known:
                raise NotFound(_("The draft has no such attachment."))
            described = replace(known[0], alt=_storable(alt), decorative=decorative)
            limits = _limits(connection, conversations.get(connection, draft.conversation), draft.kind)
            if limits is not None and (said := rules.fault(described, limits)):
                raise NotAllowed(said)
            attachments.describe(connection, key, described)
            return described

        return await self._ground.write(work)

    async def detach(self, draft: DraftView, sha256: str) -> Done:
        """Take it out of the draft. Raises NotFound where it is not in it."""
        key, now = self._key(draft), self._ground.clock.now()

        def work(connection: sqlite3.Connection) -> None:
            if not attachments.remove(connection, key, sha256):
                raise NotFound(_("The draft has no such attachment."))
            attachments.sweep(connection, now=now)

        await self._ground.write(work)
        return Done(_("Taken out."), undoable=False, conversation=draft.conversation)

    async def content(self, sha256: str) -> bytes:
        """The bytes as they go out, for a preview. Raises NotFound once nobody needs them any more."""
        found = await self._ground.read(lambda connection: attachments.content(connection, sha256))
        if found is None:
            raise NotFound(_("The picture is no longer here."))
        return found

    async def draw(self, sha256: str, box: Box) -> Drawn:
        """The picture for a terminal. Raises NotAllowed with one sentence where it cannot be shown."""
        from desk.drawing import draw  # noqa: PLC0415 - starts processes; only for a picture that is seen

        return await draw(await self.content(sha256), box)

    def _key(self, draft: DraftView) -> Draft:
        if draft.kind == "note":
            raise NotAllowed(_no_notes())
        return Draft(draft.conversation, self._ground.operator.login, draft.kind)


def along(
    connection: sqlite3.Connection, operator: str, conversation_id: int, kind: str
) -> tuple[Attached, ...]:
    """What goes along with a draft; nothing with a note."""
    return attachments.of_draft(connection, Draft(conversation_id, operator, kind))


def put_in(
    connection: sqlite3.Connection,
    review: ReviewView,
    conversation: sqlite3.Row,
    all_of_them: Sequence[Attached],
) -> ReviewView:
    """The review with what goes along, what forbids that, and what there is to say about it."""
    if not all_of_them:
        return review
    if review.kind == "note":
        return replace(review, blocks=(*review.blocks, _no_notes()))
    limits = _limits(connection, conversation, review.kind)
    blocks = review.blocks
    if limits is not None and limits.wordless:
        blocks = tuple(one for one in blocks if one != nothing_to_send())
    first = review.parts[0].text if review.parts else review.text
    if said := rules.caption_fault(len(first), limits):
        blocks = (*blocks, said)
    return replace(
        review,
        attachments=tuple(all_of_them),
        blocks=(*blocks, *_faults(conversation, all_of_them, limits)),
        warnings=(*review.warnings, *rules.warnings(all_of_them, limits)),
    )


def queue(connection: sqlite3.Connection, outbox_id: int, all_of_them: Sequence[Attached]) -> None:
    """Fix what goes along with a queued reply. Raises Conflict where its content is gone."""
    for one in all_of_them:
        if not attachments.has_content(connection, one.sha256):
            raise Conflict(_("{name} is no longer here; attach it again.", name=one.name))
    attachments.queue(connection, outbox_id, all_of_them)


def recorded(all_of_them: Sequence[Attached]) -> Mapping[str, object]:
    """What an event says of them: their hashes, never their content or description."""
    return {"attachments": [one.sha256 for one in all_of_them]} if all_of_them else {}


def _no_notes() -> str:
    return _("A note takes no pictures; attach them to a reply.")


def _faults(
    conversation: sqlite3.Row, all_of_them: Sequence[Attached], limits: MediaLimits | None
) -> tuple[str, ...]:
    return rules.faults(all_of_them, limits) if limits is not None else (_nothing_taken(conversation),)


def _nothing_taken(conversation: sqlite3.Row) -> str:
    """Why nothing goes along here, as its platform says it."""
    spec = platforms.find(conversation["platform"])
    return _(spec.no_media) if spec is not None and spec.no_media else rules.nothing_taken()


def _taking(connection: sqlite3.Connection, conversation_id: int, kind: str) -> MediaLimits:
    conversation = conversations.get(connection, conversation_id)
    limits = _limits(connection, conversation, kind)
    if limits is None:
        raise NotAllowed(_nothing_taken(conversation))
    return limits


def _refuse(connection: sqlite3.Connection, draft: Draft, attached: Attached) -> None:
    """Raise NotAllowed where it cannot go along with what the draft has."""
    others = [one for one in attachments.of_draft(connection, draft) if one.sha256 != attached.sha256]
    limits = _taking(connection, draft.conversation, draft.kind)
    if found := (*rules.faults((attached,), limits), *rules.together((*others, attached), limits)):
        raise NotAllowed(found[0])


def _limits(connection: sqlite3.Connection, conversation: sqlite3.Row, kind: str) -> MediaLimits | None:
    said = attachments.server_limits(connection, conversation["channel"])
    spec = platforms.find(conversation["platform"])
    if spec is not None and kind == "private" and _has_one_message(conversation, spec):
        return None
    return rules.within(spec.along("private" if kind == "private" else "public") if spec else None, said)


def _has_one_message(conversation: sqlite3.Row, spec: platforms.PlatformSpec) -> bool:
    """Whether who wrote in public gets one private message, which a picture cannot be part of."""
    limits = spec.along("private")
    once = conversation["visibility"] == "public" and spec.private_after_public == "once"
    return once and limits is not None and limits.apart


def _read(path: str, alt: str) -> tuple[Attached, bytes]:
    """The file as it will go out; blocks on the disk."""
    place = plain_path(path)
    name = shown_name(place)
    content = read_file(place, rules.LARGEST)
    mime = look(content, name).mime
    bare = strip(content, mime)
    facts = look(bare, name)
    digest = hashlib.sha256(bare).hexdigest()
    return Attached(digest, name, facts, _storable(alt), stripped=bare != content), bare


def _storable(alt: str) -> str:
    alt = clean_for_store(alt).strip()
    if len(alt) > rules.LONGEST_ALT:
        raise NotAllowed(_("The description is longer than any platform takes; shorten it."))
    return alt
