"""YAML as a person means it: text, lists and mappings, and nothing that guesses.

Every scalar stays the text that was written; only `null`, `~` and an empty plain value become None. So
`no`, `12:30`, `1.10` and `+31 20 123` are never turned into something else: the schema in `section.py`
converts. Aliases, tags, duplicate keys, a second document, more than 20 levels and files over 256 kB are
refused, because each of them makes a file that means something else than it looks like, or never ends.

PyYAML is imported on the first call: a desk without a configuration file never pays for it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import ConfigError
from i18n import _

if TYPE_CHECKING:
    import yaml

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file, for the sentence that a person gets."""

    file: str
    line: int
    """Counted from 1."""

    column: int
    """Counted from 1, in characters."""

    def __str__(self) -> str:
        return _("{file}, line {line}", file=self.file, line=self.line)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One written value; None only where nothing or `null` was written."""

    text: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; keys are unique and in the order of the file."""

    entries: Mapping[str, Node]
    key_places: Mapping[str, Place]
    place: Place


Node = Scalar | Sequence | Table


def read_file(path: Path, *, quick: bool = False) -> Table:
    """The mapping at the top of a file; ConfigError says what is wrong where.

    `quick` reads with libyaml where PyYAML has it, for files that are large and almost always right.
    """
    try:
        # Not blocking: a pipe under the file's name would keep us waiting for its writer.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise ConfigError(_("{file} is not a file; check the path.", file=path))
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ConfigError(_("There is no file {file}; check the path.", file=path)) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(_("{file} cannot be read: {reason}.", file=path, reason=reason)) from error
    return parse(content, file=str(path), quick=quick)


def parse(content: bytes, *, file: str, quick: bool = False) -> Table:
    """The mapping that the bytes of a file say; an empty file is an empty mapping."""
    if len(content) > MAX_BYTES:
        sentence = _("{file} is larger than {limit} kB; split it.", file=file, limit=MAX_BYTES // 1024)
        raise ConfigError(sentence)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(file, content.count(b"\n", 0, error.start) + 1, 1)
        raise ConfigError(
            _("{place}: this is not UTF-8 text; save the file as UTF-8.", place=place)
        ) from error
    node = _quickly(text, file) if quick else _Builder(text, file).document()
    if isinstance(node, Table):
        return node
    if isinstance(node, Scalar) and node.text is None:
        return Table({}, {}, node.place)
    raise ConfigError(_("{place}: the file must start with a key, such as 'name:'.", place=node.place))


def _quickly(text: str, file: str) -> Node:
    """Read by libyaml; a fault is worded by the usual parser, which has the last word."""
    import yaml  # noqa: PLC0415 - see the module's docstring

    try:
        return _Builder(text, file, getattr(yaml, "CSafeLoader", yaml.SafeLoader)).document()
    except ConfigError:
        return _Builder(text, file).document()


class _Builder:
    """Turns the parser's events into nodes, refusing as it goes; stops at the first fault."""

    def __init__(self, text: str, file: str, loader: Any = None) -> None:
        self._file = file
        self._loader = loader
        self._events = self._guarded(text)
        self._here = Place(file, 1, 1)

    def document(self) -> Node:
        """The one document of the file."""
        import yaml  # noqa: PLC0415 - see the module's docstring

        node: Node = Scalar(None, self._here)
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refused(_("a second document starts here; keep one per file"))
                node = self._node(next(self._events), depth=1)
        return node

    def _guarded(self, text: str) -> Iterator[yaml.Event]:
        """The parser's events, its errors translated; an impossible escape is a ValueError there."""
        import yaml  # noqa: PLC0415

        try:
            for event in yaml.parse(text, Loader=self._loader or yaml.SafeLoader):
                self._stand_at(event.start_mark)
                yield event
        except yaml.MarkedYAMLError as error:
            self._stand_at(error.problem_mark or error.context_mark)
            raise self._broken(error.problem or error.context or str(error)) from error
        except yaml.reader.ReaderError as error:
            self._here = Place(self._file, text.count("\n", 0, error.position) + 1, 1)
            raise self._refused(_("a character that cannot be shown stands here; remove it")) from error
        except (ValueError, OverflowError) as error:
            raise self._refused(_("an escape names a character that does not exist")) from error

    def _stand_at(self, mark: Any) -> None:
        if mark is not None:
            self._here = Place(self._file, mark.line + 1, mark.column + 1)

    def _node(self, event: yaml.Event, depth: int) -> Node:
        import yaml  # noqa: PLC0415

        if depth > MAX_DEPTH:
            raise self._refused(_("this is nested deeper than {limit} levels", limit=MAX_DEPTH))
        if isinstance(event, yaml.AliasEvent):
            raise self._refused(_("aliases ('*name') are not allowed; write the value out"))
        if not isinstance(event, yaml.NodeEvent) or event.anchor is not None:
            raise self._refused(_("anchors ('&name') are not allowed; write the value out"))
        if getattr(event, "tag", None) is not None:
            raise self._refused(_("tags ('!name') are not allowed; remove it"))
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(self._text(event), self._here)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth)
        return self._table(depth)

    def _sequence(self, depth: int) -> Sequence:
        import yaml  # noqa: PLC0415

        place = self._here
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return Sequence(tuple(items), place)

    def _table(self, depth: int) -> Table:
        import yaml  # noqa: PLC0415

        place = self._here
        entries: dict[str, Node] = {}
        places: dict[str, Place] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, depth)
            if key in entries:
                first = places[key].line
                raise self._refused(
                    _(
                        "the key '{key}' stands here twice (first in line {first}); keep one",
                        key=key,
                        first=first,
                    )
                )
            places[key] = self._here
            entries[key] = self._node(next(self._events), depth + 1)
        return Table(entries, places, place)

    def _key(self, event: yaml.Event, depth: int) -> str:
        place = self._here
        node = self._node(event, depth + 1)
        if not isinstance(node, Scalar) or not node.text:
            self._here = place
            raise self._refused(_("a key must be a word, followed by ':'"))
        return node.text

    def _text(self, event: Any) -> str | None:
        """The scalar's text; lone surrogates and control characters are in nobody's interest."""
        value = str(event.value)
        if event.style is None and value in _NULLS:
            return None
        if any(_unwanted(character) for character in value):
            raise self._refused(_("a character that cannot be shown stands here; remove it"))
        return value

    def _broken(self, problem: str) -> ConfigError:
        return self._refused(
            _("this is not valid YAML ({problem}); check indentation, quotes and colons", problem=problem)
        )

    def _refused(self, what: str) -> ConfigError:
        place = _("{place}, column {column}", place=self._here, column=self._here.column)
        return ConfigError(_("{place}: {what}.", place=place, what=what))


def _unwanted(character: str) -> bool:
    code = ord(character)
    control = (code < 0x20 and character not in "\n\t") or 0x7F <= code <= 0x9F
    return control or 0xD800 <= code <= 0xDFFF
