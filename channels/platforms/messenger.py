"""Messenger alone: a Page's private messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.meta_spec import HUMAN_AGENT, SIGNING, VERSION
from channels.spec import CredentialField, Making, Option, Spec
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector
    from channels.hooks import Hook


def _build(making: Making) -> Connector:
    from channels.messenger import MessengerConnector  # noqa: PLC0415 - made only where it is configured

    return MessengerConnector.made(making)


def _hook() -> Hook:
    from channels.meta_hook import MetaHook, read_messenger  # noqa: PLC0415 - asked for by the receiver

    return MetaHook(read_messenger)


SPEC = Spec(
    name="messenger",
    title="Messenger",
    badge="MS",
    options=(
        Option("page", N_("The Page's id, a number."), required=True),
        HUMAN_AGENT,
        Option("server", N_("Meta's server."), "server", default="https://graph.facebook.com", asked=False),
        VERSION,
    ),
    credential=(
        CredentialField("token", N_("A Page access token.")),
        *SIGNING,
    ),
    pulled=True,
    hooked=True,
    measure="messenger",
    measure_private="",
    media="messenger",
    build=_build,
    hook=_hook,
)  # fmt: skip
