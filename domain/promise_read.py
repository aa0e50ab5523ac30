"""An outgoing text taken apart for finding promises: folded, quotations blanked, in sentences and clauses.

A clause knows what stands around it that takes its promise away: a question, a condition that the contact
has to meet, words that report what somebody else said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from domain.promise_time import Moment


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in small letters without accents, and where each of its characters stood."""

    text: str
    places: tuple[int, ...]
    """Code point in the original of each character, and its length at the end."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of one sentence with one verb in it, more or less."""

    start: int
    end: int
    text: str
    moments: tuple[Moment, ...] = ()
    ours: bool = False
    """An earlier clause of the sentence named us, so that this one may leave us out."""

    dropped: bool = False
    """Nothing in it is promised: asked, conditional, negated, reported."""


_LONGEST_CLAUSE = 300

_QUOTED = re.compile(
    r"“[^”\n]{0,600}[”\n]|„[^”“\n]{0,600}[”“\n]|«[^»\n]{0,600}[»\n]|\"[^\"\n]{0,600}[\"\n]"
    r"|(?<![\w])'[^'\n]{3,600}'(?![\w])|^[ \t]*>[^\n]*",
    re.MULTILINE,
)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "\u00a0": " ", "\t": " "})
_ENDING = re.compile(r"[.!?…]+[\"')\]]*(?=\s|$)|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:a\.s|bijv|bv|nr|ca|o\.a|evt|m\.b\.t|i\.v\.m|incl|dhr|mevr|mr|mrs|ms|dr|tel"
    r"|resp|max|min|a\.m|p\.m"
    r"|\d u|no|st|e\.g|i\.e|jan|feb|mrt|apr|jun|jul|aug|sept?|okt|oct|nov|dec))\.$"
)
_TAG = re.compile(
    r", ?(?:ok|oke|okay|okee|goed|akkoord|deal|alright|all right|prima|is dat goed|sounds good)\?$"
)
_ASKS_FIRST = re.compile(
    r"^(?:en |of |maar |and |or |but )?(?:kan|kunnen|kun|mag|mogen|zal|zullen|wil|willen"
    r"|can|could|may|shall|would)"
    r" (?:ik|we|wij|je|u|i|you)\b"
)
_BREAK = re.compile(
    r"[;:()]|,| [-–—] |\b(?:en|maar|and|but|dus|want|omdat|aangezien|zodat|because|so"
    r"|waarna|which|die)\b|\bdan(?= \w+ \w)"
    r"|\b(?:als(?= (?:je|jij|u|jullie|ge|gij|het|dat|er|de|dit|alles|iemand|ik|we|wij|hij"
    r"|ze|uw|jouw)\b)"
    r"|van zodra|zodra|indien|mocht(?:en)?|tenzij|unless|if|once|as soon as|nadat|wanneer"
    r"|when)\b"
    r"|(?<=weten )(?:wat|hoe|waar|waarom|wie|of|welke)\b|(?<=hoort )(?:wat|hoe|waar|of)\b"
    r"|\b(?:what|how|where|why|whether)\b|\bof(?= (?:je|u|het|de|we|wij|ik|er|dat|jouw"
    r"|uw)\b)"
)
_EXCEPT_MOMENTS = re.compile(
    r"^\W*(?:(?:of|en|and|or|dus|so|nog|just|pas|dan|ok|om|op|at|on|by|uiterlijk)\W*)*$"
)
_UNLESS_CONTACT = re.compile(r"\b(?:je|jij|u|uw|jouw|jullie|ge|gij|you|your)\b")
_IF = re.compile(r"^(?:en |maar |and |but )?(?:als|indien|mocht(?:en)?|if|should you)\b")
_IF_WE = re.compile(r"^(?:als|indien|if) (?:ik|we|wij|i|mijn collega)\b")
_AS_SOON = re.compile(r"^(?:van zodra|zodra|once|as soon as|nadat|after)\b")
_AS_SOON_AS_YOU = re.compile(
    r"^(?:van zodra|zodra|once|as soon as|nadat|after) (?:(?:ik|we|wij|i) (?:\w+"
    r" )?)?(?:je|jij|u|uw|jouw|jullie|ge|gij|you|your)\b"
)
_WHEN_YOU = re.compile(r"^(?:wanneer|when) (?:je|u|jij|you)\b")
_ASIDE = re.compile(
    r"^(?:en |maar |and |but )?(?:mocht|(?:als|if|indien) (?:je|u|jullie|ge|you|er"
    r"|there)\b.{0,20}\b(?:vragen|vraag|questions?)\b)"
)
"""Conditions that stand beside what was said before: “mocht je nog vragen hebben”."""

_AND = re.compile(r"(?:en|maar|and|but)")
_ASIDE_QUESTION = re.compile(
    r"^(?:of|whether|what|how|where|why|wat|hoe|waar|waarom|wie|welke)\b(?! (?:een|naar|vervelend|fijn|leuk))"
)
"""A question inside a sentence: “ik vraag of we het vandaag kunnen doen”."""

_EVEN_IF = re.compile(r"\b(?:ook|zelfs|even|also|ook niet)\s*$")
_ON_RECEIPT = re.compile(
    r"\b(?:na ontvangst van|upon receipt|on receipt|after receiving|na het invullen|na betaling)\b"
)
_OR_ELSE = re.compile(r"^(?:en |of |and |or )?(?:anders|otherwise|or else)\b")
_REQUEST = re.compile(
    r"^(?:(?:en|please|hoi|hi|hey|dag) )?(?:stuur|mail|app|laat|deel|zet|vul|bezorg"
    r"|reageer|antwoord|bel|zend|geef|meld"
    r"|neem|send|dm|share|drop|message|email|fill|reply|check|give|let|call|try|probeer"
    r"|kun je|kan je|kunt u|kan u"
    r"|wil je|wilt u|could you|can you|would you|please)\b(?! (?:me|mij|ons|us) (?:even\b"
    r"|een |an? |\d|nog ))"
    r"(?!.{0,20}\bje weten)"
)
_AND_THEN = re.compile(r"^(?:en|dan|and|then)\b")
_REPORTED = re.compile(
    r"\b(?:je|u|jij|you) (?:schreef|schrijft|zei|zegt|vroeg|vraagt|meldde|noemt|noemde"
    r"|said|wrote|say|write|asked"
    r"|were told|mention(?:ed)?)\b|\b(?:beloofde|beloofden|had beloofd|hadden beloofd"
    r"|promised|zou|zouden|would"
    r"|(?:should|could) have|was told|were told|were supposed|was supposed)\b|\b(?:hoorde"
    r"|zag) ik dat\b"
)
_EMBEDDED = re.compile(
    r"\b(?:snap|begrijp|zie|vind|hoop|fijn|leuk|mooi|jammer|vervelend|spijt|goed|zeker"
    r"|understand|see|glad|sorry"
    r"|happy|great|sure|horen|hear|vermoed|denk|think) (?:me |het |ons |to hear )?(?:dat"
    r"|that)\b.*"
)
_NOT = re.compile(
    r"\b(?:niet|geen|nooit|niets|niks|nergens|onmogelijk|not|never|no longer|unable|cannot|nobody|niemand"
    r"|misschien|wellicht|mogelijk|maybe|perhaps|might)\b|n't\b"
)
_NOT_REALLY = re.compile(
    r"\b(?:(?:niet|not|no) (?:later|alleen|only)\b|geen (?:zorgen|probleem|punt|paniek)"
    r"|no (?:worries|problem|need)"
    r"|don't worry|niet getreurd|not to worry|wel of niet|al dan niet|or not|not long)"
)
_USUALLY = re.compile(
    r"\b(?:zijn|ben) (?:we|wij|ik) (?:er|weer|terug)\b|\bruimte om\b|"
    r"\b(?:elke|iedere|elk(?! geval)|altijd|meestal|doorgaans|gemiddeld|vaak|soms"
    r"|dagelijks|wekelijks|standaard|always|usually"
    r"|every|normally|typically|generally|often|each|daily|sometimes|open|gesloten"
    r"|bereikbaar|geopend|closed"
    r"|normaal(?! gezien| gesproken)|in de regel)\b"
)
_PAST = re.compile(
    r"\b(?:gisteren|eergisteren|gisteravond|gistermiddag|vanmorgen|daarnet|zonet|zojuist|net|destijds|vroeger"
    r"|vorige (?:week|maand)|afgelopen|geleden|yesterday|last (?:week|night|month|monday|tuesday|wednesday"
    r"|thursday|friday)|earlier today|ago|back then)\b"
)
_US = re.compile(r"\b(?:ik|'k|we|wij|i|i'll|we'll|i'm|we're)\b")


def folded(text: str) -> Folded:
    """The text as patterns see it; what is quoted is blank."""
    kept: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text.translate(_APOSTROPHES)):
        if char.isascii():
            kept.append(char.lower())
        elif unicodedata.combining(char):
            continue
        else:
            plain = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
            kept.append((plain if len(plain) == 1 else char).lower()[:1])
        places.append(place)
    plain_text = _QUOTED.sub(lambda found: " " * len(found.group()), "".join(kept))
    return Folded(plain_text, (*places, len(text)))


def clauses(text: str, moments: Sequence[Moment]) -> list[list[Clause]]:
    """The clauses of a folded text, sentence by sentence."""
    found: list[list[Clause]] = []
    led_on = False
    for start, end in _sentences(text):
        inside = [one for one in moments if start <= one.start < end]
        parts = _judged(
            _merged(list(_parts(text, start, end, inside)), inside), text[start:end], led_on=led_on
        )
        found.append(parts)
        sentence = text[start:end].strip()
        led_on = sentence.endswith("?") or any(_REQUEST.match(part.text) for part in parts)
    return found


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for ending in _ENDING.finditer(text):
        if _ABBREVIATION.search(text[max(start, ending.end() - 8) : ending.end()]):
            continue
        if text[start : ending.end()].strip():
            yield start, ending.end()
        start = ending.end()
    if text[start:].strip():
        yield start, len(text)


def _parts(text: str, start: int, end: int, moments: Sequence[Moment]) -> Iterator[Clause]:
    """The sentence cut where a new clause may begin, never inside a moment."""
    cut = start
    for place in [*_places(text, start, end), end]:
        if place <= cut or any(one.start < place < one.end for one in moments):
            continue
        yield _clause(text, cut, place)
        cut = place


def _places(text: str, start: int, end: int) -> Iterator[int]:
    """Where clauses may begin; what runs on for ever is cut, so that no pattern reads all of it."""
    last = start
    for found in _BREAK.finditer(text, start, end):
        place = found.start() if found.group()[0].isalpha() else found.end()
        yield from range(last + _LONGEST_CLAUSE, place, _LONGEST_CLAUSE)
        yield place
        last = place
    yield from range(last + _LONGEST_CLAUSE, end, _LONGEST_CLAUSE)


def _clause(text: str, start: int, end: int) -> Clause:
    while start < end and text[start] in " \n":
        start += 1
    while end > start and text[end - 1] in " \n,;:(":
        end -= 1
    return Clause(start, end, text[start:end])


def _merged(parts: list[Clause], moments: Sequence[Moment]) -> list[Clause]:
    """A clause that only names a moment belongs to the one behind it, or else to the one before."""
    found: list[Clause] = []
    waiting: Clause | None = None
    for part in parts:
        if part.start == part.end:
            continue
        inside = tuple(one for one in moments if part.start <= one.start < part.end)
        current = Clause(part.start, part.end, part.text, inside)
        if waiting is not None:
            current = _joined(waiting, current)
            waiting = None
        if inside and _EXCEPT_MOMENTS.match(_without(current)):
            waiting = current
        else:
            found.append(current)
    if waiting is not None:
        found[-1:] = [_joined(found[-1], waiting)] if found else [waiting]
    return found


def _joined(first: Clause, second: Clause) -> Clause:
    gap = " " * max(0, second.start - first.end)
    return Clause(first.start, second.end, f"{first.text}{gap}{second.text}", first.moments + second.moments)


def _without(clause: Clause) -> str:
    text = clause.text
    for one in reversed(clause.moments):
        text = text[: one.start - clause.start] + text[one.end - clause.start :]
    return re.sub(r"[.!]+$", "", text)


def _judged(parts: list[Clause], sentence: str, *, led_on: bool) -> list[Clause]:
    sentence = sentence.strip().lstrip("-*• ")
    asked = (sentence.endswith("?") and not _TAG.search(sentence)) or _ASKS_FIRST.match(sentence) is not None
    all_of_it = asked or (led_on and _AND_THEN.match(sentence) is not None)
    conditional = _conditional(parts)
    found: list[Clause] = []
    ours = requested = reported = False
    for place, part in enumerate(parts):
        reported = reported or _REPORTED.search(part.text) is not None
        dropped = all_of_it or place in conditional or reported or _is_no_promise(part.text)
        dropped = dropped or (requested and _AND_THEN.match(part.text) is not None)
        found.append(Clause(part.start, part.end, part.text, part.moments, ours=ours, dropped=dropped))
        requested = requested or _REQUEST.match(part.text) is not None
        ours = ours or _US.search(part.text) is not None
    return found


def _conditional(parts: Sequence[Clause]) -> set[int]:
    """Places of the clauses that hold only if the contact does something, or something happens."""
    found: set[int] = set()
    for place, part in enumerate(parts):
        before = parts[place - 1].text if place else ""
        if _on_them(part.text, before):
            alone = _AND.fullmatch(before) or _ASIDE.match(part.text)
            found.update(range(place if alone else max(0, place - 1), len(parts)))
    return found


def _on_them(text: str, before: str) -> bool:
    """Whether the clause is a condition that is not ours to meet."""
    if _EVEN_IF.search(before):
        return False
    theirs = _UNLESS_CONTACT.search(text) is not None
    if _IF.match(text):
        return theirs or not _IF_WE.match(text)
    if _AS_SOON.match(text):
        return _AS_SOON_AS_YOU.match(text) is not None
    return bool(_WHEN_YOU.match(text) or _ON_RECEIPT.search(text) or _OR_ELSE.match(text))


def _is_no_promise(text: str) -> bool:
    if _NOT.search(_NOT_REALLY.sub(" ", text)) or _USUALLY.search(text):
        return True
    return any(one.search(text) for one in (_PAST, _EMBEDDED, _ASIDE_QUESTION))


@cache
def own_condition() -> re.Pattern[str]:
    """A clause that only says when we shall act: “zodra ik meer weet”."""
    return re.compile(r"^(?:van zodra|zodra|once|as soon as|als|if|nadat|ook als|even if|wanneer|when)\b")
