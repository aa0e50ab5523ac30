"""What a reply would answer, as it is now, and whether it can go."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Literal

from config import platforms
from config.settings import ChannelSettings, Settings
from desk import sentences
from domain.clock import Millis
from domain.mention import NOBODY, Named
from storage import conversations, messages

Kind = Literal["public", "private", "note"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a reply would answer, as it is now."""

    row: sqlite3.Row
    inbound: sqlite3.Row | None
    channel: ChannelSettings | None
    written: str
    """Why no other private message can be written, where the platform allows one only."""

    def blocked(self, kind: Kind, now: Millis, *, templated: bool = False) -> str:
        """One sentence when nothing, or no approved template, can be sent; empty when it can."""
        if kind == "note":
            return ""
        why = sentences.blocked(self.row, self.inbound, self.channel, kind, now=now, templated=templated)
        return why or (self.written if kind == "private" else "")

    def templates_only(self, now: Millis) -> bool:
        """Whether nothing but an approved template can go out in private now."""
        return bool(self.blocked("private", now)) and not self.blocked("private", now, templated=True)

    def no_private(self, now: Millis) -> str:
        """Why no private message can follow a public answer; empty where one can."""
        return sentences.no_private(self.row, self.inbound, self.channel, self.written, now=now)

    def named(self, kind: Kind) -> Named:
        """Whom the text must name to reach them, where the platform asks that."""
        row, inbound = self.row, self.inbound
        spec = platforms.find(row["platform"])
        if kind == "note" or spec is None or not spec.named_in_text:
            return NOBODY
        ref = json.loads(inbound["parent_ref"]) if inbound is not None and inbound["parent_ref"] else {}
        return Named(str(ref.get("acct") or row["handle"]), row["account"].rpartition("@")[2])


def target_of(connection: sqlite3.Connection, settings: Settings, conversation_id: int) -> Target:
    """What a reply in a conversation would answer. Raises NotFound."""
    row = conversations.get(connection, conversation_id)
    inbound = messages.last_inbound(connection, conversation_id)
    written = sentences.used(connection, row, inbound)
    return Target(row, inbound, settings.channels.get(row["channel"]), written)
