"""Discourse: an account on a forum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector
    from channels.hooks import Hook


def _build(making: Making) -> Connector:
    from channels.discourse import DiscourseConnector  # noqa: PLC0415 - made only where it is configured

    return DiscourseConnector(
        making.channel.id,
        making.options["server"],
        making.options["username"],
        making.secret("key"),
        clock=making.clock,
        listen_only=making.channel.listen_only,
    )


def _hook() -> Hook:
    from channels.discourse_parse import DiscourseHook  # noqa: PLC0415 - only the receiver needs it

    return DiscourseHook()


SPEC = Spec(
    name="discourse",
    title="Discourse",
    badge="DC",
    options=(
        Option("server", N_("The forum's address."), "server", required=True),
        Option("username", N_("Our user name on the forum."), required=True,
               convert=lambda written: written.removeprefix("@")),
    ),
    credential=(
        CredentialField("key", N_("An API key for that user.")),
        CredentialField("webhook_secret", N_("The secret of the forum's webhook."), required=False, many=True,
                        hook_only=True),
    ),
    hooked=True,
    measure="discourse",
    private_after_public="any",
    build=_build,
    hook=_hook,
)  # fmt: skip
