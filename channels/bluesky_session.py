"""A signed-in session with a Bluesky server, and how its refusals translate.

Signing in is scarce (30 in 5 minutes, 300 a day: bsky-docs, rate-limits), so the session is kept across
restarts and renewed with its refresh token; the app password is used only when that is worn out.
Errors come as `{"error", "message"}`, where an expired token is 400 `ExpiredToken` and a bad one 400
`InvalidToken`, not 401 (read off a real server).
"""

from __future__ import annotations

import asyncio
import json as jsonlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Final, Literal

from channels.base import AuthFailed, Malformed, Permanent, Rate, SessionStore, Unknown
from channels.http import BoundedClient, Query
from channels.http_answer import Answer
from domain.clock import MINUTE, Clock, Millis
from domain.errors import ChannelError
from domain.text import clean_for_store
from i18n import _

Json = Mapping[str, object]

WORN: Final = frozenset({"ExpiredToken", "InvalidToken"})
"""The token will not do; another one may."""

SHUT: Final = frozenset(
    {"AuthenticationRequired", "AuthMissing", "AccountTakedown", "AccountDeactivated", "AccountSuspended"}
)
"""Only a person can change this."""

JSON: Final = "application/json"
SIGN_IN: Final = "com.atproto.server.createSession"
REFRESH: Final = "com.atproto.server.refreshSession"

REST: Final[Millis] = 15 * MINUTE
"""Between two tries of a password that was refused."""

_LONGEST_REASON: Final = 200


class MemoryStore:
    """A store that forgets with the process."""

    def __init__(self, session: str | None = None) -> None:
        self.session = session

    async def load(self) -> str | None:
        """What was saved last, or None."""
        return self.session

    async def save(self, session: str) -> None:
        """Replace what was saved."""
        self.session = session


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the server says that we are."""

    did: str
    handle: str


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A session as the server gave it."""

    service: str
    identifier: str
    did: str
    handle: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)


class BlueskySession:
    """Speaks XRPC as one account; signs in, renews and remembers by itself."""

    def __init__(
        self, service_url: str, identifier: str, app_password: str, *, store: SessionStore, clock: Clock
    ) -> None:
        self._http = BoundedClient(service_url, clock=clock, refusal=_refusal)
        self._service = service_url.rstrip("/")
        self._identifier = identifier
        self._password = app_password
        self._store = store
        self._tokens: _Tokens | None = None
        self._clock = clock
        self._refused: tuple[str, Millis] | None = None
        self._renewing = asyncio.Lock()

    @property
    def rate(self) -> Rate | None:
        """As of the last answer that said anything."""
        return self._http.rate

    @property
    def skew_sentence(self) -> str:
        """What is wrong with the clocks, in words; empty when nothing is."""
        return self._http.skew_sentence

    async def who(self) -> Identity:
        """Who we are; signs in where there is no session yet."""
        tokens = self._tokens or await self._renewed(None)
        return Identity(tokens.did, tokens.handle)

    async def get(self, nsid: str, query: Query | None = None) -> Json:
        """Ask; what has no value is left out of the query."""
        return await self._called(_Request("GET", nsid, query))

    async def post(self, nsid: str, json: Json, *, acts: bool = False) -> Json:
        """Have something done. With `acts`, Unknown is raised where it may have been done all the same."""
        content = jsonlib.dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
        return await self._called(_Request("POST", nsid, content=content, mime=JSON, acts=acts))

    async def upload(self, content: bytes, mime: str) -> Json:
        """Store a blob; the server forgets it where no record names it soon."""
        return await self._called(_Request("POST", "com.atproto.repo.uploadBlob", content=content, mime=mime))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.close()

    async def _called(self, request: _Request) -> Json:
        tokens = self._tokens or await self._renewed(None)
        try:
            return await self._sent(request, tokens.access)
        except WornToken:
            tokens = await self._renewed(tokens)
            return await self._sent(request, tokens.access)

    async def _renewed(self, worn: _Tokens | None) -> _Tokens:
        """Tokens other than the worn ones; a second caller gets what the first one fetched."""
        async with self._renewing:
            if self._tokens is None and worn is None:
                self._tokens = await self._kept()
            if self._tokens is None or self._tokens is worn:
                self._tokens = await self._refreshed(worn) or await self._signed_in()
                await self._store.save(jsonlib.dumps(asdict(self._tokens)))
            return self._tokens

    async def _kept(self) -> _Tokens | None:
        """The session of the last run, where it is this account's and can be read."""
        try:
            stored = jsonlib.loads(await self._store.load() or "null")
            tokens = _Tokens(**{name: str(stored[name]) for name in _Tokens.__slots__})
        except (ValueError, TypeError, KeyError):
            return None
        ours = (tokens.service, tokens.identifier) == (self._service, self._identifier)
        return tokens if ours else None

    async def _refreshed(self, worn: _Tokens | None) -> _Tokens | None:
        """A renewed session; None where the old one cannot be renewed any more."""
        if worn is None:
            return None
        try:
            return self._opened(await self._sent(_Request("POST", REFRESH), worn.refresh))
        except (AuthFailed, Permanent):
            return None

    async def _signed_in(self) -> _Tokens:
        """A new session. A refused password is not tried again for a while: signing in is scarce."""
        if self._refused is not None and self._clock.now() < self._refused[1]:
            raise AuthFailed(self._refused[0])
        credentials = {"identifier": self._identifier, "password": self._password}
        content = jsonlib.dumps(credentials).encode()
        try:
            return self._opened(await self._sent(_Request("POST", SIGN_IN, content=content, mime=JSON), None))
        except AuthFailed as error:
            self._refused = (str(error), self._clock.now() + REST)
            raise

    def _opened(self, answer: Json) -> _Tokens:
        names = ("did", "handle", "accessJwt", "refreshJwt")
        did, handle, access, refresh = (answer.get(name) for name in names)
        if not all(isinstance(each, str) for each in (did, handle, access, refresh)):
            raise Malformed(unreadable())
        return _Tokens(self._service, self._identifier, str(did), str(handle), str(access), str(refresh))

    async def _sent(self, request: _Request, token: str | None) -> Json:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        if request.mime:
            headers["content-type"] = request.mime
        answer = await self._http.request(
            request.method,
            f"xrpc/{request.nsid}",
            query=request.query,
            content=request.content,
            headers=headers,
            acts=request.acts,
        )
        try:
            value = answer.json()
        except Malformed as error:
            raise _unread(str(error), acts=request.acts) from error
        if not isinstance(value, dict):
            raise _unread(unreadable(), acts=request.acts)
        return value


def unreadable() -> str:
    """The sentence for an answer that is not what was promised."""
    return _("Bluesky's answer cannot be read; it is tried again by itself.")


class WornToken(AuthFailed):
    """The token will not do; another one may."""


@dataclass(frozen=True, slots=True)
class _Request:
    method: Literal["GET", "POST"]
    nsid: str
    query: Query | None = None
    content: bytes | None = None
    mime: str = ""
    acts: bool = False


def _unread(sentence: str, *, acts: bool) -> ChannelError:
    return Unknown(sentence) if acts else Malformed(sentence)


def _refusal(answer: Answer, acts: bool) -> ChannelError | None:  # noqa: FBT001, ARG001 - the client's call
    """What an XRPC error means; None leaves rate limits and troubled servers to the common reading."""
    if answer.status == 429:
        return None
    code, reason = _said(answer)
    if answer.status == 401 or code in WORN | SHUT:
        kind = WornToken if code in WORN else AuthFailed
        return kind(_("Bluesky does not accept this account's app password; make a new one and store it."))
    if code and (answer.status < 500 or code == "MethodNotImplemented"):
        return Permanent(_("Bluesky refused: {reason}", reason=reason), code=code)
    return None


def _said(answer: Answer) -> tuple[str, str]:
    """An error's name and its explanation; empty where the answer is none of XRPC's."""
    try:
        said = answer.json()
    except Malformed:
        return "", ""
    if not isinstance(said, dict) or not isinstance(said.get("error"), str):
        return "", ""
    message = said.get("message")
    reason = message if isinstance(message, str) and message else said["error"]
    return said["error"], clean_for_store(reason)[:_LONGEST_REASON]
