"""Replies by a text that the platform approved beforehand, for when its window is closed.

The collector reads the lists; a desk only ever sees what is stored. Such a reply goes through the same gate
and the same outbox as any other, and its row names the template before anything is sent.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

from config import platforms
from desk import sentences
from desk.approved_views import ApprovedList, ApprovedTemplate, FilledIn
from desk.ground import Ground
from desk.reply_views import Length, ReviewView
from domain.approved import empty_places, filled, on_one_line
from domain.errors import Conflict, NotAllowed
from domain.measure import measure
from i18n import _
from storage import conversations, messages, platform_templates


class Approved:
    """The platform's own templates, of the channel that a conversation is on."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def of(self, conversation_id: int) -> ApprovedList:
        """All there are, by name; a sentence where there are none, or where the list may be old."""

        def work(connection: sqlite3.Connection) -> ApprovedList:
            row = conversations.get(connection, conversation_id)
            return listed(platform_templates.of_channel(connection, row["channel"]))

        return await self._ground.read(work)

    async def review(self, conversation_id: int, use: FilledIn) -> ReviewView:
        """The text exactly as it will stand. Raises NotAllowed for one that is unknown or not filled in."""
        return await self._ground.read(lambda connection: self._review(connection, conversation_id, use))

    def _review(self, connection: sqlite3.Connection, conversation_id: int, use: FilledIn) -> ReviewView:
        ground, now = self._ground, self._ground.clock.now()
        row = conversations.get(connection, conversation_id)
        inbound = messages.last_inbound(connection, conversation_id)
        channel = ground.settings.channels.get(row["channel"])
        use = fitted(template_of(connection, row["channel"], use), use)
        text = text_of(connection, row["channel"], use)
        counted = measure(platforms.counting(row["platform"], "private"), text, reply=True)
        length = Length(counted.used, counted.limit, counted.unit, counted.ok, counted.note)
        late = sentences.blocked(row, inbound, channel, "private", now=now, templated=True)
        taken = sentences.taken_over(
            connection, row, session=ground.session, login=ground.operator.login,
            alive_since=ground.alive_since(),
        )  # fmt: skip
        return ReviewView(
            conversation=conversation_id,
            kind="private",
            text=text,
            body=text,
            channel_name=channel.name if channel else row["channel"],
            account=row["account"],
            recipient=row["contact_name"],
            length=length,
            blocks=tuple(one for one in (late, sentences.too_long(length)) if one),
            warnings=(_("This is the approved template {name}; no sign-off is added.", name=use.name),),
            changed=(taken,) if taken else (),
            version=row["thread_version"],
            approved=use,
        )


def listed(row: sqlite3.Row | None) -> ApprovedList:
    """A stored list as a face is shown it."""
    if row is None:
        return ApprovedList((), None, _("The templates have not been fetched yet; look again in a minute."))
    found = tuple(
        ApprovedTemplate(**{**one, "places": tuple(one["places"])}) for one in json.loads(row["templates"])
    )
    sentence = str(row["error"])
    if not found and not sentence:
        sentence = _("The platform has no approved templates for this channel.")
    return ApprovedList(found, row["listed_at"], sentence)


def template_of(connection: sqlite3.Connection, channel: str, use: FilledIn) -> ApprovedTemplate:
    """The template that is named. Raises Conflict where it is gone, NotAllowed where it cannot go out."""
    known = listed(platform_templates.of_channel(connection, channel)).templates
    found = next((one for one in known if (one.name, one.language) == (use.name, use.language)), None)
    if found is None:
        raise Conflict(_("The template {name} is not approved any more; choose another.", name=use.name))
    if found.refusal:
        raise NotAllowed(found.refusal)
    return found


def fitted(template: ApprovedTemplate, use: FilledIn) -> FilledIn:
    """Exactly the values that it takes, each on one line. Raises NotAllowed for an empty place."""
    for place in empty_places(template.places, use.values):
        raise NotAllowed(_("Fill in {place} of the template {name}.", place=place, name=use.name))
    return replace(use, values={place: on_one_line(use.values[place]) for place in template.places})


def text_of(connection: sqlite3.Connection, channel: str, use: FilledIn) -> str:
    """The text as it will stand. Raises Conflict and NotAllowed."""
    template = template_of(connection, channel, use)
    return filled(template.text, fitted(template, use).values)


def stored(use: FilledIn) -> str:
    """As an outbox row names it."""
    return json.dumps({"name": use.name, "language": use.language, "values": dict(use.values)})
