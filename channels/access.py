"""Ways to be let in: a fixed token, one that is renewed with a refresh token, and OAuth 1.0a signatures."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import quote

import httpx

from channels.base import AuthFailed, Malformed, Permanent, SessionStore
from channels.fields import is_object, word
from channels.http import BoundedClient
from domain.clock import MINUTE, SECOND, Clock, Millis
from i18n import _


class Access(Protocol):
    """What makes the headers of a call."""

    async def headers(self, method: str, url: str, query: Mapping[str, str]) -> Mapping[str, str]:
        """For one call to a whole address, without its query."""
        ...

    def renew(self) -> bool:
        """The platform refused; True where another try may go better."""
        ...


class FixedAccess:
    """Headers that never change."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    async def headers(self, method: str, url: str, query: Mapping[str, str]) -> Mapping[str, str]:  # noqa: ARG002
        """Always the same."""
        return self._headers

    def renew(self) -> bool:
        """A person must."""
        return False


class RenewedAccess:
    """A bearer token that is asked for with other credentials, and asked for again when it runs out."""

    def __init__(
        self,
        address: str,
        form: Mapping[str, str],
        *,
        clock: Clock,
        basic: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        store: SessionStore | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._form = dict(form)
        self._store = store
        self._clock = clock
        self._address = address
        self._more = dict(headers or {})
        own = dict(self._more)
        if basic is not None:
            own["authorization"] = "Basic " + base64.b64encode(":".join(basic).encode()).decode()
        self._client = BoundedClient(address, clock=clock, headers=own, transport=transport)
        self._token = ""
        self._until: Millis = 0
        self._seed = hashlib.sha256(form.get("refresh_token", "").encode()).hexdigest()[:16]
        self._store_read = False
        self._asking = asyncio.Lock()

    async def headers(self, method: str, url: str, query: Mapping[str, str]) -> Mapping[str, str]:  # noqa: ARG002
        """With a token that holds for another minute at least."""
        return {**self._more, "authorization": f"Bearer {await self.token()}"}

    async def token(self) -> str:
        """The token itself. Raises the errors of `channels.base`."""
        async with self._asking:  # a refresh token may be good for one use only
            if not self._token or self._clock.now() >= self._until:
                await self._ask()
        return self._token

    def renew(self) -> bool:
        """Forget the token; the next call asks for another."""
        self._token = ""
        return True

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    async def _remembered(self) -> None:
        """Where the platform gives a new refresh token each time, the last one; a new credential wins."""
        store, self._store_read = self._store, True
        if store is None or "refresh_token" not in self._form:
            return
        try:
            kept = json.loads(await store.load() or "{}")
        except ValueError:
            kept = {}
        if is_object(kept) and kept.get("seed") == self._seed and isinstance(kept.get("refresh"), str):
            self._form["refresh_token"] = str(kept["refresh"])

    async def _remember(self, refresh: str) -> None:
        if not refresh or refresh == self._form.get("refresh_token"):
            return
        self._form["refresh_token"] = refresh
        if self._store is not None:
            await self._store.save(json.dumps({"seed": self._seed, "refresh": refresh}))

    async def _ask(self) -> None:
        if not self._store_read:
            await self._remembered()
        body = "&".join(f"{escaped(name)}={escaped(value)}" for name, value in self._form.items())
        headers = {"content-type": "application/x-www-form-urlencoded"}
        try:
            answer = await self._client.request(
                "POST", self._address, content=body.encode("ascii"), headers=headers
            )
        except Permanent as refused:
            raise AuthFailed(
                _("{host} does not let us in any more; sign in again.", host=self._client.host)
            ) from refused
        said = answer.json()
        token = word(said, "access_token") if is_object(said) else ""
        if not token:
            raise Malformed(_("{host} gave no token; it is asked again.", host=self._client.host))
        lasts = said.get("expires_in") if is_object(said) else None
        try:
            span = int(lasts) if isinstance(lasts, int | str) else 3_600
        except ValueError:
            span = 3_600
        await self._remember(word(said, "refresh_token") if is_object(said) else "")
        self._token = token
        self._until = self._clock.now() + max(0, span * SECOND - MINUTE)


class OAuth1Access:
    """Signs each call with four words that never run out (RFC 5849, HMAC-SHA1)."""

    def __init__(self, consumer: tuple[str, str], token: tuple[str, str], clock: Clock) -> None:
        self._consumer = consumer
        self._token = token
        self._clock = clock

    async def headers(self, method: str, url: str, query: Mapping[str, str]) -> Mapping[str, str]:
        """The signature over method, address and query; a JSON body is not part of it."""
        oauth = {
            "oauth_consumer_key": self._consumer[0],
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(self._clock.now() // SECOND),
            "oauth_token": self._token[0],
            "oauth_version": "1.0",
        }
        oauth["oauth_signature"] = self.signature(method, url, {**query, **oauth})
        said = ", ".join(f'{escaped(name)}="{escaped(value)}"' for name, value in sorted(oauth.items()))
        return {"authorization": f"OAuth {said}"}

    def signature(self, method: str, url: str, parameters: Mapping[str, str]) -> str:
        """Base64 of the HMAC over the normalised request (RFC 5849, 3.4)."""
        pairs = sorted((escaped(name), escaped(value)) for name, value in parameters.items())
        normal = "&".join(f"{name}={value}" for name, value in pairs)
        base = "&".join((method.upper(), escaped(url), escaped(normal)))
        key = f"{escaped(self._consumer[1])}&{escaped(self._token[1])}"
        digest = hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()
        return base64.b64encode(digest).decode()

    def renew(self) -> bool:
        """A person must."""
        return False


def escaped(text: str) -> str:
    """Percent-encoded as RFC 3986 says, nothing left out but the unreserved."""
    return quote(text, safe="-._~")
