"""A direct room with somebody, for a private message to who wrote in public.

It has an alias that follows from our token and from who they are, so that a crash between making it and
saying something in it makes no second one: the server refuses an alias that is taken, and tells which room it
is. Anybody may ask a server about an alias; without the token nobody can tell from one whom we write to.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Mapping
from typing import Final, Protocol
from urllib.parse import quote

from channels.base import Malformed, Permanent, Retryable
from channels.fields import Json, is_object, word
from channels.http_answer import Answer
from i18n import _

API: Final = "_matrix/client/v3"
_THERE = frozenset({"join", "invite"})


class Ask(Protocol):
    """One call; `PolledChannel._ask`."""

    def __call__(self, method: str, path: str, *, json: object = None) -> Awaitable[Answer]:
        """Raises the errors of `channels.base`."""
        ...


async def room_with(ask: Ask, us: str, them: str, token: str) -> str:
    """Our room with them, made where there is none. Raises Permanent where they cannot be invited."""
    alias, server = name_of(us, them, token), us.partition(":")[2]
    where = f"{API}/directory/room/{quote(f'#{alias}:{server}', safe='')}"
    known = word(await _maybe(ask, where), "room_id")
    if known:
        await _see_that_they_are_in(ask, known, them)
        return known
    asked = {
        "preset": "trusted_private_chat",
        "is_direct": True,
        "invite": [them],
        "room_alias_name": alias,
    }
    try:
        made = word(_object(await ask("POST", f"{API}/createRoom", json=asked)), "room_id")
    except Permanent as refused:
        if refused.code != "M_ROOM_IN_USE":
            raise
        raise Retryable(_("The room was made a moment ago; it is looked for again.")) from refused
    if not made:
        raise Malformed(_("The server did not say which room it made; it is asked again."))
    await _remember(ask, us, them, made)
    return made


def name_of(us: str, them: str, token: str) -> str:
    """The alias, without its server."""
    return "webcare-" + hmac.new(token.encode(), f"{us} {them}".encode(), "sha256").hexdigest()[:32]


async def _see_that_they_are_in(ask: Ask, room: str, them: str) -> None:
    """Invite them again where they left."""
    path = f"{API}/rooms/{quote(room, safe='')}"
    state = await _maybe(ask, f"{path}/state/m.room.member/{quote(them, safe='')}")
    if word(state, "membership") not in _THERE:
        await ask("POST", f"{path}/invite", json={"user_id": them})


async def _remember(ask: Ask, us: str, them: str, room: str) -> None:
    """Let our other programs show it among the direct talks; nothing depends on it."""
    path = f"{API}/user/{quote(us, safe='')}/account_data/m.direct"
    known = await _maybe(ask, path)
    rooms = known.get(them)
    before = [one for one in rooms if isinstance(one, str)] if isinstance(rooms, list) else []
    changed: Mapping[str, object] = {**known, them: [*before, room]}
    await ask("PUT", path, json=changed)


async def _maybe(ask: Ask, path: str) -> Json:
    """An object that may not be there."""
    try:
        return _object(await ask("GET", path))
    except Permanent:
        return {}


def _object(answer: Answer) -> Json:
    said = answer.json()
    if not is_object(said):
        raise Malformed(_("{host} did not answer with an object; it is asked again.", host=answer.host))
    return said
