"""The desk: everything a face may ask for, as one value with a service per task.

A service is imported and made when it is first asked for: what only acts need is not on the way to the first
paint.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import cached_property
from typing import TYPE_CHECKING

from desk.claims import Claims
from desk.conversations import Conversations
from desk.ground import Ground
from desk.health import Health
from desk.lists import Lists
from desk.watching import Watching

if TYPE_CHECKING:
    from desk.approved import Approved
    from desk.attaching import Attachments
    from desk.coaching import Coaching
    from desk.hiding import Hiding
    from desk.history import History
    from desk.meter import Meter
    from desk.outgoing import Outgoing
    from desk.promises import Promises
    from desk.replies import Replies
    from desk.suggestions import Suggestions
    from desk.templating import Templating
    from desk.triage import Triage
    from desk.views import Change


class Desk:
    """What the screen and the command line work with."""

    def __init__(
        self, ground: Ground, templating: Callable[[], Templating], collecting: Callable[[], bool]
    ) -> None:
        self._ground = ground
        self._make_templating = templating
        self.operator = ground.operator
        self.clock = ground.clock
        self.settings = ground.settings
        self.queues = Lists(ground)
        self.conversations = Conversations(ground)
        self.claims = Claims(ground)
        self.health = Health(ground, collecting)

    @cached_property
    def triage(self) -> Triage:
        """What is decided about a conversation."""
        from desk.triage import Triage  # noqa: PLC0415 - see the module's docstring

        return Triage(self._ground)

    @cached_property
    def templating(self) -> Templating:
        """Templates with a conversation's values."""
        return self._make_templating()

    @cached_property
    def replies(self) -> Replies:
        """Drafts, reviews, and what is queued to go out."""
        from desk.replies import Replies  # noqa: PLC0415

        return Replies(self._ground, self.templating)

    @cached_property
    def approved(self) -> Approved:
        """Texts that the platform approved beforehand."""
        from desk.approved import Approved  # noqa: PLC0415

        return Approved(self._ground)

    @cached_property
    def attachments(self) -> Attachments:
        """Pictures and films that go along with replies."""
        from desk.attaching import Attachments  # noqa: PLC0415

        return Attachments(self._ground)

    @cached_property
    def outbox(self) -> Outgoing:
        """Replies on their way."""
        from desk.outgoing import Outgoing  # noqa: PLC0415

        return Outgoing(self._ground)

    @cached_property
    def promises(self) -> Promises:
        """What was said would happen, and what a draft promises."""
        from desk.promises import Promises  # noqa: PLC0415

        return Promises(self._ground)

    @cached_property
    def coaching(self) -> Coaching:
        """What an experienced colleague would say of a draft."""
        from desk.coaching import Coaching  # noqa: PLC0415

        return Coaching(self._ground, self.promises)

    @cached_property
    def suggestions(self) -> Suggestions:
        """The team's earlier answers to mentions like the open one."""
        from desk.suggestions import Suggestions  # noqa: PLC0415

        return Suggestions(self._ground, self.templating)

    @cached_property
    def hiding(self) -> Hiding:
        """Comments of others, hidden where the platform can."""
        from desk.hiding import Hiding  # noqa: PLC0415

        return Hiding(self._ground)

    @cached_property
    def history(self) -> History:
        """Undo and redo."""
        from desk.history import History  # noqa: PLC0415

        return History(self._ground)

    @cached_property
    def meter(self) -> Meter:
        """How contacts felt before we answered, and how after."""
        from desk.meter import Meter  # noqa: PLC0415

        return Meter(self._ground)

    @cached_property
    def changes(self) -> Callable[[], AsyncIterator[Change]]:
        """Hints of what changed, here and elsewhere."""
        return Watching(self._ground).changes


def make_desk(
    ground: Ground, templating: Callable[[], Templating], *, collecting: Callable[[], bool]
) -> Desk:
    """Put the services on their ground; `collecting` says whether this very process fetches and sends."""
    return Desk(ground, templating, collecting)
