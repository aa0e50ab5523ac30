"""Reading one mapping of a configuration file, key by key, into typed values.

`section.get("poll", duration, default)` reads a key with a reader; readers combine: `list_of(text)`,
`named(section(KEYS))`. Every fault is a ConfigError of one sentence: file, line, key, the nearest valid key
where one was meant, and what to write.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from config import values
from config.strict_yaml import Node, Place, Scalar, Sequence, Table
from domain.errors import ConfigError
from i18n import _

T = TypeVar("T")
D = TypeVar("D")

Reader = Callable[[Node, str], T]
"""Takes a node and its dotted key, returns the value or raises ConfigError."""


class Section:
    """A mapping whose keys are known beforehand; another key is refused at once."""

    def __init__(self, table: Table, keys: Iterable[str], *, path: str = "") -> None:
        self._table = table
        self._path = path
        self._refuse_unknown(sorted(keys))

    @property
    def place(self) -> Place:
        """Where the mapping starts."""
        return self._table.place

    def __contains__(self, key: str) -> bool:
        return self._given(key) is not None

    def get(self, key: str, read: Reader[T], default: D) -> T | D:
        """The value of a key, or the default where the key is absent or empty."""
        node = self._given(key)
        return default if node is None else read(node, self._named(key))

    def require(self, key: str, read: Reader[T]) -> T:
        """The value of a key that must be there."""
        node = self._given(key)
        if node is None:
            raise ConfigError(
                _("{place}: the key '{key}' is missing; add it.", place=self.place, key=self._named(key))
            )
        return read(node, self._named(key))

    def fault(self, key: str, what: str) -> ConfigError:
        """The sentence for a value that cannot stand: file, line, key and what to write."""
        node = self._given(key)
        return fault(node.place if node else self.place, self._named(key), what)

    def _given(self, key: str) -> Node | None:
        node = self._table.entries.get(key)
        return None if node is None or _is_empty(node) else node

    def _named(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _refuse_unknown(self, known: list[str]) -> None:
        for key, place in self._table.key_places.items():
            if key not in known:
                raise ConfigError(
                    _(
                        "{place}: there is no key '{key}' here; {hint}.",
                        place=place,
                        key=self._named(key),
                        hint=_hint(key, known),
                    )
                )


def fault(place: Place, key: str, what: str) -> ConfigError:
    """The sentence for a wrong value."""
    return ConfigError(_("{place}: the value of '{key}' is wrong: {what}.", place=place, key=key, what=what))


def text(node: Node, path: str) -> str:
    """Text as written."""
    if not isinstance(node, Scalar) or node.text is None:
        raise fault(node.place, path, _("write a single value, not a list or a mapping"))
    return node.text


def word(convert: Callable[[str], T]) -> Reader[T]:
    """Text through a conversion; its ValueError says what to write instead."""

    def read(node: Node, path: str) -> T:
        try:
            return convert(text(node, path))
        except ValueError as error:
            raise fault(node.place, path, str(error)) from error

    return read


duration = word(values.duration)
"""A duration such as `4 business hours`."""

yes_or_no = word(values.yes_or_no)
"""`yes` or `no`."""


def number(least: int, most: int) -> Reader[int]:
    """A whole number within bounds, both included."""
    return word(partial(values.whole_number, least=least, most=most))


def choice(allowed: Iterable[T]) -> Reader[T]:
    """One of a fixed set of words."""
    words = {str(each): each for each in allowed}

    def convert(written: str) -> T:
        if written in words:
            return words[written]
        raise ValueError(_hint(written, list(words)))

    return word(convert)


def list_of(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """A list; a single value counts as a list of one."""

    def read_all(node: Node, path: str) -> tuple[T, ...]:
        items = node.items if isinstance(node, Sequence) else (node,)
        return tuple(read(item, path) for item in items)

    return read_all


def section(keys: Iterable[str]) -> Reader[Section]:
    """A mapping with known keys; nothing written counts as an empty one."""
    known = tuple(keys)

    def read(node: Node, path: str) -> Section:
        return Section(_table(node, path), known, path=path)

    return read


def named(read: Reader[T]) -> Reader[dict[str, T]]:
    """A mapping whose keys the person chooses, in the order of the file."""
    return named_by(lambda _name: read)


def named_by(reader_of: Callable[[str], Reader[T]]) -> Reader[dict[str, T]]:
    """As `named`, where what is read depends on the name."""

    def read_all(node: Node, path: str) -> dict[str, T]:
        entries = _table(node, path).entries
        return {key: reader_of(key)(entry, f"{path}.{key}") for key, entry in entries.items()}

    return read_all


def _table(node: Node, path: str) -> Table:
    if isinstance(node, Table):
        return node
    if _is_empty(node):
        return Table({}, {}, node.place)
    raise fault(node.place, path, _("write keys and values, each on a line of its own"))


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text is None


def _hint(wrong: str, known: list[str]) -> str:
    """The nearest valid word, or all of them when none is near."""
    near = difflib.get_close_matches(wrong, known, n=1, cutoff=0.6)
    if near:
        return _("did you mean '{near}'", near=near[0])
    return _("write one of {words}", words=", ".join(f"'{each}'" for each in known))
