"""`reply --template`: a text that the platform approved, filled in on the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from desk.approved_views import ApprovedTemplate, FilledIn
from desk.desk import Desk
from desk.reply_views import ReviewView
from domain.errors import NotAllowed, NotFound
from i18n import _


def values_of(given: Sequence[str]) -> dict[str, str]:
    """By place. Raises UsageError for what is no `place=value`, or a place filled in twice."""
    found: dict[str, str] = {}
    for one in given:
        place, equals, value = one.partition("=")
        if not equals or not place or place in found:
            raise click.UsageError(_("Write each value once, as place=value: {given}", given=one))
        found[place] = value
    return found


async def review_of(desk: Desk, conversation: int, named: str, values: Mapping[str, str]) -> ReviewView:
    """The review of a template named `name` or `name/language`, as the picker makes it.

    Raises NotFound for one that is not there, NotAllowed for a value that has no place or is missing.
    """
    known = await desk.approved.of(conversation)
    if not known.templates:
        raise NotFound(known.sentence)
    template = _chosen(known.templates, named)
    if strange := [place for place in values if place not in template.places]:
        raise NotAllowed(
            _(
                "{name} has no place {place}; its places: {places}",
                name=template.name, place=strange[0], places=", ".join(template.places) or "-",
            )
        )  # fmt: skip
    return await desk.approved.review(conversation, FilledIn(template.name, template.language, values))


def _chosen(known: Sequence[ApprovedTemplate], named: str) -> ApprovedTemplate:
    name, _slash, language = named.partition("/")
    found = [one for one in known if one.name == name and language in {"", one.language}]
    if not found:
        there = ", ".join(f"{one.name}/{one.language}" for one in known)
        raise NotFound(
            _("No approved template is called {name}; there are: {there}", name=named, there=there)
        )
    if len(found) > 1:
        languages = ", ".join(f"{name}/{one.language}" for one in found)
        raise NotAllowed(_("Say which language: {languages}", languages=languages))
    return found[0]
