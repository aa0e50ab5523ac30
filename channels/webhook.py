"""The generic webhook's way out: our answers, signed, to whoever brings them to the platform.

The receiver must know a repeat by its `Idempotency-Key` (docs/webhook.md), so an unknown outcome is simply
sent once more.
"""

from __future__ import annotations

import json
from typing import ClassVar

import httpx

from channels.access import FixedAccess
from channels.base import (
    AuthState,
    Batch,
    Capabilities,
    Cursor,
    Draft,
    Malformed,
    Permanent,
    Prepared,
    SendResult,
    Unknown,
)
from channels.fields import id_of, is_object, iso, obj, web
from channels.polled import PolledChannel
from channels.webhook_parse import SIGNATURE, signature
from domain.clock import Clock
from i18n import _


class WebhookConnector(PolledChannel):
    """One address that answers go to; satisfies `channels.base.Connector`."""

    platform: ClassVar[str] = "characters:10000"

    def __init__(
        self,
        channel: str,
        address: str,
        secret: str,
        *,
        clock: Clock,
        account: str = "",
        listen_only: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        sends = bool(address) and not listen_only
        caps = Capabilities(
            reply_public=sends,
            reply_private=sends,
            idempotent_send=True,
            find_sent=False,
        )
        super().__init__(
            channel, address or "https://localhost", FixedAccess({}), clock=clock, caps=caps,
            listen_only=not sends, transport=transport,
        )  # fmt: skip
        self._address = address
        self._secret = secret
        self._account = account or channel

    @property
    def streams(self) -> tuple[str, ...]:
        """Nothing is fetched: what comes in is brought to us."""
        return ()

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:  # noqa: ARG002
        """There is nothing to fetch."""
        raise self._no_stream(stream)

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix what is sent; the same bytes at every try."""
        body = {
            "text": draft.text,
            "visibility": draft.visibility,
            "thread": draft.thread_key,
            "parent": draft.parent_id,
            "ref": dict(draft.parent_ref) if draft.parent_ref is not None else None,
            "to": {"id": draft.recipient.remote_id, "handle": draft.recipient.handle},
            "lang": draft.lang,
        }
        return self._fixed(draft, draft.text, {"body": body})

    async def send(self, prepared: Prepared) -> SendResult:
        """Hand it over, signed for this moment."""
        self._refuse_when_listening()
        body = prepared.payload["body"]
        shape = {"key": prepared.key, **(body if is_object(body) else {})}
        content = json.dumps(shape, separators=(",", ":")).encode("ascii")
        headers = {
            "content-type": "application/json",
            "idempotency-key": prepared.key,
            SIGNATURE: signature(self._secret, content, self._clock.now()),
        }
        answer = await self._client.request(
            "POST", self._address, content=content, headers=headers, acts=True
        )
        try:
            said = answer.json()
        except Malformed as error:
            raise Unknown(str(error)) from error
        remote_id = id_of(said) if is_object(said) else None
        if not is_object(said) or remote_id is None:
            raise Unknown(_("{host} did not say what became of the reply.", host=self._client.host))
        return SendResult(remote_id, web(said, "url"), iso(said, "sent_at"), obj(said, "ref") or None)

    async def find_sent(self, prepared: Prepared) -> SendResult | None:  # noqa: ARG002
        """Not needed: a repeat is known by its key."""
        return None

    async def check_auth(self) -> AuthState:
        """What is configured; whether it works shows with the first answer."""
        if not self._secret:
            return AuthState(ok=False, sentence=_("There is no secret to sign with."))
        if not self._address:
            return AuthState(
                ok=True, account=self._account, sentence=_("Nothing can be answered: no address.")
            )
        return AuthState(ok=True, account=self._account)


def checked(address: str) -> str:
    """An address that answers may go to; raises Permanent in words."""
    if address and not address.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise Permanent(_("Answers go to an address that begins with https://."))
    return address
