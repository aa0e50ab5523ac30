"""X (Twitter) by its API v2: an account of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from domain.clock import MINUTE
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector
    from channels.hooks import Hook


def _build(making: Making) -> Connector:
    from channels.access import OAuth1Access  # noqa: PLC0415 - made only where it is configured
    from channels.x import Listening, XConnector  # noqa: PLC0415
    from channels.x_spend import Spend  # noqa: PLC0415

    options, secret = making.options, making.secret
    consumer = (secret("consumer_key"), secret("consumer_secret").split()[0])
    access = OAuth1Access(consumer, (secret("token"), secret("token_secret")), making.clock)
    cap = options["monthly_cap"] * 1_000_000 or None
    return XConnector(
        making.channel.id,
        access,
        clock=making.clock,
        bearer=secret("bearer"),
        listening=Listening(
            mentions=options["mentions"],
            messages=options["messages"],
            searches=options["searches"],
            enterprise=options["enterprise"],
        ),
        listen_only=making.channel.listen_only,
        spend=Spend(making.clock, cap, making.session()),
    )


def _hook() -> Hook:
    from channels.x_hook import XHook  # noqa: PLC0415 - only the receiver needs it

    return XHook()


SPEC = Spec(
    name="x",
    title="X",
    badge="X",
    options=(
        Option("handle", N_("Our handle, such as @voorbeeld."), required=True,
               convert=lambda written: written.removeprefix("@")),
        Option("mentions", N_("Whether to fetch what names, answers or quotes us."), "yes_no", default=True,
               asked=False),
        Option("messages", N_("Whether to fetch direct messages."), "yes_no", default=True, asked=False),
        Option("searches", N_("Searches in X's own language; what they find costs money."), many=True),
        Option("monthly_cap", N_("Dollars a month that X may cost; 0 for no limit."), "number", default=50,
               most=100_000),
        Option("enterprise", N_("Whether an enterprise contract lets us answer anybody."), "yes_no",
               default=False, asked=False),
    ),
    credential=(
        CredentialField("token", N_("The account's access token (OAuth 1.0a).")),
        CredentialField("token_secret", N_("The secret of the access token.")),
        CredentialField("consumer_key", N_("The app's API key.")),
        CredentialField(
            "consumer_secret", N_("The app's API key secret; it also signs webhooks."), many=True
        ),
        CredentialField("bearer", N_("The app's bearer token, to be told at once of what happens."),
                        required=False),
    ),
    hooked=True,
    poll=2 * MINUTE,
    measure="x",
    measure_private="x_dm",
    private_after_public="any",
    media="x",
    media_private="x_dm",
    build=_build,
    hook=_hook,
)  # fmt: skip
