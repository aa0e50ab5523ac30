"""HTML from posts and feeds as plain text: paragraphs, lines, links with where they really lead.

The tokenizer is our own and linear: the standard library's has quadratic corners, and what comes in here was
written by strangers. Nothing is interpreted; what is not understood is left out or stays as text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

MAX_HTML: Final = 400_000
"""Characters read; no post and no feed item of honest people is longer."""

_LONGEST_TAG: Final = 8_000
_TAG_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_ATTRIBUTE = re.compile(
    r"(?<![\w-])(href|class|alt)\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_LONG_REFERENCE = re.compile(r"&#[0-9]{8,};?|&#[xX][0-9a-fA-F]{7,};?")
_MANY_BREAKS = re.compile(r"\n{3,}")
_SPACE_AROUND_BREAK = re.compile(r" ?\n ?")

_SILENT: Final = frozenset({"script", "style", "head", "template", "title", "noscript", "svg"})
_PARAGRAPHS: Final = frozenset(
    {"p", "blockquote", "pre", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_LINES: Final = frozenset(
    {"div", "tr", "section", "article", "figure", "figcaption", "dt", "dd", "hr", "header"}
)
_OPEN_LINKS: Final = frozenset({"http", "https", "mailto"})


def to_text(source: str) -> str:
    """The text that a reader would see; a link reads as its address, or its words with the address behind."""
    writer = _Writer()
    for token in _tokens(source[:MAX_HTML]):
        if isinstance(token, str):
            writer.say(token)
        elif token.closes:
            writer.close(token.name)
        else:
            writer.open(token)
    return writer.text()


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    inside: str = ""
    closes: bool = False

    def attribute(self, wanted: str) -> str:
        """Its value with references resolved; empty where it has none."""
        for name, double, single, bare in _ATTRIBUTE.findall(self.inside[:_LONGEST_TAG]):
            if name.lower() == wanted:
                return _unescaped(double or single or bare)
        return ""


def _tokens(source: str) -> Iterator[str | _Tag]:
    """Text and tags in order; what is inside a silent tag is left out."""
    position, lowered = 0, source.lower()
    while (start := source.find("<", position)) >= 0:
        if start > position:
            yield source[position:start]
        if source.startswith("<!--", start):
            position = _after(source, "-->", start + 4)
            continue
        name = _TAG_NAME.match(source, start + 1)
        declaration = source[start + 1 : start + 2] in {"!", "?"}
        end = source.find(">", start) if name or declaration else -1
        if end < 0:
            yield "<"
            position = start + 1
            if name or declaration:  # no tag ends any more: the rest is text
                break
            continue
        position = end + 1
        if name is None:
            continue
        tag = _Tag(name.group(1).lower(), source[name.end() : end], source[start + 1] == "/")
        if tag.name in _SILENT and not tag.closes and not tag.inside.endswith("/"):
            silent_until = lowered.find(f"</{tag.name}", end)
            position = silent_until if silent_until >= 0 else len(source)
        yield tag
    yield source[position:]


def _after(source: str, mark: str, start: int) -> int:
    found = source.find(mark, start)
    return len(source) if found < 0 else found + len(mark)


class _Writer:
    """Collects text with the breaks that tags ask for."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._link: tuple[int, _Tag] | None = None
        self._verbatim = 0

    def say(self, words: str) -> None:
        """Text as it stands in the source."""
        words = words if self._verbatim else _SPACES.sub(" ", words)
        self._parts.append(_unescaped(words))

    def open(self, tag: _Tag) -> None:
        """A tag begins."""
        match tag.name:
            case "br":
                self._parts.append("\n")
            case "li":
                self._parts.append("\n- ")
            case "img":
                self._parts.append(tag.attribute("alt"))
            case "a":
                self._end_link()
                self._link = len(self._parts), tag
            case name:
                self._verbatim += name == "pre"
                self._break(name)

    def close(self, name: str) -> None:
        """A tag ends."""
        if name == "a":
            self._end_link()
        self._verbatim -= name == "pre" and self._verbatim > 0
        self._break(name)

    def text(self) -> str:
        """All of it, with at most one empty line between paragraphs."""
        self._end_link()
        joined = _SPACE_AROUND_BREAK.sub("\n", "".join(self._parts))
        return _MANY_BREAKS.sub("\n\n", joined).strip()

    def _break(self, name: str) -> None:
        if name in _PARAGRAPHS:
            self._parts.append("\n\n")
        elif name in _LINES:
            self._parts.append("\n")

    def _end_link(self) -> None:
        if self._link is None:
            return
        start, tag = self._link
        self._link = None
        words = "".join(self._parts[start:])
        self._parts[start:] = [_linked(words, tag.attribute("href").strip(), tag.attribute("class"))]


def _linked(words: str, address: str, kind: str) -> str:
    """How a link reads: mentions and hashtags as they are, others so that nobody is led astray."""
    named = {"mention", "hashtag"} & set(kind.split())
    if named or not _is_open(address) or words.strip().startswith("#"):
        return words
    shown = words.strip()
    bare = _bare(address)
    if not shown or _bare(shown) == bare or (shown.endswith("…") and bare.startswith(_bare(shown[:-1]))):
        return address
    return f"{shown} ({address})"


def _is_open(address: str) -> bool:
    try:
        return urlsplit(address).scheme.lower() in _OPEN_LINKS and not set(address) & set(" \n\t")
    except ValueError:
        return False


def _bare(address: str) -> str:
    return re.sub(r"^(?:https?://|mailto:)?(?:www\.)?", "", address, flags=re.IGNORECASE).rstrip("/")


def _unescaped(words: str) -> str:
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", words)) if "&" in words else words
