"""The life of an outgoing reply, as a state machine.

queued -> sending -> sent | refused | retry_wait | unknown
retry_wait -> sending          the platform definitely did not take it
unknown -> sent                read back, it is there
unknown -> sending             only where the platform recognises a repeat, or absence is proved
unknown -> ask_operator        it cannot be known; a person decides
ask_operator -> sent | queued | called_back
queued | retry_wait | refused -> called_back
queued | retry_wait | refused -> sent     only when the platform shows it after an earlier try
refused -> queued              a person tries it once more

`sending` is committed before the first byte goes out, so a sender that dies leaves `sending` behind, and
whoever finds it treats it as `unknown`. Nothing leads from `unknown` back to a blind resend.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal

OutboxStatus = Literal[
    "queued", "sending", "sent", "refused", "retry_wait", "unknown", "ask_operator", "called_back"
]

TRANSITIONS: Mapping[OutboxStatus, frozenset[OutboxStatus]] = {
    "queued": frozenset({"sending", "sent", "called_back", "refused"}),
    "sending": frozenset({"sent", "refused", "retry_wait", "unknown"}),
    "retry_wait": frozenset({"sending", "sent", "called_back", "refused"}),
    "unknown": frozenset({"sent", "sending", "ask_operator"}),
    "ask_operator": frozenset({"sent", "queued", "called_back"}),
    "sent": frozenset(),
    "refused": frozenset({"sent", "queued", "called_back"}),
    "called_back": frozenset(),
}

IN_FLIGHT: frozenset[OutboxStatus] = frozenset({"queued", "sending", "retry_wait", "unknown", "ask_operator"})
"""States in which a later reply of the same conversation has to wait."""


def allowed(before: OutboxStatus, after: OutboxStatus) -> bool:
    """Whether the machine has this step."""
    return after in TRANSITIONS[before]


def text_key(text: str) -> str:
    """The text without what a double Enter could change: case, spacing, compatibility forms."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()
