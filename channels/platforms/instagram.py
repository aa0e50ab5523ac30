"""Instagram with Instagram Login: comments, mentions, private messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector
    from channels.hooks import Hook


def _build(making: Making) -> Connector:
    from channels.instagram import InstagramConnector  # noqa: PLC0415 - made only where it is configured

    return InstagramConnector.made(making)


def _hook() -> Hook:
    from channels.meta_hook import MetaHook, read_instagram  # noqa: PLC0415 - asked for by the receiver

    return MetaHook(read_instagram)


SPEC = Spec(
    name="instagram",
    title="Instagram",
    badge="IG",
    options=(
        Option("account", N_("The Instagram account's id, a number."), required=True),
        Option("messages", N_("Whether private messages come in here too."), "yes_no", default=True),
        Option(
            "human_agent", N_("Whether Meta approved “Human Agent” for the app (7 days to answer)."),
            "yes_no", default=False,
        ),
        Option("server", N_("Meta's server."), "server", default="https://graph.instagram.com", asked=False),
        Option("version", N_("The version of the Graph API."), default="v25.0", asked=False),
    ),
    credential=(
        CredentialField("token", N_("An access token of the Instagram account.")),
        CredentialField(
            "app_secret", N_("The app's secret, with which Meta signs what it sends us."), many=True,
            hook_only=True,
        ),
        CredentialField(
            "verify_token", N_("A word of your own, given to Meta beside the webhook's address."),
            hook_only=True,
        ),
    ),
    pulled=True,
    hooked=True,
    measure="instagram",
    measure_private="instagram_dm",
    private_after_public="once",
    build=_build,
    hook=_hook,
)  # fmt: skip
