"""Dutch and Belgian holidays, from the `holidays` library, with a team's own days added or taken out.

The library costs about 0.2 s to import and more at the first country, so it is imported when the first
date is looked up and not when the program starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from i18n import _

Country = Literal["NL", "BE"]
LiberationDay = Literal["never", "lustrum", "yearly"]
"""5 May: no day off, one every five years (the library's own rule), or one every year."""

COUNTRIES: tuple[Country, ...] = ("NL", "BE")
LANGUAGES: Mapping[Country, tuple[str, ...]] = MappingProxyType(
    {"NL": ("nl", "en"), "BE": ("nl", "fr", "de", "en")}
)
_GOOD_FRIDAY = "Good Friday"
_LIBERATION_DAY = "Liberation Day"


@dataclass(frozen=True, slots=True)
class HolidayChoice:
    """Which days a team has off."""

    country: Country | None = None
    """None: only the added days."""

    language: str = "nl"
    liberation_day: LiberationDay = "lustrum"
    good_friday: bool = False
    """A normal working day for most Dutch employers, although the library counts it as a holiday."""

    added: Mapping[date, str] = field(default_factory=dict)
    removed: frozenset[date] = frozenset()
    """Dates that are worked although the list has them; also takes out an added one."""


class HolidayList(Mapping[date, str]):
    """Days off by date, worked out per year when a date of that year is looked up.

    Walking through it, or its length, covers `years` and the added days; looking up works for any year.
    """

    def __init__(self, choice: HolidayChoice, years: Iterable[int]) -> None:
        self._choice = choice
        self._years = tuple(sorted(set(years)))
        self._known: dict[int, Mapping[date, str]] = {}

    def __getitem__(self, day: date) -> str:
        if day in self._choice.removed:
            raise KeyError(day)
        added = self._choice.added.get(day)
        return added if added is not None else self._of(day.year)[day]

    def __iter__(self) -> Iterator[date]:
        listed = {day for year in self._years for day in self._of(year)}
        return iter(sorted((listed | set(self._choice.added)) - self._choice.removed))

    def __len__(self) -> int:
        return sum(1 for _day in self)

    def _of(self, year: int) -> Mapping[date, str]:
        if year not in self._known:
            self._known[year] = _year(self._choice, year)
        return self._known[year]


def holidays_for(
    country: Country,
    years: Iterable[int],
    language: str = "nl",
    *,
    liberation_day: LiberationDay = "lustrum",
    good_friday: bool = False,
) -> dict[date, str]:
    """The holidays of a country in these years, by date, named in `language`.

    Raises ValueError, with a sentence, for a country or language that has no list.
    """
    choice = HolidayChoice(country, language, liberation_day, good_friday)
    check(choice)
    return dict(HolidayList(choice, years))


def check(choice: HolidayChoice) -> None:
    """Raises ValueError, with a sentence, for a country or a language that has no list."""
    if choice.country is None:
        return
    if choice.country not in COUNTRIES:
        raise ValueError(
            _(
                "There is no holiday list for “{country}”; write one of {known}.",
                country=choice.country,
                known=", ".join(COUNTRIES),
            )
        )
    languages = LANGUAGES[choice.country]
    if choice.language not in languages:
        raise ValueError(
            _(
                "The holidays of {country} have no names in “{language}”; write one of {known}.",
                country=choice.country,
                language=choice.language,
                known=", ".join(languages),
            )
        )


def _year(choice: HolidayChoice, year: int) -> dict[date, str]:
    if choice.country is None:
        return {}
    names = _listed(choice.country, year, choice.language, choice.liberation_day)
    kinds = names if choice.language == "en" else _listed(choice.country, year, "en", choice.liberation_day)
    unwanted = set()
    if not choice.good_friday:
        unwanted.add(_GOOD_FRIDAY)
    if choice.liberation_day == "never":
        unwanted.add(_LIBERATION_DAY)
    return {day: name for day, name in names.items() if kinds.get(day) not in unwanted}


def _listed(country: Country, year: int, language: str, liberation_day: LiberationDay) -> dict[date, str]:
    import holidays  # noqa: PLC0415 - see the module docstring

    yearly = country == "NL" and liberation_day == "yearly"
    found = holidays.country_holidays(
        country,
        years=year,
        expand=False,
        language="en_US" if language == "en" else language,
        categories=("public", "optional") if yearly else ("public",),
    )
    return dict(found.items())
