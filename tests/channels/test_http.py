"""The bounded client against a server that misbehaves."""

from __future__ import annotations

import gzip
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels.base import AuthFailed, Malformed, Permanent, RateLimited, Retryable, Unknown
from channels.http import BoundedClient, Bounds
from channels.http_answer import Answer
from domain.clock import HOUR, SECOND, ManualClock
from domain.errors import ChannelError
from tests.channels.fault_server import EFFECTS, Effect, Fault, FaultServer, json_reply

TOKEN = "t0ken-canary-7f3a"
CALM = Bounds(total=20 * SECOND, body=200_000)
HASTY = Bounds(total=SECOND // 4, body=200_000)
NEVER_ENDING = {"silence", "drip", "drip_head"}
ROOT = Path(__file__).parents[2]
CLEAR = 1_700_000_000_000


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    async with FaultServer(lambda _call: json_reply({"ok": True})) as running:
        yield running


@pytest.fixture
async def client(server: FaultServer) -> AsyncIterator[BoundedClient]:
    made = client_of(server.url)
    yield made
    await made.close()


def client_of(url: str, bounds: Bounds = CALM) -> BoundedClient:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return BoundedClient(url, clock=ManualClock(CLEAR), headers=headers, bounds=bounds)


def chain(error: BaseException) -> str:
    """Everything that a traceback would print of an exception and what is behind it."""
    said = []
    each: BaseException | None = error
    while each is not None:
        said.append(f"{each!r} {each}")
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return "\n".join(said)


@pytest.mark.parametrize("effect", EFFECTS)
async def test_a_read_ends_in_words(server: FaultServer, client: BoundedClient, effect: Effect) -> None:
    """Whatever the server does, within the bounds, with one sentence."""
    server.fail(Fault(effect))
    bounds = HASTY if effect in NEVER_ENDING else CALM
    with pytest.raises(Retryable) as caught:
        (await client.request("GET", "api/thing", bounds=bounds)).json()
    assert str(caught.value)
    assert TOKEN not in chain(caught.value)
    assert await client.json("GET", "api/thing") == {"ok": True}


@pytest.mark.parametrize("effect", EFFECTS)
async def test_an_act_is_unknown(server: FaultServer, effect: Effect) -> None:
    """Once the request may have been read, nobody may say that it failed."""
    server.fail(Fault(effect))
    client = client_of(server.url, HASTY if effect in NEVER_ENDING else CALM)
    with pytest.raises(Unknown) as caught:
        await client.json("POST", "api/thing", json={"text": "hallo"}, acts=True)
    assert TOKEN not in chain(caught.value)
    assert len(server.calls) == 1
    await client.close()


@pytest.mark.parametrize("effect", ["web_page", "broken_json", "deep_json", "nan", "bad_utf8", "gzip_bomb"])
async def test_an_unreadable_answer_is_malformed(
    server: FaultServer, client: BoundedClient, effect: Effect
) -> None:
    server.fail(Fault(effect))
    with pytest.raises(Malformed):
        await client.json("GET", "api/thing")


async def test_nothing_listens() -> None:
    """Refused before a byte was written: worth another try, also for an act."""
    async with FaultServer() as gone:
        url = gone.url
    client = client_of(url)
    with pytest.raises(Retryable):
        await client.json("POST", "api/thing", acts=True)
    await client.close()


async def test_a_host_that_does_not_exist() -> None:
    client = BoundedClient("https://does-not-exist.invalid", clock=ManualClock(CLEAR), bounds=CALM)
    with pytest.raises(Retryable) as caught:
        await client.json("POST", "api/thing", acts=True)
    assert "does-not-exist.invalid" in str(caught.value)
    await client.close()


async def test_no_tls_where_tls_was_asked_for(server: FaultServer) -> None:
    """The handshake fails before the request is written."""
    client = client_of(server.url.replace("http://", "https://"), Bounds(connect=SECOND // 4))
    with pytest.raises(Retryable):
        await client.json("POST", "api/thing", acts=True)
    await client.close()


@pytest.mark.parametrize(
    ("status", "headers", "reads", "acts"),
    [
        (400, {}, Permanent, Permanent),
        (401, {}, AuthFailed, AuthFailed),
        (404, {}, Permanent, Permanent),
        (408, {}, Retryable, Unknown),
        (422, {}, Permanent, Permanent),
        (429, {}, RateLimited, RateLimited),
        (500, {}, Retryable, Unknown),
        (502, {}, Retryable, Unknown),
        (503, {}, Retryable, Unknown),
        (503, {"retry-after": "3"}, Retryable, Retryable),
        (504, {"retry-after": "3"}, Retryable, Unknown),
        (302, {"location": "/elsewhere"}, Permanent, Unknown),
    ],
)
async def test_what_a_status_means(
    server: FaultServer,
    client: BoundedClient,
    status: int,
    headers: dict[str, str],
    reads: type[ChannelError],
    acts: type[ChannelError],
) -> None:
    for expected, flag in ((reads, False), (acts, True)):
        server.fail(Fault(status=status, headers=headers))
        with pytest.raises(ChannelError) as caught:
            await client.json("POST", "api/thing", acts=flag)
        assert type(caught.value) is expected


async def test_the_platforms_own_words_are_repeated(server: FaultServer, client: BoundedClient) -> None:
    """Short, without control characters, and never our token."""
    body = b'{"error": "Text too \\u001b[2J long, ' + TOKEN.encode() + b'"}'
    server.fail(Fault(status=422, body=body))
    with pytest.raises(Permanent) as caught:
        await client.json("POST", "api/thing", acts=True)
    assert "Text too  [2J long" in str(caught.value)
    assert TOKEN not in chain(caught.value)
    assert caught.value.code == "422"


async def test_a_rate_limit_says_when(server: FaultServer, client: BoundedClient) -> None:
    server.fail(Fault(status=429, headers={"retry-after": "30"}))
    with pytest.raises(RateLimited) as caught:
        await client.json("GET", "api/thing")
    assert caught.value.after == 30 * SECOND


async def test_a_redirect_is_not_followed_and_takes_no_token_along(server: FaultServer) -> None:
    async with FaultServer() as other:
        server.fail(Fault(status=302, headers={"location": f"{other.url}/steal"}, times=9))
        client = client_of(server.url)
        with pytest.raises(Permanent):
            await client.request("GET", "api/thing")
        await client.close()
        follows = client_of(server.url, Bounds(redirects=3, private_redirects=True))
        await follows.request("GET", "api/thing")
        assert [call.path for call in other.calls] == ["/steal"]
        assert "authorization" not in other.calls[0].headers
        await follows.close()


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:1/",
        "http://127.1:1/",
        "http://2130706433:1/",
        "http://0x7f.1:1/",
        "http://[::1]:1/",
        "http://[::ffff:127.0.0.1]:1/",
        "http://[64:ff9b::7f00:1]:1/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ],
)
async def test_a_redirect_never_leads_inside(server: FaultServer, target: str) -> None:
    """Not to private addresses in any spelling, nor off the web."""
    server.fail(Fault(status=302, headers={"location": target}))
    client = client_of(server.url, Bounds(redirects=3))
    with pytest.raises(Permanent):
        await client.request("GET", "feed.xml")
    assert len(server.calls) == 1
    await client.close()


async def test_redirects_at_home_are_followed_and_end(server: FaultServer) -> None:
    client = client_of(server.url, Bounds(redirects=3))
    server.fail(Fault(status=301, headers={"location": "/moved"}))
    answer = await client.request("GET", "feed.xml")
    assert answer.url == f"{server.url}/moved"
    server.fail(Fault(status=301, headers={"location": "/again"}, times=99))
    with pytest.raises(Permanent):
        await client.request("GET", "feed.xml")
    assert len(server.calls) == 6
    await client.close()


async def test_no_cookie_is_kept_and_nothing_comes_from_the_environment(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    client = client_of(server.url)
    server.fail(Fault(status=200, headers={"set-cookie": "session=1"}, body=b"{}"))
    await client.json("GET", "one")
    await client.json("GET", "two")
    assert [call.headers.get("cookie") for call in server.calls] == [None, None]
    assert server.calls[0].headers["accept-encoding"] == "identity"
    await client.close()


async def test_a_token_is_not_sent_in_the_clear() -> None:
    client = client_of("http://social.example")
    with pytest.raises(AuthFailed):
        await client.request("GET", "api")
    await client.close()


async def test_a_token_goes_to_its_own_host_only(server: FaultServer) -> None:
    async with FaultServer() as other:
        client = client_of(server.url)
        with pytest.raises(Permanent):
            await client.request("GET", f"{other.url}/steal")
        assert other.calls == []
        await client.close()


@pytest.mark.parametrize("token", ["a\nb", "a\r\nX-Evil: 1", "é", "a\x00b"])
async def test_a_token_with_strange_signs_is_refused_unspoken(server: FaultServer, token: str) -> None:
    client = BoundedClient(server.url, clock=ManualClock(CLEAR), headers={"authorization": f"Bearer {token}"})
    with pytest.raises(AuthFailed) as caught:
        await client.request("GET", "api")
    assert token not in chain(caught.value)
    assert server.calls == []
    await client.close()


async def test_the_log_names_no_address(
    server: FaultServer, client: BoundedClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.NOTSET):
        await client.json("GET", "api/thing", query={"q": "geheim"})
    assert not [each for each in caplog.records if each.name.startswith(("httpx", "httpcore"))]


@pytest.mark.parametrize("address", ["ftp://example.org", "example.org", "https://", "http://[::1", ""])
def test_an_address_that_is_none_is_said(address: str) -> None:
    with pytest.raises(Permanent):
        BoundedClient(address, clock=ManualClock(CLEAR))


async def test_gzip_that_fits_is_read(server: FaultServer, client: BoundedClient) -> None:
    """A server that compresses although we did not ask for it."""
    body = gzip.compress(b'{"big": "' + b"x" * 150_000 + b'"}')
    server.fail(Fault(status=200, body=body, headers={"content-encoding": "gzip"}))
    answer = await client.json("GET", "api/thing")
    assert isinstance(answer, dict)
    assert len(answer["big"]) == 150_000


async def test_a_wrong_clock_is_noticed(server: FaultServer, client: BoundedClient) -> None:
    server.fail(Fault(status=200, body=b"{}", headers={"date": "Tue, 14 Nov 2023 23:13:20 GMT"}))
    await client.json("GET", "api/thing")
    assert client.skew == HOUR
    assert "60" in client.skew_sentence
    await client.json("GET", "api/thing")
    assert client.skew_sentence == ""


async def test_the_rate_is_read(server: FaultServer, client: BoundedClient) -> None:
    headers = {"x-ratelimit-limit": "300", "x-ratelimit-remaining": "299"}
    server.fail(Fault(status=200, body=b"{}", headers=headers))
    await client.json("GET", "api/thing")
    assert client.rate is not None
    assert (client.rate.limit, client.rate.remaining) == (300, 299)


async def test_a_connector_reads_refusals_its_own_way(server: FaultServer) -> None:
    def gone(answer: Answer, acts: bool) -> ChannelError | None:
        return AuthFailed(f"{answer.status}") if answer.status == 400 and acts else None

    client = BoundedClient(server.url, clock=ManualClock(CLEAR), refusal=gone)
    server.fail(Fault(status=400, times=2))
    with pytest.raises(AuthFailed):
        await client.json("POST", "api", acts=True)
    with pytest.raises(Permanent):
        await client.json("POST", "api")
    await client.close()


def test_a_desk_without_channels_loads_no_http() -> None:
    """The protocol that everybody imports costs nothing."""
    code = "import channels.base, sys; print(sorted({'httpx', 'feedparser', 'ssl'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "[]"
