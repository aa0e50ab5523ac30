"""Pictures and films with a reply: attached, described, taken out, judged, and queued with it.

The file is read once, in the operator's own process; what the camera noted in it is left out before anything
is stored. From then on only the content counts, wherever the file went.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from config import platforms
from desk.ground import Ground
from desk.preview import preview
from desk.reply_views import DraftView, ReviewView
from desk.views import Done
from domain import attachment as rules
from domain.attachment import Attached, MediaLimits
from domain.errors import Conflict, NotAllowed, NotFound
from domain.half_blocks import Blocks
from domain.media import look
from domain.media_strip import strip
from domain.text import clean_for_store
from i18n import _
from storage import attachments, conversations
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

    async def attach(self, draft: DraftView, path: str, alt: str = "") -> Attached:
        """Put a file behind the others of the draft. Raises NotAllowed where its channel does not take it."""
        attached, content = await asyncio.to_thread(_read, path, alt)
        key, now = self._key(draft), self._ground.clock.now()

        def work(connection: sqlite3.Connection) -> None:
            others = [one for one in attachments.of_draft(connection, key) if one.sha256 != attached.sha256]
            limits = _limits(connection, conversations.get(connection, draft.conversation))
            if limits is None:
                raise NotAllowed(rules.nothing_taken())
            if found := (*rules.faults((attached,), limits), *rules.together((*others, attached), limits)):
                raise NotAllowed(found[0])
            attachments.keep(connection, attached.sha256, content, at=now)
            attachments.add(connection, key, attached)

        await self._ground.write(work)
        return attached

    async def describe(self, draft: DraftView, sha256: str, alt: str) -> Attached:
        """Give it a description. Raises NotAllowed where it is too long for the channel, or NotFound."""
        key = self._key(draft)

        def work(connection: sqlite3.Connection) -> Attached:
            known = [one for one in attachments.of_draft(connection, key) if one.sha256 == sha256]
            if not known:
                raise NotFound(_("The draft has no such attachment."))
            described = replace(known[0], alt=_storable(alt))
            limits = _limits(connection, conversations.get(connection, draft.conversation))
            if limits is not None and (said := rules.fault(described, limits)):
                raise NotAllowed(said)
            attachments.describe(connection, key, sha256, described.alt)
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

    async def preview(self, sha256: str, columns: int, rows: int) -> Blocks:
        """Rows of half blocks that fit the cells; empty for a film and without the extra `images`."""
        content = await self.content(sha256)
        return await asyncio.to_thread(preview, content, columns, rows)

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
    limits = _limits(connection, conversation)
    return replace(
        review,
        attachments=tuple(all_of_them),
        blocks=(*review.blocks, *rules.faults(all_of_them, limits)),
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


def _limits(connection: sqlite3.Connection, conversation: sqlite3.Row) -> MediaLimits | None:
    said = attachments.server_limits(connection, conversation["channel"])
    spec = platforms.find(conversation["platform"])
    return rules.within(spec.media() if spec else None, said)


def _read(path: str, alt: str) -> tuple[Attached, bytes]:
    """The file as it will go out; blocks on the disk."""
    place = Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser raises where there is no home
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
