"""All ways of promising something, compiled from the tables of the two languages.

A `dated` one is a promise only with a moment beside it: “het is opgelost” is a fact, “morgen is het opgelost”
is none yet.
"""

from __future__ import annotations

import re
from functools import cache

from domain import promise_dutch as dutch
from domain import promise_english as english
from domain.promise_way import Way, What

HEDGED = re.compile(
    r"\b(?:hopelijk|hopen|hoop|naar verwachting|verwacht(?:en)?|waarschijnlijk"
    r"|vermoedelijk|als het goed is|normaal"
    r" (?:gezien|gesproken)|probeer|proberen|streven|streef|in principe|hopefully|hope"
    r"|expect(?:ed)? to|probably"
    r"|should|try|trying|aim|likely|fingers crossed|estimated)\b"
)
"""Words with which a promise is only half one."""

FINISHED = re.compile(
    rf"\b(?:is|zijn|heb|hebben|hebt|heeft)\b.*(?!.*\b(?:ingepland|afgesproken|ingeboekt)\b){dutch.PARTICIPLE}"
)
"""A perfect tense; beside a time that runs already it says what has been done."""


@cache
def ways() -> tuple[Way, ...]:
    """All ways, compiled at first need: start-up counts in milliseconds."""
    found = [way for what, forms, rest, dated in dutch.VERBS for way in _verb(what, forms, rest, dated=dated)]
    for what, infinitives in dutch.WILL_DO:
        will = (
            rf"(?:\b{dutch.US} (?:{dutch.WORD}){{0,2}}?{dutch.WILL}|\b{dutch.WILL} (?:\w+"
            rf" ){{0,2}}?{dutch.US})\b.*\b(?:{infinitives})\b"
        )
        found.append(Way(what, re.compile(will)))
    for what, verbs in english.PLAN:
        plan = rf"\b{english.WHO}{english.SHALL} (?:(?!be |have )\w+ ){{0,3}}?(?:{verbs})\b"
        led = (
            rf"^(?:(?:and|but|then|to) )*(?:{english.SHALL.replace(' will', 'will')} )?(?:\w+ )?(?:{verbs})\b"
        )
        found += [Way(what, re.compile(plan)), Way(what, re.compile(led), led=True)]
    others = (*dutch.RECEIVED, *english.TOLD, *dutch.ANY, *english.ANY)
    return (*found, *(Way(what, re.compile(pattern), dated) for what, pattern, dated in others))


def _verb(what: What, forms: str, rest: str, *, dated: bool) -> list[Way]:
    """“Ik bel je”, “dan bel ik je”, and “bel je” behind a clause that names us."""
    behind = rf"(?=.*(?:{rest}))" if rest else ""
    told = (
        rf"\b(?:{dutch.US} (?:{dutch.WORD}){{0,2}}?(?:{forms})|(?:{forms}) (?:er |het |dat |dit |je |u "
        rf"|hier )?{dutch.US})\b{behind}"
    )
    led = rf"^(?:en |maar |dan |dus )*(?:{forms})\b{behind}"
    return [Way(what, re.compile(told), dated), Way(what, re.compile(led), dated, led=True)]
