"""Prepared answers: a small language of its own, filled in one pass.

    {{ contact.first_name }}              a value that the desk knows
    {{?order_number}}                     a value that the operator is asked for
    {{#u}}uw{{/u}}{{#je}}je{{/je}}        a part for one case only

There are no loops, no expressions, and no access to anything but the names of `NAMES`. A value is text and
is never read as template again. What has no value stays in the text as a visible hole, and a text with a
hole must not be sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from domain import graphemes
from domain.template_parse import CASE_GROUPS, CASES, NAMES, Node, Parsed, Part, Text, Value, parse_template
from domain.text import clean

__all__ = [
    "CASES", "NAMES", "Hole", "Parsed", "Rendered", "Template", "cases", "edited_share", "find_holes",
    "first_gap", "has_placeholder", "is_unedited", "line_and_column", "parse_template", "render",
]  # fmt: skip

_HOLE = re.compile(r"\{\{\?[ \t]*([a-z][a-z0-9_.]*)[ \t]*\}\}")
_BRACE_PAIR = re.compile(r"\{(?=\{)")
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Template:
    """A prepared answer, as one file holds it."""

    id: str
    name: str
    """For the picker."""

    language: str
    """`nl`, `en`, `nl-BE`: what it is written in; `nl-BE` where Flemish readers are told it otherwise."""

    kinds: tuple[str, ...]
    """What it answers: `question`, `complaint`, and so on."""

    text: str

    def parsed(self) -> Parsed:
        """Its structure; raises TemplateError."""
        return parse_template(self.text)


@dataclass(frozen=True, slots=True)
class Hole:
    """A place that still needs a value: `text[start:end]`, in code points."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template with its values."""

    text: str
    missing: tuple[Hole, ...]
    """Where the cursor must go before this can be sent; they stand in the text as `{{?name}}`."""


def cases(
    *,
    form: Literal["je", "u"] | None = None,
    is_open: bool = True,
    private: bool = False,
    language: str | None = None,
) -> frozenset[str]:
    """The cases that hold: how we address the contact, whether we are open, who reads it, which language."""
    chosen = {form or "je", "open" if is_open else "closed", "private" if private else "public"}
    spoken = {language, (language or "").split("-")[0]}
    return frozenset(chosen | {one for one in spoken if one in CASES})


def render(parsed: Parsed, values: Mapping[str, str], conditions: AbstractSet[str] = frozenset()) -> Rendered:
    """The template filled in; `conditions` are those of `CASES` that hold.

    A value that is absent or blank leaves a hole. Values lose control characters and doubled braces.
    """
    holding = {group[0] for group in CASE_GROUPS if conditions.isdisjoint(group)} | conditions
    filling = _Filling(values, holding)
    filling.add(parsed.nodes)
    return Rendered("".join(filling.pieces), tuple(filling.holes))


def find_holes(text: str) -> tuple[Hole, ...]:
    """The visible holes in a draft, in order, for the key that goes to the next one."""
    return tuple(Hole(match.group(1), match.start(), match.end()) for match in _HOLE.finditer(text))


def first_gap(text: str) -> Hole | None:
    """Where the cursor must go before a draft can be sent: its first hole, or the first stray `{{`.

    A stray one has no name. None where nothing is left to fill in.
    """
    start = text.find("{{")
    if start < 0:
        return None
    match = _HOLE.match(text, start)
    return Hole(match.group(1), start, match.end()) if match else Hole("", start, start + 2)


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """A place in a draft as people count, from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def has_placeholder(text: str) -> bool:
    """Whether anything in it still looks like a template; such a text is never sent."""
    return "{{" in text


def is_unedited(template_text: str, draft: str) -> bool:
    """Whether a draft is the rendered template as it was; letter case and white space do not count."""
    ours = _words(draft)
    return bool(ours) and ours == _words(template_text)


def edited_share(template_text: str, draft: str) -> float:
    """How much of a template was changed: 0 for the text as it was, 1 for something else.

    Compare with the rendered template. A word is the template's when it stands beside the same word there;
    words weigh by what a reader calls a character, white space does not count. What was added counts as
    what was taken out does. Linear in both texts, for use on every key.
    """
    theirs, ours = _words(template_text), _words(draft)
    if not ours or ours == theirs:
        return 0.0
    pairs = set(pairwise(theirs))
    shared = [pair in pairs for pair in pairwise(ours)]
    kept = sum(
        _weight(word)
        for word, before, after in zip(ours, [False, *shared], [*shared, False], strict=True)
        if before or after
    )
    return 1 - kept / max(sum(map(_weight, ours)), sum(map(_weight, theirs)))


def _words(text: str) -> list[str]:
    """Words and single signs, an emoji of several code points as one; the same however they are encoded.

    A hole is nobody's words: what fills it was written, and nothing was taken out for it.
    """
    text = unicodedata.normalize("NFC", _HOLE.sub(" ", text)).casefold()
    if text.isascii():
        return _WORD.findall(text)
    return [
        part for word in text.split() for part in (_WORD.findall(word) if word.isascii() else _parts(word))
    ]


def _parts(word: str) -> list[str]:
    """Runs of letters and digits, and single signs, each a whole grapheme."""
    found: list[str] = []
    run = ""
    for cluster in graphemes.iterate(word):
        if cluster[0].isalnum() or cluster[0] == "_":
            run += cluster
            continue
        found += [run, cluster] if run else [cluster]
        run = ""
    return [*found, run] if run else found


def _weight(word: str) -> int:
    return graphemes.count(word)


class _Filling:
    """The pieces of one rendering, and where its holes came to stand."""

    def __init__(self, values: Mapping[str, str], holding: AbstractSet[str]) -> None:
        self._values = values
        self._holding = holding
        self._length = 0
        self.pieces: list[str] = []
        self.holes: list[Hole] = []

    def add(self, nodes: tuple[Node, ...]) -> None:
        for node in nodes:
            match node:
                case Text(text):
                    self._append(text)
                case Value(name):
                    self._fill(name)
                case Part(case, inner) if case in self._holding:
                    self.add(inner)

    def _fill(self, name: str) -> None:
        value = clean(self._values.get(name, ""), multiline=not name.startswith("contact.")).strip()
        if value:
            self._append(_BRACE_PAIR.sub("{ ", value))
            return
        hole = f"{{{{?{name}}}}}"
        self.holes.append(Hole(name, self._length, self._length + len(hole)))
        self.pieces.append(hole)
        self._length += len(hole)

    def _append(self, text: str) -> None:
        if text.startswith("{") and self.pieces and self.pieces[-1].endswith("{"):
            text = f" {text}"  # two single braces must not become a tag
        self.pieces.append(text)
        self._length += len(text)
