"""What a person types in the search line, read into words and filters.

from:@jan channel:mastodon label:"dubbele incasso" is:open before:2026-11-01 after:2026-10-01
sentiment:negative kind:complaint "an exact phrase" word prefix*
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from difflib import get_close_matches
from typing import Final

from domain.clock import Millis, to_millis
from domain.conversation import KINDS, SENTIMENTS
from domain.errors import NotAllowed
from domain.text import clean
from i18n import _

STATES: Final = ("open", "waiting", "snoozed", "resolved", "mine")
KEYS: Final = ("from", "channel", "label", "is", "before", "after", "sentiment", "kind")

MAX_LENGTH: Final = 1_000
MAX_WORDS: Final = 64
"""Beyond some hundreds SQLite refuses the expression."""

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"is": STATES, "sentiment": SENTIMENTS, "kind": KINDS}
_TOKEN = re.compile(
    r"""(?P<key>[^\W\d_]+):(?!//)(?:"(?P<quoted>[^"]*)"?|(?P<value>[^\s"]*))"""
    r"""|"(?P<phrase>[^"]*)"?"""
    r"""|(?P<word>[^\s"]+)"""
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What must hold beside the words; None where it was not asked."""

    from_handle: str | None = None
    """As typed, with or without `@`."""

    channel: str | None = None
    label: str | None = None
    state: str | None = None
    """One of `STATES`; `mine` is whoever asks."""

    before: date | None = None
    """Last activity before this day began."""

    after: date | None = None
    """Last activity on this day or later."""

    sentiment: str | None = None
    kind: str | None = None

    def bounds(self, zone: tzinfo) -> tuple[Millis | None, Millis | None]:
        """`before` and `after` as UTC milliseconds, for days as the zone has them."""
        return _midnight(self.before, zone), _midnight(self.after, zone)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search that was understood. All of it must hold."""

    terms: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    """Beginnings of words, without the `*`."""

    phrases: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)

    def fts_match(self) -> str | None:
        """A valid FTS5 MATCH expression of quoted words, whatever was typed; None without words."""
        parts = [_quoted(phrase) for phrase in (*self.phrases, *self.terms) if _has_token(phrase)]
        parts += [f"{_quoted(prefix)} *" for prefix in self.prefixes if _has_token(prefix)]
        return " AND ".join(parts) or None


def parse_query(text: str) -> SearchQuery:
    """The search that was typed. Raises NotAllowed with what to write instead."""
    if len(text) > MAX_LENGTH:
        raise NotAllowed(_("A search has at most {limit} characters; shorten it.", limit=MAX_LENGTH))
    found: dict[str, list[str]] = {"phrase": [], "prefix": [], "term": []}
    filters: dict[str, str] = {}
    for match in _TOKEN.finditer(clean(text)):
        key = match["key"]
        if key is None:
            _word(match, found)
        elif key.lower() in filters:
            raise NotAllowed(_("{key}: stands twice in the search; leave one out.", key=key.lower()))
        else:
            value = match["quoted"] if match["quoted"] is not None else match["value"]
            known = _known(key)
            filters[known] = _filled(known, value.strip())
    if sum(map(len, found.values())) > MAX_WORDS:
        raise NotAllowed(_("A search has at most {limit} words; leave some out.", limit=MAX_WORDS))
    return SearchQuery(
        tuple(found["term"]), tuple(found["prefix"]), tuple(found["phrase"]), _filters(filters)
    )


def _word(match: re.Match[str], found: dict[str, list[str]]) -> None:
    phrase, word = match["phrase"], match["word"] or ""
    if phrase is not None:
        found["phrase"] += [phrase.strip()] if phrase.strip() else []
    elif word.rstrip("*") and word.endswith("*"):
        found["prefix"].append(word.rstrip("*"))
    elif word.strip("*"):
        found["term"].append(word)


def _known(key: str) -> str:
    if key.lower() in KEYS:
        return key.lower()
    nearest = get_close_matches(key.lower()[:40], KEYS, n=1, cutoff=0.5)
    hint = ", ".join(f"{name}:" for name in nearest or KEYS)
    raise NotAllowed(
        _("A search has no {key}: ; write {hint}, or put the words in quotes.", key=key, hint=hint)
    )


def _filled(key: str, value: str) -> str:
    if not value:
        raise NotAllowed(_("Write what to look for right after {key}:", key=key))
    choices = _CHOICES.get(key)
    if choices is None:
        return value
    if value.lower() not in choices:
        raise NotAllowed(
            _(
                "{key}:{value} does not exist; choose from {choices}.",
                key=key,
                value=value,
                choices=", ".join(choices),
            )
        )
    return value.lower()


def _filters(given: dict[str, str]) -> Filters:
    return Filters(
        from_handle=given.get("from"),
        channel=given.get("channel"),
        label=given.get("label"),
        state=given.get("is"),
        before=_day("before", given),
        after=_day("after", given),
        sentiment=given.get("sentiment"),
        kind=given.get("kind"),
    )


def _day(key: str, given: dict[str, str]) -> date | None:
    if key not in given:
        return None
    try:
        day = date.fromisoformat(given[key])
    except ValueError as error:
        raise _no_day(key) from error
    if not 1970 <= day.year <= 9000:
        raise _no_day(key)
    return day


def _no_day(key: str) -> NotAllowed:
    return NotAllowed(_("{key}: wants a day such as {example}.", key=key, example="2026-11-01"))


def _midnight(day: date | None, zone: tzinfo) -> Millis | None:
    return None if day is None else to_millis(datetime.combine(day, time(), zone))


def _quoted(words: str) -> str:
    """An FTS5 string: everything in it is text, a quote is doubled."""
    return '"' + words.replace('"', '""') + '"'


def _has_token(words: str) -> bool:
    """Whether FTS5's tokenizer finds anything in it; an emoji alone is no word."""
    return any(char.isalnum() for char in words)
