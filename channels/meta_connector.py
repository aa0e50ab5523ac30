"""What the connectors of Meta's channels have in common: a client, an account, and how a reply is made."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import unicodedata
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import ClassVar, Final, Literal, Self

import httpx

from channels.base import (
    NO_LIMITS,
    AuthFailed,
    AuthState,
    Batch,
    Capabilities,
    Cursor,
    Draft,
    Malformed,
    OutboundAttachment,
    Permanent,
    Prepared,
    Rate,
    SendResult,
    Unknown,
)
from channels.graph import GraphClient, Meaning
from channels.hook_reading import Json, id_of, moment_of, obj, word
from channels.hooks import About
from channels.mastodon_parse import moment
from channels.spec import Making
from domain.attachment import MEDIA_LIMITS, MediaLimits, fault, nothing_taken, too_many
from domain.clock import MINUTE, Clock, Millis
from domain.measure import Measure, measure
from i18n import _

BEFORE: Final[Millis] = 5 * MINUTE
"""Reading back begins this long before the reply was made ready: clocks differ."""

_SPACES = re.compile(r"\s+")


class MetaConnector:
    """One account behind the Graph API; what it can do is in its subclasses."""

    counting: ClassVar[str]
    """Whose counting holds for what is seen by most."""

    asked_as: ClassVar[str] = "page"
    """The option that names the account."""

    usual_server: ClassVar[str] = "https://graph.facebook.com"
    can: ClassVar[Capabilities]
    """What it can do where it does not only listen."""

    along: ClassVar[Mapping[str, str]] = {}
    """Whose limits hold for what goes along (a key of `MEDIA_LIMITS`), by how the reply is seen."""

    own_meaning: ClassVar[Meaning | None] = None
    """Its own reading of the Graph API's errors."""

    def __init__(
        self,
        channel: str,
        account: str,
        token: str,
        *,
        clock: Clock,
        server: str = "",
        version: str = "v25.0",
        human_agent: bool = False,
        listen_only: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.channel = channel
        self.media = NO_LIMITS
        self.account = account
        self.clock = clock
        self.client = GraphClient(
            server or self.usual_server, version, token, clock=clock, own=type(self).own_meaning,
            transport=transport,
        )  # fmt: skip
        self.human_agent = human_agent
        """Whether Meta approved that a person answers for seven days."""

        self.caps = (
            replace(self.can, reply_public=False, reply_private=False, attachments=0)
            if listen_only
            else self.can
        )
        self.about = About(channel, 0, {}, listen_only=listen_only)
        """What is said of each thing that is read by asking."""

    @classmethod
    def made(cls, making: Making) -> Self:
        """As configured."""
        options = making.options
        return cls(
            making.channel.id, options[cls.asked_as], making.secret("token"), clock=making.clock,
            server=options["server"], version=options["version"],
            human_agent=options.get("human_agent", False), listen_only=making.channel.listen_only,
        )  # fmt: skip

    @property
    def streams(self) -> tuple[str, ...]:
        """Nothing is pulled where nothing else is said."""
        return ()

    @property
    def rate(self) -> Rate | None:
        """As of the last answer."""
        return self.client.rate

    @property
    def notice(self) -> str:
        """What is wrong with the clocks, in words."""
        return self.client.skew_sentence

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:  # noqa: ARG002
        """Everything comes in by webhook."""
        return Batch()

    async def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:  # noqa: ARG002
        """There is no stream."""
        await asyncio.Event().wait()
        yield Batch()

    def measure(self, text: str) -> Measure:
        """In the platform's counting of public replies."""
        return measure(self.counting, text)

    async def upload(self, attachment: OutboundAttachment) -> Mapping[str, object]:
        """Give it to the platform, within its limits."""
        self.refuse_when_listening()
        limits = limits_of(self, attachment.visibility)
        if limits is None:
            raise Permanent(nothing_taken(), code="NoPictures")
        if said := fault(attachment.attached, limits):
            raise Permanent(said, code="PictureRefused")
        return await self.hand_over(attachment)

    async def hand_over(self, attachment: OutboundAttachment) -> Mapping[str, object]:
        """The upload itself; where `along` names no limits nothing gets here."""
        raise NotImplementedError

    def named_in(self, said: Json, field: str, attachment: OutboundAttachment) -> str:
        """What the platform calls it, in its answer to an upload. Raises Malformed where it does not say."""
        name = id_of(said, field)
        if not name:
            raise Malformed(
                _("{host} did not take the picture {name}.",
                  host=self.client.host, name=attachment.attached.name)
            )  # fmt: skip
        return name

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix path, request and key. Raises Permanent where it cannot go out."""
        self.refuse_when_listening()
        refuse_broken(draft.text)
        refuse_along(draft, limits_of(self, draft.visibility))
        payload = self.request_of(draft)
        refuse_too_long(draft.text, str(payload["counting"]))
        now = self.clock.now()
        return Prepared(key_of(now, payload), draft.text, draft.visibility, now, payload)

    def request_of(self, draft: Draft) -> dict[str, object]:
        """`path` and `body` of the request, `counting` for its length, and what reading back needs."""
        raise NotImplementedError

    async def send(self, prepared: Prepared) -> SendResult:
        """Post it. Raises Unknown where the outcome is not certain."""
        self.refuse_when_listening()
        said = await self.client.post(str(prepared.payload["path"]), obj(prepared.payload["body"]))
        remote_id = self.id_in(said)
        if not remote_id:
            raise Unknown(_("{host} did not say what became of the reply.", host=self.client.host))
        return SendResult(remote_id)

    def id_in(self, said: Json) -> str:
        """What the platform calls our message, in its answer to a send; empty where it does not say."""
        return id_of(said, "message_id", "id", "post_id")

    async def find_sent(self, prepared: Prepared) -> SendResult | None:  # noqa: ARG002
        """Nothing can be read back where nothing else is said."""
        return None

    async def check_auth(self) -> AuthState:
        """Whether the token works, and whose it is."""
        try:
            said = await self.client.get(self.account, fields=self.who_fields())
        except (AuthFailed, Permanent) as refused:
            return AuthState(ok=False, sentence=str(refused))
        name = word(said, "username", "name", "verified_name", "display_phone_number") or self.account
        return AuthState(ok=True, account=name, sentence=self.client.skew_sentence)

    def who_fields(self) -> str:
        """What is asked of our account."""
        return "id,name"

    async def close(self) -> None:
        """Let go of the connections."""
        await self.client.close()

    def refuse_when_listening(self) -> None:
        """Raises Permanent on a channel that only listens."""
        if not (self.caps.reply_public or self.caps.reply_private):
            raise Permanent(_("This channel only listens; answer from another one."), code="ListenOnly")


def file_name(mime: str) -> str:
    """A name that says nothing but what it is."""
    return f"picture.{mime.rpartition('/')[2]}"


def limits_of(connector: MetaConnector, visibility: Literal["public", "private"]) -> MediaLimits | None:
    """What goes along with a reply that is seen like this."""
    return MEDIA_LIMITS.get(connector.along.get(visibility, ""))


def refuse_along(draft: Draft, limits: MediaLimits | None) -> None:
    """Raises Permanent for more than goes along with a reply that is seen like this."""
    if not draft.attachments:
        return
    if limits is None:
        raise Permanent(nothing_taken(), code="NoPictures")
    if len(draft.attachments) > limits.count:
        raise Permanent(too_many(limits), code="TooManyPictures")


def refuse_too_long(text: str, counting: str) -> None:
    """Raises Permanent in words."""
    length = measure(counting, text)
    if not length.ok:
        raise Permanent(
            _("The text is {used} long and {limit} is allowed; shorten it.",
              used=length.used, limit=length.limit),
            code="TooLong",
        )  # fmt: skip


def refuse_broken(text: str) -> None:
    """Raises Permanent for half a character, which no platform takes."""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Permanent(_("The text holds a broken character; type it again."), code="BrokenText")


def key_of(now: Millis, payload: Mapping[str, object]) -> str:
    """Names one reply among all."""
    seal = json.dumps([now, payload], sort_keys=True, default=str)
    return hashlib.sha256(seal.encode("ascii", "backslashreplace")).hexdigest()[:32]


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts are the same but for spaces and composed letters."""
    return _bare(one) == _bare(other)


def moment_in(entry: Json) -> Millis:
    """When it was written, by any of Graph's names and forms for that; 0 where it does not say."""
    for name in ("created_time", "timestamp"):
        read = moment(entry.get(name)) or moment_of(entry, name)
        if read is not None:
            return read
    return 0


def _bare(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFC", text))
