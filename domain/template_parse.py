"""Reading a template: text, values, questions to the operator, and parts for one case only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from domain.errors import TemplateError
from i18n import _

NAMES: Final = (
    "contact.first_name",
    "contact.name",
    "contact.handle",
    "operator.first_name",
    "operator.name",
    "operator.initials",
    "organisation",
    "channel.name",
    "conversation.id",
    "opening_hours",
    "opens_again",
)
"""The values that the desk knows by itself."""

CASE_GROUPS: Final = (
    ("je", "u"),
    ("open", "closed"),
    ("public", "private"),
    ("nl", "en", "fr", "de"),
    ("nl-NL", "nl-BE"),
)
"""What a part can depend on. In each group the first one holds when nothing else is said.

`nl` holds for all Dutch; `nl-NL` and `nl-BE` part the two ways of writing it.
"""

CASES: Final = tuple(case for group in CASE_GROUPS for case in group)

MAX_TEMPLATE: Final = 20_000
"""Characters; a reply longer than that fits no platform."""

MAX_DEPTH: Final = 8
"""Parts within parts."""

_ASKED_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_REST_OF_LINE = re.compile(r"[ \t]*(?:\n|\Z)")
_START_OF_LINE = re.compile(r"(?:\A|(?<=\n))[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class Text:
    """Words as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """Something that is filled in."""

    name: str
    """One of `NAMES`, or for a question any name of the template's own."""

    asked: bool
    """True when the operator is asked for it."""


@dataclass(frozen=True, slots=True)
class Part:
    """Only in one case."""

    case: str
    nodes: tuple[Node, ...]


Node = Text | Value | Part


@dataclass(frozen=True, slots=True)
class Parsed:
    """A template that was read and found good."""

    nodes: tuple[Node, ...]

    def values(self) -> tuple[Value, ...]:
        """All that can be filled in, in order, also inside parts."""
        return tuple(_values(self.nodes))


@dataclass(slots=True)
class _Open:
    """A part whose end was not seen yet."""

    case: str
    start: int
    nodes: list[Node]


def parse_template(text: str) -> Parsed:
    """The template's structure. Raises TemplateError with line and column, and the nearest valid name."""
    if len(text) > MAX_TEMPLATE:
        raise TemplateError(_("The template is longer than {limit} characters.", limit=MAX_TEMPLATE))
    return _Reader(text.rstrip()).read()


class _Reader:
    """Goes through the text once, from tag to tag."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._stack = [_Open("", 0, [])]

    def read(self) -> Parsed:
        position = 0
        while (start := self._text.find("{{", position)) >= 0:
            end = self._end_of_tag(start)
            content = self._text[start + 2 : end - 2].strip()
            before = self._text[position:start]
            position = end
            if content[:1] in {"#", "/"} and _START_OF_LINE.search(self._text, 0, start):
                rest = _REST_OF_LINE.match(self._text, end)
                if rest:
                    # A part's own line leaves nothing behind: the template's lines are the reply's lines.
                    before, position = before.rstrip(" \t"), rest.end()
            self._literal(before, start)
            self._tag(content, start)
        self._literal(self._text[position:], len(self._text))
        if len(self._stack) > 1:
            opened = self._stack[-1]
            raise self._error(
                _("The part {part} is never closed; write {end} after it.", part=_tag("#", opened.case),
                  end=_tag("/", opened.case)), opened.start,
            )  # fmt: skip
        return Parsed(tuple(self._stack[0].nodes))

    def _end_of_tag(self, start: int) -> int:
        end = self._text.find("}}", start)
        if end < 0 or any(sign in self._text[start + 2 : end] for sign in ("{", "\n")):
            raise self._error(
                _(
                    "This {opening} is never closed; write {closing} after the name.",
                    opening="{{",
                    closing="}}",
                ),
                start,
            )
        return end + 2

    def _literal(self, text: str, end: int) -> None:
        if "}}" in text:
            place = end - len(text) + text.index("}}")
            raise self._error(
                _(
                    "This {closing} closes nothing; write {opening} before the name.",
                    opening="{{",
                    closing="}}",
                ),
                place,
            )
        if text:
            self._stack[-1].nodes.append(Text(text))

    def _tag(self, content: str, start: int) -> None:
        match content[:1]:
            case "#":
                self._open(content[1:].strip(), start)
            case "/":
                self._close(content[1:].strip(), start)
            case "?":
                self._ask(content[1:].strip(), start)
            case _:
                self._value(content, start)

    def _open(self, case: str, start: int) -> None:
        if case not in CASES:
            raise self._error(
                _("No case is called {name}; {hint}", name=case, hint=_hint(case, CASES)), start
            )
        if len(self._stack) > MAX_DEPTH:
            raise self._error(_("Parts go {limit} deep at most.", limit=MAX_DEPTH), start)
        self._stack.append(_Open(case, start, []))

    def _close(self, case: str, start: int) -> None:
        opened = self._stack[-1]
        if len(self._stack) == 1:
            raise self._error(_("{end} closes a part that was never opened.", end=_tag("/", case)), start)
        if opened.case != case:
            raise self._error(
                _("{end} stands where {wanted} should.", end=_tag("/", case), wanted=_tag("/", opened.case)),
                start,
            )
        self._stack.pop()
        self._stack[-1].nodes.append(Part(case, tuple(opened.nodes)))

    def _ask(self, name: str, start: int) -> None:
        if name not in NAMES and not _ASKED_NAME.match(name):
            raise self._error(
                _("A question's name has small letters, digits and _ only, such as {example}.",
                  example=_tag("?", "order_number")), start,
            )  # fmt: skip
        self._stack[-1].nodes.append(Value(name, asked=True))

    def _value(self, name: str, start: int) -> None:
        if name not in NAMES:
            question = _tag("?", "order_number")
            sentence = _(
                "No value is called {name}; {hint} To ask the operator write {question}.",
                name=name or "{{}}",
                hint=_hint(name, NAMES),
                question=question,
            )
            raise self._error(sentence, start)
        self._stack[-1].nodes.append(Value(name, asked=False))

    def _error(self, sentence: str, position: int) -> TemplateError:
        line = self._text.count("\n", 0, position) + 1
        column = position - self._text.rfind("\n", 0, position)
        return TemplateError(sentence, line=line, column=column)


def _tag(sign: str, name: str) -> str:
    return f"{{{{{sign}{name}}}}}"


def _hint(name: str, known: tuple[str, ...]) -> str:
    nearest = get_close_matches(name[:60], known, n=1, cutoff=0.6)
    if nearest:
        return _("did you mean {nearest}?", nearest=nearest[0])
    return _("known are {known}.", known=", ".join(known))


def _values(nodes: tuple[Node, ...]) -> Iterator[Value]:
    for node in nodes:
        if isinstance(node, Value):
            yield node
        elif isinstance(node, Part):
            yield from _values(node.nodes)
