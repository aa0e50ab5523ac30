"""Telegram: a bot, and the business accounts that let it answer for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.spec import CredentialField, Making, Option, Spec
from domain.clock import SECOND
from i18n import N_

if TYPE_CHECKING:
    from channels.base import Batch, Connector
    from channels.hooks import About, Hook


def _build(making: Making) -> Connector:
    from channels.telegram import Called, TelegramConnector  # noqa: PLC0415 - made only where it is configured

    return TelegramConnector(
        making.channel.id,
        making.secret("token"),
        clock=making.clock,
        listen_only=making.channel.listen_only,
        called=Called(making.options["webhook"], making.options["bot"]),
    )


def _hook() -> Hook:
    from channels.telegram_hook import TelegramHook  # noqa: PLC0415 - only the receiver needs it

    return TelegramHook()


def _read(raw: bytes, about: About) -> Batch:
    from channels.fields import batch_of, bodies  # noqa: PLC0415 - only for what was recorded
    from channels.telegram_parse import Ours, read_update  # noqa: PLC0415

    ours = Ours(about.channel, "", "", about.listen_only)
    return batch_of(
        one for each in bodies(raw, "result") for one in read_update(each, ours, about.received_at)
    )


SPEC = Spec(
    name="telegram",
    title="Telegram",
    badge="TG",
    options=(
        Option("webhook", N_("Where Telegram calls us, such as https://hooks.example.org/hook/telegram;"
                             " empty where it is asked."), "address"),
        Option("bot", N_("The bot's name, such as @voorbeeldbot; needed where Telegram calls us."),
               convert=lambda written: written.removeprefix("@")),
    ),
    credential=(
        CredentialField("token", N_("The bot's token, from @BotFather.")),
        CredentialField("webhook_secret", N_("A word of your own with which Telegram proves its calls."),
                        required=False, many=True, hook_only=True),
    ),
    hooked=True,
    poll=5 * SECOND,
    measure="telegram",
    build=_build,
    hook=_hook,
    read_body=_read,
)  # fmt: skip
