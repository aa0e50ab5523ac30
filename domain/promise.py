"""Promises in what we write: “we bellen je morgen” is a span, what, by when, and how sure that is one.

Found are promises of ours that somebody could hold us to. Questions, what depends on the contact, what is
past, what always holds, and words in quotation marks are none. Nothing is decided here: a person is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.calendar import Calendar
from domain.clock import Millis
from domain.promise_read import Clause, clauses, folded
from domain.promise_time import Moment, moments
from domain.promise_way import LABELS, Certainty, What
from domain.promise_words import FINISHED, HEDGED, ways

__all__ = ["LABELS", "Certainty", "Found", "What", "find_promises"]

_LONGEST = 10_000
"""Code points that are looked at; no platform of ours allows a longer reply."""


@dataclass(frozen=True, slots=True)
class Found:
    """A promise in a text; all places are code points of the text as it was given."""

    start: int
    end: int
    what: What
    due: Millis | None
    """By when, UTC milliseconds; None when no moment is named that is still to come."""

    certainty: Certainty
    when: tuple[int, int] | None = None
    """Where the moment is named."""


def find_promises(text: str, now: Millis, timezone: str, calendar: Calendar) -> tuple[Found, ...]:
    """The promises in an outgoing text, in order, each moment once; vague ones only where none is dated.

    A day means when `calendar` closes on it, as said at `now` in `timezone`. Takes time linear in the text.
    """
    plain = folded(text[:_LONGEST])
    named = moments(plain.text, now, timezone, calendar)
    found = list(_found(clauses(plain.text, named)))
    dated: list[Found] = []
    for one in found:
        if one.due is not None and all(one.due != other.due for other in dated):
            dated.append(one)
    return tuple(_in_original(one, plain.places) for one in dated or found)


def _found(sentences: Sequence[Sequence[Clause]]) -> Iterator[Found]:
    spoken_of: Moment | None = None
    for sentence in sentences:
        for clause in sentence:
            moment = _moment(clause, spoken_of)
            promise = None if clause.dropped else _promise(clause, moment)
            if promise is not None:
                yield promise
            spoken_of = clause.moments[-1] if clause.moments else spoken_of


def _moment(clause: Clause, spoken_of: Moment | None) -> Moment | None:
    """The moment of a clause; with “dan” the one that was spoken of before."""
    for one in clause.moments:
        if one.due is not None:
            return one
    words = clause.text.rstrip(" .!").split()
    back = "dan" in words[1:] or "then" in words[1:]
    return spoken_of if back and not clause.moments else None


def _promise(clause: Clause, moment: Moment | None) -> Found | None:
    dated = moment is not None and moment.due is not None
    for way in ways():
        if (way.dated and not dated) or (way.led and not clause.ours) or not way.pattern.search(clause.text):
            continue
        hedged = HEDGED.search(clause.text) is not None
        if way.dated and moment is not None and _may_be_past(clause, moment, hedged=hedged):
            continue
        own = moment is not None and moment in clause.moments
        return Found(
            clause.start,
            clause.end,
            way.what,
            moment.due if moment is not None else None,
            "vague" if not dated else "hedged" if hedged else "plain",
            (moment.start, moment.end) if moment is not None and own else None,
        )
    return None


def _may_be_past(clause: Clause, moment: Moment, *, hedged: bool) -> bool:
    """“Het is vandaag verstuurd” tells what was done; “het is vandaag nog verstuurd” what will be."""
    return moment.open and not (moment.firm or hedged) and FINISHED.search(clause.text) is not None


def _in_original(found: Found, places: Sequence[int]) -> Found:
    when = None if found.when is None else (places[found.when[0]], places[found.when[1]])
    return replace(found, start=places[found.start], end=places[found.end], when=when)
