"""RSS and Atom feeds: listened to, never answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import Making, Option, Spec
from domain.clock import MINUTE
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector


def _build(making: Making) -> Connector:
    from channels.feed import FeedConnector  # noqa: PLC0415 - made only where it is configured

    return FeedConnector(making.channel.id, making.options["feeds"], clock=making.clock)


SPEC = Spec(
    name="feed",
    title="RSS",
    badge="RS",
    options=(Option("feeds", N_("Addresses of RSS or Atom feeds."), "address", many=True, required=True),),
    sends=False,
    listen_only=True,
    poll=5 * MINUTE,
    measure="feed",
    build=_build,
)
