"""Meta's Graph API: one client for Facebook, Messenger, Instagram and WhatsApp.

The version is a setting, because Meta lets each go after two years. Errors come as an object `error` with a
`code`, often with status 400 whatever they are; limits come as percentages in the headers `X-App-Usage` and
`X-Business-Use-Case-Usage`, the latter with minutes until it is enough again (Meta, Graph API, "Rate Limits"
and "Handling Errors").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

import httpx

from channels.base import (
    AuthFailed,
    Malformed,
    Permanent,
    Rate,
    RateLimited,
    Retryable,
    Unknown,
    WindowClosed,
)
from channels.hook_reading import Json, obj, objs, word
from channels.http import BoundedClient, Bounds, Files, Query
from channels.http_answer import Answer, NotJson, parse_json, printable
from domain.clock import HOUR, MINUTE, SECOND, Clock, Millis
from domain.errors import ChannelError
from i18n import _

THROTTLED: Final = frozenset({4, 17, 32, 613, *range(80_000, 80_015)})
TOKEN: Final = frozenset({102, 104, 190, 463, 467})
TEMPORARY: Final = frozenset({1, 2})
WINDOW_SUBCODES: Final = frozenset({2_018_278, 2_534_022})
"""Beside code 10: sent outside of the allowed window, on Messenger and on Instagram."""

ANSWERED_PRIVATELY: Final = 10_900
_UPLOAD: Final = Bounds(total=120 * SECOND)
_GONE: Final = 33
"""Subcode of 100: no such object, or not for us."""

Meaning = Callable[[Json, bool], ChannelError | None]
"""A channel's own reading of an error, and whether the request acts; None leaves it to `meaning`."""


class GraphClient:
    """Calls to one version of the API under one token."""

    def __init__(
        self,
        server: str,
        version: str,
        token: str,
        *,
        clock: Clock,
        own: Meaning | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._own = own
        self._clock = clock
        self._usage: Rate | None = None
        self._client = BoundedClient(
            f"{server}/{version}/",
            clock=clock,
            headers={"authorization": f"Bearer {token}"},
            refusal=self._refusal,
            transport=transport,
        )

    @property
    def host(self) -> str:
        """The server's name, for sentences."""
        return self._client.host

    @property
    def rate(self) -> Rate | None:
        """What is left of a hundred percent, as of the last answer that told."""
        return self._usage or self._client.rate

    @property
    def skew(self) -> Millis:
        """How far the server's clock is ahead of ours."""
        return self._client.skew

    @property
    def skew_sentence(self) -> str:
        """What is wrong with the clocks, in words."""
        return self._client.skew_sentence

    async def get(self, path: str, **query: str | int | None) -> Json:
        """An object. Raises the errors of `channels.base`."""
        asked: Query = query
        answer = await self._client.request("GET", path, query=asked)
        return self._object(answer, acts=False)

    async def post(self, path: str, body: Mapping[str, object]) -> Json:
        """Do something that must not happen twice. Raises Unknown where its outcome is not certain."""
        answer = await self._client.request("POST", path, json=dict(body), acts=True)
        return self._object(answer, acts=True)

    async def upload(self, path: str, form: Files) -> Json:
        """Hand over a file, which nobody sees before something names it; so it may be done again."""
        answer = await self._client.request("POST", path, files=form, bounds=_UPLOAD)
        return self._object(answer, acts=False)

    async def listed(self, path: str, *, pages: int = 1, **query: str | int | None) -> list[Json]:
        """The entries of so many pages of a list."""
        found: list[Json] = []
        after: str | None = None
        for _page in range(pages):
            said = await self.get(path, **{**query, "after": after})
            found += objs(said.get("data"))
            after = after_of(said)
            if after is None:
                return found
        return found

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    def _object(self, answer: Answer, *, acts: bool) -> Json:
        self._usage = usage_of(answer.headers, self._clock.now()) or self._usage
        try:
            said = answer.json()
        except Malformed as error:
            if acts:
                raise Unknown(str(error)) from error
            raise
        if isinstance(said, dict):
            return said
        sentence = _("{host} did not answer with an object; it is asked again.", host=self.host)
        raise Unknown(sentence) if acts else Malformed(sentence)

    def _refusal(self, answer: Answer, acts: bool) -> ChannelError | None:  # noqa: FBT001 - as called
        self._usage = usage_of(answer.headers, self._clock.now()) or self._usage
        try:
            error = obj(obj(parse_json(answer.body)).get("error"))
        except NotJson:
            return None
        if not isinstance(error.get("code"), int):
            return None
        wait = regained_in(answer.headers)
        return (self._own and self._own(error, acts)) or meaning(error, self.host, wait, acts=acts)


def meaning(error: Json, host: str, wait: Millis | None, *, acts: bool) -> ChannelError | None:
    """What an error of the Graph API means; None for one that leaves it to the HTTP status."""
    code, subcode = error.get("code"), error.get("error_subcode")
    said = said_by(error)
    if code in THROTTLED:
        return RateLimited(_("{host} asks us to slow down; it goes on by itself.", host=host), after=wait)
    if code in TOKEN or (isinstance(code, int) and 200 <= code < 300):
        return AuthFailed(_("{host} does not accept our access token: {words}", host=host, words=said))
    if code == 10 and (subcode in WINDOW_SUBCODES or "outside of allowed window" in said):
        return WindowClosed(_("The window for an answer is closed; wait until the person writes again."))
    if code in TEMPORARY or error.get("is_transient") is True:
        sentence = _("{host} had trouble; it is tried again by itself.", host=host)
        return Unknown(sentence) if acts else Retryable(sentence, after=wait)
    if code == ANSWERED_PRIVATELY:
        return Permanent(_("This comment was answered in private already; once is all that is allowed."))
    if code == 100 and subcode == _GONE:
        return Permanent(_("It is gone, or not for us to see."), code="404")
    return Permanent(_("{host} refused this: {words}", host=host, words=said), code=str(code))


def said_by(error: Json) -> str:
    """The platform's own words, short and harmless; the ones for users first."""
    return printable(word(error, "error_user_msg", "message")) or "?"


def usage_of(headers: Mapping[str, str], now: Millis) -> Rate | None:
    """The fullest of the limits as a rate out of a hundred; None where the headers do not tell."""
    full = 0
    told = False
    for entry in _usages(headers):
        for name in ("call_count", "total_cputime", "total_time"):
            value = entry.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool):
                full, told = max(full, int(value)), True
    if not told:
        return None
    wait = regained_in(headers)
    return Rate(100, max(0, 100 - full), None if wait is None else now + wait)


def regained_in(headers: Mapping[str, str]) -> Millis | None:
    """How long until the most patient of the limits lets us in again, an hour at most; None for now."""
    minutes = [entry.get("estimated_time_to_regain_access") for entry in _usages(headers)]
    longest = max(
        (value for value in minutes if isinstance(value, int) and not isinstance(value, bool)), default=0
    )
    return min(longest * MINUTE, HOUR) if longest > 0 else None


def _usages(headers: Mapping[str, str]) -> list[Json]:
    """Every limit that the headers tell of."""
    found: list[Json] = []
    for name in ("x-app-usage", "x-page-usage", "x-business-use-case-usage"):
        try:
            value = json.loads(headers.get(name, "null"))
        except (ValueError, RecursionError):
            continue
        entry = obj(value)
        found += [entry, *(each for part in entry.values() for each in objs(part))]
    return found


def after_of(said: Json) -> str | None:
    """Where a list goes on; None at its end."""
    paging = obj(said.get("paging"))
    after = word(obj(paging.get("cursors")), "after")
    return after if after and "next" in paging else None
