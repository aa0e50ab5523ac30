"""The one way out to a platform: bounded in time and size, without cookies, proxies or surprises.

httpx has no total time-out, decodes gzip without a bound and writes whole addresses into its log (all seen);
this client puts its own bounds around it. Its errors are those of `channels.base`:

- nothing was written (refused, no such host, TLS): `Retryable`;
- the request may have been read, and it acts: `Unknown`; where it only reads: `Retryable`;
- an answer that is not what it should be: `Malformed`, or `Unknown` where the request acts;
- a status: as the connector reads it, else as `http_answer.refused` does.

Tokens go in headers only, and no sentence or exception ever repeats a header.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx

from channels.base import AuthFailed, Malformed, Permanent, Rate, Retryable, Unknown
from channels.http_addresses import is_public, resolve
from channels.http_answer import Answer, clock_skew, read_rate, refused, skew_sentence
from channels.http_body import LineSplitter, TooLarge, Undecodable, decoded, read_bounded
from domain.clock import SECOND, Clock, Millis
from domain.errors import ChannelError
from i18n import _

for _noisy in ("httpx", "httpcore"):
    logging.getLogger(_noisy).setLevel(logging.WARNING)

Query = Mapping[str, str | int | bool | Sequence[str] | None]
"""Parameters of an address; None leaves one out, a sequence repeats it."""

Files = Mapping[str, tuple[str | None, bytes, str]]
"""A multipart form: field to (file name, content, MIME type); a plain field has no file name."""

Refusal = Callable[[Answer, bool], ChannelError | None]
"""A connector's own reading of a refusal (and whether the request acts); None leaves it to `refused`."""

EVENTS: Final = "text/event-stream"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
SECRETS: Final = frozenset({"authorization", "api-key", "apikey"})
"""Headers that open an account."""

_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_NEVER_WRITTEN: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one call may cost."""

    total: Millis = 30 * SECOND
    """From the first byte out to the last byte in."""

    connect: Millis = 10 * SECOND
    """Shorter than `total`, so that a host that never answered is told from one that fell silent."""

    body: int = 5_000_000
    """Bytes of the decoded body, and of what came over the line."""

    redirects: int = 0
    """How many are followed; only where the request does not act, and only to http and https."""

    private_redirects: bool = False
    """Whether one may lead into a private network, other than back to the host that was asked."""


@dataclass(frozen=True, slots=True)
class _Request:
    """One call, ready to be built for each hop."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    json: object = None
    content: bytes | None = None
    files: Files | None = None
    only_public: bool = False
    """True where the address came from a stranger."""


class BoundedClient:
    """Calls to one server, kept within `Bounds`. `headers` go with every call, credentials among them."""

    def __init__(
        self,
        base_url: str,
        *,
        clock: Clock,
        headers: Mapping[str, str] | None = None,
        bounds: Bounds | None = None,
        refusal: Refusal | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._bounds = bounds or Bounds()
        self._clock = clock
        self._refusal = refusal
        self._headers = {"user-agent": "webcare", "accept-encoding": "identity", **_lowered(headers)}
        self._base = _base(base_url)
        self._client = httpx.AsyncClient(
            transport=transport,
            verify=_trust(),
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx.Timeout(self._bounds.total / SECOND, connect=self._bounds.connect / SECOND),
        )
        self.rate: Rate | None = None
        """As of the last answer that told."""
        self.skew: Millis = 0
        """How far the server's clock is ahead of ours; 0 within two minutes."""

    @property
    def host(self) -> str:
        """The server's name, for sentences."""
        return self._base.host

    @property
    def skew_sentence(self) -> str:
        """What is wrong with the clocks, in words; empty when nothing is."""
        return skew_sentence(self.host, self.skew)

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        json: object = None,
        content: bytes | None = None,
        files: Files | None = None,
        headers: Mapping[str, str] | None = None,
        acts: bool = False,
        bounds: Bounds | None = None,
    ) -> Answer:
        """One call and its whole answer, of status 2xx or 304.

        `path` is relative to the base address, or whole. `acts` is for a request that must not happen
        twice: where its outcome is not certain it raises `Unknown`. Raises the errors of `channels.base`.
        """
        all_headers = {**self._headers, **_lowered(headers)}
        request = _Request(method, self._url(path, query), all_headers, json, content, files)
        self._refuse_unsafe(request)
        bounds = bounds or self._bounds
        with _translated(self.host, acts=acts):
            async with _patience(self.host, bounds.total, acts=acts):
                answer = await self._follow(request, bounds, acts=acts)
        return self._judged(answer, acts=acts)

    async def json(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        acts: bool = False,
    ) -> object:
        """As `request`, with the body read as JSON; an unreadable one is `Unknown` where the request acts."""
        answer = await self.request(method, path, query=query, json=json, headers=headers, acts=acts)
        try:
            return answer.json()
        except Malformed as error:
            if acts:
                raise Unknown(str(error)) from error
            raise

    async def lines(
        self, path: str, *, query: Query | None = None, silence: Millis = 90 * SECOND, kind: str = EVENTS
    ) -> AsyncGenerator[str, None]:
        """Lines of a stream of events; raises Retryable at its end, and when nothing came for `silence`."""
        request = _Request("GET", self._url(path, query), {**self._headers, "accept": kind})
        self._refuse_unsafe(request)
        with _translated(self.host, acts=False):
            async with _patience(self.host, silence):
                response = await self._client.send(self._built(request), stream=True)
            try:
                async with _patience(self.host, silence):
                    await self._refuse_no_stream(response, kind)
                splitter = LineSplitter()
                async with aclosing(decoded(response)) as pieces:
                    while (piece := await self._next(pieces, silence)) is not None:
                        for line in splitter.feed(piece):
                            yield line
            finally:
                await response.aclose()
        raise Retryable(_("{host} ended the stream; it is opened again.", host=self.host))

    async def _next(self, pieces: AsyncIterator[bytes], silence: Millis) -> bytes | None:
        async with _patience(self.host, silence):
            return await anext(pieces, None)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    def _url(self, path: str, query: Query | None) -> httpx.URL:
        parameters = {name: value for name, value in (query or {}).items() if value is not None}
        try:
            url = self._base.join(path)
            return url.copy_merge_params(parameters) if parameters else url
        except (httpx.InvalidURL, ValueError) as error:
            raise Permanent(_("The address {url} cannot be read; check it.", url=path)) from error

    def _refuse_unsafe(self, request: _Request) -> None:
        """Credentials only to the host they are for, and encrypted; headers of what a header may hold."""
        if any(not value.isascii() or not value.isprintable() for value in request.headers.values()):
            raise AuthFailed(
                _(
                    "The credentials for {host} hold a character that cannot be in them; store them again.",
                    host=self.host,
                )
            )
        if not SECRETS.intersection(request.headers):
            return
        if not _same_origin(request.url, self._base):
            raise Permanent(_("{host} is not where the credentials belong.", host=request.url.host))
        if request.url.scheme != "https" and request.url.host not in _LOOPBACK:
            raise AuthFailed(
                _("{host} is not reached by https; the credentials could be read.", host=self.host)
            )

    def _built(self, request: _Request) -> httpx.Request:
        return self._client.build_request(
            request.method,
            request.url,
            headers=request.headers,
            json=request.json,
            content=request.content,
            files=request.files,
        )

    async def _follow(self, request: _Request, bounds: Bounds, *, acts: bool) -> Answer:
        """The answer, after the redirects that are allowed."""
        for _hop in range(bounds.redirects + 1):
            answer = await self._exchange(request, bounds)
            target = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not target or acts or not bounds.redirects:
                return answer
            request = self._redirected(request, target, bounds)
        raise Permanent(
            _("{host} sends us from one address to the next; change the address.", host=self.host)
        )

    def _redirected(self, request: _Request, target: str, bounds: Bounds) -> _Request:
        try:
            url = request.url.join(target)
        except (httpx.InvalidURL, ValueError) as error:
            raise Malformed(
                _("{host} sends us to something that is not an address.", host=self.host)
            ) from error
        if url.scheme not in {"http", "https"} or not url.host:
            raise Permanent(_("{host} sends us to an address that is not on the web.", host=self.host))
        headers, home = dict(request.headers), _same_origin(url, self._base)
        if not home:
            headers = {name: value for name, value in headers.items() if name not in SECRETS}
        return replace(
            request, url=url, headers=headers, only_public=not home and not bounds.private_redirects
        )

    async def _exchange(self, request: _Request, bounds: Bounds) -> Answer:
        """One request and its answer, at the first of the host's addresses that can be reached."""
        hops = await self._public_hops(request) if request.only_public else [self._built(request)]
        for hop in hops[:-1]:
            try:
                return await self._read(await self._client.send(hop, stream=True), request, bounds)
            except _NEVER_WRITTEN:
                continue
        return await self._read(await self._client.send(hops[-1], stream=True), request, bounds)

    async def _public_hops(self, request: _Request) -> list[httpx.Request]:
        """The request to each address of a stranger's host, looked up once, so that it cannot change."""
        url = request.url
        try:
            addresses = await resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        except OSError as error:
            raise Retryable(_("{host} cannot be found.", host=url.host)) from error
        if not addresses or not all(map(is_public, addresses)):
            raise Permanent(
                _("{host} sends us into a private network; that is refused.", host=self.host), code="private"
            )
        hops = []
        for address in addresses:
            headers = {**request.headers, "host": url.netloc.decode("ascii")}
            hop = self._built(replace(request, url=url.copy_with(host=str(address)), headers=headers))
            hop.extensions["sni_hostname"] = url.host
            hops.append(hop)
        return hops

    async def _read(self, response: httpx.Response, request: _Request, bounds: Bounds) -> Answer:
        try:
            body = await read_bounded(response, bounds.body)
        finally:
            await response.aclose()
        for name in SECRETS.intersection(request.headers):
            secret = request.headers[name].rpartition(" ")[2].encode()
            # A server that repeats it must not get it into a sentence.
            body = body.replace(secret, b"***") if secret else body
        headers = {name.lower(): value for name, value in response.headers.items()}
        url = str(request.url.copy_with(query=None))
        return Answer(response.status_code, headers, body, self.host, url)

    async def _refuse_no_stream(self, response: httpx.Response, kind: str) -> None:
        if response.status_code == 200 and response.headers.get("content-type", "").startswith(kind):
            return
        request = _Request("GET", response.request.url, self._headers)
        self._judged(await self._read(response, request, self._bounds), acts=False)
        raise Malformed(_("{host} does not stream at this address.", host=self.host))

    def _judged(self, answer: Answer, *, acts: bool) -> Answer:
        now = self._clock.now()
        self.rate = read_rate(answer.headers, now) or self.rate
        self.skew = clock_skew(answer.headers, now)
        if 200 <= answer.status < 300 or answer.status == 304:
            return answer
        raise (self._refusal and self._refusal(answer, acts)) or refused(answer, now, acts=acts)


@functools.cache
def _trust() -> ssl.SSLContext:
    """Whom to believe: the usual authorities and this machine's own; read once, it takes a while."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context


def _base(base_url: str) -> httpx.URL:
    try:
        base = httpx.URL(base_url if base_url.endswith("/") else f"{base_url}/")
    except (httpx.InvalidURL, ValueError) as error:
        raise Permanent(_("The address {url} cannot be read; check it.", url=base_url)) from error
    if base.scheme not in {"http", "https"} or not base.host:
        raise Permanent(_("The address {url} must begin with https:// and name a host.", url=base_url))
    return base


def _same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _lowered(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}


@asynccontextmanager
async def _patience(host: str, wait: Millis, *, acts: bool = False) -> AsyncIterator[None]:
    """A time limit around everything inside, said in words."""
    try:
        async with asyncio.timeout(wait / SECOND):
            yield
    except TimeoutError as error:
        sentence = _("{host} did not finish within {n} seconds.", host=host, n=wait // SECOND)
        raise _uncertain(sentence, acts=acts) from error


@contextmanager
def _translated(host: str, *, acts: bool) -> Iterator[None]:
    """Errors of httpx as ours."""
    try:
        yield
    except _NEVER_WRITTEN as error:
        raise Retryable(_("{host} cannot be reached; it is tried again by itself.", host=host)) from error
    except httpx.LocalProtocolError:
        sentence = _("The request to {host} cannot be written; check its address and token.", host=host)
        raise Permanent(sentence) from None  # its text may repeat a header
    except httpx.UnsupportedProtocol as error:
        raise Permanent(_("{host} is not on the web.", host=host)) from error
    except httpx.HTTPError as error:
        sentence = _("The connection to {host} broke before the answer was complete.", host=host)
        raise _uncertain(sentence, acts=acts) from error
    except TooLarge as error:
        raise _unreadable(_("{host} answered with more than we read.", host=host), acts=acts) from error
    except Undecodable as error:
        sentence = _("{host} answered in an encoding that we did not ask for.", host=host)
        raise _unreadable(sentence, acts=acts) from error


def _uncertain(sentence: str, *, acts: bool) -> ChannelError:
    return Unknown(sentence) if acts else Retryable(sentence)


def _unreadable(sentence: str, *, acts: bool) -> ChannelError:
    return Unknown(sentence) if acts else Malformed(sentence)
