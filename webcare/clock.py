"""The one place where the program reads the time."""

from __future__ import annotations

import time

from domain.clock import Millis


class SystemClock:
    """The machine's clock in UTC milliseconds."""

    def now(self) -> Millis:
        """The present moment."""
        return time.time_ns() // 1_000_000
