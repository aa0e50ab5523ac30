"""What X has cost this month, and the cap that is never passed.

X bills each post, author and message that it gives, once per UTC day, and each post that is made. Source:
docs.x.com, "Pricing" (August 2026). Amounts are whole millionths of a US dollar.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from typing import Final

from channels.base import Permanent, RateLimited, SessionStore
from domain.clock import HOUR, Clock, to_datetime
from domain.errors import ChannelError
from i18n import _

Micros = int
"""Millionths of a US dollar."""

POST: Final[Micros] = 5_000
OWN_MENTION: Final[Micros] = 1_000
USER: Final[Micros] = 10_000
MESSAGE: Final[Micros] = 10_000
WRITTEN: Final[Micros] = 15_000
WRITTEN_REPLY: Final[Micros] = 10_000
"""A reply to somebody who named us."""

WRITTEN_LINK: Final[Micros] = 200_000
"""Any post with a link."""

FOR_REPLIES: Final = 10
"""One part in so many of the cap is kept for replies; listening stops before it."""

WARN_AT: Final = 80
"""Percent of the cap from which on it is said."""

MAX_IDS: Final = 20_000
"""Things paid for today that are remembered; past it something may be counted twice, never left out."""


class Spend:
    """One account's count; a new month begins at nothing."""

    def __init__(self, clock: Clock, cap: Micros | None = None, store: SessionStore | None = None) -> None:
        self._clock = clock
        self._cap = cap
        self._store = store
        self._month = ""
        self._day = ""
        self._used: Micros = 0
        self._paid: dict[str, None] = {}
        self._loaded = store is None

    @property
    def used(self) -> Micros:
        """Since the first of the month, in UTC."""
        self._turn()
        return self._used

    @property
    def sentence(self) -> str:
        """What was spent, in words."""
        if self._cap is None:
            return _("X has cost {used} dollars this month.", used=dollars(self.used))
        return _(
            "X has cost {used} of {cap} dollars this month.", used=dollars(self.used), cap=dollars(self._cap)
        )

    @property
    def warning(self) -> str:
        """When the cap comes near, in words; empty before."""
        if self._cap is None or self.used * 100 < self._cap * WARN_AT:
            return ""
        stop = dollars(self._cap - self._cap // FOR_REPLIES)
        return " ".join((self.sentence, _("Listening stops at {stop} dollars.", stop=stop)))

    async def load(self) -> None:
        """Read what earlier runs spent; done once."""
        if self._loaded or self._store is None:
            return
        self._loaded = True
        try:
            stored = json.loads(await self._store.load() or "{}")
            self._month, self._day = str(stored.get("month", "")), str(stored.get("day", ""))
            self._used = int(stored.get("used", 0))
            self._paid = dict.fromkeys(map(str, stored.get("paid", ())))
        except (ValueError, TypeError, AttributeError):
            self._month = ""
        self._turn()

    def affordable(self, each: Micros, most: int, least: int) -> int:
        """How many things may be asked for; RateLimited where even `least` could pass the cap."""
        if self._cap is None:
            return most
        left = self._cap - self._cap // FOR_REPLIES - self.used
        count = min(most, left // each)
        if count < least:
            raise RateLimited(
                _(
                    "{spent} Listening is stopped until next month; raise monthly_cap to go on.",
                    spent=self.sentence,
                ),
                after=HOUR,
            )
        return count

    def refuse_reply(self, price: Micros) -> None:
        """Raises Permanent where a reply would pass the cap."""
        if self._cap is not None and self.used + price > self._cap:
            raise Permanent(
                _("{spent} This reply would pass it; raise monthly_cap to send it.", spent=self.sentence),
                code="SpendCap",
            )

    async def read(self, prices: Mapping[str, Micros]) -> None:
        """Count things that X gave, by an id with its kind; what was paid for today costs nothing more."""
        self._turn()
        for name, price in prices.items():
            if name not in self._paid:
                self._paid[name] = None
                self._used += price
        while len(self._paid) > MAX_IDS:
            del self._paid[next(iter(self._paid))]
        if prices:
            await self._save()

    async def wrote(self, price: Micros) -> None:
        """Count a post of ours."""
        self._turn()
        self._used += price
        await self._save()

    def _turn(self) -> None:
        today = to_datetime(self._clock.now()).date().isoformat()
        if today != self._day:
            self._day, self._paid = today, {}
        if today[:7] != self._month:
            self._month, self._used = today[:7], 0

    async def _save(self) -> None:
        if self._store is None:
            return
        shape = {"month": self._month, "day": self._day, "used": self._used, "paid": list(self._paid)}
        with contextlib.suppress(
            ChannelError
        ):  # what X gave must not be lost because a file cannot be written
            await self._store.save(json.dumps(shape))


def ids(kind: str, names: Iterable[str], price: Micros) -> dict[str, Micros]:
    """Things of one kind with one price, as `read` wants them."""
    return {f"{kind}:{name}": price for name in names}


def dollars(amount: Micros) -> str:
    """With two decimals, rounded up so that it never looks cheaper than it is."""
    cents = -(-amount // 10_000)
    return f"{cents // 100}.{cents % 100:02}"
