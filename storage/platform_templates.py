"""The approved templates of each channel, as the collector last saw them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence

from domain.clock import Millis


def of_channel(connection: sqlite3.Connection, channel: str) -> sqlite3.Row | None:
    """The list (`listed_at`, `tried_at`, `error`, `templates` as JSON); None before the first try."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM platform_template_list WHERE channel = ?", (channel,)
    ).fetchone()
    return row


def keep(
    connection: sqlite3.Connection, channel: str, templates: Sequence[Mapping[str, object]], *, at: Millis
) -> None:
    """Replace the list of a channel."""
    connection.execute(
        "INSERT INTO platform_template_list (channel, listed_at, tried_at, templates) VALUES (?1, ?2, ?2, ?3)"
        " ON CONFLICT (channel) DO UPDATE SET listed_at = ?2, tried_at = ?2, error = '', templates = ?3",
        (channel, at, json.dumps(templates)),
    )


def failed(connection: sqlite3.Connection, channel: str, sentence: str, *, at: Millis) -> None:
    """Say why the list could not be read; the older one stays."""
    connection.execute(
        "INSERT INTO platform_template_list (channel, tried_at, error) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (channel) DO UPDATE SET tried_at = ?2, error = ?3",
        (channel, at, sentence),
    )
