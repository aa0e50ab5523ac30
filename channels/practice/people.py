"""The people of the practice day: how well a reply helps them, and what they say to it.

This is a simulator and no judge of language: it looks for the marks that DOMAIN.md's rules name, in words of
Dutch and English, and adds them up. What it rewards and punishes is written down in `WEIGHTS`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Final, Literal

Outcome = Literal["relief", "thanks", "neutral", "anger", "troll"]

START: Final = 0.15
WEIGHTS: Final[Mapping[str, float]] = {
    "concrete": 0.30,  # something was done, or a next step is named
    "when": 0.15,  # a time or a day
    "acknowledges": 0.15,  # sees what it is like for them
    "name": 0.10,  # uses their name
    "about_it": 0.15,  # speaks of their own matter
    "asks": 0.10,  # a question that moves it on
    "redirects": -0.35,  # sends them to another counter
    "hot_air": -0.25,  # passes it on, will look into it
    "blames": -0.25,  # they could have known, others have no trouble
    "canned": -0.20,  # the same text went to somebody before
    "short": -0.15,  # under 25 characters to a question or a complaint
}
"""What each mark of a reply adds to `START`; the sum is cut to 0..1."""

SATISFIED: Final = 0.60
TOLERATED: Final = 0.38
_SHORT: Final = 25
_MARKS: Final[Mapping[str, re.Pattern[str]]] = {
    "concrete": re.compile(
        r"\b(heb (ik|je|het|dit|net|hem|voor)|hebben (we|het)|is (nu|net|inmiddels|vandaag)? ?(hersteld|"
        r"opgelost|aangepast|verholpen|terugbetaald|ingepland|bevestigd|gemaakt)|ingepland|teruggestort|"
        r"je kunt|kun je (het|zelf)|dat kan|ga naar|kies|klik|zet|sluit|open(en)?|staat (er )?(in|op|onder)|"
        r"komt (er )?(vandaag|morgen|om|tussen|voor|een monteur)|monteur|stort|nee, |ja, |stap|gratis|"
        r"\d+ ?(euro|kwh|ampère|cent)|i've|i have|we've|we have (fixed|booked|paid|sent)|is (now )?"
        r"(fixed|restored|solved|booked|refunded)|refund(ed)?|you can|go to|choose|press|open|engineer|"
        r"yes, |no, |it costs)\b|€ ?\d"
    ),
    "when": re.compile(
        r"\b(vandaag|vanmiddag|vanavond|vanochtend|morgen|overmorgen|maandag|dinsdag|woensdag|donderdag|"
        r"vrijdag|zaterdag|zondag|binnen \w+ (minuten|minuut|uur|dag|dagen|werkdagen)|om \d+|"
        r"voor \d+|\d{1,2}[.:]\d{2}|\d+ uur|over \w+ (minuten|uur|dagen)|"
        r"today|tonight|tomorrow|monday|tuesday|"
        r"wednesday|thursday|friday|saturday|sunday|within \w+ (minutes|hours?|days?)|"
        r"(by|at) \d+|\d+ ?[ap]m)\b"
    ),
    "acknowledges": re.compile(
        r"\b(sorry|excuses?|spijt|begrijp|snap|balen|vervelend|lastig|rot|naar voor je|schrik\w*|terecht|"
        r"goede vraag|dank|bedankt|wat fijn|fijn om|leuk|mooi|gecondoleerd|sterkte|apologies|apologi[sz]e|"
        r"understand|frustrating|annoying|thanks?|glad|good question|that should not|lovely)\b"
    ),
    "redirects": re.compile(
        r"\b(bel(t|len)? (ons|even|met|naar)|mail(t|en)? (ons|even|naar)|neem contact op|klantenservice|"
        r"contactformulier|0[89]00|call us|give us a call|e?-?mail us|contact (us|our)|"
        r"customer (service|care)|contact form|onze website|our website)\b"
    ),
    "hot_air": re.compile(
        r"\b(geven? (het|dit) door|neem(t|en)? (het|dit) mee|nemen (het|dit) mee|wordt vervolgd|"
        r"kijken? er\w* naar|zoeken? (het|dit) uit|onze aandacht|bekend bij ons|"
        r"zo snel mogelijk|pass (it|this) on|"
        r"look(ing)? into (it|this)|as soon as possible|to be continued|your feedback)\b"
    ),
    "blames": re.compile(
        r"\b(had (je|u) kunnen|zoals (eerder|gezegd|vermeld|aangegeven)|andere klanten|staat toch|"
        r"as (stated|mentioned|said)|other customers|should have read|could have read|die afdeling|"
        r"that department|head office|het hoofdkantoor)\b"
    ),
}
_QUESTION: Final = re.compile(r"\b(je|jouw|u|uw|you|your|mag ik|may i|welke?|which|wat is|what is)\b[^.!]*\?")
_WORD: Final = re.compile(r"[^\W\d_]{5,}")
_COMMON: Final = frozenset(
    {"heldervonk", "alles", "altijd", "steeds", "niets", "graag", "bedankt", "wordt", "worden", "jullie"}
    | {"weten", "about", "there", "their", "would", "thanks", "please", "hebben", "waarom", "alweer"}
)
_ASKING: Final = frozenset({"question", "complaint", "cancellation", "commercial"})


@dataclass(frozen=True, slots=True)
class Helpfulness:
    """How well a reply helps, and the marks that made it so."""

    score: float
    """0 (not at all) to 1."""

    marks: tuple[str, ...]
    """Keys of `WEIGHTS`, in their order."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is answered: what they wrote, and in which spirit."""

    text: str
    kind: str
    sentiment: str
    lang: str
    name: str = ""


def helpfulness(reply: str, mention: Person, *, sent_before: AbstractSet[str] = frozenset()) -> Helpfulness:
    """How well the reply helps this person; pure, and the same for the same words.

    `sent_before` holds the `plain` form of earlier replies to others.
    """
    text = unicodedata.normalize("NFKC", reply).casefold()
    found = {mark for mark, pattern in _MARKS.items() if pattern.search(text)}
    if mention.name and any(part in text for part in _name_parts(mention.name)):
        found.add("name")
    if _stems(text) & _stems(mention.text.casefold()):
        found.add("about_it")
    if _QUESTION.search(text):
        found.add("asks")
    if plain(reply, mention.name) in sent_before:
        found.add("canned")
    if len(text.strip()) < _SHORT and mention.kind in _ASKING:
        found.add("short")
    if "when" in found and "concrete" in found:
        found.discard("hot_air")
    total = START + sum(WEIGHTS[mark] for mark in found)
    return Helpfulness(round(min(1.0, max(0.0, total)), 2), tuple(mark for mark in WEIGHTS if mark in found))


def plain(reply: str, name: str = "") -> str:
    """A reply without what is changed when a template is copied: the name, case, signs, sign-off."""
    text = unicodedata.normalize("NFKC", reply).casefold()
    text = re.sub(r"\^\w+", " ", text)
    for part in _name_parts(name):
        text = text.replace(part, " ")
    return " ".join(re.findall(r"\w+", text))


def reaction(mention: Person, score: float, chance: Random) -> Outcome | None:
    """What a reply of this quality makes of the person; None where they stay silent."""
    roll = chance.random()
    if mention.kind == "spam":
        return None
    if mention.kind == "chatter" and mention.sentiment == "negative":
        return "troll" if roll < 0.5 else None
    if mention.kind not in _ASKING:
        return "thanks" if score >= TOLERATED and roll < 0.45 else None
    if score >= SATISFIED:
        return "relief" if roll < 0.85 else None
    if score >= TOLERATED:
        return "neutral" if roll < 0.7 else None
    return "anger" if roll < 0.7 else None


def answer_text(outcome: Outcome, lang: str, chance: Random) -> str:
    """What they say, in their language."""
    return chance.choice(answer_texts(outcome, lang))


def answer_texts(outcome: Outcome, lang: str) -> tuple[str, ...]:
    """All that they could say; English where the script has nothing in their language."""
    answers = _answers()
    return answers.get((lang, outcome)) or answers["en", outcome]


@cache
def _answers() -> Mapping[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    text = (files("channels.practice") / "script" / "answers.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            lang, outcome, words = line.split("|", 2)
            found[lang, outcome] = (*found.get((lang, outcome), ()), words)
    return found


def _name_parts(name: str) -> tuple[str, ...]:
    return tuple(part for part in name.casefold().split() if len(part) > 2)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:5] for word in _WORD.findall(text) if word not in _COMMON)
