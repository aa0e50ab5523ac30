"""The Dutch and English words for moments, and the plain form of a text in which they are looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Part = Literal["morning", "afternoon", "evening", "night"]


WEEKDAYS: Mapping[str, int] = MappingProxyType(
    {
        name: number
        for number, names in enumerate(
            (
                "maandag ma monday mon",
                "dinsdag di tuesday tues tue",
                "woensdag wo wednesday wed",
                "donderdag do thursday thurs thur thu",
                "vrijdag vr vrij friday fri",
                "zaterdag za saturday sat",
                "zondag zo sunday sun",
            )
        )
        for name in names.split()
    }
)
MONTHS: Mapping[str, int] = MappingProxyType(
    {
        name: number
        for number, names in enumerate(
            (
                "januari january jan",
                "februari february feb",
                "maart march mrt mar",
                "april apr",
                "mei may",
                "juni june jun",
                "juli july jul",
                "augustus august aug",
                "september sept sep",
                "oktober october okt oct",
                "november nov",
                "december dec",
            ),
            start=1,
        )
        for name in names.split()
    }
)
PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "ochtend": "morning",
        "voormiddag": "morning",
        "morning": "morning",
        "namiddag": "afternoon",
        "middag": "afternoon",
        "afternoon": "afternoon",
        "avond": "evening",
        "evening": "evening",
        "nacht": "night",
        "night": "night",
    }
)
DAY_WORDS: Mapping[str, int] = MappingProxyType(
    {"vandaag": 0, "today": 0, "overmorgen": 2, "day after tomorrow": 2, "morgen": 1, "tomorrow": 1}
)
_NUMBER_WORDS: Mapping[str, str] = MappingProxyType(
    {
        word: str(number)
        for number, words in enumerate(
            (
                "een one",
                "twee two",
                "drie three",
                "vier four",
                "vijf five",
                "zes six",
                "zeven seven",
                "acht eight",
                "negen nine",
                "tien ten",
                "elf eleven",
                "twaalf twelve",
            ),
            start=1,
        )
        for word in words.split()
    }
)
UNITS: Mapping[str, str] = MappingProxyType(
    {
        name: unit
        for unit, names in {
            "minute": "m min mins minuut minuten minute minutes",
            "hour": "u uur uren h hr hrs hour hours",
            "day": "d dag dagen day days",
            "working": "werkdag werkdagen workday workdays",
            "week": "w wk week weken weeks",
            "month": "maand maanden month months",
        }.items()
        for name in names.split()
    }
)
CLOCK_UNITS = frozenset({"u", "uur", "h"})
"""Without a word such as `over` before them these name an hour of the day."""

FILLERS = frozenset(
    word
    for words in (
        "op om at on de het the van of rond around tegen by voor before uiterlijk na after vanaf from in",
        "en and uur tot until till pas weer again dan then ergens circa about begin start eerstvolgende",
    )
    for word in words.split()
)


def any_of(words: Mapping[str, object]) -> str:
    """A pattern of all the words, longest first."""
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


_NUMBER = re.compile(rf"\b({any_of(_NUMBER_WORDS)})\b")
_REWRITES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.ASCII), replacement)
    for pattern, replacement in (
        (r"\b([ap])\.m\b\.?", r"\1m"),
        (r"(?<=[a-z])\.", " "),
        (r"(?<!\d),|,(?!\d)|[;!?()]", " "),
        (r"\bo'?clock\b", "uur"),
        (r"(?:\b|')s (?:morgens|ochtends)\b", "ochtend"),
        (r"(?:\b|')s (voormiddag|namiddag|middag|avond|nacht)s\b", r"\1"),
        (rf"\b({any_of(WEEKDAYS)}|morgen|van)(ochtend|voormiddag|namiddag|middag|avond|nacht)\b", r"\1 \2"),
        (r"\bvan (?=(?:ochtend|voormiddag|namiddag|middag|avond|nacht)\b)", "vandaag "),
        (
            r"\b(?:this|deze) (?=(?:ochtend|voormiddag|namiddag|middag|avond|morning|afternoon|evening)\b)",
            "today ",
        ),
        (r"\btonight\b", "today evening"),
        (r"\ban? (?=(?:half|hour|minute|day|week|month|working|business|quarter|few|couple)\b)", "1 "),
        (r"\b(?:working|business) (?=days?\b)", "work"),
        (r"\banderhalf uur\b|\b(?:1|an) (?:hour and (?:1|a) half|and (?:1|a) half hours?)\b", "90 min"),
        (r"\b(?:1 )?(?:half uur|half (?:1 |an )?hour)\b", "30 min"),
        (r"\banderhal(?:f|ve)\b", "1.5"),
        (r"\b3 kwartier\b", "45 min"),
        (r"\b(?:1 )?(?:kwartier|quarter of 1 hour|quarter of an hour)\b", "15 min"),
        (r"\b(?:1 )?(?:paar|few)\b", "3"),
        (r"\b(?:1 )?couple(?: of)?\b", "2"),
        (r"\beod\b", "end of day"),
        (r"\beow\b", "end of week"),
        (r"\s+", " "),
    )
)


def normalised(text: str) -> str:
    """The text in lower-case ASCII forms where there are, numbers in digits and compound words apart."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    plain = plain.replace("’", "'").replace("‘", "'").replace("–", "-")
    plain = _NUMBER.sub(lambda found: _NUMBER_WORDS[found.group()], plain)
    for pattern, replacement in _REWRITES:
        plain = pattern.sub(replacement, plain)
    return plain.strip(" .")
