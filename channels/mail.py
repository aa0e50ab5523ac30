"""E-mail: a mailbox over IMAP in, answers over SMTP out.

The cursor is the folder's UIDVALIDITY, the last UID and its HIGHESTMODSEQ; where the folder was made anew the
last month is read again, and the desk drops the doubles by Message-ID. An unknown outcome is settled by
looking for our own Message-ID in the folder of what we sent.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from channels.base import (
    NO_LIMITS,
    AuthFailed,
    AuthState,
    Batch,
    Capabilities,
    Cursor,
    Draft,
    OutboundAttachment,
    Permanent,
    Prepared,
    Rate,
    SendResult,
)
from channels.fields import only_listens
from channels.mail_box import (
    Host,
    Letter,
    Login,
    Mailbox,
    State,
    has,
    letters,
    opened,
    sent_folder,
    uids_above,
    uids_since,
    wait_for_news,
)
from channels.mail_out import Outgoing, built, deliver
from channels.mail_parse import (
    MOST_REFERENCES,
    Ours,
    Read,
    answer_subject,
    read_mail,
    subject_key,
    usable_address,
)
from domain.clock import DAY, Clock, Millis
from domain.errors import ChannelError, NotFound
from domain.inbound import Aside, BadItem, Echo, Inbound, SendStatus
from domain.measure import Measure, measure
from i18n import _

if TYPE_CHECKING:
    from collections.abc import Callable

    from imapclient import IMAPClient

    from channels.access import RenewedAccess

Result = TypeVar("Result")

INBOX: Final = "inbox"
SENT: Final = "sent"
PAGE: Final = 25
FIRST_REACH: Final[Millis] = 7 * DAY
REREAD: Final[Millis] = 30 * DAY
"""How far back a folder is read that was made anew."""

MAX_SUBJECTS: Final = 300
LIMIT: Final = "characters:50000"
"""Our own bound: a mail may be longer, an answer of a desk never is."""


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox and the way out."""

    address: str
    imap: Host
    smtp: Host
    user: str = ""
    """Who signs in, where it is not the address."""

    name: str = ""
    """Shown as the sender of answers."""

    folder: str = "INBOX"
    sent: str = ""
    """Empty for the folder that the server itself marks."""

    upgrade: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a folder was read."""

    validity: int = 0
    uid: int = 0
    modseq: int = 0
    subjects: Mapping[str, str] = field(default_factory=dict)
    """Threads by sender and subject, for answers that name nothing above them."""

    def cursor(self) -> Cursor:
        """As it is stored."""
        shape = [self.validity, self.uid, self.modseq, self.subjects]
        return json.dumps(shape, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class _Found:
    """What one visit brought."""

    state: State
    letters: tuple[Letter, ...]
    last: int
    more: bool


class MailConnector:
    """One mailbox; satisfies `channels.base.Connector`."""

    def __init__(
        self,
        channel: str,
        account: Account,
        password: str,
        *,
        clock: Clock,
        tokens: RenewedAccess | None = None,
        listen_only: bool = False,
        page: int = PAGE,
    ) -> None:
        self.channel = channel
        self.media = NO_LIMITS
        self.rate: Rate | None = None
        self.notice = ""
        self.caps = Capabilities(
            reply_public=False,
            reply_private=not listen_only,
            idempotent_send=False,
            find_sent=True,
            streaming=True,
        )
        self._account = account
        self._password = password
        self._tokens = tokens
        self._clock = clock
        self._page = page
        self._box = Mailbox(account.imap)
        self._ours = Ours(channel, account.address, listen_only)

    @property
    def streams(self) -> tuple[str, ...]:
        """What comes in, and what colleagues answered from elsewhere."""
        return INBOX, SENT

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """The next mails after the cursor."""
        if stream not in self.streams:
            raise NotFound(_("This channel has no stream called {name}.", name=stream))
        place, now = _read_place(cursor), self._clock.now()
        found = await self._visit(lambda client: self._look(client, stream, place, now))
        subjects = dict(place.subjects) if place.validity == found.state.validity else {}
        read: list[Read] = []
        for letter in found.letters:
            arrived = letter.arrived or now
            one = await asyncio.to_thread(
                read_mail, letter.content, arrived, self._ours, stream, dict(subjects)
            )
            read.append(one)
            _remember(one, subjects)
        kept = dict(list(subjects.items())[-MAX_SUBJECTS:])
        modseq = place.modseq if found.more else found.state.modseq
        place = _Place(found.state.validity, found.last, modseq, kept)
        return _batch(read, stream, place.cursor(), more=found.more)

    async def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:  # noqa: ARG002
        """Empty batches, each a hint to look: IDLE in the inbox. Where the server has none, it never ends."""
        while stream == INBOX:
            if not await self._visit(
                lambda client: wait_for_news(client, self._account.folder), patience=10 * 60.0
            ):
                break
            yield Batch()
        await asyncio.Event().wait()

    def measure(self, text: str) -> Measure:
        """A bound of our own."""
        return measure(LIMIT, text)

    async def upload(self, attachment: OutboundAttachment) -> Mapping[str, object]:  # noqa: ARG002
        """Nothing goes along."""
        raise Permanent(_("Pictures cannot go along on this channel."), code="NoPictures")

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix address, subject, references and Message-ID. Raises Permanent in words."""
        self._refuse(draft)
        ref = draft.parent_ref or {}
        to = usable_address(str(ref.get("to") or draft.recipient.remote_id))
        if to is None:
            raise Permanent(_("The sender's address cannot be written to."), code="NoAddress")
        above = [str(each) for each in found] if isinstance(found := ref.get("references"), list) else []
        above = [*above, str(ref.get("id") or draft.parent_id or "")]
        ids = [each for each in dict.fromkeys(above) if each and not each.startswith("sha256:")]
        payload = {
            "to": to,
            "subject": answer_subject(str(ref.get("subject", ""))),
            "references": [*ids[:1], *ids[1:][-MOST_REFERENCES:]],
        }
        host = self._account.address.rpartition("@")[2]
        key = f"<{secrets.token_hex(16)}.webcare@{host}>"
        return Prepared(key, draft.text, "private", self._clock.now(), payload)

    async def send(self, prepared: Prepared) -> SendResult:
        """Give it to the server, and put a copy with what we sent where the server did not."""
        account = self._account
        outgoing = Outgoing(account.smtp, account.address, account.name, account.upgrade)
        content = built(prepared, outgoing)
        for again in (False, True):
            try:
                login = await self._login()
                await deliver(outgoing, login if login.secret else None, content, str(prepared.payload["to"]))
                break
            except AuthFailed:
                if again or self._tokens is None or not self._tokens.renew():
                    raise
        try:
            await self._visit(lambda client: self._copy(client, prepared, content))
        except ChannelError:
            self.notice = _("Answers go out, but no copy could be put with what was sent.")
        else:
            self.notice = ""
        return SendResult(prepared.key.strip("<>"), ref=_ref(prepared))

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """By our own Message-ID, in the folder of what we sent."""

        def look(client: IMAPClient) -> bool:
            opened(client, sent_folder(client, self._account.sent))
            return has(client, prepared.key)

        found = await self._visit(look)
        return SendResult(prepared.key.strip("<>"), ref=_ref(prepared)) if found else None

    async def check_auth(self) -> AuthState:
        """Whether the mailbox opens, and has the folder that is listened to."""
        try:
            await self._visit(lambda client: opened(client, self._account.folder))
        except (AuthFailed, Permanent) as refused:
            return AuthState(ok=False, account=self._account.address, sentence=str(refused))
        return AuthState(ok=True, account=self._account.address)

    async def close(self) -> None:
        """Nothing stays open between two visits but the token's connection."""
        self._box.close()
        if self._tokens is not None:
            await self._tokens.close()

    async def _visit(self, work: Callable[[IMAPClient], Result], patience: float = 60.0) -> Result:
        """With a fresh token once more, where the first was refused."""
        for again in (False, True):
            try:
                return await self._box.visit(await self._login(), work, patience)
            except AuthFailed:
                if again or self._tokens is None or not self._tokens.renew():
                    raise
        raise AssertionError("not reached")

    async def _login(self) -> Login:
        user = self._account.user or self._account.address
        if self._tokens is not None:
            return Login(user, await self._tokens.token(), token=True)
        return Login(user, self._password)

    def _look(self, client: IMAPClient, stream: str, place: _Place, now: Millis) -> _Found:
        """In the visit's own thread."""
        folder = self._account.folder if stream == INBOX else sent_folder(client, self._account.sent)
        state = opened(client, folder)
        if place.validity != state.validity:
            reach = REREAD if place.validity else FIRST_REACH
            uids, last = uids_since(client, now - reach), max(0, state.next_uid - 1)
        elif state.modseq and state.modseq == place.modseq and state.next_uid == place.uid + 1:
            return _Found(state, (), place.uid, more=False)
        else:
            uids, last = uids_above(client, place.uid), place.uid
        page = uids[: self._page]
        more = len(uids) > self._page
        return _Found(state, tuple(letters(client, page)), page[-1] if page else last, more)

    def _copy(self, client: IMAPClient, prepared: Prepared, content: bytes) -> None:
        folder = sent_folder(client, self._account.sent)
        opened(client, folder)
        if not has(client, prepared.key):
            client.append(folder, content, flags=(b"\\Seen",))

    def _refuse(self, draft: Draft) -> None:
        if self._ours.listen_only:
            raise Permanent(only_listens(), code="ListenOnly")
        if draft.visibility == "public":
            raise Permanent(_("Mail is always private; answer in private."), code="NoPublic")
        if draft.attachments:
            raise Permanent(_("Pictures cannot go along on this channel."), code="NoPictures")
        if any("\ud800" <= letter <= "\udfff" for letter in draft.text):
            raise Permanent(_("The text holds a broken character; type it again."), code="BrokenText")
        length = measure(LIMIT, draft.text)
        if not length.ok:
            sentence = _(
                "The text is {used} long and {limit} is allowed here; shorten it.",
                used=length.used, limit=length.limit,
            )  # fmt: skip
            raise Permanent(sentence, code="TooLong")


def _batch(read: list[Read], stream: str, cursor: Cursor, *, more: bool) -> Batch:
    items = tuple(each for each in read if isinstance(each, Inbound)) if stream == INBOX else ()
    return Batch(
        items=items,
        echoes=tuple(each for each in read if isinstance(each, Echo) and each.parent_id is not None),
        bad=tuple(each for each in read if isinstance(each, BadItem)) if stream == INBOX else (),
        aside=tuple(each for each in read if isinstance(each, Aside)),
        statuses=tuple(each for each in read if isinstance(each, SendStatus)),
        cursor=cursor,
        more=more,
    )


def _remember(one: Read, subjects: dict[str, str]) -> None:
    if isinstance(one, Inbound) and one.parent_ref is not None:
        subjects[subject_key(one.author.remote_id, str(one.parent_ref["subject"]))] = one.thread_key


def _ref(prepared: Prepared) -> dict[str, object]:
    """What an answer to our answer would need."""
    return {**prepared.payload, "id": prepared.key.strip("<>")}


def _read_place(cursor: Cursor | None) -> _Place:
    """What a stored cursor says; an unreadable one means starting over, and the desk drops the doubles."""
    try:
        validity, uid, modseq, subjects = json.loads(cursor or "[]")
        kept = {str(name): str(thread) for name, thread in subjects.items()}
        return _Place(int(validity), int(uid), int(modseq), kept)
    except (ValueError, TypeError, AttributeError):
        return _Place()
