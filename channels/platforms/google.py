"""Google reviews: the locations of a business profile."""

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
    from channels.google_reviews import GoogleReviewsConnector  # noqa: PLC0415

    options, secret = making.options, making.secret
    let_in = access(
        options["client_id"], secret("client_secret"), secret("refresh_token"), clock=making.clock
    )
    return GoogleReviewsConnector(
        making.channel.id,
        options["locations"],
        let_in,
        clock=making.clock,
        listen_only=making.channel.listen_only,
    )


def _read(raw: bytes, about: About) -> Batch:
    from channels.fields import batch_of, bodies  # noqa: PLC0415 - only for what was recorded
    from channels.google_reviews import Ours, read_review  # noqa: PLC0415

    ours = Ours(about.channel, "", about.listen_only)
    return batch_of(one for each in bodies(raw, "reviews") for one in read_review(each, ours))


SPEC = Spec(
    name="google",
    title="Google reviews",
    badge="GR",
    options=(
        Option("locations", N_("Our locations, each as 'accounts/1/locations/2'."), many=True, required=True),
        Option("client_id", N_("The client id of our app at Google."), required=True),
    ),
    credential=(
        CredentialField("refresh_token", N_("A refresh token for the scope business.manage.")),
        CredentialField("client_secret", N_("The app's client secret.")),
    ),
    poll=5 * MINUTE,
    one_reply=True,
    measure="google",
    build=_build,
    read_body=_read,
)
