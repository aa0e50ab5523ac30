"""Reading answers: JSON with its traps, waiting times, rate limits and clocks."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.http_addresses import is_public, resolve
from channels.http_answer import (
    Answer,
    NotJson,
    clock_skew,
    own_words,
    parse_json,
    read_rate,
    retry_after,
    wait_named,
)
from domain.clock import DAY, HOUR, MINUTE, SECOND

NOW = 1_700_000_000_000  # Tue, 14 Nov 2023 22:13:20 GMT
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@given(JSON)
def test_honest_json_is_read_as_it_is(value: object) -> None:
    assert parse_json(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        parse_json(body)
    except NotJson:
        return


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"NaN",
        b'{"a": -Infinity}',
        b"[" * 100_000,
        b"[" * 65 + b"]" * 65,
        b'{"a":' * 65 + b"1" + b"}" * 65,
        b'"\xff"',
        b"[1,]",
        b"'a'",
        b'"\x00"',
    ],
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(NotJson):
        parse_json(body)


def test_long_numbers_become_text_and_surrogates_stay() -> None:
    """They spoil one item, not its page."""
    digits = "9" * 5_000
    assert parse_json(b'{"id": ' + digits.encode() + b"}") == {"id": digits}
    assert parse_json(b"-123456789012345678") == -123456789012345678
    assert parse_json(b"1e999") == "1e999"
    assert parse_json(b'"\\ud800"') == "\ud800"
    assert parse_json(b'\xef\xbb\xbf{"bom": 1}') == {"bom": 1}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "30"}, 30 * SECOND),
        ({"retry-after": "1.5"}, 1_500),
        ({"retry-after": " 30 "}, 30 * SECOND),
        ({"retry-after": "0"}, SECOND),
        ({"retry-after": "-5"}, SECOND),
        ({"retry-after": "99999999999"}, HOUR),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "Tue, 14 Nov 2023 22:14:20 GMT"}, MINUTE),
        ({"retry-after": "Tue, 14 Nov 2023 22:12:20 GMT"}, SECOND),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, HOUR),
        ({"retry-after": "Tue, 14 Nov 2023 21:14:20 GMT", "date": "Tue, 14 Nov 2023 21:13:20 GMT"}, MINUTE),
    ],
)
def test_when_to_come_back(headers: dict[str, str], wait: int | None) -> None:
    assert retry_after(headers, NOW) == wait


@pytest.mark.parametrize(
    ("reset", "at"),
    [
        ("1700000060", NOW + MINUTE),
        ("2023-11-14T22:14:20.000000Z", NOW + MINUTE),
        ("2023-11-14T22:14:20", NOW + MINUTE),
        ("2023-11-14T23:14:20+01:00", NOW + MINUTE),
        ("60", NOW + MINUTE),
        ("0", NOW),
        ("-60", NOW),
        ("1600000000", NOW),
        ("99999999999", NOW + DAY),
        ("never", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("name", ["x-ratelimit", "ratelimit", "x-rate-limit"])
def test_when_the_rate_starts_anew(name: str, reset: str, at: int | None) -> None:
    rate = read_rate({f"{name}-limit": "300", f"{name}-remaining": "7", f"{name}-reset": reset}, NOW)
    assert rate is not None
    assert (rate.limit, rate.remaining, rate.resets_at) == (300, 7, at)


def test_a_renewal_is_read_by_the_servers_own_clock() -> None:
    """The server is an hour behind; its minute is a minute."""
    headers = {"x-ratelimit-limit": "1", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1699996460"}
    headers["date"] = "Tue, 14 Nov 2023 21:13:20 GMT"
    assert wait_named(headers, NOW) == MINUTE


@pytest.mark.parametrize("headers", [{}, {"x-ratelimit-limit": "many"}, {"ratelimit-limit": "300"}])
def test_no_rate_where_none_is_told(headers: dict[str, str]) -> None:
    assert read_rate(headers, NOW) is None
    assert wait_named(headers, NOW) is None


@given(st.text(max_size=40))
def test_no_header_does_harm(value: str) -> None:
    headers = {"retry-after": value, "date": value, "x-ratelimit-reset": value}
    headers |= {"x-ratelimit-limit": value, "x-ratelimit-remaining": value}
    wait = wait_named(headers, NOW)
    assert wait is None or SECOND <= wait <= HOUR
    assert isinstance(clock_skew(headers, NOW), int)


def test_small_differences_of_clocks_are_nothing() -> None:
    assert clock_skew({"date": DATE}, NOW + 90 * SECOND) == 0
    assert clock_skew({"date": DATE}, NOW + HOUR) == -HOUR
    assert clock_skew({}, NOW) == 0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": "Too long"}', "Too long"),
        (b'{"error": "invalid_grant", "error_description": "Gone"}', "Gone"),
        (b'"Not authenticated"', "Not authenticated"),
        (b'{"error": {"deep": 1}}', ""),
        (b"[1]", ""),
        (b"<html>", ""),
        (b'{"error": "' + b"x" * 9_000 + b'"}', "x" * 200),
        ('{"error": "a\u202eb\u0007c"}'.encode().replace(b"\x07", b"\\u0007"), "a b c"),
    ],
)
def test_the_platforms_own_words(body: bytes, words: str) -> None:
    assert own_words(Answer(400, {}, body, "host")) == words


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("255.255.255.255", False),
        ("192.88.99.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("::7f00:1", False),
    ],
)
async def test_which_addresses_are_public(address: str, public: bool) -> None:
    (found,) = await resolve(address, 443)
    assert is_public(found) is public


@pytest.mark.parametrize("spelling", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost"])
async def test_loopback_is_seen_in_every_spelling(spelling: str) -> None:
    assert not any(map(is_public, await resolve(spelling, 80)))


@pytest.mark.parametrize("host", ["", "a" * 300, "ex ample", "\u0000"])
async def test_what_is_no_host_is_an_oserror(host: str) -> None:
    try:
        found = await resolve(host, 80)
    except (OSError, ValueError):
        return
    assert not any(map(is_public, found))
