"""Mastodon and what speaks its language: an account on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector


def _build(making: Making) -> Connector:
    from channels.mastodon import Listening, MastodonConnector  # noqa: PLC0415 - only where it is configured

    options = making.options
    return MastodonConnector(
        making.channel.id,
        options["server"],
        making.secret("token"),
        clock=making.clock,
        listening=Listening(
            mentions=options["mentions"], hashtags=options["hashtags"], streaming=options["streaming"]
        ),
        listen_only=making.channel.listen_only,
    )


SPEC = Spec(
    name="mastodon",
    title="Mastodon",
    badge="MA",
    options=(
        Option("server", N_("The server that holds the account."), "server", required=True),
        Option("mentions", N_("Whether to fetch mentions and private talks."), "yes_no", default=True,
               asked=False),
        Option(
            "hashtags", N_("Hashtags to follow."), many=True,
            convert=lambda written: written.removeprefix("#"),
        ),
        Option(
            "streaming", N_("Whether to listen to the server's stream, with polling as the safety net."),
            "yes_no", default=True, asked=False,
        ),
    ),
    credential=(CredentialField("token", N_("An access token of the account.")),),
    measure="mastodon",
    private_after_public="any",
    named_in_text=True,
    media="mastodon",
    build=_build,
)  # fmt: skip
