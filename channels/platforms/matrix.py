"""Matrix: an account on a homeserver, and the rooms that it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from domain.clock import SECOND
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector


def _build(making: Making) -> Connector:
    from channels.matrix import MatrixConnector  # noqa: PLC0415 - made only where it is configured

    return MatrixConnector(
        making.channel.id,
        making.options["server"],
        making.secret("token"),
        clock=making.clock,
        joins=making.options["joins"],
        listen_only=making.channel.listen_only,
    )


SPEC = Spec(
    name="matrix",
    title="Matrix",
    badge="MX",
    options=(
        Option("server", N_("The server that holds the account."), "server", required=True),
        Option("joins", N_("Whether invitations to rooms and talks are accepted by themselves."), "yes_no",
               default=True, asked=False),
    ),
    credential=(CredentialField("token", N_("An access token of the account.")),),
    poll=30 * SECOND,
    measure="bytes:40000",
    private_after_public="any",
    build=_build,
)  # fmt: skip
