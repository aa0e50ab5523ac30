"""Facets: what in a post is a mention, a link or a tag, by place in the text's UTF-8 bytes.

A post is plain text; only a facet makes something in it clickable (lexicon app.bsky.richtext.facet). What
counts as one follows the official client (@atproto/api, rich-text/detection), except that a bare host may
have hyphens, as many Dutch ones do, and that a link gives up all the punctuation that closes a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from domain.top_level import ASCII_TOP_LEVEL

SpanKind = Literal["mention", "link", "tag"]

MAX_TAG: Final = 64
"""UTF-16 units of a tag that the official client still makes one."""

_INVISIBLE: Final = "\u00ad\u2060\u200a\u200b\u200c\u200d\u20e2"
_START: Final = r"(?:(?<![^\s(])|(?<=\())"
_ADDRESS = re.compile(
    _START + r"(?:@(?P<handle>[a-zA-Z0-9.-]+)"
    r"|(?P<link>https?://\S+)"
    r"|(?P<host>[a-zA-Z][a-zA-Z0-9-]*(?:\.[a-zA-Z0-9-]+)+)(?P<rest>[/?#:]\S*)?(?!@))"
)
_TAG = re.compile(rf"(?<!\S)[#＃](?!\ufe0f)(?P<tag>[^\s{_INVISIBLE}]+)")
_CLOSING: Final = ".,;:!?…\"'”’»"
_BRACKETS: Final = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text that means something."""

    start: int
    """In UTF-8 bytes."""

    end: int
    """In UTF-8 bytes, behind the last."""

    kind: SpanKind
    value: str
    """The handle without its `@`, the whole address of a link, or the tag without its `#`."""


def spans(text: str) -> tuple[Span, ...]:
    """All mentions, links and tags, in the order of the text and never overlapping."""
    found = sorted((*_addresses(text), *_tags(text)), key=lambda each: each[0])
    result: list[Span] = []
    done = 0
    for start, end, kind, value in found:
        if start < done:
            continue
        done = end
        before = len(text[:start].encode())
        result.append(Span(before, before + len(text[start:end].encode()), kind, value))
    return tuple(result)


def handles(found: Iterable[Span]) -> tuple[str, ...]:
    """The handles that must be looked up before facets can be made, each once."""
    return tuple(dict.fromkeys(each.value for each in found if each.kind == "mention"))


def facets(found: Iterable[Span], dids: Mapping[str, str]) -> list[dict[str, object]]:
    """The facets of a record; a mention whose handle is not in `dids` stays plain text."""
    return [
        {"index": {"byteStart": each.start, "byteEnd": each.end}, "features": [feature]}
        for each in found
        if (feature := _feature(each, dids)) is not None
    ]


def _feature(span: Span, dids: Mapping[str, str]) -> dict[str, str] | None:
    kind = f"app.bsky.richtext.facet#{span.kind}"
    if span.kind == "link":
        return {"$type": kind, "uri": span.value}
    if span.kind == "tag":
        return {"$type": kind, "tag": span.value}
    did = dids.get(span.value)
    return None if did is None else {"$type": kind, "did": did}


def _addresses(text: str) -> Iterator[tuple[int, int, SpanKind, str]]:
    for match in _ADDRESS.finditer(text):
        if match["handle"] is not None:
            handle = match["handle"].rstrip(".-")
            if _ends_in_top_level(handle.lower(), also=("test",)):
                yield match.start(), match.start() + 1 + len(handle), "mention", handle.lower()
        elif match["link"] is not None:
            link = _without_closing(match["link"])
            if len(link) > len("https://"):
                yield match.start(), match.start() + len(link), "link", link
        elif _ends_in_top_level(match["host"]):
            link = _without_closing(match["host"] + (match["rest"] or ""))
            yield match.start(), match.start() + len(link), "link", f"https://{link}"


def _tags(text: str) -> Iterator[tuple[int, int, SpanKind, str]]:
    for match in _TAG.finditer(text):
        tag = match["tag"]
        while tag and _is_punctuation(tag[-1]):
            tag = tag[:-1]
        meaning = any(not (char.isascii() and char.isdigit()) and not _is_punctuation(char) for char in tag)
        if meaning and len(tag.encode("utf-16-le")) // 2 <= MAX_TAG:
            yield match.start(), match.start() + 1 + len(tag), "tag", tag


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char).startswith("P")


def _ends_in_top_level(host: str, also: tuple[str, ...] = ()) -> bool:
    """Whether the host ends in a name that the world knows; `klaar.De` is a sentence without its space."""
    rest, dot, last = host.rpartition(".")
    labels = rest.split(".")
    return bool(dot) and all(labels) and (last in ASCII_TOP_LEVEL or last in also)


def _without_closing(link: str) -> str:
    """The link without what closes the sentence or the brackets around it."""
    while link:
        last = link[-1]
        opening = _BRACKETS.get(last)
        unbalanced = opening is not None and link.count(last) > link.count(opening)
        if last not in _CLOSING and not unbalanced:
            break
        link = link[:-1]
    return link
