"""Words and reasons that Meta's channels share."""

from __future__ import annotations

from typing import Final

from channels.hooks import About
from domain.clock import DAY, Millis
from domain.inbound import Aside, Cap
from i18n import _

WINDOW: Final[Millis] = DAY
"""For answers after the person's last act (Meta, policy page, 28 September 2026)."""

HUMAN_AGENT: Final[Millis] = 7 * DAY
"""For answers that a person typed, where Meta approved that for the app."""


def only_listens(about: About) -> Cap | None:
    """Why nothing can be sent, on a channel that only listens."""
    return Cap(ok=False, reason=_("This channel only listens.")) if about.listen_only else None


def private_only() -> Cap:
    """The public half of a private message."""
    return Cap(ok=False, reason=_("This was written in private; answer it in private."))


def window(about: About, opened_at: Millis) -> Cap:
    """How long a private message can be answered on Messenger and Instagram."""
    shut = only_listens(about)
    if shut is not None:
        return shut
    if about.options.get("human_agent") is False:
        return Cap(until=opened_at + WINDOW)
    return Cap(until=opened_at + WINDOW, needs="human_agent", needed_until=opened_at + HUMAN_AGENT)


def other_news(what: str) -> Aside:
    """What is about something else than messages."""
    return Aside(_("News of {what}: nothing to answer.", what=what or "?"))


def text_missing(platform: str) -> str:
    """Stands for a text that the platform did not send along."""
    return _("({platform} did not send the text along; open it there.)", platform=platform)


def author_unknown(platform: str) -> str:
    """Stands for a name that the platform did not send along."""
    return _("somebody on {platform}", platform=platform)
