"""Facebook Pages: comments, posts, mentions and reviews, and the Page's Messenger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.meta_spec import HUMAN_AGENT, SIGNING, VERSION
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
    measure="facebook",
    measure_private="messenger",
    private_after_public="once",
    hides=True,
    media="facebook",
    media_private="messenger",
    build=_build,
    hook=_hook,
)  # fmt: skip
