"""How the channels fare, and whether anybody fetches and sends."""

from __future__ import annotations

from collections.abc import Callable

from desk.ground import Ground
from desk.views import ChannelHealth, CollectorState
from domain.clock import MINUTE, Millis
from i18n import _
from storage import channels as store
from storage import notices, sender_lock

SILENCE: Millis = MINUTE
"""How long a collector may say nothing before the desk asks after it."""


class Health:
    """Reading the state of the machinery."""

    def __init__(self, ground: Ground, collecting: Callable[[], bool]) -> None:
        self._ground = ground
        self._collecting = collecting

    async def channels(self) -> tuple[ChannelHealth, ...]:
        """Every configured channel, in the order of the configuration."""
        known = await self._ground.read(store.health)
        found = []
        for channel in self._ground.settings.channels.values():
            row = known.get(channel.id)
            found.append(
                ChannelHealth(
                    id=channel.id,
                    platform=channel.platform,
                    name=channel.name,
                    listen_only=channel.listen_only,
                    simulated=channel.platform == "practice",
                    last_item_at=row["last_item_at"] if row else None,
                    last_ok_at=row["last_ok_at"] if row else None,
                    error=row["error"] if row else "",
                    remaining=row["remaining"] if row else "",
                )
            )
        return tuple(found)

    async def collector(self) -> CollectorState:
        """Who polls and sends for this database."""
        mine = self._collecting()
        if mine or sender_lock.taken(self._ground.database.path):
            beat = await self._ground.read(sender_lock.last_beat)
            silent = beat is not None and self._ground.clock.now() - beat > SILENCE
            sentence = _("The collector has not stirred for over a minute; is it stopped?") if silent else ""
            notice = await self._ground.read(notices.scoring)
            return CollectorState(running=True, mine=mine, sentence=sentence, notice=notice)
        return CollectorState(
            running=False,
            mine=False,
            sentence=_(
                "Nobody fetches or sends right now; start “webcare collect”. Replies wait in the outbox."
            ),
        )
