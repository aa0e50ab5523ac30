"""The interface's strings: collect, merge, compile, check.

    python -m tools.messages update    collect the strings, merge them into the catalogues, compile
    python -m tools.messages compile   compile the catalogues as they are
    python -m tools.messages check     fail on anything missing, stale, fuzzy, broken or not compiled

The English catalogue is filled by itself, because msgids are English sentences. Files carry no dates and no
line numbers, so that a change shows only what changed.
"""

from __future__ import annotations

import ast
import io
import string
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGES = ("webcare", "tui", "desk", "channels", "sentiment", "storage", "config", "domain", "i18n")
LANGUAGES = ("en", "nl")
SOURCE_LANGUAGE = "en"
_KEYWORDS = frozenset({"_", "N_", "NN_", "ngettext", "pgettext"})
_HEADERS = frozenset(
    {"Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
)

Key = tuple[str | tuple[str, str], str | None]
"""Msgid (singular and plural where it counts) and context."""


class _Dateless(Catalog):
    """A catalogue whose header says nothing about when it was made."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header's fields, the same for the same strings."""
        return [(name, value) for name, value in super().mime_headers if name in _HEADERS]


@dataclass(frozen=True, slots=True)
class Tree:
    """A checkout: where the sources and the catalogues are."""

    root: Path
    packages: tuple[str, ...] = PACKAGES

    @property
    def template(self) -> Path:
        """All strings, untranslated."""
        return self.root / "i18n" / "locale" / "webcare.pot"

    def po(self, language: str) -> Path:
        """The catalogue that people edit."""
        return self.root / "i18n" / "locale" / language / "LC_MESSAGES" / "webcare.po"

    def mo(self, language: str) -> Path:
        """The catalogue that the program reads."""
        return self.po(language).with_suffix(".mo")


def extract(tree: Tree) -> Catalog:
    """Every string in the sources, with the files it stands in."""
    catalogue = _empty(None)
    for package in tree.packages:
        for path in sorted((tree.root / package).rglob("*.py")):
            name = path.relative_to(tree.root).as_posix()
            for line, message, context in _messages_in(path):
                catalogue.add(message, None, [(name, line)], context=context)
    return catalogue


def _messages_in(path: Path) -> Iterator[tuple[int, str | tuple[str, str], str | None]]:
    """Line, message and context of each call.

    From the syntax tree: until Python 3.12 an f-string is one token, and calls inside it would be missed.
    """
    for node in ast.walk(ast.parse(path.read_bytes(), str(path))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _KEYWORDS):
            continue
        match (node.func.id, [one.value if isinstance(one, ast.Constant) else None for one in node.args]):
            case ("ngettext" | "NN_", [str(singular), str(plural), *_]):
                yield node.lineno, (singular, plural), None
            case ("pgettext", [str(context), str(message), *_]):
                yield node.lineno, message, context
            case ("_" | "N_", [str(message), *_]):
                yield node.lineno, message, None


def update(tree: Tree) -> None:
    """Write the template, merge it into every catalogue, compile."""
    template = extract(tree)
    _write(tree.template, template)
    for language in LANGUAGES:
        path = tree.po(language)
        merged = _empty(language)
        known = _by_key(_read(path, language)) if path.exists() else {}
        for message in _messages(template):
            old = known.get(_key(message))
            merged[message.id] = _translated(message, old, fill=language == SOURCE_LANGUAGE)
        _write(path, merged)
    compile_all(tree)


def compile_all(tree: Tree) -> None:
    """Write the .mo of every .po."""
    for language in LANGUAGES:
        tree.mo(language).write_bytes(compiled(_read(tree.po(language), language)))


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of the .mo; the same for the same catalogue, whenever it is made."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def check(tree: Tree) -> list[str]:
    """One line per fault; empty when all is well."""
    sources = _by_key(extract(tree))
    faults: list[str] = []
    for language in LANGUAGES:
        path = tree.po(language)
        if not path.exists():
            faults.append(f"{language}: there is no catalogue; run: make messages")
            continue
        catalogue = _read(path, language)
        faults += (f"{language}: {fault}" for fault in _faults(catalogue, sources))
        mo = tree.mo(language)
        if not mo.exists() or mo.read_bytes() != compiled(catalogue):
            faults.append(f"{language}: the .mo is not the .po compiled; run: make messages")
    return faults


def fields(text: str) -> frozenset[str]:
    """The names of the `{fields}` of a message; none where its braces are no format."""
    try:
        return frozenset(name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name)
    except ValueError:
        return frozenset()


def _faults(catalogue: Catalog, sources: dict[Key, Message]) -> Iterator[str]:
    translated = _by_key(catalogue)
    for key in sources.keys() - translated.keys():
        yield f"missing: {key[0]!r}"
    for key, message in translated.items():
        if key not in sources:
            yield f"stale, no longer in the sources: {key[0]!r}"
        elif not _complete(message):
            yield f"not translated: {key[0]!r}"
        elif message.fuzzy:
            yield f"fuzzy: {key[0]!r}"
        elif not _fields_agree(message):
            yield f"the {{fields}} differ: {key[0]!r} -> {message.string!r}"


def _fields_agree(message: Message) -> bool:
    """Every field of the msgid is there and no other; a singular may leave the count out."""
    if isinstance(message.id, str):
        return fields(message.id) == fields("".join(_strings(message)))
    allowed = frozenset().union(*(fields(each) for each in message.id))
    *singular, plural = _strings(message)
    return fields(plural) == fields(message.id[1]) and all(fields(each) <= allowed for each in singular)


def _complete(message: Message) -> bool:
    strings = _strings(message)
    return len(strings) >= (1 if isinstance(message.id, str) else 2) and all(strings)


def _strings(message: Message) -> tuple[str, ...]:
    """The translation, in as many forms as it has."""
    written = message.string
    return (written,) if isinstance(written, str) else tuple(written or ())


def _translated(message: Message, old: Message | None, *, fill: bool) -> Message:
    """The message of the template with the translation there was, or itself in the source language."""
    empty = "" if isinstance(message.id, str) else ("", "")
    string_ = message.id if fill else old.string if old else empty
    return Message(
        message.id,
        string_,
        message.locations,
        flags=set(message.flags) | ({"fuzzy"} if old and old.fuzzy and not fill else set()),
        auto_comments=message.auto_comments,
        user_comments=old.user_comments if old else (),
        context=message.context,
    )


def _empty(language: str | None) -> Catalog:
    return _Dateless(
        locale=language,
        domain="webcare",
        project="webcare",
        header_comment="# The strings of webcare's interface.",
        fuzzy=False,
    )


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as stream:
        read = read_po(stream, locale=language, ignore_obsolete=True)
    catalogue = _empty(language)
    for message in _messages(read):
        catalogue[message.id] = message
    return catalogue


def _write(path: Path, catalogue: Catalog) -> None:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())


def _messages(catalogue: Catalog) -> Iterable[Message]:
    """All but the header."""
    return [message for message in catalogue if message.id]


def _by_key(catalogue: Catalog) -> dict[Key, Message]:
    return {_key(message): message for message in _messages(catalogue)}


def _key(message: Message) -> Key:
    return (message.id if isinstance(message.id, str) else (message.id[0], message.id[1]), message.context)


def main(arguments: list[str], tree: Tree) -> int:
    """Run one of the three commands; the exit code."""
    match arguments:
        case ["update"]:
            update(tree)
        case ["compile"]:
            compile_all(tree)
        case ["check"]:
            faults = check(tree)
            sys.stdout.writelines(f"{fault}\n" for fault in faults)
            return 1 if faults else 0
        case _:
            sys.stderr.write("usage: python -m tools.messages update | compile | check\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Tree(Path(__file__).parent.parent)))
