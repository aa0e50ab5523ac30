"""What a server answered: read within bounds, and what its headers say about time and limits."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NoReturn

from channels.base import AuthFailed, Malformed, Permanent, Rate, RateLimited, Retryable, Unknown
from domain.clock import DAY, HOUR, MINUTE, SECOND, Millis, to_millis
from domain.errors import ChannelError
from i18n import _

MAX_DEPTH: Final = 64
"""No platform of ours nests its JSON deeper than about twelve."""

MAX_DIGITS: Final = 18
"""A longer number becomes text: it fits no database integer, and on every platform it is an id."""

SHORTEST_WAIT: Final[Millis] = SECOND
LONGEST_WAIT: Final[Millis] = HOUR
"""A server that says to come back in ten years is asked again after an hour."""

LONGEST_WORDS: Final = 200
"""Characters of a platform's own explanation that we repeat."""

TOLERATED_SKEW: Final[Millis] = 2 * MINUTE
"""Difference between a server's clock and ours that nobody needs to hear of."""

_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{0,9})?", re.ASCII)
_RATE_NAMES: Final = ("x-ratelimit", "ratelimit", "x-rate-limit")
_SMALLEST_MOMENT: Final = 1_000_000_000
"""Seconds since 1970; a smaller number in a reset header is a span from now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer of a server."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""

    body: bytes
    """Decoded, within the bound."""

    host: str
    """Whom we asked, for sentences."""

    url: str = ""
    """Where it came from after redirects, without the query."""

    def json(self) -> object:
        """The body as JSON; raises Malformed in words, also for a web page where data was promised."""
        if self.looks_like_a_page():
            raise Malformed(
                _("{host} answered with a web page instead of data; check the address.", host=self.host)
            )
        try:
            return parse_json(self.body)
        except NotJson as error:
            raise Malformed(
                _("{host} answered with something that cannot be read; it is tried again.", host=self.host)
            ) from error

    def looks_like_a_page(self) -> bool:
        """True for HTML: a login wall, a maintenance page, a wrong address."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        start = self.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return kind == "text/html" or start.startswith((b"<!doctype", b"<html"))


class NotJson(ValueError):
    """Bytes that are no JSON, or JSON that hurts."""


def parse_json(body: bytes) -> object:
    """JSON without the parts of it that hurt: raises NotJson for deep nesting, NaN and bad UTF-8.

    A number too large for a machine becomes text. Lone surrogates are legal JSON and stay, so that one of
    them spoils one item and not its page; `domain.text.clean_for_store` takes them out.
    """
    try:
        value: object = json.loads(
            body.decode("utf-8-sig"), parse_constant=_refuse, parse_int=_whole, parse_float=_fraction
        )
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    if not _is_shallow(value):
        raise NotJson
    return value


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits.removeprefix("-")) <= MAX_DIGITS else digits


def _fraction(digits: str) -> float | str:
    value = float(digits)
    return value if math.isfinite(value) else digits


def _refuse(name: str) -> NoReturn:
    raise NotJson(name)


def _is_shallow(value: object) -> bool:
    level = [value]
    for _depth in range(MAX_DEPTH):
        level = [
            child
            for each in level
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
            if isinstance(child, dict | list)
        ]
        if not level:
            return True
    return False


def retry_after(headers: Mapping[str, str], now: Millis) -> Millis | None:
    """Milliseconds to wait, between a second and an hour; None where the server names no time.

    RFC 9110 10.2.3: seconds or a date. A date is read against the server's own clock where it tells it.
    """
    value = headers.get("retry-after", "").strip()
    if _NUMBER.fullmatch(value):
        return _bounded_wait(round(float(value) * SECOND))
    until = http_date(value)
    if until is not None:
        server_now = http_date(headers.get("date", ""))
        return _bounded_wait(until - (now if server_now is None else server_now))
    return None


def wait_named(headers: Mapping[str, str], now: Millis) -> Millis | None:
    """As `retry_after`, else until the moment at which the rate limit starts anew."""
    wait = retry_after(headers, now)
    if wait is not None:
        return wait
    rate = read_rate(headers, now)
    if rate is None or rate.resets_at is None:
        return None
    return _bounded_wait(rate.resets_at - now)


def _bounded_wait(wait: Millis) -> Millis:
    return max(SHORTEST_WAIT, min(wait, LONGEST_WAIT))


def read_rate(headers: Mapping[str, str], now: Millis) -> Rate | None:
    """The platform's account of what is left; None where it gives none that can be read.

    The moment of renewal comes as ISO 8601 (Mastodon, GoToSocial), as seconds since 1970 (Bluesky, X) or as
    a span of seconds (the IETF draft); it is given in our own clock's terms.
    """
    for name in _RATE_NAMES:
        limit = _count(headers.get(f"{name}-limit"))
        remaining = _count(headers.get(f"{name}-remaining"))
        if limit is not None and remaining is not None:
            return Rate(limit, remaining, _renewal(headers.get(f"{name}-reset", ""), headers, now))
    return None


def _count(value: str | None) -> int | None:
    digits = re.match(r"\s*(\d{1,9})", value or "", re.ASCII)
    return int(digits.group(1)) if digits else None


def _renewal(value: str, headers: Mapping[str, str], now: Millis) -> Millis | None:
    value = value.strip()
    if _NUMBER.fullmatch(value):
        seconds = float(value)
        if seconds < _SMALLEST_MOMENT:
            return now + max(0, min(round(seconds * SECOND), DAY))
        moment = round(seconds * SECOND)
    else:
        read = _iso_moment(value)
        if read is None:
            return None
        moment = read
    server_now = http_date(headers.get("date", ""))
    ahead = moment - (now if server_now is None else server_now)
    return now + max(0, min(ahead, DAY))


def _iso_moment(value: str) -> Millis | None:
    try:
        moment = datetime.fromisoformat(value)
        return to_millis(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def http_date(value: str) -> Millis | None:
    """An HTTP date as UTC milliseconds; None where it is none."""
    try:
        moment = parsedate_to_datetime(value)
        return to_millis(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def clock_skew(headers: Mapping[str, str], now: Millis) -> Millis:
    """How far the server's clock is ahead of ours; 0 within two minutes or where it does not say."""
    server_now = http_date(headers.get("date", ""))
    skew = 0 if server_now is None else server_now - now
    return skew if abs(skew) > TOLERATED_SKEW else 0


def skew_sentence(host: str, skew: Millis) -> str:
    """The difference in words; empty when there is none to speak of."""
    if not skew:
        return ""
    return _(
        "The clock of {host} and that of this machine differ by {minutes} minutes; set the right time.",
        host=host,
        minutes=abs(skew) // MINUTE,
    )


def refused(answer: Answer, now: Millis, *, acts: bool) -> ChannelError:
    """What a status of 300 or above means where the platform has no meaning of its own for it.

    For a request that acts only a documented refusal counts as one: 4xx, and 503 that names a time to come
    back. Everything else may have been accepted, and is `Unknown`.
    """
    host, status = answer.host, answer.status
    after = wait_named(answer.headers, now)
    if status == 429:
        return RateLimited(_("{host} asks us to slow down; it goes on by itself.", host=host), after=after)
    if status == 401:
        return AuthFailed(_("{host} does not accept our credentials; sign in again.", host=host))
    if status == 503 and "retry-after" in answer.headers:
        return Retryable(_("{host} is busy; it is tried again by itself.", host=host), after=after)
    if status < 400 and not acts:
        target = printable(answer.headers.get("location", ""))
        sentence = _("{host} has moved to {target}; change the address.", host=host, target=target)
        return Permanent(sentence, code=str(status))
    if 400 <= status < 500 and status not in {408, 425}:
        return Permanent(refusal_sentence(answer), code=str(status))
    sentence = _("{host} had trouble ({status}); it is tried again by itself.", host=host, status=status)
    return Unknown(sentence) if acts else Retryable(sentence, after=after)


def refusal_sentence(answer: Answer) -> str:
    """The refusal with the platform's own words, where it gives some."""
    if words := own_words(answer):
        return _(
            "{host} refused this ({status}): {words}", host=answer.host, status=answer.status, words=words
        )
    return _("{host} refused this ({status}).", host=answer.host, status=answer.status)


def own_words(answer: Answer) -> str:
    """The `error` or `message` of a JSON answer, or a bare JSON string; empty where there is none."""
    try:
        said = parse_json(answer.body)
    except NotJson:
        return ""
    if isinstance(said, dict):
        said = next((said[name] for name in ("error_description", "message", "error") if name in said), "")
    return printable(said) if isinstance(said, str) else ""


def printable(words: str) -> str:
    """Foreign words short and harmless enough for a sentence of ours."""
    return "".join(letter if letter.isprintable() else " " for letter in words[:LONGEST_WORDS]).strip()
