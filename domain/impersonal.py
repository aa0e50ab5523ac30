"""An earlier answer without the person it was written to.

What the desk knows (names, handle) becomes a value that the next contact fills; everything else that is
somebody's own becomes a hole, and a text with a hole is never sent. Rather a hole too many than a name too
few: a hole costs a second, somebody else's order number in public costs trust.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from domain.somebodys import AMOUNT, CLOCK, DATE, DAY, EMAIL, HANDLE, IBAN, PHONE

_GREETING: Final = (
    r"(?:hoi|hallo|hey|hi|hello|dag|beste|geachte|dear|lieve|goedemorgen|goedemiddag|goedenavond|goeiemorgen|"
    r"goeiemiddag|goeienavond|good morning|good afternoon|good evening|morning|ha|bedankt|dank je|dank u|"
    r"thanks|thank you|sorry|welkom|welcome)"
)
_TITLE: Final = r"(?:mevrouw|mevr\.?|meneer|mijnheer|dhr\.?|mw\.?|mr\.?|mrs\.?|ms\.?|familie|heer)"
_PROPER: Final = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’-]*"
_NAME: Final = rf"(?:{_PROPER}|van|de|den|der|ter|ten|el|al|le|la)"
_STREET: Final = "straat|laan|weg|plein|gracht|kade|dreef|singel|dijk|hof|steenweg"
_PLAIN: Final = frozenset({
    "wat", "we", "ik", "dat", "dit", "het", "er", "voor", "ja", "nee", "fijn", "leuk", "je", "jij", "u", "uw",
    "jullie", "bedankt", "dank", "sorry", "excuses", "hartelijk", "allemaal", "team", "what", "that", "this",
    "the", "for", "you", "your", "thanks", "thank", "yes", "no", "we're", "we've", "i", "i'm", "it", "there",
    "goed", "goede", "hier", "om", "over", "als", "and", "en", "mevrouw", "meneer", "how", "hoe", "dear",
})  # fmt: skip
"""What may begin a sentence after a greeting and is nobody's name."""

_HOLES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("email", EMAIL),
    ("link", re.compile(r"(?:https?://|www\.)\S*(?:[?=#@]|\d{4})\S*")),
    ("handle", HANDLE),
    ("iban", IBAN),
    ("phone", PHONE),
    ("address", re.compile(r"\b[1-9]\d{3} ?[A-Z]{2}\b(?:[ ,]+(?:nr\.? ?|nummer )?\d{1,4}[a-zA-Z]?\b)?"
                           rf"|\b[A-ZÀ-Þ][\w'’-]*(?:{_STREET})\b(?<!Onderweg)(?: \d{{1,4}} ?[a-zA-Z]?\b)?"
                           rf"|(?i:\b[\w'’-]+(?:{_STREET}) \d{{1,4}} ?[a-z]?\b)"
                           r"|\b\d{1,4} [A-Z][\w'’-]* (?i:street|road|lane|avenue)\b")),
    ("plate", re.compile(r"\b(?:[A-Z]{1,3}-\d{1,3}-[A-Z]{1,3}|\d{1,3}-[A-Z]{1,3}-\d{1,3}|"
                         r"[A-Z]{2}-[A-Z]{2}-\d{2}|\d{2}-[A-Z]{2}-[A-Z]{2}|\d-[A-Z]{3}-\d{3})\b")),
    ("date", DATE),
    ("amount", AMOUNT),
    ("day", DAY),
    ("time", CLOCK),
    ("number", re.compile(r"\b(?=(?:[A-Z0-9-]*\d){4})[A-Z0-9](?:[A-Z0-9]|-(?=[A-Z0-9])){3,}\b"
                          r"|#\w*\d\w*|\b\d{1,3}(?:[ .]\d{3}){2,}\b", re.IGNORECASE)),
)  # fmt: skip
_CODED: Final = re.compile(r"\b(?=\w*\d)\w{2,}\b")
_CAPITAL: Final = re.compile(r"\b[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’-]+")
_LONG_WORD: Final = re.compile(r"(?<![\w{.])[^\W\d_][\w'’-]+")
_ABBREVIATION: Final = re.compile(r"[A-Z]{2,5}(?:-\w+)?s?|[A-Z]")
_OPENERS: Final = frozenset({
    "helaas", "gelukkig", "top", "super", "oei", "klopt", "ach", "oh", "inderdaad", "daarnaast", "natuurlijk",
    "zeker", "mooi", "prima", "jammer", "snap", "balen", "right", "unfortunately", "sure", "great", "indeed",
    "ok", "oké", "okay", "well", "hoi", "hallo", "hi", "hello", "dag", "hey", "goedemorgen", "goedemiddag",
    "goedenavond", "welkom", "however", "also", "vervelend", "gelukt", "graag", "alsjeblieft", "alstublieft",
    "please", "perfect", "geweldig",
})  # fmt: skip
"""What begins a text before a comma and is nobody's name."""

_GREETED: Final = re.compile(
    rf"(?:(?<=^)|(?<=[\n.!?]))\s*(?i:{_GREETING}),?(?: (?i:{_TITLE}))?(?= )"
    rf" (?P<name>(?:{_NAME} ){{0,3}}{_PROPER})"
)
_SIGNED: Final = re.compile(
    r"(?:\s*\^\w{1,4}|\s*(?:(?i:met vriendelijke groeten?|vriendelijke groeten?|hartelijke groeten?"
    r"|groet(?:jes|en)?|mvg|kind regards|best regards|regards|cheers|liefs))[ ,\n]+"
    r"[A-ZÀ-Þ][\w'’.-]*(?:\s[A-ZÀ-Þ][\w'’.-]*){0,2})"
    r"[ .!]*\Z"
)
_BRACES: Final = re.compile(r"[{}]{2,}")


@dataclass(frozen=True, slots=True)
class Written:
    """To whom and by whom an answer was written."""

    contact_names: tuple[str, ...] = ()
    """Full names of the contact, as platforms gave them."""

    handles: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()
    """First and full names of operators."""

    thread: str = ""
    """What the contact wrote: what of it comes back in the answer may be theirs."""

    here: str = ""
    """What the contact wrote who is to be answered now: those names give nothing away."""

    ours: tuple[str, ...] = ()
    """Names of the organisation and its brands; they may stay."""


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    instead: str


def impersonal(text: str, written: Written) -> str:
    """The answer as the text of a template: no sign-off, values for names, holes for what was theirs."""
    text = _BRACES.sub(lambda match: match.group()[0], unicodedata.normalize("NFC", text.strip()))
    text = _SIGNED.sub("", text).rstrip()
    taken = bytearray(len(text))
    kept: list[_Place] = []
    for place in _places(text, written):
        if place.end > place.start and not any(taken[place.start : place.end]):
            taken[place.start : place.end] = b"\1" * (place.end - place.start)
            kept.append(place)
    pieces: list[str] = []
    position = 0
    for place in sorted(kept, key=lambda one: one.start):
        pieces += (text[position : place.start], place.instead)
        position = place.end
    return "".join((*pieces, text[position:]))


def _places(text: str, written: Written) -> Iterator[_Place]:
    """What goes, the surest first."""
    for name, pattern in _HOLES[:2]:
        yield from _all(pattern, text, f"{{{{?{name}}}}}")
    handles = sorted({one.strip().lstrip("@") for one in written.handles} - {""}, key=len, reverse=True)
    for handle in handles:
        yield from _all(re.compile(rf"@{re.escape(handle)}(?!\w)", re.IGNORECASE), text, "{{contact.handle}}")
    yield from _people(text, written)
    for handle in handles:
        yield from _all(_word_pattern(handle), text, "{{contact.handle}}")
    for name, pattern in _HOLES[2:]:
        yield from _all(pattern, text, f"{{{{?{name}}}}}")
    for start, end, titled in greeted(text):
        yield _Place(start, end, "{{?name}}" if titled else "{{contact.first_name}}")
    yield from _theirs(text, written)


def _all(pattern: re.Pattern[str], text: str, instead: str) -> Iterator[_Place]:
    return (_Place(*match.span(), instead) for match in pattern.finditer(text))


def _word_pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(unicodedata.normalize('NFC', word))}(?!\w)", re.IGNORECASE)


def _people(text: str, written: Written) -> Iterator[_Place]:
    """Whole names, then first names, then the rest; a name that is a common word only as it is written."""
    for full in written.contact_names:
        parts = [part for part in re.split(r"[\s|,()/_.-]+", full) if len(part) > 1]
        if len(parts) > 1:
            yield from _all(_word_pattern(full.strip()), text, "{{contact.name}}")
        for place, part in enumerate(parts):
            instead = "{{contact.first_name}}" if place == 0 else "{{?name}}"
            yield from (one for one in _all(_word_pattern(part), text, instead) if _is_name(text, one, part))
    for name in sorted(written.colleagues, key=len, reverse=True):
        if len(name.strip()) > 1:
            places = _all(_word_pattern(name.strip()), text, "{{?colleague}}")
            yield from (one for one in places if _is_name(text, one, name))


def _is_name(text: str, place: _Place, name: str) -> bool:
    """Not so for "an", which is no An, nor for the "de" of De Vries, which would take articles along."""
    return name.lower() not in _PLAIN | _PARTICLES and (
        len(name) > 3 or text[place.start : place.end][:1].isupper()
    )


_PARTICLES: Final = frozenset({"van", "de", "den", "der", "ter", "ten", "el", "al", "le", "la", "of", "en"})


def greeted(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where somebody is greeted by name, whatever the platform calls them, and whether with a title."""
    for match in _GREETED.finditer(text):
        first = match["name"].split()[0].strip(".,'’").lower()
        if first not in _PLAIN and not (first in _PARTICLES and " " not in match["name"]):
            start, end = match.span("name")
            end -= len(match["name"]) - len(match["name"].rstrip(".-'’"))
            yield start, end, bool(re.search(rf"(?i:{_TITLE}) \Z", text[:start]))


def _theirs(text: str, written: Written) -> Iterator[_Place]:
    """Codes that the contact mentioned first, and whatever else has a name inside a sentence."""
    said = frozenset(_folded(re.findall(r"[\w'’-]+", written.thread)))
    ours = frozenset(_folded(word for name in written.ours for word in re.findall(r"[\w'’-]+", name)))
    for match in _CODED.finditer(text):
        if (match.group().casefold() in said and not match.group().isdigit()) or (
            len(match.group()) > 2 and match.group().casefold() in said
        ):
            yield _Place(*match.span(), "{{?number}}")
    stays = ours | frozenset(_folded(re.findall(r"[\w'’-]+", written.here)))
    named = frozenset(_folded(_named_inside(written.thread)))
    for match in _LONG_WORD.finditer(text):
        word = match.group().casefold().strip("'’-")
        if word not in stays | _PLAIN and (word in named or _looks_like_a_name(text, match)):
            yield _Place(*match.span(), "{{?name}}")


def _looks_like_a_name(text: str, match: re.Match[str]) -> bool:
    """A capital inside a sentence, or whoever is spoken to at its beginning."""
    word = match.group()
    if not word[0].isupper() or _ABBREVIATION.fullmatch(word):
        return False
    spoken_to = text[match.end() :][:1] == "," and word.casefold() not in _OPENERS
    return spoken_to or not _begins(text, match.start())


def _named_inside(text: str) -> Iterator[str]:
    """Words with a capital that no beginning of a sentence explains."""
    return (
        match.group().strip("'’-") for match in _CAPITAL.finditer(text) if not _begins(text, match.start())
    )


def _begins(text: str, start: int) -> bool:
    """Whether a sentence begins here, so that the capital says nothing."""
    before = text[:start].rstrip(" \"'“‘(*-–—")
    return not before or before[-1] in ".!?:\n…" or not before[-1].isascii()


def _folded(found: Iterable[str]) -> Iterator[str]:
    return (word.casefold() for word in found)
