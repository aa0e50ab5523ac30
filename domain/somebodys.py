"""What in a reply is somebody's own: addresses, numbers, amounts, moments. One set of rules for all who look.

A reply that becomes a template and an answer that is suggested to somebody else both give these up.
"""

from __future__ import annotations

import re
from typing import Final

_MONTHS: Final = (
    r"(?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|maart|mrt|march|mar|apr(?:il)?|mei|may|jun[ie]?|jul[iy]?|"
    r"aug(?:ustus|ust)?|sept?(?:ember)?|okt(?:ober)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAYS: Final = (
    r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
)
_DATE: Final = "|".join(
    (
        rf"\d{{1,2}}(?:st|nd|rd|th|e)?\s+{_MONTHS}(?!\w)(?:\s+\d{{4}})?",
        rf"{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\w)(?:,?\s+\d{{4}})?",
        r"\d{1,2}[-/]\d{1,2}[-/]\d{2,4}(?![\w-])",
        r"\d{4}-\d{2}-\d{2}\b",
        r"\d{1,2}[-/](?:0\d|1[0-2])(?![\w-])(?!\s*(?:werk)?(?:dag|uur|uren|week|weken|day|hour|min))",
    )
)
EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+")
HANDLE: Final = re.compile(r"(?<![\w@/])@\w+(?:[.-]\w+)*(?:@[\w-]+(?:\.[\w-]+)+)?")
IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){2,8}\b")
PHONE: Final = re.compile(
    r"(?<![\w+])(?:(?:\+|00)[1-9]\d(?:[\s./()-]*\d){6,12}|0\d(?:[\s./()-]*\d){7,9})(?!\w)"
)
AMOUNT: Final = re.compile(
    r"(?:€|£|\$|EUR)\s?\d[\d.,]*\d?(?:,-)?|\b\d[\d.,]*\s?(?:euro|eur|€|pounds?)(?!\w)", re.IGNORECASE
)
DATE: Final = re.compile(rf"\b(?:{_WEEKDAYS},?\s+)?(?:{_DATE})", re.IGNORECASE)
DAY: Final = re.compile(rf"\b{_WEEKDAYS}(?:ochtend|morgen|middag|avond)?\b", re.IGNORECASE)
_CLOCK: Final = r"\b(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s?(?:uur|u|h|am|pm)\b|(?!\d|[.,]\d))"
CLOCK: Final = re.compile(_CLOCK, re.IGNORECASE)
"""An appointment's time; hours alone, as in “from 9 to 17 uur”, may be anybody's."""

TIME: Final = re.compile(rf"{_CLOCK}|\b\d{{1,2}}\s?(?:uur|am|pm)\b", re.IGNORECASE)
