"""Who wrote the mentions of a batch: known contacts are looked up at once, new ones are written at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from domain.clock import Millis
from domain.inbound import ContactRef
from storage import contacts


@dataclass(slots=True)
class _Account:
    """A platform account as it will stand."""

    contact_id: int
    handle: str
    profile: str


class Authors:
    """Contacts of one channel while a batch is stored; good within one write transaction."""

    def __init__(
        self, connection: sqlite3.Connection, channel: str, refs: Iterable[ContactRef], now: Millis
    ) -> None:
        self._connection = connection
        self._channel = channel
        self._now = now
        self._accounts: dict[str, _Account] = {}
        self._names: dict[int, str] = {}
        for row in contacts.known(connection, channel, list({ref.remote_id: None for ref in refs})):
            self._accounts[row["remote_id"]] = _Account(row["contact_id"], row["handle"], row["profile"])
            self._names[row["contact_id"]] = row["name"]
        self._next_id = self._first_id = contacts.next_id(connection)
        self._new: list[str] = []
        self._renamed: set[int] = set()
        self._refreshed: set[str] = set()

    def known(self, ref: ContactRef) -> int | None:
        """The contact that an account had before this batch."""
        account = self._accounts.get(ref.remote_id)
        return None if account is None else account.contact_id

    def ensure(self, ref: ContactRef) -> int:
        """The contact behind an account, made when new; name, handle and profile kept fresh."""
        profile = _json(ref)
        account = self._accounts.get(ref.remote_id)
        if account is None:
            return self._make(ref, profile)
        if (account.handle, account.profile) != (ref.handle, profile):
            account.handle, account.profile = ref.handle, profile
            self._refreshed.add(ref.remote_id)
        name = ref.name or ref.handle
        if self._names[account.contact_id] != name:
            self._names[account.contact_id] = name
            self._renamed.add(account.contact_id)
        return account.contact_id

    def write(self) -> None:
        """Insert the new contacts and what changed of the others."""
        contacts.insert_many(
            self._connection,
            [(number, self._names[number], self._now) for number in range(self._first_id, self._next_id)],
        )
        made = [(remote_id, self._accounts[remote_id]) for remote_id in self._new]
        contacts.insert_handles(
            self._connection,
            [(self._channel, remote_id, one.handle, one.contact_id, one.profile) for remote_id, one in made],
        )
        contacts.rename(
            self._connection,
            [(self._names[number], number) for number in self._renamed if number < self._first_id],
        )
        changed = [(remote_id, self._accounts[remote_id]) for remote_id in self._refreshed - set(self._new)]
        contacts.refresh_handles(
            self._connection,
            [(one.handle, one.profile, self._channel, remote_id) for remote_id, one in changed],
        )

    def _make(self, ref: ContactRef, profile: str) -> int:
        contact_id = self._next_id
        self._next_id += 1
        self._accounts[ref.remote_id] = _Account(contact_id, ref.handle, profile)
        self._names[contact_id] = ref.name or ref.handle
        self._new.append(ref.remote_id)
        return contact_id


def _json(ref: ContactRef) -> str:
    return json.dumps(dict(ref.profile), ensure_ascii=False, sort_keys=True) if ref.profile else "{}"
