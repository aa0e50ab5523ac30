"""Bluesky: an account on the AT Protocol's network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector


def _build(making: Making) -> Connector:
    from channels.bluesky import BlueskyConnector  # noqa: PLC0415 - made only where it is configured

    options = making.options
    return BlueskyConnector(
        making.channel.id,
        options["server"],
        options["handle"],
        making.secret("password"),
        clock=making.clock,
        mentions=options["mentions"],
        searches=options["searches"],
        listen_only=making.channel.listen_only,
        session_store=making.session(),
    )


SPEC = Spec(
    name="bluesky",
    title="Bluesky",
    badge="BS",
    options=(
        Option(
            "handle", N_("Our handle, such as voorbeeld.example."), required=True,
            convert=lambda written: written.removeprefix("@"),
        ),
        Option(
            "server", N_("The server that holds the account."), "server", default="https://bsky.social",
            asked=False,
        ),
        Option("mentions", N_("Whether to fetch mentions, replies and quotes."), "yes_no", default=True,
               asked=False),
        Option("searches", N_("Words to search the network for."), many=True),
    ),
    credential=(CredentialField("password", N_("An app password of the account.")),),
    measure="bluesky",
    measure_private="bluesky_dm",
    media="bluesky",
    build=_build,
)  # fmt: skip
