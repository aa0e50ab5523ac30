"""The personal-data shield: what points at one person, found by its own check digits where it has any.

Order, case and ticket numbers are none, nor are the organisation's own numbers and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_BEFORE: Final = 60
"""Characters before a find that say whose it is."""

_MAIL: Final = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}(?![\w@])", re.IGNORECASE
)
_OFFICE_BOX: Final = re.compile(
    r"(?:info|contact|service|klanten\w*|customer\w*|support|help\w*|hallo|hello|hi|no-?reply|webcare|"
    r"sales|verkoop|"
    r"team|care|office|mail|post|admin\w*|reservations?|reserver\w*|bookings?|pers|press|hr|jobs|"
    r"privacy|klachten|"
    r"complaints?|feedback|tickets?|shop|winkel|balie|receptie|reception|gemeente|bib\w*|zorg\w*|"
    r"planning|enquir\w*)"
    r"(?:[.+_-][\w.+-]*)?@",
    re.IGNORECASE,
)
_IBAN: Final = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{4}){2,7}(?:[ .-]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])"
)
_CARD: Final = re.compile(r"(?<![\dA-Z.,-])\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\d])")
_NINE: Final = re.compile(
    r"(?<![\d.,/+-])\d{3}[ .]?\d{3}[ .]?\d{3}(?![\d]|[.,]\d)|(?<![\d.,/+-])\d{4}\.\d{2}\.\d{3}(?!\d)"
)
_BSN_SAID: Final = re.compile(
    r"\b(?:bsn|burgerservice\w*|sofi-?nummer|rijksregister\w*)\W{0,12}(?:\w+\W){0,3}$", re.IGNORECASE
)
_RRN: Final = re.compile(r"(?<!\d)\d{2}\.\d{2}\.\d{2}[ -]\d{3}[. -]\d{2}(?!\d)")
_NINO: Final = re.compile(r"(?<![A-Za-z0-9])[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])")
_PHONE: Final = re.compile(
    r"(?<![\w+.,/-])(?:(?:\+|00)\d{2,3}[ .-]?(?:\(0\))?[ .-]?|"
    r"\(?0)\d{1,4}\)?(?:[ ./-]{0,3}\d{2,8}){1,5}(?![\w]|[.,/-]\d)"
)
_OPEN_LINE: Final = re.compile(
    r"(?:0(?:800|900|906|909|88|85|84|14|300|303|330|333|343|344|345|808|843|844|845|870|871|70|78|15|"
    r"90[0-9])|"
    r"(?:31(?:800|900|88|85)|32(?:800|70|78)|44(?:3|800|808|845|870)))\d{3,}"
)
_INSIDE_ANOTHER: Final = re.compile(r"[A-Z]{2}\d{2}[ A-Z0-9]*$")
"""The beginning of an account number."""

_EMERGENCY: Final = ("0800111", "08009009", "0113", "08000113", "116123")
"""Gas leaks and lives: whom to ring then is no redirect."""

_MOBILE: Final = re.compile(r"0?6\d{8}|316\d{8}|0?4[5-9]\d{7}|324[5-9]\d{7}|07[1-9]\d{8}|447[1-9]\d{8}")
_STREET_NL: Final = re.compile(
    r"\b(?:[A-ZÀ-Þ][\wà-þ'’-]*[ ]){0,3}?(?:[A-ZÀ-Þ][\wà-þ'’-]*)?(?:straat|straatje|laan|weg|plein|"
    r"gracht|kade|kaai|dijk|singel|"
    r"hof|hove|pad|steeg|dreef|plantsoen|steenweg|baan|lei|vest|wal|hoek|akker|veld|kamp|erf|ring|"
    r"berg|brink|hage|donk|tuin|"
    r"ham|burg|land|zoom|oord|heuvel|markt|eind|haven|park|wijk|meent|gaarde|bos|horst|poort|stede|"
    r"schans|rak|slag|waard)"
    r"[ ]\d{1,4}(?:-?[a-zA-Z]{1,2}\b|[ ][A-H]\b|[ ]?bus[ ]?\d{1,4}|-\d{1,4})?(?![\w:€%]|[.,]\d)"
)
_STREET_EN: Final = re.compile(
    r"\b\d{1,4}[a-zA-Z]?,?[ ](?:[A-Z][\w'’]*[ ]){1,3}(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Close|"
    r"Drive|Way|Crescent|Court|"
    r"Place|Terrace|Gardens|Grove|Hill|Square|Mews|Row|Walk|Park|View|Green|Rise|Parade|Gate|Vale|"
    r"Yard|Wharf|Quay)\b"
)
_POSTCODE_NL: Final = re.compile(
    r"(?<![\w-])[1-9]\d{3}[ ]?[A-Z]{2}(?:[ ,;-]+(?:huis\w*[ ]|nummer[ ]|nr\.?[ ]|"
    r"number[ ])*\d{1,4}[a-zA-Z]{0,2})?(?![\w])"
)
_POSTCODE_UK: Final = re.compile(r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2}(?!\w)")
_HOUSE: Final = re.compile(r"(?<![\w£€.,:])\d{1,4}[a-z]?,? [A-Z][\w'’]+(?:,? [A-Z][\w'’]+){0,4},? $")
_SORT_CODE: Final = re.compile(
    r"\bsort code \d{2}-?\d{2}-?\d{2}\b[^.!?\n]{0,30}?(?<!\d)\d{8}(?!\d)", re.IGNORECASE
)
_PLATE: Final = re.compile(
    r"(?<![\w-])(?:[A-Z]{2}-\d{2}-\d{2}|\d{2}-\d{2}-[A-Z]{2}|\d{2}-[A-Z]{2}-\d{2}|"
    r"[A-Z]{2}-\d{2}-[A-Z]{2}|[A-Z]{2}-[A-Z]{2}-\d{2}|"
    r"\d{2}-[A-Z]{2}-[A-Z]{2}|\d{2}-[A-Z]{3}-\d|\d-[A-Z]{3}-\d{2}|[A-Z]{2}-\d{3}-[A-Z]|"
    r"[A-Z]-\d{3}-[A-Z]{2}|[A-Z]{3}-\d{2}-[A-Z]|"
    r"[A-Z]-\d{2}-[A-Z]{3}|\d-[A-Z]{2}-\d{3}|\d{3}-[A-Z]{2}-\d|[1-9]-[A-Z]{3}-\d{3}|[A-Z]{3}-\d{3})(?![\w-])"
)
_PLATE_UK: Final = re.compile(r"(?<!\w)[A-Z]{2}\d{2}[ ]?[A-Z]{3}(?!\w)")
_BORN: Final = re.compile(
    r"(?:geboren op|geboortedatum\w*|date of birth|d\.?o\.?b\.?|born on)\W{0,3}(?:is|was|:)?\s*"
    r"(\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ]\d{2,4})",
    re.IGNORECASE,
)

_REFERENCE: Final = re.compile(
    r"(?:order|bestel|zaak|dossier|ticket|klant|klacht|meld|melding|factuur|case|ref|referen\w*|"
    r"booking|boeking\w*|reserv\w*|"
    r"track|zending|pakket|polis|lidmaat\w*|serie|serial|artikel|invoice|claim|contract|incident|"
    r"kaart|card|pas|lijn|line|"
    r"bus|tram|train|trein|vlucht|flight|scooter|fiets|bike|toestel|model|type|versie|version|EAN|batch|lot)"
    r"[\w-]*(?:\s(?:nummer|number|no|nr|code|id)\.?)?[\s:#'\"(]*(?:is|was|met|with|nummer|number|"
    r"no\.?|nr\.?)?[\s:#'\"(]*[A-Z]{0,4}-?$",
    re.IGNORECASE,
)
_OURS_BEFORE: Final = re.compile(
    r"\b(?:onze|ons|our|ours|wij zitten|we zijn gevestigd|kantoor|winkel|filiaal|vestiging|depot|"
    r"magazijn|balie|locatie|showroom|"
    r"bezoekadres|postadres|hoofdkantoor|afhaalpunt|ophaalpunt|afhalen|ophalen|servicepunt|store|shop|"
    r"branch|office|"
    r"warehouse|desk|collect(?:ion)? (?:it )?(?:from|at|point)|pick ?up|pick (?:it )?up|museum|"
    r"station|halte|stop|park|garage|parkeer\w*|"
    r"op naam van|t\.?n\.?v\.?|ten name van|in the name of|overmaken (?:kan )?(?:naar|op)|"
    r"maak \w+ over naar|storten op|"
    r"transfer (?:it |the \w+ )?to|pay (?:it )?(?:in)?to|rekening van|account of|lost property|"
    r"gevonden voorwerpen|klantenservice|"
    r"bereikbaar|bel ons|bel met|call us|ring us|telefoonnummer van|number (?:for|of)|spoed\w*|"
    r"huisartsenpost|politie|police|"
    r"freepost|retouradres|antwoordnummer|unit|artiesten\w*|zijingang|achteringang|deur|breng \w+ maar naar|"
    r"storingsnummer|storingslijn|meldnummer|noodnummer|hotline|helpline|meldkamer|receptie|reception|"
    r"museum\w*|bib\w*|ingang|entrance)\b",
    re.IGNORECASE,
)
_OURS_AFTER: Final = re.compile(
    r"^[\s,(]*(?:op naam van|t\.?n\.?v\.?|ten name van|in the name of|is (?:ons|onze|our)|\(gratis|"
    r"\(free|ma-vr|maandag|monday|"
    r"mon|dagelijks|daily|24/7|tussen \d|van \d|open)",
    re.IGNORECASE,
)
_THEIRS: Final = re.compile(
    r"\b(?:je|jou|jouw|uw|u|you|your|yours|haar|zijn|her|his|jullie|mobiel|gsm|mobile|thuis|home|"
    r"bezorg\w*|deliver\w*|lever\w*|"
    r"rekening|terugge\w+|refund\w*|woon\w*|woont|live|adres|address)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Something that points at one person."""

    kind: str
    """`bsn`, `iban`, `card`, `phone`, `email`, `address`, `plate`, `birth_date`."""

    start: int
    end: int


def find(text: str, *, own: tuple[str, ...] = ()) -> tuple[PersonalData, ...]:
    """Personal data in a text, in order, none overlapping; `own` is what belongs to the organisation."""
    ours = [(each.strip().lower(), _bare(each)) for each in own if each.strip()]
    found: list[PersonalData] = []
    for kind, finder in _FINDERS:
        for start, end in finder(text):
            written, inside = text[start:end].lower(), _bare(text[start:end])
            if any(each in written or bare in inside or inside in bare for each, bare in ours):
                continue
            if all(end <= other.start or start >= other.end for other in found):
                found.append(PersonalData(kind, start, end))
    return tuple(sorted(found, key=lambda each: each.start))


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Telephone numbers, whoever's they are, but for emergency numbers; references are none."""
    for match in _PHONE.finditer(text):
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        digits = re.sub(r"\D", "", match.group())
        inside = _INSIDE_ANOTHER.search(before)
        if 7 <= len(digits) <= 15 and not (
            inside or _REFERENCE.search(before) or digits.startswith(_EMERGENCY)
        ):
            yield match.span()


def eleven_test(digits: str) -> bool:
    """The check of a Dutch citizen service number."""
    if len(digits) != 9 or not digits.isascii() or digits == "000000000":
        return False
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


def mod_97(iban: str) -> bool:
    """The check of an IBAN without spaces (ISO 13616)."""
    if not 15 <= len(iban) <= 34 or not iban.isascii() or not iban.isalnum():
        return False
    turned = (iban[4:] + iban[:4]).upper()
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def luhn(digits: str) -> bool:
    """The check of a payment card's number."""
    if not 13 <= len(digits) <= 19 or not digits.isascii() or len(set(digits)) == 1:
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _mails(text: str) -> Iterator[tuple[int, int]]:
    for match in _MAIL.finditer(text):
        if not _OFFICE_BOX.match(match.group()):
            yield match.span()


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    for match in _IBAN.finditer(text):
        start, end = match.span()
        # What follows in capitals may have been taken along: the shortest that passes counts.
        while end > start and not mod_97(_bare(text[start:end])):
            end -= 1
        if end > start and not _is_ours(text, start, end, unless_theirs=True):
            yield start, end


def _accounts(text: str) -> Iterator[tuple[int, int]]:
    for match in _SORT_CODE.finditer(text):
        if not _is_ours(text, *match.span(), unless_theirs=True):
            yield match.span()


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for match in _CARD.finditer(text):
        if luhn(_bare(match.group())):
            yield match.span()


def _citizens(text: str) -> Iterator[tuple[int, int]]:
    for match in _NINE.finditer(text):
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        said = _BSN_SAID.search(before)
        if said or (eleven_test(_bare(match.group())) and not _REFERENCE.search(before)):
            yield match.span()
    for pattern in (_RRN, _NINO):
        yield from (match.span() for match in pattern.finditer(text))


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match.group().replace("(0)", ""))
        bare = digits.removeprefix("00")
        if not 9 <= len(digits) <= 15 or _OPEN_LINE.match(bare):
            continue
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        if _REFERENCE.search(before) or _is_ours(text, *match.span(), unless_theirs=True):
            continue
        if (
            _MOBILE.match(bare)
            or _THEIRS.search(before)
            or _THEIRS.search(text[match.end() : match.end() + 30])
        ):
            yield match.span()


def _streets(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_STREET_NL, _STREET_EN):
        for match in pattern.finditer(text):
            named = match.group()[0].isupper() or match.group()[0].isdigit()
            if named and not _is_ours(text, *match.span(), unless_theirs=False):
                yield match.span()


def _postcodes(text: str) -> Iterator[tuple[int, int]]:
    for match in _POSTCODE_NL.finditer(text):
        with_number = not match.group()[-2:].isalpha() or match.group()[-1].isdigit()
        number_before = re.search(
            r"\d{1,4}[a-zA-Z]{0,2}[ ,]+$", text[max(0, match.start() - 10) : match.start()]
        )
        if (with_number or number_before) and not _is_ours(text, *match.span(), unless_theirs=False):
            yield match.span()
    for match in _POSTCODE_UK.finditer(text):
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        if (_THEIRS.search(before) or _HOUSE.search(before)) and not _is_ours(
            text, *match.span(), unless_theirs=False
        ):
            yield match.span()


def _plates(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_PLATE, _PLATE_UK):
        for match in pattern.finditer(text):
            if not _REFERENCE.search(text[max(0, match.start() - _BEFORE) : match.start()]):
                yield match.span()


def _births(text: str) -> Iterator[tuple[int, int]]:
    yield from (match.span(1) for match in _BORN.finditer(text))


_FINDERS: Final[tuple[tuple[str, Callable[[str], Iterator[tuple[int, int]]]], ...]] = (
    ("email", _mails),
    ("iban", _ibans),
    ("iban", _accounts),
    ("birth_date", _births),
    ("card", _cards),
    ("bsn", _citizens),
    ("phone", _phones),
    ("address", _streets),
    ("address", _postcodes),
    ("plate", _plates),
)


def _is_ours(text: str, start: int, end: int, *, unless_theirs: bool) -> bool:
    """The words around it say that it is the organisation's own."""
    before = text[max(0, start - _BEFORE) : start]
    before = re.split(r"[.!?\n](?:\s|$)", before)[-1]
    if _OURS_AFTER.match(text[end : end + 30]):
        return True
    if not _OURS_BEFORE.search(before):
        return False
    return not (unless_theirs and _THEIRS.search(before[-25:]))


def _bare(text: str) -> str:
    return re.sub(r"[\s().,/+-]", "", text).lower()
