"""WhatsApp Business by the Cloud API: everything comes in by webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.meta_spec import SIGNING, VERSION
from channels.spec import CredentialField, Making, Option, Spec
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Connector
    from channels.hooks import Hook


def _build(making: Making) -> Connector:
    from channels.whatsapp import WhatsAppConnector  # noqa: PLC0415 - made only where it is configured

    return WhatsAppConnector.made(making)


def _hook() -> Hook:
    from channels.meta_hook import MetaHook  # noqa: PLC0415 - the receiver and the collector ask for it
    from channels.whatsapp_parse import read_body  # noqa: PLC0415 - as above

    return MetaHook(read_body)


SPEC = Spec(
    name="whatsapp",
    title="WhatsApp",
    badge="WA",
    options=(
        Option("number", N_("The phone number's id (not the number itself)."), required=True),
        Option("business", N_("The WhatsApp business account's id, for its templates.")),
        Option("server", N_("Meta's server."), "server", default="https://graph.facebook.com", asked=False),
        VERSION,
    ),
    credential=(
        CredentialField("token", N_("An access token of the business account.")),
        *SIGNING,
    ),
    pulled=False,
    hooked=True,
    measure="whatsapp",
    measure_private="",
    platform_templates=True,
    media="whatsapp",
    build=_build,
    hook=_hook,
)  # fmt: skip
