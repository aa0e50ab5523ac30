"""Reddit: an account, its inbox, communities and searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from domain.clock import MINUTE
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Batch, Connector
    from channels.hooks import About


def _build(making: Making) -> Connector:
    from channels.access import RenewedAccess  # noqa: PLC0415 - made only where it is configured
    from channels.reddit import TOKENS, Listening, RedditConnector  # noqa: PLC0415

    options = making.options
    form = {"grant_type": "refresh_token", "refresh_token": making.secret("refresh_token")}
    basic = (options["client_id"], making.secret("client_secret"))
    access = RenewedAccess(TOKENS, form, clock=making.clock, basic=basic, store=making.session())
    return RedditConnector(
        making.channel.id,
        access,
        clock=making.clock,
        listening=Listening(options["communities"], options["searches"]),
        listen_only=making.channel.listen_only,
    )


def _read(raw: bytes, about: About) -> Batch:
    from channels.fields import batch_of, bodies, obj  # noqa: PLC0415 - only for what was recorded
    from channels.reddit_parse import Ours, read_thing  # noqa: PLC0415

    ours = Ours(about.channel, "", about.listen_only)
    found: list[object] = []
    for listing in bodies(raw):
        children = obj(listing, "data").get("children")
        found += children if isinstance(children, list) else [listing]
    return batch_of(read_thing(each, ours, "recorded", about.received_at) for each in found)


SPEC = Spec(
    name="reddit",
    title="Reddit",
    badge="RD",
    options=(
        Option("client_id", N_("The id of our app, which Reddit must have approved."), required=True),
        Option("communities", N_("Communities to follow."), many=True,
               convert=lambda written: written.removeprefix("/").removeprefix("r/")),
        Option("searches", N_("Words to search posts for."), many=True),
    ),
    credential=(
        CredentialField("refresh_token", N_("A refresh token of the account.")),
        CredentialField("client_secret", N_("The app's secret.")),
    ),
    poll=MINUTE,
    measure="reddit",
    build=_build,
    read_body=_read,
)  # fmt: skip
