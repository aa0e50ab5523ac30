"""What the connectors of polled platforms share: one client, signed or with a token, and polite refusals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import ClassVar, Final, NoReturn

import httpx

from channels.access import Access
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
    Unknown,
)
from channels.fields import Json, fingerprint, is_object
from channels.http import BoundedClient, Bounds, Files, Refusal
from channels.http_answer import Answer
from domain.clock import MINUTE, Clock, Millis
from domain.errors import NotFound
from domain.measure import Measure, measure, seen_by
from i18n import _

BEFORE: Final[Millis] = 5 * MINUTE
"""Reading back begins this long before the reply was made ready: clocks differ."""


class PolledChannel:
    """The part of a connector that is the same everywhere; a platform adds streams, pull and send."""

    platform: ClassVar[str]
    """A key of `PLATFORM_LIMITS`."""

    def __init__(
        self,
        channel: str,
        base_url: str,
        access: Access,
        *,
        clock: Clock,
        caps: Capabilities,
        listen_only: bool = False,
        refusal: Refusal | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.channel = channel
        self.caps = caps
        self.media = NO_LIMITS
        self._access = access
        self._clock = clock
        self._listen_only = listen_only
        self._client = BoundedClient(base_url, clock=clock, refusal=refusal, transport=transport)
        self._base_url = base_url.rstrip("/")

    @property
    def rate(self) -> Rate | None:
        """As of the last answer."""
        return self._client.rate

    @property
    def notice(self) -> str:
        """What is wrong with the clocks, in words."""
        return self._client.skew_sentence

    async def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:  # noqa: ARG002
        """Never anything: this platform does not call us."""
        await asyncio.Event().wait()
        yield Batch()

    def measure(self, text: str) -> Measure:
        """In the platform's own counting."""
        return measure(self.platform, text)

    async def upload(self, attachment: OutboundAttachment) -> Mapping[str, object]:  # noqa: ARG002
        """Nothing goes along on this platform."""
        raise Permanent(_("Pictures cannot go along on this channel."), code="NoPictures")

    async def check_auth(self) -> AuthState:
        """Whether the credentials work; a platform says who we are in `_who`."""
        try:
            account = await self._who()
        except AuthFailed as refused:
            return AuthState(ok=False, sentence=str(refused))
        return AuthState(ok=True, account=account, sentence=self._client.skew_sentence)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()
        closing = getattr(self._access, "close", None)
        if closing is not None:
            await closing()

    async def _who(self) -> str:
        """Our account in the platform's form, asked anew. Raises the errors of `channels.base`."""
        raise NotImplementedError

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | None = None,
        files: Files | None = None,
        headers: Mapping[str, str] | None = None,
        acts: bool = False,
        bounds: Bounds | None = None,
    ) -> Answer:
        """One call; with fresh credentials once more where the first were refused: nothing was done then."""
        url = f"{self._base_url}/{path}"
        for again in (False, True):
            signed = await self._access.headers(method, url, query or {})
            try:
                return await self._client.request(
                    method, url, query=query, json=json, content=content, files=files,
                    headers={**(headers or {}), **signed}, acts=acts, bounds=bounds,
                )  # fmt: skip
            except AuthFailed:
                if again or not self._access.renew():
                    raise
        raise AssertionError("not reached")

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        """An object that is only read; anything else is `Malformed`."""
        answer = await self._ask("GET", path, query=query)
        said = answer.json()
        return said if is_object(said) else _malformed(self._client.host)

    async def _act(self, method: str, path: str, json: object, **more: str) -> Json:
        """A request that must not happen twice; an answer that cannot be read is `Unknown`."""
        answer = await self._ask(method, path, json=json, headers=more, acts=True)
        try:
            said = answer.json()
        except Malformed as error:
            raise Unknown(str(error)) from error
        if not is_object(said):
            raise Unknown(_("{host} did not say what became of the reply.", host=self._client.host))
        return said

    def _fixed(
        self, draft: Draft, text: str, payload: Mapping[str, object], length: Measure | None = None
    ) -> Prepared:
        """The draft with its key. Raises Permanent for what cannot go out on any platform."""
        self._refuse_when_listening()
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise Permanent(_("The text holds a broken character; type it again."), code="BrokenText")
        if draft.attachments and not self.caps.attachments:
            raise Permanent(_("Pictures cannot go along on this channel."), code="NoPictures")
        length = length or measure(seen_by(self.platform, draft.visibility), text)
        if not length.ok:
            raise Permanent(
                _(
                    "The text is {used} long and {limit} is allowed here; shorten it.",
                    used=length.used,
                    limit=length.limit,
                ),
                code="TooLong",
            )
        now = self._clock.now()
        key = fingerprint(now, text, payload, draft.recipient.remote_id, draft.parent_id)
        return Prepared(key, text, draft.visibility, now, payload)

    def _refuse_when_listening(self) -> None:
        if self._listen_only:
            raise Permanent(_("This channel only listens; answer from another one."), code="ListenOnly")

    def _no_stream(self, stream: str) -> NotFound:
        return NotFound(_("This channel has no stream called {name}.", name=stream))


def _malformed(host: str) -> NoReturn:
    raise Malformed(_("{host} answered with something that cannot be read; it is tried again.", host=host))
