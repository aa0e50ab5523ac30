"""YouTube: comments under the videos of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from domain.clock import MINUTE
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Batch, Connector
    from channels.hooks import About


def _build(making: Making) -> Connector:
    from channels.google import access  # noqa: PLC0415 - made only where it is configured
    from channels.youtube import YouTubeConnector  # noqa: PLC0415

    secret = making.secret
    let_in = access(
        making.options["client_id"], secret("client_secret"), secret("refresh_token"), clock=making.clock
    )
    return YouTubeConnector(
        making.channel.id, let_in, clock=making.clock, listen_only=making.channel.listen_only
    )


def _read(raw: bytes, about: About) -> Batch:
    from channels.fields import batch_of, bodies  # noqa: PLC0415 - only for what was recorded
    from channels.youtube_parse import Ours, read_body  # noqa: PLC0415

    ours = Ours(about.channel, "", listen_only=about.listen_only, plain=False)
    read = (one for each in bodies(raw, "items") for one in read_body(each, ours, about.received_at))
    return batch_of(read)


SPEC = Spec(
    name="youtube",
    title="YouTube",
    badge="YT",
    options=(Option("client_id", N_("The client id of our app at Google."), required=True),),
    credential=(
        CredentialField("refresh_token", N_("A refresh token for the scope youtube.force-ssl.")),
        CredentialField("client_secret", N_("The app's client secret.")),
    ),
    poll=2 * MINUTE,
    measure="youtube",
    build=_build,
    read_body=_read,
)
