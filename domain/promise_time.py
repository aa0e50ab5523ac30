"""Moments inside running text: where one is named, and by when it asks that something is done.

`domain.snooze` reads a text that is nothing but a moment; here its pieces are looked for in a sentence and
handed to it. All patterns work on the folded text of `domain.promise_read`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from domain.calendar import Calendar, local_moment, zone_of
from domain.clock import SECOND, Millis
from domain.snooze import NotAMoment, parse_when

_NUMBER = (
    r"(?:\d{1,3}|een paar|een aantal|een halve?|anderhal(?:f|ve)|enkele|een|1|twee|drie"
    r"|vier|vijf|zes|zeven|acht"
    r"|negen|tien|elf|twaalf|a few|a couple of|half an?|an?|one|two|three|four|five|six"
    r"|seven|eight|nine|ten"
    r"|eleven|twelve)"
)
_UNIT = (
    r"(?:minuten|minuut|minutes?|mins?|uurtjes?|uren|uur|u|hours?|hrs?|werkdagen|werkdag"
    r"|(?:working|business) days?"
    r"|dagen|dag|days?|weken|week|weeks?|maanden|maand|months?|kwartiertje|kwartier)"
)
_WEEKDAY = (
    r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
)
_MONTH = (
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|january"
    r"|february|march|may|june|july|august|october|jan|feb|mrt|apr|jun|jul|aug|sept?|okt|oct|nov|dec)"
)
_PART = r"(?:ochtend|voormiddag|namiddag|middag|avond)"
_WHOLE = r"(?:dag|day|week|maand|month|weekend|" + _PART + r"|morning|afternoon|evening)"
_COMING = r"(?:volgende|komende|aanstaande|deze|dit|next|this|coming)"
_EDGE = r"(?:begin|eind|einde|end|halverwege|midden|medio|beginning|start|middle|first half)"
_HOUR = (
    r"(?:\d{1,2}[:.]\d{2} ?(?:uur|u|h)?|\d{1,2} ?(?:a\.m\.|p\.m\.|am|pm)|\d{1,2} ?(?:uur"
    r"|u|h) ?\d{2}"
    r"|\d{1,2} ?(?:uur|u|h)|(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf"
    r"|twaalf) uur"
    r"|(?:tweeen|drieen|vieren|vijven|zessen|zevenen|achten|negenen|tienen|elven"
    r"|twaalven)|(?:(?:kwart|vijf|tien|5|10) (?:over|voor) (?:half )?|half )"
    r"(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|\d{1,2})|noon"
    r"|midday)"
)
_SOON = (
    r"(?:maximaal|hooguit|uiterlijk|ongeveer|circa|zo'n|ten hoogste|de|het|komende"
    r"|eerstvolgende|nu en|the|next"
    r"|about|around|at most|a maximum of|up to) "
)

_PIECES: dict[str, str] = {
    "span": (
        rf"(?:binnen|within|over|in) (?:{_SOON})*(?P<low>{_NUMBER})"
        rf"(?: ?(?:tot|a|to|or|of|-) ?(?P<high>{_NUMBER}))? ?(?P<unit>{_UNIT})\b(?! (?:geleden"
        rf"|ago))"
    ),
    "hour": r"(?:binnen het|within the|within an) (?:uur|hour)\b|binnen de (?:week|dag)\b",
    "range": rf"(?:tussen|between) [\d.:]+ ?(?:uur|u|h|am|pm)? (?:en|and) (?P<until>{_HOUR}|\d{{1,2}}\b)",
    "period": (
        rf"(?:(?P<edge>{_EDGE})(?: (?:van|of))? )(?:(?:de|het|the) )?(?:{_COMING}"
        rf" )?(?P<whole>{_WHOLE})\b"
        rf"|(?:in de loop van|in the course of) (?:(?:de|het|the) )?(?:{_COMING}"
        rf" )?(?P<course>{_WHOLE})\b"
        rf"|(?:na|after) (?:het |the )?weekend\b|{_COMING} (?:week|maand|month|weekend)\b"
        rf"|(?:het|the) weekend\b|\beod\b"
    ),
    "part": rf"(?:deze|this) (?:{_PART}|morning|afternoon|evening)\b",
    "day": (
        rf"\b(?:vandaag|vanmiddag|vanavond|vanochtend|vanvoormiddag|vannamiddag|overmorgen"
        rf"|morgenvroeg"
        rf"|morgen ?{_PART}|morgen|today|tonight|tomorrow(?: (?:morning|afternoon|evening"
        rf"|night))?)\b"
    ),
    "weekday": rf"\b(?:{_COMING} )?{_WEEKDAY}{_PART}?\b(?: (?:morning|afternoon|evening|{_PART}))?",
    "date": (
        rf"\b\d{{1,2}}(?:e|de|ste|st|nd|rd|th)?(?: of)? {_MONTH}\b\.?(?: 20\d\d)?"
        rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?! ?(?:uur|u|h|am|pm)\b)"
        rf"|\b\d{{1,2}}[/-]\d{{1,2}}(?:[/-]\d{{2,4}})?\b"
    ),
    "clock": rf"\b(?:{_HOUR})(?!\w)",
    "bare": (
        r"\b(?:by|before|at|around|om|voor|rond) (?P<bare>\d{1,2}|een|twee|drie|vier|vijf|zes"
        r"|zeven|acht|negen|tien|elf|twaalf|one|two|three|four|five|six|seven|eight|nine|ten"
        r"|eleven|twelve)(?= ?(?:[.,;!)\n](?!\d)|$)| (?:today|tonight|tomorrow|this|on"
        r"|vandaag|vanavond|morgen|and|en|with)\b)"
    ),
}
_JOIN = (
    r",? (?:(?:om|op|at|on|voor|before|by|rond|omstreeks|around|uiterlijk|tegen|van|of|in de|in the|ergens"
    r"|'s|dan|nog) )*"
)
_NAMED_GROUP = re.compile(r"\?P<\w+>")
_BY_EDGE = {"begin": 1, "beginning": 1, "start": 1, "first half": 1, "halverwege": 2, "midden": 2,
            "medio": 2, "middle": 2}  # fmt: skip
"""Working day of a week, counted from Monday as 0, by which its beginning or middle is over."""

_HOURS = {
    "tweeen": 2, "drieen": 3, "vieren": 4, "vijven": 5, "zessen": 6, "zevenen": 7, "achten": 8, "negenen": 9,
    "tienen": 10, "elven": 11, "twaalven": 12,
}  # fmt: skip
"""“Voor achten” is before eight."""

_DAYTIME = {
    word: hour
    for hour, words in enumerate(
        ("een one", "twee two", "drie three", "vier four", "vijf five", "zes six", "zeven seven"), start=1
    )
    for word in words.split()
}

_BEFORE = re.compile(r"\b(?:voor|before|ahead of)(?: (?:de|het|the|aanstaande|komende|coming))* $")
_REFERENCE = re.compile(
    r"(?<!loop )\b(?:vanaf|sinds|tot|tot en met|t/m|until|till|since|from|starting|na"
    r"|after|per|van|of|for|elke|iedere|every"
    r"|each|vorige|afgelopen|last|past)(?: (?:de|het|the))* $"
)
_FIRM = re.compile(
    r"\b(?:nog|uiterlijk|ten laatste|op zijn laatst|voor|tegen|binnen|by|before|within|no later than"
    r"|at the latest|alsnog)\b"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment named in a text; `start` and `end` are places in the folded text."""

    start: int
    end: int
    due: Millis | None
    """By when; None when what is named has passed or does not exist."""

    firm: bool
    """Whether a word such as “uiterlijk” or “by” makes it a deadline."""

    open: bool
    """Whether the words fit the past as well: “vandaag” runs already, “maandag” comes every week."""


@dataclass(frozen=True, slots=True)
class _Ground:
    now: Millis
    timezone: str
    calendar: Calendar


@cache
def _whole() -> re.Pattern[str]:
    # Compiled at first need, as below: start-up counts in milliseconds.
    piece = "|".join(_NAMED_GROUP.sub("?:", pattern) for pattern in _PIECES.values())
    return re.compile(rf"(?:{piece})(?:{_JOIN}(?:{piece}))*(?: (?:volgende|next) week\b)?")


@cache
def _single() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern)) for kind, pattern in _PIECES.items())


def moments(text: str, now: Millis, timezone: str, calendar: Calendar) -> list[Moment]:
    """The moments that a folded text names as times to come, in order, without opening hours and the past."""
    ground = _Ground(now, timezone, calendar)
    found = []
    for match in _whole().finditer(text):
        before = text[max(0, match.start() - 40) : match.start()]
        if _REFERENCE.search(before) and not match.group().startswith(("in ", "binnen", "within")):
            continue
        strictly = _BEFORE.search(before) is not None
        firm = (
            _FIRM.search(f"{before[-16:]}{match.group()}{text[match.end() : match.end() + 16]}") is not None
        )
        due = _due(match.group(), ground, strictly=strictly)
        found.append(Moment(match.start(), match.end(), due, firm=firm, open=_open(match.group(), ground)))
    return found


def _open(words: str, ground: _Ground) -> bool:
    if re.search(
        r"\b(?:vandaag|today|(?:deze|this|dit|van de|of the) (?:week|maand|month|weekend|dag|day))\b", words
    ):
        return True
    if re.fullmatch(rf"{_WEEKDAY}{_PART}?", words):
        return True
    if not re.search(r"\bvan(?:ochtend|middag|avond)|\b(?:deze|this)\b|tonight", words):
        return False
    try:
        parse_when(_spoken(words)[1], ground.now, ground.timezone, ground.calendar)
    except NotAMoment:
        return True
    return False


def _due(words: str, ground: _Ground, *, strictly: bool) -> Millis | None:
    kinds, spoken = _spoken(words)
    if "period" in kinds and (day := _edge_of_week(words, ground)) is not None:
        return _read(f"{day:%Y-%m-%d}", ground)
    due = _read(spoken, ground)
    if due is None or not strictly:
        return due
    if re.fullmatch(r"(?:het|the|dit|this|komende) weekend", words):
        return _eve(due, ground)
    if not kinds <= {"day", "weekday", "date"}:
        return due
    if re.search(rf"{_PART}|vanmiddag|vanavond|afternoon|evening|night", words):
        try:
            return parse_when(spoken, ground.now, ground.timezone, ground.calendar).at
        except NotAMoment:
            return due
    return _eve(due, ground)


def _spoken(words: str) -> tuple[set[str], str]:
    """The kinds of the pieces, and the words as `parse_when` reads them."""
    kinds: set[str] = set()
    spoken: list[str] = []
    rest, night = words, re.search(r"ochtend|morgenvroeg|nacht|morning|night", words) is not None
    while rest:
        piece = _first(rest)
        if piece is None:
            break
        kind, match = piece
        kinds.add(kind)
        spoken.append(match.group() if kind == "clock" and night else _plain(kind, match))
        rest = rest[match.end() :]
    if re.search(r"(?:volgende|next) week$", words) and "period" not in kinds:
        spoken.append("volgende week")
    return kinds, " ".join(spoken)


def _first(rest: str) -> tuple[str, re.Match[str]] | None:
    """The piece that begins first; of those the one that comes first in the table."""
    found = [(match.start(), kind, match) for kind, one in _single() if (match := one.search(rest))]
    if not found:
        return None
    _start, kind, match = min(found, key=lambda one: one[0])
    return kind, match


def _plain(kind: str, match: re.Match[str]) -> str:
    if kind == "span":
        number = (
            (match["high"] or match["low"]).replace("enkele", "een paar").replace("een aantal", "een paar")
        )
        unit = match["unit"].replace("uurtje", "uur").removesuffix("tje").replace("uurs", "uur")
        return f"over {number} {unit}"
    if kind == "hour":
        return (
            "over 1 week"
            if "week" in match.group()
            else "over 1 uur"
            if "de dag" not in match.group()
            else "vandaag"
        )
    if kind in {"clock", "bare"}:
        return _afternoon(match["bare"] if kind == "bare" else match.group())
    if kind == "range":
        until = match["until"]
        return until if not until.isdecimal() else f"{until} uur"
    if kind == "period":
        return _period(match)
    return match.group().replace("vroeg", "ochtend").replace("vanvoormiddag", "vandaag voormiddag")


def _afternoon(words: str) -> str:
    """An hour that a desk says without more is one of the day: “voor zes” is 18:00, “half drie” 14:30."""
    words = str(_HOURS.get(words, words))
    found = re.fullmatch(rf"(half )?({'|'.join(_DAYTIME)}|\d)(?: ?(?:uur|u|h))?", words)
    if found is None:
        return words if re.search(r"\D", words) else f"{words} uur"
    hour = _DAYTIME.get(found[2]) or int(found[2])
    if not 1 <= hour <= (7 if found[1] else 6):
        return words if re.search(r"uur|u|h", words) else f"{words} uur"
    return f"{hour + 11}:30" if found[1] else f"{hour + 12}:00"


def _period(match: re.Match[str]) -> str:
    text = match.group()
    if match["course"]:
        text = re.sub(r"^.*?(?:van|of) (?:de |het |the )?", "", text)
    if match["course"] in {"dag", "day"} or text == "dag":
        return "vandaag"
    if match["course"] in {"week", "maand", "month"} and " " not in text:
        return f"deze {text}"
    bare = re.sub(r"^(?:eind|einde|end)(?: (?:van|of))? (?:de |the )?(?:deze |this )?", "", text)
    if re.fullmatch(rf"{_PART}|morning|afternoon|evening", bare):
        return f"vandaag {bare}"
    return text


def _edge_of_week(words: str, ground: _Ground) -> date | None:
    """The day by which the beginning or the middle of a week is over; None where neither is named."""
    found = re.search(rf"\b({'|'.join(_BY_EDGE)})(?: (?:van|of))? (?:de |the )?({_COMING}) week", words)
    if found is None:
        return None
    zone = zone_of(ground.timezone)
    today = datetime.fromtimestamp(ground.now / SECOND, zone).date()
    ahead = 0 if found[2] in {"deze", "this", "dit"} else 7
    return today + timedelta(days=ahead - today.weekday() + _BY_EDGE[found[1]])


def _eve(due: Millis, ground: _Ground) -> Millis:
    """When work ends before the day of `due`: who says “before Friday” has until Thursday evening."""
    zone = zone_of(ground.timezone)
    day = datetime.fromtimestamp(due / SECOND, zone).date()
    for back in range(1, 8):
        earlier = day - timedelta(days=back)
        if local_moment(earlier, 24 * 60, zone) <= ground.now:
            break
        if ground.calendar.open_on(earlier):
            return _read(f"{earlier:%Y-%m-%d}", ground) or due
    return due


def _read(spoken: str, ground: _Ground) -> Millis | None:
    try:
        return parse_when(spoken, ground.now, ground.timezone, ground.calendar, edge="end").at
    except NotAMoment:
        return None
