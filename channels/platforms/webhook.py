"""A generic webhook, in and out: the bridge to LinkedIn, TikTok and whatever has no connector here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector
    from channels.hooks import Hook


def _build(making: Making) -> Connector:
    from channels.webhook import WebhookConnector, checked  # noqa: PLC0415 - made only where it is configured

    return WebhookConnector(
        making.channel.id,
        checked(making.options["answers_to"]),
        making.secret("secret").split()[0],
        clock=making.clock,
        account=making.options["account"],
        listen_only=making.channel.listen_only,
    )


def _hook() -> Hook:
    from channels.webhook_parse import WebhookHook  # noqa: PLC0415 - only the receiver needs it

    return WebhookHook()


SPEC = Spec(
    name="webhook",
    title="Webhook",
    badge="WH",
    options=(
        Option("account", N_("Our account there, as it should stand in the composer's first line.")),
        Option(
            "answers_to", N_("Where our answers are brought; empty where nothing is answered."), "address"
        ),
    ),
    credential=(CredentialField("secret", N_("The secret that both sides sign with."), many=True),),
    pulled=False,
    hooked=True,
    measure="characters:10000",
    build=_build,
    hook=_hook,
)
