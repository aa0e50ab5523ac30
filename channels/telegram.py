"""A Telegram bot: what people write to it or in its groups; answers in the same chat.

`getUpdates` gives an update until a later call confirms it with a higher offset: so what was fetched is
stored first, and the next fetch confirms it. Telegram keeps updates for a day. With a webhook it calls us
(`telegram_hook.py`) and cannot be asked. Nobody can list what a bot sent, so an unknown outcome goes to the
operator.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import httpx

from channels.access import FixedAccess
from channels.base import (
    AuthFailed,
    AuthState,
    Batch,
    Capabilities,
    Cursor,
    Draft,
    Malformed,
    Permanent,
    Prepared,
    RateLimited,
    SendResult,
    Unknown,
)
from channels.fields import batch_of, id_of, is_object, number, obj, seconds, word
from channels.http import Bounds
from channels.http_answer import Answer, NotJson, parse_json, printable
from channels.polled import PolledChannel
from channels.telegram_hook import is_secret
from channels.telegram_parse import KINDS, Ours, read_update
from domain.clock import DAY, HOUR, SECOND, Clock, Millis
from domain.errors import ChannelError
from i18n import _

UPDATES: Final = "updates"
API: Final = "https://api.telegram.org"
PAGE: Final = 100
KEPT: Final[Millis] = DAY
"""How long Telegram keeps what nobody has fetched."""

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{10,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Called:
    """Where Telegram calls us, and by which name the receiver knows the bot."""

    address: str = ""
    """Empty where it is asked."""

    bot: str = ""


class TelegramConnector(PolledChannel):
    """One bot."""

    platform: ClassVar[str] = "telegram"

    def __init__(
        self,
        channel: str,
        token: str,
        *,
        clock: Clock,
        wait: int = 20,
        listen_only: bool = False,
        page: int = PAGE,
        called: Called | None = None,
        base_url: str = API,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if not _TOKEN.fullmatch(token):
            raise AuthFailed(_("This is no token of a Telegram bot; ask @BotFather for it."))
        caps = Capabilities(
            reply_public=not listen_only,
            reply_private=not listen_only,
            idempotent_send=False,
            find_sent=False,
        )
        super().__init__(
            channel, f"{base_url}/bot{token}", FixedAccess({}), clock=clock, caps=caps,
            listen_only=listen_only, refusal=refusal, transport=transport,
        )  # fmt: skip
        self._called = called or Called()
        self._wait = wait
        self._page = page
        self._ours: Ours | None = None

    @property
    def streams(self) -> tuple[str, ...]:
        """All of it in one; nothing is asked for where Telegram calls."""
        return () if self._called.address else (UPDATES,)

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """The updates after the cursor; asking for them confirms those before it, which are stored."""
        if stream != UPDATES:
            raise self._no_stream(stream)
        ours, now = await self._us(), self._clock.now()
        offset, looked = _read(cursor)
        wait = self._wait if offset else 0
        query = {
            "limit": str(self._page),
            "timeout": str(wait),
            "allowed_updates": json.dumps(KINDS),
            **({"offset": str(offset)} if offset else {}),
        }
        bounds = Bounds(total=(wait + 20) * SECOND)
        said = self._result(await self._ask("GET", "getUpdates", query=query, bounds=bounds))
        updates = said if isinstance(said, list) else []
        read = [one for each in updates for one in read_update(each, ours, now)]
        batch = batch_of(read)
        ids = [
            name for each in updates if is_object(each) and (name := number(each, "update_id")) is not None
        ]
        cursor_now = json.dumps({"offset": max([offset, *(each + 1 for each in ids)]), "looked": now})
        gap = _("Telegram keeps messages for a day; older ones are lost.") if _is_late(looked, now) else ""
        return Batch(
            items=batch.items, echoes=batch.echoes, bad=batch.bad, aside=batch.aside, cursor=cursor_now,
            more=len(updates) >= self._page and bool(ids), gap=gap,
        )  # fmt: skip

    async def check_auth(self) -> AuthState:
        """Whether the token works, and whether Telegram calls where it should, and only there."""
        state = await super().check_auth()
        if not state.ok:
            return state
        wrong = await self._wrong_way()
        return replace(state, sentence=" ".join(filter(None, (state.sentence, wrong))))

    async def set_webhook(self, secret: str) -> str:
        """Tell Telegram to call us. It can be said any number of times."""
        if not self._called.address.startswith("https://"):
            raise Permanent(_("Set “webhook” to the address of your receiver; it begins with https://."))
        if not is_secret(secret):
            raise Permanent(
                _("The webhook's secret has 1 to 256 letters, digits, underscores or dashes; store another.")
            )
        told = {"url": self._called.address, "secret_token": secret, "allowed_updates": list(KINDS)}
        self._result(await self._ask("POST", "setWebhook", json=told))
        return _("Telegram calls {address} from now on.", address=self._called.address)

    async def remove_webhook(self) -> str:
        """Tell Telegram to call no more; it keeps what comes for a day."""
        self._result(await self._ask("POST", "deleteWebhook", json={"drop_pending_updates": False}))
        return _("Telegram calls no more; without “webhook” in the configuration it is asked.")

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix text and chat."""
        ref = draft.parent_ref or {}
        if not isinstance(ref.get("chat"), str):
            raise Permanent(_("It cannot be told which chat is answered."), code="NoParent")
        body: dict[str, object] = {"chat_id": int(str(ref["chat"])), "text": draft.text}
        if isinstance(ref.get("message"), str):
            body["reply_parameters"] = {
                "message_id": int(str(ref["message"])), "allow_sending_without_reply": True,
            }  # fmt: skip
        for ours, theirs in (("connection", "business_connection_id"), ("topic", "message_thread_id")):
            if ref.get(ours):
                body[theirs] = ref[ours]
        return self._fixed(draft, draft.text, {"body": body})

    async def send(self, prepared: Prepared) -> SendResult:
        """Say it, once."""
        self._refuse_when_listening()
        said = await self._act("POST", "sendMessage", prepared.payload["body"])
        message = obj(said, "result")
        chat_id, message_id = id_of(obj(message, "chat")), id_of(message, "message_id")
        if said.get("ok") is not True or chat_id is None or message_id is None:
            raise Unknown(_("{host} did not say what became of the reply.", host=self._client.host))
        ref = {"chat": chat_id, "message": message_id}
        return SendResult(f"{chat_id}:{message_id}", sent_at=seconds(message, "date"), ref=ref)

    async def find_sent(self, prepared: Prepared) -> SendResult | None:  # noqa: ARG002
        """Telegram shows nobody what a bot sent."""
        return None

    async def _who(self) -> str:
        self._ours = None
        return (await self._us()).account

    async def _us(self) -> Ours:
        if self._ours is None:
            said = self._result(await self._ask("GET", "getMe"))
            bot_id = id_of(said) if is_object(said) else None
            if not is_object(said) or bot_id is None:
                raise Malformed(
                    _("{host} did not say who we are; it is asked again.", host=self._client.host)
                )
            self._ours = Ours(self.channel, bot_id, word(said, "username"), self._listen_only)
        return self._ours

    async def _wrong_way(self) -> str:
        """What is not as configured between the two ways, in a sentence; empty when nothing is."""
        said = self._result(await self._ask("GET", "getWebhookInfo"))
        info = said if is_object(said) else {}
        there, error = printable(word(info, "url")), printable(word(info, "last_error_message"))
        if not self._called.address:
            return both_ways(there) if there else ""
        if there != self._called.address:
            return _("Telegram does not call {address} yet; “webcare channel webhook {channel}” tells it to.",
                     address=self._called.address, channel=self.channel)  # fmt: skip
        ours = await self._us()
        if self._called.bot.lower() != ours.username.lower():
            return _("Set “bot” to {name}, so that what comes in is known as the bot's.", name=ours.account)
        return _("Telegram's last call failed: {words}", words=error) if error else ""

    def _result(self, answer: Answer) -> object:
        said = answer.json()
        if not is_object(said) or said.get("ok") is not True:
            raise Malformed(
                _("{host} answered with something that cannot be read; it is tried again.", host=answer.host)
            )
        return said.get("result")


def both_ways(address: str) -> str:
    """The sentence for a bot that is called and asked, which Telegram does not allow."""
    return _(
        "Telegram calls {address} with this bot's messages and cannot be asked for them as well; set"
        " “webhook”, or take it away with “webcare channel webhook NAME --remove”.",
        address=address,
    )


def _is_late(looked: Millis | None, now: Millis) -> bool:
    return looked is not None and now - looked > KEPT


def _read(cursor: Cursor | None) -> tuple[int, Millis | None]:
    """What a stored cursor says; an unreadable one means starting over, and the desk drops the doubles."""
    try:
        stored = json.loads(cursor or "{}")
        looked = stored.get("looked")
        return max(0, int(stored.get("offset", 0))), looked if isinstance(looked, int) else None
    except (ValueError, TypeError, AttributeError):
        return 0, None


def refusal(answer: Answer, acts: bool) -> ChannelError | None:  # noqa: ARG001, FBT001 - the client's shape
    """Telegram's own words. The token stands in our address, so where we are sent is not repeated."""
    if 300 <= answer.status < 400:
        return Permanent(_("{host} has moved; this program must be renewed.", host=answer.host), code="moved")
    try:
        said = parse_json(answer.body)
    except NotJson:
        return None
    if not is_object(said):
        return None
    words = printable(word(said, "description"))
    wait = number(obj(said, "parameters"), "retry_after")
    if answer.status == 429 and wait is not None:
        after = max(SECOND, min(wait * SECOND, HOUR))
        return RateLimited(
            _("{host} asks us to slow down; it goes on by itself.", host=answer.host), after=after
        )
    if answer.status in {401, 404}:
        return AuthFailed(_("Telegram does not accept the bot's token; ask @BotFather for it."))
    return _refused(answer.status, words)


def _refused(status: int, words: str) -> ChannelError | None:
    low = words.lower()
    if status == 409:
        return Permanent(
            _(
                "Something else fetches this bot's messages ({words}); stop it, or take its webhook away with"
                " “webcare channel webhook NAME --remove”.",
                words=words,
            ),
            code="Conflict",
        )
    if status == 403:
        sentence = _("This person blocked the bot, or it may not write here.")
        return Permanent(
            sentence if "blocked" in low or "initiate" in low else f"{sentence} ({words})", code="Blocked"
        )
    if status == 400 and words:
        return Permanent(_("Telegram refused this: {words}", words=words), code="400")
    return None
