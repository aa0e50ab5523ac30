"""Facebook Pages: comments, posts, mentions and reviews, and the Page's Messenger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector
    from channels.hooks import Hook


def _build(making: Making) -> Connector:
    from channels.facebook import FacebookConnector  # noqa: PLC0415 - made only where it is configured

    return FacebookConnector.made(making)


def _hook() -> Hook:
    from channels.meta_hook import MetaHook, read_page  # noqa: PLC0415 - asked for by the receiver

    return MetaHook(read_page)


SPEC = Spec(
    name="facebook",
    title="Facebook",
    badge="FB",
    options=(
        Option("page", N_("The Page's id, a number."), required=True),
        Option("messages", N_("Whether the Page's Messenger comes in here too."), "yes_no", default=True),
        Option(
            "human_agent", N_("Whether Meta approved “Human Agent” for the app (7 days to answer)."),
            "yes_no", default=False,
        ),
        Option("server", N_("Meta's server."), "server", default="https://graph.facebook.com", asked=False),
        Option("version", N_("The version of the Graph API."), default="v25.0", asked=False),
    ),
    credential=(
        CredentialField("token", N_("A Page access token.")),
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
    measure="facebook",
    measure_private="messenger",
    private_after_public="once",
    build=_build,
    hook=_hook,
)  # fmt: skip
