"""The other end of a receiver on another host: bodies and counts are fetched from its spool."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from channels.base import Malformed
from channels.http import BoundedClient
from domain.clock import Clock, Millis
from i18n import _


@dataclass(frozen=True, slots=True)
class Spooled:
    """One body as the receiver took it."""

    channel: str
    event_id: str
    received_at: Millis
    body: bytes


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stood behind a cursor."""

    bodies: tuple[Spooled, ...]
    refused: Mapping[tuple[str, str], int]
    """Calls that the receiver refused, by channel and reason."""

    cursor: str
    more: bool


class SpoolClient:
    """Asks one receiver."""

    def __init__(
        self, address: str, token: str, *, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._address = address
        headers = {"authorization": f"Bearer {token}"}
        self._client = BoundedClient(address, clock=clock, headers=headers, transport=transport)

    async def fetch(self, cursor: str) -> Fetched:
        """The next bodies behind a cursor. Raises the errors of `channels.base`."""
        said = await self._client.json("GET", self._address, query={"after": cursor})
        if not isinstance(said, dict) or not isinstance(said.get("cursor"), str):
            raise Malformed(
                _("{host} is no receiver of webhooks; check the address.", host=self._client.host)
            )
        records = said.get("records")
        bodies: list[Spooled] = []
        refused: dict[tuple[str, str], int] = {}
        for record in records if isinstance(records, list) else []:
            if not isinstance(record, dict):
                continue
            if "refused" in record:
                _count(record["refused"], refused)
            else:
                bodies.append(self._spooled(record))
        return Fetched(tuple(bodies), refused, said["cursor"], said.get("more") is True)

    async def close(self) -> None:
        """Let go of the connection."""
        await self._client.close()

    def _spooled(self, record: Mapping[str, object]) -> Spooled:
        channel, event, at, body = (record.get(name) for name in ("channel", "event_id", "at", "body"))
        try:
            if not (isinstance(channel, str) and isinstance(event, str) and isinstance(at, int)):
                raise TypeError(channel)
            return Spooled(channel, event, at, base64.b64decode(str(body), validate=True))
        except (ValueError, TypeError, binascii.Error) as error:
            raise Malformed(
                _(
                    "{host} handed over something that cannot be read; it is tried again.",
                    host=self._client.host,
                )
            ) from error


def _count(refused: object, counts: dict[tuple[str, str], int]) -> None:
    for entry in refused if isinstance(refused, list) else []:
        if isinstance(entry, list) and len(entry) == 3 and isinstance(entry[2], int):
            key = (str(entry[0])[:100], str(entry[1])[:100])
            counts[key] = counts.get(key, 0) + entry[2]
