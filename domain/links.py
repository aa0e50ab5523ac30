"""Where links stand in a text, as X and Mastodon see them.

Both platforms use the rules of twitter-text 3 (github.com/twitter/twitter-text, `extractUrlsWithIndices`):
a link is an `http(s)://` address, and on X also a bare host name whose end is a known top-level domain.
Mastodon only knows the first kind and allows more characters in a path (mastodon/mastodon,
config/initializers/twitter_regex.rb). Everything here takes time linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.top_level import ASCII_TOP_LEVEL, LOCAL_TOP_LEVEL

_HOST_CHAR: Final = (
    r"[^!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"
    "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    "\ufffe\ufeff\uffff\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069]"
)
_LABEL: Final = f"{_HOST_CHAR}++(?:[-_]++{_HOST_CHAR}++)*+"
_HOST_HERE = re.compile(rf"{_LABEL}(?:\.{_LABEL})++")
_HOST = re.compile(rf"(?<![-_])(?<!{_HOST_CHAR}){_HOST_HERE.pattern}")
_PORT = re.compile(r":[0-9]+")
_PROTOCOL = re.compile(r"https?://\Z", re.IGNORECASE)
_TOP_LEVEL_START = re.compile(r"(?:xn--[-0-9a-z]+|[a-z]+)(?![0-9a-z@+-])", re.IGNORECASE)
_NEVER_BEFORE: Final = frozenset("@＠$#＃\ufffe\ufeff\uffff")
_LATIN: Final = (
    "\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289"
    "\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_PLAIN_HOST = re.compile(rf"[-a-z0-9{_LATIN}][-.a-z0-9{_LATIN}]*", re.IGNORECASE)
_SHORTENED = re.compile(r"https?://t\.co/([a-z0-9]+)(\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*)?", re.IGNORECASE)
_LONGEST_SLUG: Final = 40


@dataclass(frozen=True, slots=True)
class Link:
    """One link: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Grammar:
    """What may follow a host, and what never ends a link."""

    path: re.Pattern[str]
    path_end: str
    query: re.Pattern[str]
    query_end: str
    bare: bool
    """Whether a host without `http://` counts."""


def _path(char: str) -> re.Pattern[str]:
    """A path may hold parentheses that close again, two deep; else it ends before them."""
    inner = rf"\((?:{char}++(?:\({char}++\){char}*+)?|\({char}++\){char}*+)\)"
    return re.compile(rf"/(?:{char}|{inner})*+", re.IGNORECASE)


_X = _Grammar(
    path=_path(rf"[a-z\u0400-\u04ff0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{_LATIN}]"),
    path_end="!*';:,.$%[]\u2013~@|&",
    query=re.compile(r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*+", re.IGNORECASE),
    query_end="!?*'@();:+$%[].,~|",
    bare=True,
)
_MASTODON = _Grammar(
    path=_path(r"[^\s<>()?]"),
    path_end="!*\"'「」;:=,.$%[]~&|@",
    query=re.compile(
        r"\?(?:[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^]|[\xa1-\ud7ff\uf900-\U000efffd])*+", re.IGNORECASE
    ),
    query_end="!?*'();:+$%[].,~|@^",
    bare=False,
)


def links_on_x(text: str) -> tuple[Link, ...]:
    """Links with and without `http(s)://`, in order."""
    return tuple(_links(text, _X)) if "." in text else ()


def links_on_mastodon(text: str) -> tuple[Link, ...]:
    """Links with `http(s)://`, in order."""
    return tuple(_links(text, _MASTODON)) if "://" in text else ()


def _links(text: str, grammar: _Grammar) -> Iterator[Link]:
    done = 0
    while match := _next_host(text, done):
        start = match.start()
        host_end = _host_end(text, start, match.end())
        if host_end is None:
            done = match.end()
            continue
        port_end = _port_end(text, host_end)
        path_end = _path_end(text, port_end, grammar)
        done = _query_end(text, path_end, grammar)
        protocol = _protocol_start(text, start)
        if protocol is not None:
            yield from _with_protocol(text, Link(protocol, done), grammar)
        elif grammar.bare:
            yield from _bare(text, Link(start, host_end), done if path_end > port_end else None)


def _next_host(text: str, done: int) -> re.Match[str] | None:
    """The next host; right after a link one foreign letter stands for the space before it."""
    if done < len(text) and not text[done].isascii() and (match := _HOST_HERE.match(text, done + 1)):
        return match
    return _HOST.search(text, done)


def _protocol_start(text: str, host: int) -> int | None:
    """Where `https://` before the host begins; None without it or when it is glued to a word."""
    match = _PROTOCOL.search(text, max(0, host - 8), host)
    if match is None:
        return None
    before = text[match.start() - 1 : match.start()]
    glued = before in _NEVER_BEFORE or (before.isascii() and before.isalnum())
    return None if before and glued else match.start()


def _host_end(text: str, start: int, end: int) -> int | None:
    """End of the longest host from `start` whose last label begins with a top-level domain."""
    dot = text.rfind(".", start, end)
    while dot > start:
        length = _top_level_length(text, dot + 1)
        before = text[text.rfind(".", start, dot) + 1 if "." in text[start:dot] else start : dot]
        if length and "_" not in before:
            return dot + 1 + length
        dot = text.rfind(".", start, dot)
    return None


def _top_level_length(text: str, position: int) -> int:
    match = _TOP_LEVEL_START.match(text, position)
    if match is not None and (
        match.group().lower() in ASCII_TOP_LEVEL or match.group()[:4].lower() == "xn--"
    ):
        return len(match.group())
    if text[position].isascii():
        return 0
    for name in LOCAL_TOP_LEVEL:
        if text.startswith(name, position):
            after = text[position + len(name) : position + len(name) + 1]
            return 0 if after and (after in "@+-" or (after.isascii() and after.isalnum())) else len(name)
    return 0


def _with_protocol(text: str, link: Link, grammar: _Grammar) -> Iterator[Link]:
    """The link itself; one of X's own shortener ends with its slug."""
    shortened = _SHORTENED.match(text[link.start : link.end]) if grammar.bare else None
    if shortened is None:
        yield link
    elif len(shortened.group(1)) <= _LONGEST_SLUG:
        yield Link(link.start, link.start + len(shortened.group().rstrip(grammar.query_end)))


def _bare(text: str, host: Link, end: int | None) -> Iterator[Link]:
    """The ASCII hosts inside what looks like one; `ですexample.com` holds one.

    The last one goes on to `end`, where a path follows.
    """
    start, before = host.start, text[host.start - 1 : host.start]
    if before and before in "./":
        return
    if before in _NEVER_BEFORE:
        start = _after_first_foreign(text, start, host.end)
    found = [
        Link(match.start(), last)
        for match in _PLAIN_HOST.finditer(text, start, host.end)
        if (
            last := _host_end(
                text, match.start(), min(match.end() + _top_level_length_at(text, match), host.end)
            )
        )
    ]
    if found and end is not None:
        found[-1] = Link(found[-1].start, end)
    yield from found


def _top_level_length_at(text: str, match: re.Match[str]) -> int:
    """Length of a top-level domain in another script right after `example.`."""
    return (
        _top_level_length(text, match.end()) if match.group().endswith(".") and match.end() < len(text) else 0
    )


def _after_first_foreign(text: str, start: int, end: int) -> int:
    """A handle such as `@jan` ends where another sign or script begins."""
    for position in range(start, end):
        if text[position] in ".-_":
            return end
        if not (text[position].isascii() and text[position].isalnum()):
            return position + 1
    return end


def _port_end(text: str, position: int) -> int:
    match = _PORT.match(text, position)
    return match.end() if match else position


def _path_end(text: str, position: int, grammar: _Grammar) -> int:
    match = grammar.path.match(text, position)
    if match is None:
        return position
    return position + 1 + len(match.group()[1:].rstrip(grammar.path_end))


def _query_end(text: str, position: int, grammar: _Grammar) -> int:
    match = grammar.query.match(text, position)
    if match is None:
        return position
    query = match.group().rstrip(grammar.query_end)
    return position + len(query)
