"""Why a suggestion stands where it stands, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from domain.suggest import Candidate
from i18n import _, ngettext

_TELLING = 0.15
"""Mean change of sentiment from which it is worth a word."""


def why(candidate: Candidate) -> tuple[str, ...]:
    """The reasons for a person, the most telling first."""
    return tuple(_reasons(candidate))


def _reasons(candidate: Candidate) -> Iterator[str]:
    members = [one.neighbour for one in candidate.members]
    count = len(members)
    yield ngettext("Answered a similar mention.", "Answered {n} similar mentions.", count)
    known = [one.outcome.came_back for one in members if one.outcome.came_back is not None]
    if known:
        yield _("{held} of {known} did not come back with it.", held=known.count(False), known=len(known))
    lifts = [one.outcome.lift for one in members if one.outcome.lift is not None]
    if lifts and abs(sum(lifts) / len(lifts)) >= _TELLING:
        yield _("The mood rose afterwards.") if sum(lifts) > 0 else _("The mood fell afterwards.")
    taken, refused = round(candidate.taught.taken), round(candidate.taught.refused)
    if taken or refused:
        yield _("Chosen {taken}×, passed over {refused}×.", taken=taken, refused=refused)
