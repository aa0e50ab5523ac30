"""How this operator signs in one place, with all that must be recognised there."""

from __future__ import annotations

from typing import Literal

from config.channel_settings import ChannelSettings
from desk.ground import Ground
from domain.signoff import Signing

UNSIGNED = Signing()


def signing(
    ground: Ground,
    channel: ChannelSettings | None,
    kind: Literal["public", "private", "note"],
    language: str | None,
) -> Signing:
    """The operator's sign-off by channel, visibility and language, and the colleagues'; a note has none."""
    if kind == "note":
        return UNSIGNED
    settings, me = ground.settings, ground.operator
    policy = channel.policy(kind) if channel else "sign"
    own = settings.operator(me.login, me.name)
    colleagues = (one for one in settings.operators.values() if one.login != me.login)
    return Signing(
        own.signs(kind, policy, language),
        visibility=kind,
        policy=policy,
        known=tuple(sign_off for one in colleagues for sign_off in one.all_signs()),
        own=own.all_signs(),
    )
