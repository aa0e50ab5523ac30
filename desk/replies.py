"""Writing a reply: draft, template, length, review, and into the outbox through the send gate.

A note and a reply are different objects from the first character: a note is stored at once and never goes
near the outbox; a reply is queued with an undo window and only the sender talks to the platform.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from config import platforms
from config.settings import ChannelSettings
from desk import attaching, following, moves, sentences
from desk.approved import text_of
from desk.ground import Ground
from desk.parting import Reply, can_part, parted
from desk.promises import given
from desk.reply_views import ComposerView, DraftView, Length, ReviewView
from desk.signing import signing
from desk.target import Kind, Target, target_of
from desk.template_views import TemplateChoice
from desk.templating import Templating
from desk.views import Done
from domain import template as templates
from domain.address import form_of_address
from domain.attachment import Attached
from domain.clock import Millis
from domain.conversation import Move
from domain.errors import Conflict, NotAllowed
from domain.measure import measure
from domain.mention import NOBODY, Named
from i18n import _, ngettext
from storage import contacts, conversations, drafts, events, messages, outbox
from storage import templates as template_store


class Replies:
    """The composer's side of the desk."""

    def __init__(self, ground: Ground, templating: Templating) -> None:
        self._ground = ground
        self._templating = templating

    async def open(self, conversation_id: int, kind: Kind) -> ComposerView:
        """Everything the composer shows, with the draft as it was left."""

        def work(connection: sqlite3.Connection) -> ComposerView:
            target = self._target(connection, conversation_id)
            draft = drafts.get(connection, conversation_id, self._ground.operator.login, kind)
            along = attaching.along(connection, self._ground.operator.login, conversation_id, kind)
            view = replace(self._composer(target, draft, kind), attachments=along)
            if view.draft.template is None:
                return view
            began = self._templating.begun(connection, conversation_id, view.draft.template, kind)
            return replace(view, template=began)

        return await self._ground.read(work)

    async def save(self, draft: DraftView) -> None:
        """Keep the draft as it is; an empty one is kept too, so that an emptied text stays empty."""
        ground = self._ground
        await ground.write(
            lambda connection: drafts.save(
                connection,
                conversation_id=draft.conversation,
                operator=ground.operator.login,
                kind=draft.kind,
                text=_storable(draft.text),
                template=draft.template,
                base_version=draft.base_version,
                at=ground.clock.now(),
            )
        )

    async def discard(self, conversation_id: int, kind: Kind) -> Done:
        """Throw the draft away."""
        login = self._ground.operator.login
        await self._ground.write(lambda connection: drafts.discard(connection, conversation_id, login, kind))
        return Done(_("Draft thrown away."), undoable=False, conversation=conversation_id)

    def length(
        self,
        channel: str,
        text: str,
        kind: Kind = "public",
        *,
        to: Named = NOBODY,
        language: str | None = None,
    ) -> Length:
        """The text as it goes out, in the platform's own counting; no I/O."""
        settings = self._ground.settings.channels.get(channel)
        signed = to.put_in(self._signed(text, settings, kind, language))
        measured = measure(_platform(settings, kind), signed, reply=True)
        return Length(measured.used, measured.limit, measured.unit, measured.ok, measured.note)

    def length_of(self, composer: ComposerView, text: str) -> Length:
        """As `length`, for an open composer."""
        draft = composer.draft
        return self.length(
            composer.draft_channel, text, draft.kind, to=composer.named, language=composer.language
        )

    async def templates(self, conversation_id: int, query: str = "") -> tuple[TemplateChoice, ...]:
        """Templates that fit the conversation, best first; `query` narrows them down."""
        return await self._templating.choices(conversation_id, query)

    async def fill(self, conversation_id: int, template_id: str, kind: Kind) -> str:
        """A template with the values filled in; what must be asked stays as a visible hole."""
        return await self._templating.fill(conversation_id, template_id, kind)

    async def review(
        self,
        conversation_id: int,
        kind: Kind,
        text: str,
        attachments: Sequence[Attached] | None = None,
        *,
        in_parts: bool = False,
        follow: str | None = None,
    ) -> ReviewView:
        """The text exactly as it will stand, what blocks it, and what moved since the composer opened.

        With it goes what the draft holds, or exactly the `attachments` given. What is too long for one
        message stands there in parts where that is asked; NotAllowed where it cannot be. `follow` is the
        private message that is to go once this public answer is out.
        """

        def work(connection: sqlite3.Connection) -> ReviewView:
            target = self._target(connection, conversation_id)
            review = self._reviewed(connection, target, kind, text, in_parts=in_parts, along=attachments)
            if kind != "public":
                return review
            why_not = target.no_private(self._ground.clock.now())
            if follow is None:
                return replace(review, can_follow=not why_not)
            if review.parts:
                raise NotAllowed(_("With a private message behind it a public answer is one message."))
            private = self._reviewed(connection, target, "private", follow)
            return following.followed(review, private, why_not)

        return await self._ground.read(work)

    async def send(self, review: ReviewView) -> Done:
        """Queue what was reviewed. Raises Conflict when the thread moved since, NotAllowed when blocked."""
        if review.kind == "note":
            return await self._note(review)
        if blocks := [block for each in following.each_of(review) for block in each.blocks]:
            raise NotAllowed(blocks[0])
        return await self._ground.write(lambda connection: self._queue(connection, review))

    # -- inside -----------------------------------------------------------------------------------------

    def _target(self, connection: sqlite3.Connection, conversation_id: int) -> Target:
        return target_of(connection, self._ground.settings, conversation_id)

    def _signed(self, text: str, channel: ChannelSettings | None, kind: Kind, language: str | None) -> str:
        return text if kind == "note" else signing(self._ground, channel, kind, language).put_on(text)

    def _composer(self, target: Target, draft: sqlite3.Row | None, kind: Kind) -> ComposerView:
        row = target.row
        last = target.inbound["text"] if target.inbound else ""
        language = target.inbound["lang"] if target.inbound else None
        sign_off = self._signed("", target.channel, kind, language).strip()
        now = self._ground.clock.now()
        return ComposerView(
            draft=DraftView(
                conversation=row["id"],
                kind=kind,
                text=draft["text"] if draft else "",
                template=draft["template"] if draft else None,
                saved_at=draft["saved_at"] if draft else 0,
                base_version=row["thread_version"],
            ),
            draft_channel=row["channel"],
            channel_name=target.channel.name if target.channel else row["channel"],
            account=row["account"],
            platform=row["platform"],
            recipient=row["contact_name"],
            sign_off=sign_off,
            language=language,
            form_of_address=form_of_address(last, lang=language),
            blocked=target.blocked(kind, now),
            templates_only=kind == "private" and target.templates_only(now),
            no_private=target.no_private(now) if kind == "public" else "",
            window="" if kind == "note" else sentences.window(target.inbound, kind, now=now),
            last_message=last,
            named=target.named(kind),
        )

    def _reviewed(
        self,
        connection: sqlite3.Connection,
        target: Target,
        kind: Kind,
        text: str,
        *,
        in_parts: bool = False,
        along: Sequence[Attached] | None = None,
    ) -> ReviewView:
        """One text with what its draft says of it; with it goes what the draft holds, or `along`."""
        login, conversation = self._ground.operator.login, target.row["id"]
        draft = drafts.get(connection, conversation, login, kind)
        base = draft["base_version"] if draft else target.row["thread_version"]
        review = self._review(connection, target, kind, text, base=base)
        if in_parts:
            language = target.inbound["lang"] if target.inbound else None
            signed = signing(self._ground, target.channel, kind, language)
            review = parted(review, target.channel, target.named(kind), signed)
        if along is None:
            along = attaching.along(connection, login, conversation, kind)
        review = attaching.put_in(connection, review, target.row, along)
        return self._beside_template(connection, review, draft)

    def _review(
        self, connection: sqlite3.Connection, target: Target, kind: Kind, text: str, *, base: int
    ) -> ReviewView:
        row = target.row
        text = _storable(text)
        to = target.named(kind)
        language = target.inbound["lang"] if target.inbound else None
        signed = to.put_in(self._signed(text.strip(), target.channel, kind, language))
        length = self.length(row["channel"], text.strip(), kind, to=to, language=language)
        blocks: list[str] = []
        if not text.strip():
            blocks.append(sentences.nothing_to_send())
        if kind != "note":
            blocks += [sentence for sentence in (
                target.blocked(kind, self._ground.clock.now()),
                sentences.holes(text), sentences.too_long(length),
            ) if sentence]  # fmt: skip
        changed = () if kind == "note" else sentences.since(
            connection, row, base, session=self._ground.session, login=self._ground.operator.login,
            alive_since=self._ground.alive_since(),
        )  # fmt: skip
        review = ReviewView(
            conversation=row["id"],
            kind=kind,
            text=signed,
            body=text.strip(),
            channel_name=target.channel.name if target.channel else row["channel"],
            account=row["account"],
            recipient=row["contact_name"],
            length=length,
            blocks=tuple(blocks),
            warnings=sentences.replacing(connection, row, kind),
            changed=changed,
            gap=templates.first_gap(text) if kind != "note" else None,
            version=row["thread_version"],
        )
        return replace(review, can_part=can_part(target.channel, review))

    def _beside_template(
        self, connection: sqlite3.Connection, review: ReviewView, draft: sqlite3.Row | None
    ) -> ReviewView:
        """The review with what is to be said about the template that the draft began with."""
        if draft is None or not draft["template"] or review.kind == "note":
            return review
        source = self._templating.filled(connection, review.conversation, draft["template"], review.kind)
        if source is None:
            return review
        edited = templates.edited_share(source, review.body)
        if not templates.is_unedited(source, review.body):
            return replace(review, edited=edited)
        sentence = _("This is the template, word for word; make it this person's own.")
        return replace(review, edited=edited, warnings=(*review.warnings, sentence))

    def _queue(self, connection: sqlite3.Connection, review: ReviewView) -> Done:
        ground, now, each = self._ground, self._ground.clock.now(), following.each_of(review)
        target = self._target(connection, review.conversation)
        row = target.row
        _gate(ground, connection, target, each)
        undo_until = now + ground.settings.undo
        recipient = contacts.ref_on(connection, row["contact_id"], row["channel"])
        reply = Reply(review, ground.operator.login, row, target.inbound, recipient, now, undo_until)
        ids: list[int] = []
        for values, promised, along in following.rows(reply):
            try:
                ids.append(outbox.insert(connection, {**values, "after_id": ids[-1] if ids else None}))
            except sqlite3.IntegrityError as error:
                raise Conflict(_("This very text is already on its way in this conversation.")) from error
            given(connection, ground, row["id"], ids[-1], promised)
            attaching.queue(connection, ids[-1], along)
        for one in each:
            if not one.templated:
                self._draft_done(connection, one, now)
        events.move(
            connection, at=now, actor=ground.operator.login, conversation_id=row["id"], kind="reply_queued",
            changes={}, touches_thread=True,
            details={
                "outbox": ids[0], **({"parts": ids[1:]} if ids[1:] else {}),
                **attaching.recorded([along for one in each for along in one.attachments]),
            },
        )  # fmt: skip
        return Done(_queued(review), conversation=row["id"], outbox=ids[0], undo_until=undo_until)

    def _draft_done(self, connection: sqlite3.Connection, review: ReviewView, now: Millis) -> None:
        """The draft is a reply now, and its template was used."""
        login = self._ground.operator.login
        draft = drafts.get(connection, review.conversation, login, review.kind)
        if draft is not None and draft["template"]:
            self._count_template(connection, draft, review.body, now)
        drafts.discard(connection, review.conversation, login, review.kind)

    def _count_template(
        self, connection: sqlite3.Connection, draft: sqlite3.Row, text: str, now: Millis
    ) -> None:
        source = self._templating.filled(
            connection, draft["conversation_id"], draft["template"], draft["kind"]
        )
        if source is None:
            return
        template_store.used(
            connection,
            draft["template"],
            conversation_id=draft["conversation_id"],
            operator=self._ground.operator.login,
            edited_share=templates.edited_share(source, text),
            at=now,
        )

    async def _note(self, review: ReviewView) -> Done:
        ground = self._ground
        if review.blocks:
            raise NotAllowed(review.blocks[0])

        def work(connection: sqlite3.Connection) -> None:
            now = ground.clock.now()
            row = conversations.get(connection, review.conversation)
            message_id = messages.insert(connection, {
                "conversation_id": row["id"], "direction": "note", "channel": row["channel"],
                "account": row["account"], "operator": ground.operator.login, "text": review.text,
                "visibility": "private", "created_at": now, "received_at": now,
            })  # fmt: skip
            drafts.discard(connection, row["id"], ground.operator.login, "note")
            moves.make(
                connection, ground.clocks, row["id"], Move(), at=now, actor=ground.operator.login,
                kind="noted", details={"message": message_id},
            )  # fmt: skip

        await ground.write(work)
        return Done(_("Note kept; only the team sees it."), undoable=False, conversation=review.conversation)


def _queued(review: ReviewView) -> str:
    """What to say of a reply on its way."""
    if review.follow is not None:
        return _("On its way, and the private message behind it; u calls both back.")
    return ngettext(
        "On its way; u calls it back.", "On its way in {n} parts; u calls them all back.",
        len(review.parts) or 1,
    )  # fmt: skip


def _platform(channel: ChannelSettings | None, kind: Kind) -> str:
    """Whose counting holds: a private message may have another limit, a note has none of a platform's."""
    return platforms.counting(channel.platform, kind) if channel and kind != "note" else "plain"


def _gate(ground: Ground, connection: sqlite3.Connection, target: Target, each: Sequence[ReviewView]) -> None:
    """Raise Conflict where something moved since it was shown, NotAllowed where it cannot go out now."""
    now, row, first = ground.clock.now(), target.row, each[0]
    if row["thread_version"] != first.version:
        raise Conflict(_("The conversation moved while you were reading; look at it again."))
    taken = sentences.taken_over(
        connection, row, session=ground.session, login=ground.operator.login,
        alive_since=ground.alive_since(),
    )  # fmt: skip
    if taken and taken not in first.changed:
        raise Conflict(taken)
    if late := next(
        filter(None, (target.blocked(one.kind, now, templated=one.templated) for one in each)), ""
    ):
        raise NotAllowed(late)
    if first.approved and text_of(connection, row["channel"], first.approved) != first.text:
        raise Conflict(_("The platform changed this template while you were reading; look at it again."))


def _storable(text: str) -> str:
    """Typed or pasted text as the database can hold it; nothing is cut off."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")
