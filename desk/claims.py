"""Claims: who is on a conversation right now.

A claim is a lease of a running desk, kept alive by its heartbeat. One conditional update decides a race; the
loser is told who won. A claim whose desk has died is as good as none.
"""

from __future__ import annotations

import sqlite3

from desk.ground import Ground
from desk.views import Done
from domain.errors import Conflict, NotAllowed
from i18n import _
from storage import conversations, events, operators


class Claims:
    """Claim, release, steal; heartbeat and presence."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    async def start(self) -> None:
        """Announce this desk: its operator and its session."""
        ground = self._ground
        who = ground.operator

        def work(connection: sqlite3.Connection) -> None:
            now = ground.clock.now()
            names = (who.name, who.first_name, who.initials)
            operators.ensure(connection, login=who.login, uid=who.uid, names=names, at=now)
            operators.start_session(connection, ground.session, who.login, who.pid, now)

        await ground.write(work)

    async def claim(self, conversation_id: int) -> Done:
        """Take a conversation. Raises Conflict, naming who has it."""
        await self._ground.write(lambda connection: self._take(connection, conversation_id, steal=""))
        return Done(_("Claimed."), conversation=conversation_id)

    async def steal(self, conversation_id: int, reason: str) -> Done:
        """Take over what a colleague holds; their draft stays theirs. Raises NotAllowed without a reason."""
        if not reason.strip():
            raise NotAllowed(_("Taking over needs a reason that your colleague will see."))
        await self._ground.write(lambda connection: self._take(connection, conversation_id, steal=reason))
        return Done(_("Taken over."), conversation=conversation_id)

    async def release(self, conversation_id: int) -> Done:
        """Let go of a conversation. Raises Conflict when it is not ours."""

        def work(connection: sqlite3.Connection) -> None:
            row = conversations.get(connection, conversation_id)
            if row["holder_session"] != self._ground.session and row["holder"] != self._ground.operator.login:
                raise Conflict(_("You do not hold this conversation."))
            self._let_go(connection, conversation_id, self._ground.operator.login, "released")

        await self._ground.write(work)
        return Done(_("Released."), conversation=conversation_id)

    async def heartbeat(self) -> None:
        """Say that this desk lives, and clear away what dead desks left."""
        ground = self._ground

        def work(connection: sqlite3.Connection) -> None:
            self._beat(connection)
            release_dead(connection, ground)

        await ground.write(work)

    async def composing(self, conversation_id: int | None) -> None:
        """Show colleagues where this desk's composer is open; None for nowhere."""
        ground = self._ground

        def work(connection: sqlite3.Connection) -> None:
            self._beat(connection)
            operators.set_composing(connection, ground.session, conversation_id)

        await ground.write(work)

    async def leave(self) -> None:
        """Release everything and end the session."""

        def work(connection: sqlite3.Connection) -> None:
            for conversation_id in conversations.held_by_session(connection, self._ground.session):
                self._let_go(connection, conversation_id, self._ground.operator.login, "released")
            operators.end_session(connection, self._ground.session)

        await self._ground.write(work)

    def _beat(self, connection: sqlite3.Connection) -> None:
        """Our desk lives; one that slept so long that it was cleared away starts a new session."""
        ground, now = self._ground, self._ground.clock.now()
        if not operators.heartbeat(connection, ground.session, now):
            who = ground.operator
            operators.start_session(connection, ground.session, who.login, who.pid, now)

    def _take(self, connection: sqlite3.Connection, conversation_id: int, *, steal: str) -> None:
        ground = self._ground
        self._beat(connection)  # else a lease of a desk that was cleared away would be born dead
        row = conversations.get(connection, conversation_id)
        alive = operators.lease_alive(connection, row["holder_session"], ground.alive_since())
        if row["holder_session"] == ground.session:
            return
        other = row["holder"] if alive and row["holder"] != ground.operator.login else None
        if other and not steal:
            holder = operators.get(connection, other)
            name = other if holder is None else holder["name"]
            raise Conflict(_("{name} is on this one; C takes it over.", name=name))
        kind = "stolen" if other else "claimed"
        details: dict[str, object] = {"reason": steal, "from": other} if other else {}
        events.move(
            connection,
            at=ground.clock.now(),
            actor=ground.operator.login,
            conversation_id=conversation_id,
            kind=kind,
            changes={"holder": ground.operator.login, "holder_session": ground.session},
            details=details,
        )

    def _let_go(self, connection: sqlite3.Connection, conversation_id: int, actor: str, kind: str) -> None:
        let_go(connection, self._ground, conversation_id, actor=actor, kind=kind)


def let_go(
    connection: sqlite3.Connection, ground: Ground, conversation_id: int, *, actor: str, kind: str
) -> None:
    """Clear the lease of one conversation."""
    events.move(
        connection,
        at=ground.clock.now(),
        actor=actor,
        conversation_id=conversation_id,
        kind=kind,
        changes={"holder": None, "holder_session": None},
    )


def release_dead(connection: sqlite3.Connection, ground: Ground) -> None:
    """Clear the leases of desks that stopped beating, and forget those desks."""
    since = ground.alive_since()
    for conversation_id in conversations.with_dead_lease(connection, since):
        let_go(connection, ground, conversation_id, actor="system", kind="lease_expired")
    operators.end_dead_sessions(connection, since)
