"""A good reply becomes a template: what belongs to one person or one case turns into placeholders.

Names that the desk knows become values, everything else that is somebody's own becomes a question to the
operator. Nothing is saved here: the proposal says what was replaced by what, and a person reads it first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from domain.impersonal import greeted
from domain.links import links_on_x
from domain.somebodys import AMOUNT, DATE, DAY, EMAIL, HANDLE, IBAN, PHONE, TIME

_NUMBERED: Final[Mapping[str, str]] = {
    "order": r"order|bestel\w*|bestelling|purchase",
    "case": r"case|zaak\w*|dossier\w*|melding\w*|ticket\w*|kenmerk|refer\w*|ref|claim\w*|klacht\w*",
    "customer": r"klant\w*|customer|lid\w*|member\w*|relatie\w*|polis\w*|policy|account\w*|contract\w*",
    "invoice": r"factuur\w*|invoice",
    "tracking": r"track\s*(?:&|and|en)?\s*trace\w*|tracking\w*|zending\w*|pakket\w*|parcel|shipment|barcode",
    "train": r"trein\w*|train|rit\w*|lijn|line|vlucht\w*|flight",
}
"""What a number is called, by the word before it."""

_BEFORE_NUMBER: Final = r"\s*(?:number|code|id)?\s*(?:nummer|nr|no|is)?\.?\s*[:#]?\s*"
_CODE: Final = r"(?=[A-Z0-9-]*\d)[A-Z0-9](?:[A-Z0-9]|-(?=[A-Z0-9])){2,}"

_SPELLED: Final[Mapping[str, re.Pattern[str]]] = {
    "email": EMAIL,
    "iban": IBAN,
    "amount": AMOUNT,
    "date": DATE,
    "day": DAY,
    "time": TIME,
    "phone": PHONE,
    "postcode": re.compile(r"\b[1-9]\d{3}\s?[A-Z]{2}\b"),
}
"""By what it is called as a question, in the order in which one goes before another."""

_CALLED = {
    f"{kind}_number": re.compile(rf"\b(?:{words}){_BEFORE_NUMBER}({_CODE})\b", re.IGNORECASE)
    for kind, words in _NUMBERED.items()
}
_BARE_NUMBER = re.compile(rf"#\d+\b|\b(?:[A-Z]{{1,4}}-?)?(?=(?:[A-Z-]*\d){{5}}){_CODE}\b")
_BRACE_PAIR = re.compile(r"\{(?=\{)|\}(?=\})")
LONGEST_NAME: Final = 48
KNOWN: Final = (
    "contact.name", "contact.first_name", "contact.handle", "operator.name", "operator.first_name",
    "organisation", "opening_hours", "opens_again",
)  # fmt: skip
"""The desk's values that are looked for; others, such as a channel's name, are words of the reply itself."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """One thing that was taken out of the reply."""

    original: str
    placeholder: str
    """As it stands in the template, such as `{{?order_number}}`."""

    times: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A template that a reply could become; shown before it is saved."""

    text: str
    replaced: tuple[Replacement, ...]
    """In the order of the text."""

    name: str
    """A first name for it, from its first words; the operator writes a better one."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A place in the reply: `text[start:end]` becomes this name."""

    start: int
    end: int
    name: str
    asked: bool


def propose(text: str, known: Mapping[str, str], colleagues: Iterable[str] = ()) -> Proposal:
    """The template of a reply that carries no sign-off any more.

    `known` are the values that the desk had when the reply was written, by the names of
    `template_parse.NAMES`; `colleagues` are first names, which become a question.
    """
    text = unicodedata.normalize("NFC", text.strip())
    found = _apart([*_names(text, known, colleagues), *_numbers(text)], text)
    asked: dict[tuple[str, str], str] = {}
    pieces: list[str] = []
    counted: dict[tuple[str, str], int] = {}
    position = 0
    for place in found:
        original = text[place.start : place.end]
        placeholder = _placeholder(place, original, asked)
        pieces += (_plain(text[position : place.start]), placeholder)
        counted[original, placeholder] = counted.get((original, placeholder), 0) + 1
        position = place.end
    pieces.append(_plain(text[position:]))
    replaced = tuple(Replacement(*pair, times) for pair, times in counted.items())
    whole = "".join(pieces)
    return Proposal(whole, replaced, _name(whole))


def template_id(name: str, taken: Iterable[str]) -> str:
    """An id, and so a file name, from a template's name; a number is added where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-") or "template"
    used = set(taken)
    number = 2
    candidate = stem
    while candidate in used:
        candidate, number = f"{stem}-{number}", number + 1
    return candidate


def _names(text: str, known: Mapping[str, str], colleagues: Iterable[str]) -> Iterable[_Found]:
    """Longest first, so that a whole name goes before the first name in it."""
    values = [(known[name].strip(), name, False) for name in KNOWN if len(known.get(name, "").strip()) > 1]
    values += [(name.strip(), "colleague", True) for name in colleagues if len(name.strip()) > 1]
    for value, name, asked in sorted(values, key=lambda one: -len(one[0])):
        # A single word is a name as it is written, never the word that sounds alike: "An" is no "an".
        flags = 0 if value.isalnum() else re.IGNORECASE
        spelled = re.escape(unicodedata.normalize("NFC", value))
        pattern = re.compile(rf"(?<![\w@]){spelled}(?![\w@])", flags)
        yield from (_Found(*match.span(), name, asked) for match in pattern.finditer(text))
    for start, end, titled in greeted(text):
        yield _Found(start, end, "name" if titled else "contact.first_name", titled)


def _numbers(text: str) -> Iterable[_Found]:
    for name, pattern in _CALLED.items():
        yield from (_Found(*match.span(1), name, asked=True) for match in pattern.finditer(text))
    for name, pattern in _SPELLED.items():
        yield from (_Found(*match.span(), name, asked=True) for match in pattern.finditer(text))
    yield from (_Found(*match.span(), "handle", asked=True) for match in HANDLE.finditer(text))
    yield from (_Found(*match.span(), "number", asked=True) for match in _BARE_NUMBER.finditer(text))


def _apart(found: Iterable[_Found], text: str) -> list[_Found]:
    """Without those that overlap one found before, or lie in a link; in the order of the text."""
    taken = bytearray(len(text))
    for link in links_on_x(text):
        if "@" not in text[max(0, link.start - 1) : link.end]:
            taken[link.start : link.end] = b"\1" * (link.end - link.start)
    kept: list[_Found] = []
    for place in found:
        if not any(taken[place.start : place.end]):
            taken[place.start : place.end] = b"\1" * (place.end - place.start)
            kept.append(place)
    return sorted(kept, key=lambda one: one.start)


def _placeholder(place: _Found, original: str, asked: dict[tuple[str, str], str]) -> str:
    """The same words get the same question; other words of its kind get a number."""
    if not place.asked:
        return f"{{{{{place.name}}}}}"
    key = (place.name, original)
    if key not in asked:
        before = sum(name == place.name for name, _original in asked)
        asked[key] = place.name if not before else f"{place.name}_{before + 1}"
    return f"{{{{?{asked[key]}}}}}"


def _plain(text: str) -> str:
    """Words between placeholders: two braces would be read as one more."""
    return _BRACE_PAIR.sub(lambda match: f"{match.group()} ", text)


def _name(text: str) -> str:
    words = re.sub(r"\s+", " ", re.sub(r"\{\{[^}]*\}\}", "…", text)).strip()
    return words if len(words) <= LONGEST_NAME else words[:LONGEST_NAME].rsplit(" ", 1)[0] + " …"
