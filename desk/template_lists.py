"""The collector's share of approved templates: reads the lists of all channels that have them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from channels.base import Connector, ListsTemplates
from domain.clock import HOUR, MINUTE, SECOND, Clock, Millis
from domain.errors import ChannelError, WebcareError
from i18n import _
from storage import platform_templates
from storage.database import Database

LIST_EVERY: Millis = HOUR
AGAIN_AFTER: Millis = 10 * MINUTE
"""After a try that brought nothing."""

_LOOK_EVERY: Millis = MINUTE
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TemplateLists:
    """Keeps the stored lists fresh."""

    database: Database
    clock: Clock
    connectors: Mapping[str, Connector]

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.refresh()
            except WebcareError:
                _log.warning("the lists of templates could not be kept; next round", exc_info=True)
            await asyncio.sleep(_LOOK_EVERY / SECOND)

    async def refresh(self) -> int:
        """Read each list that is due. Returns how many were read; a list that failed says why and stays."""
        read = 0
        for channel, connector in self.connectors.items():
            if isinstance(connector, ListsTemplates) and await self._is_due(channel):
                read += await self._read(channel, connector)
        return read

    async def _is_due(self, channel: str) -> bool:
        row = await self.database.read(lambda connection: platform_templates.of_channel(connection, channel))
        if row is None:
            return True
        wait = AGAIN_AFTER if row["error"] else LIST_EVERY
        return bool(self.clock.now() - row["tried_at"] >= wait)

    async def _read(self, channel: str, connector: ListsTemplates) -> bool:
        now = self.clock.now()
        try:
            found = [asdict(one) for one in await connector.templates()]
        except Exception as error:
            known = isinstance(error, ChannelError)
            if not known:
                _log.error("the templates of channel %s broke", channel, exc_info=error)
            sentence = str(error) if known else _("A fault in webcare itself; the log names it.")
            await self.database.write(
                lambda connection: platform_templates.failed(connection, channel, sentence, at=now)
            )
            return False
        await self.database.write(
            lambda connection: platform_templates.keep(connection, channel, found, at=now)
        )
        return True
