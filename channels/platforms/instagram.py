"""Instagram with Instagram Login: comments, mentions, private messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.meta_spec import HUMAN_AGENT, SIGNING, VERSION
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
        HUMAN_AGENT,
        Option("server", N_("Meta's server."), "server", default="https://graph.instagram.com", asked=False),
        VERSION,
    ),
    credential=(
        CredentialField("token", N_("An access token of the Instagram account.")),
        *SIGNING,
    ),
    pulled=True,
    hooked=True,
    measure="instagram",
    measure_private="instagram_dm",
    private_after_public="once",
    hides=True,
    no_media=N_(
        "Instagram takes pictures only from a public web address; send this one from its own app."
    ),
    build=_build,
    hook=_hook,
)  # fmt: skip
