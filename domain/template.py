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
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from domain.template_parse import CASE_GROUPS, CASES, NAMES, Node, Parsed, Part, Text, Value, parse_template
from domain.text import clean

__all__ = [
    "CASES", "NAMES", "Hole", "Parsed", "Rendered", "Template", "cases", "edited_share", "find_holes",
    "has_placeholder", "parse_template", "render",
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
    """`nl`, `en`: what it is written in."""

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
    return frozenset(chosen | ({language} if language in CASES else set()))


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


def has_placeholder(text: str) -> bool:
    """Whether anything in it still looks like a template; such a text is never sent."""
    return "{{" in text


def edited_share(template_text: str, draft: str) -> float:
    """How much of a draft is the operator's own: 0 for the template as it was, 1 for something else.

    Compare with the rendered template. A word is the template's when it stands beside the same word there;
    words weigh by their letters, white space does not count. Linear in both texts, for use on every key.
    """
    theirs, ours = _words(template_text), _words(draft)
    letters = sum(map(len, ours))
    if not letters or ours == theirs:
        return 0.0
    pairs = set(pairwise(theirs))
    shared = [pair in pairs for pair in pairwise(ours)]
    kept = sum(
        len(word)
        for word, before, after in zip(ours, [False, *shared], [*shared, False], strict=True)
        if before or after
    )
    return 1 - kept / letters


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


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
