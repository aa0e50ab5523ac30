"""Trustpilot: the reviews of a business unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from domain.clock import MINUTE
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector
    from channels.hooks import Hook


def _build(making: Making) -> Connector:
    from channels.access import RenewedAccess  # noqa: PLC0415 - made only where it is configured
    from channels.trustpilot import TOKENS, TrustpilotConnector  # noqa: PLC0415

    basic = (making.secret("api_key"), making.secret("api_secret"))
    access = RenewedAccess(TOKENS, {"grant_type": "client_credentials"}, clock=making.clock, basic=basic)
    return TrustpilotConnector(
        making.channel.id,
        making.options["business_unit"],
        access,
        clock=making.clock,
        listen_only=making.channel.listen_only,
    )


def _hook() -> Hook:
    from channels.trustpilot_parse import TrustpilotHook  # noqa: PLC0415 - only the receiver needs it

    return TrustpilotHook()


SPEC = Spec(
    name="trustpilot",
    title="Trustpilot",
    badge="TP",
    options=(Option("business_unit", N_("The id of our business unit."), required=True),),
    credential=(
        CredentialField("api_key", N_("The API key of our app at Trustpilot.")),
        CredentialField("api_secret", N_("The API secret of that app.")),
        CredentialField("webhook_secret", N_("The word behind '?token=' in the webhook's address."),
                        required=False, many=True, hook_only=True),
    ),
    hooked=True,
    poll=5 * MINUTE,
    one_reply=True,
    measure="characters:10000",
    build=_build,
    hook=_hook,
)  # fmt: skip
