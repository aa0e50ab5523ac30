"""A small Matrix server on loopback: rooms, sync with limited timelines, transaction ids.

From spec.matrix.org v1.11 and what was read off Synapse: a room with more than the limit is `limited` and has
a `prev_batch`; `/messages` goes back from there; a transaction id that was used gives the same event again.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from domain.clock import ManualClock
from tests.channels.fake_platform import FakePlatform, Json
from tests.channels.fault_server import Call, Reply, json_reply

US, CUSTOMER, STRANGER = "@gemeente:voorbeeld.example", "@klant:elders.example", "@jan:elders.example"
SQUARE, TALK = "!plein:voorbeeld.example", "!gesprek:elders.example"
API = "/_matrix/client/v3"
LARGEST = 65_536


@dataclass(slots=True)
class Place:
    """A room."""

    public: bool
    members: tuple[str, ...]
    events: list[Json] = field(default_factory=list)
    invited: bool = False


class FakeMatrix(FakePlatform):
    """Two rooms: one that anybody can read, one with us and the customer."""

    def __init__(self, clock: ManualClock, page: int = 50) -> None:
        super().__init__(clock, page)
        self.rooms = {
            SQUARE: Place(public=True, members=(US, CUSTOMER, STRANGER)),
            TALK: Place(public=False, members=(US, CUSTOMER)),
        }
        self.joined: list[str] = []
        self.aliases: dict[str, str] = {}
        self.asked_in: dict[str, list[str]] = {}
        """Whom we invited, by room; each time."""

        self.direct: Json | None = None
        self.shuts_out: set[str] = set()
        """Whose server lets nobody invite them."""

        self._order: list[tuple[str, str]] = []
        self._transactions: dict[str, str] = {}
        self.routes = (
            ("GET", f"{API}/account/whoami", self._whoami),
            ("GET", f"{API}/sync", self._sync),
            ("GET", f"{API}/rooms/([^/]+)/messages", self._messages),
            ("GET", f"{API}/rooms/([^/]+)/event/([^/]+)", self._event),
            ("GET", f"{API}/rooms/([^/]+)/joined_members", self._members),
            ("GET", f"{API}/rooms/([^/]+)/state/m.room.join_rules", self._rules),
            ("GET", f"{API}/profile/([^/]+)", self._profile),
            ("POST", f"{API}/join/([^/]+)", self._join),
            ("POST", f"{API}/createRoom", self._make),
            ("GET", f"{API}/directory/room/([^/]+)", self._directory),
            ("GET", f"{API}/rooms/([^/]+)/state/m.room.member/([^/]+)", self._member),
            ("POST", f"{API}/rooms/([^/]+)/invite", self._invite),
            ("GET", f"{API}/user/([^/]+)/account_data/m.direct", self._direct),
            ("PUT", f"{API}/user/([^/]+)/account_data/m.direct", self._direct),
            ("PUT", f"{API}/rooms/([^/]+)/send/m.room.message/([^/]+)", self._send),
        )

    # What a test arranges

    def say(self, sender: str, text: str, room: str = SQUARE, **content: object) -> str:
        """Somebody says something; the event's id."""
        return self.put(sender, "m.room.message", {"msgtype": "m.text", "body": text, **content}, room)

    def put(self, sender: str, kind: str, content: Json, room: str = SQUARE, **more: object) -> str:
        """Any event."""
        event_id = f"${len(self._order):08}"
        event = {
            "event_id": event_id, "type": kind, "sender": sender, "origin_server_ts": self.now(),
            "content": content, **more,
        }  # fmt: skip
        self.rooms[room].events.append(event)
        self._order.append((room, event_id))
        return event_id

    def edit(self, event_id: str, text: str, sender: str | None = None) -> None:
        """Its author says it anew; or somebody who pretends to be the author."""
        room, event = self._find(event_id)
        new = {"msgtype": "m.text", "body": text}
        related = {"rel_type": "m.replace", "event_id": event_id}
        content = {**new, "body": f"* {text}", "m.new_content": new, "m.relates_to": related}
        self.put(sender or event["sender"], "m.room.message", content, room)

    def redact(self, event_id: str) -> None:
        """Its author takes it back."""
        room, event = self._find(event_id)
        event["content"] = {}
        event["unsigned"] = {"redacted_because": {}}
        self.put(event["sender"], "m.room.redaction", {}, room, redacts=event_id)

    def said(self, sender: str) -> list[tuple[str, Json]]:
        """What somebody said, with the room."""
        return [
            (room, event)
            for room, place in self.rooms.items()
            for event in place.events
            if event["sender"] == sender and event["type"] == "m.room.message"
        ]

    # The API

    def unauthorised(self) -> Reply:
        """With the errcode."""
        return json_reply({"errcode": "M_UNKNOWN_TOKEN", "error": "Unrecognised access token"}, 401)

    def missing(self) -> Reply:
        """With the errcode."""
        return json_reply({"errcode": "M_NOT_FOUND", "error": "Not found"}, 404)

    def _whoami(self, _call: Call) -> Reply:
        return json_reply({"user_id": US})

    def _sync(self, call: Call) -> Reply:
        since = int(call.one("since", "s0").removeprefix("s"))
        limit = min(self.page, json.loads(call.one("filter"))["room"]["timeline"]["limit"])
        joined: Json = {}
        for room_id, place in self.rooms.items():
            fresh = [event for event in place.events if self._number(event) >= since]
            if not fresh or place.invited:
                continue
            shown = fresh[-limit:]
            joined[room_id] = {
                "timeline": {
                    "events": [self._shown(event) for event in shown],
                    "limited": len(fresh) > limit,
                    "prev_batch": f"s{self._number(shown[0])}",
                }
            }
        invited: Json = {name: {"invite_state": {}} for name, place in self.rooms.items() if place.invited}
        rooms = {"join": joined, "invite": invited}
        reply = json_reply({"next_batch": f"s{len(self._order)}", "rooms": rooms})
        waits = int(call.one("timeout", "0")) and not joined and not invited
        return Reply(200, b"", {}, lines=_never()) if waits else reply

    def _messages(self, call: Call, room_id: str) -> Reply:
        start = int(call.one("from", f"s{len(self._order)}").removeprefix("s"))
        to = int(call.one("to", "s0").removeprefix("s"))
        older = [each for each in self.rooms[unquote(room_id)].events if to <= self._number(each) < start]
        chunk = older[::-1][: min(self.page, int(call.one("limit", "10")))]
        said: Json = {"chunk": [self._shown(event) for event in chunk], "start": f"s{start}"}
        if len(chunk) < len(older):
            said["end"] = f"s{self._number(chunk[-1])}"
        return json_reply(said)

    def _event(self, _call: Call, _room: str, event_id: str) -> Reply:
        return json_reply(self._find(unquote(event_id))[1])

    def _members(self, _call: Call, room_id: str) -> Reply:
        return json_reply({"joined": {name: {} for name in self.rooms[unquote(room_id)].members}})

    def _rules(self, _call: Call, room_id: str) -> Reply:
        return json_reply({"join_rule": "public" if self.rooms[unquote(room_id)].public else "invite"})

    def _profile(self, _call: Call, user_id: str) -> Reply:
        return json_reply({"displayname": unquote(user_id)[1:].partition(":")[0].title()})

    def _join(self, _call: Call, room_id: str) -> Reply:
        self.rooms[unquote(room_id)].invited = False
        self.joined.append(unquote(room_id))
        return json_reply({"room_id": unquote(room_id)})

    def _make(self, call: Call) -> Reply:
        asked = call.json()
        alias = f"#{asked['room_alias_name']}:voorbeeld.example"
        if alias in self.aliases:
            return json_reply({"errcode": "M_ROOM_IN_USE", "error": "Room alias already taken"}, 400)
        if self.shuts_out.intersection(asked["invite"]):
            return json_reply({"errcode": "M_FORBIDDEN", "error": "Invites are blocked"}, 403)
        assert asked["is_direct"] is True
        name = f"!nieuw{len(self.aliases)}:voorbeeld.example"
        self.aliases[alias] = name
        self.rooms[name] = Place(public=False, members=(US, *asked["invite"]))
        self.asked_in[name] = [*asked["invite"]]
        return json_reply({"room_id": name})

    def _directory(self, _call: Call, alias: str) -> Reply:
        name = self.aliases.get(unquote(alias))
        return self.missing() if name is None else json_reply({"room_id": name, "servers": []})

    def _member(self, _call: Call, room_id: str, user_id: str) -> Reply:
        there = unquote(user_id) in self.rooms[unquote(room_id)].members
        return json_reply({"membership": "join" if there else "leave"})

    def _invite(self, call: Call, room_id: str) -> Reply:
        self.asked_in[unquote(room_id)].append(call.json()["user_id"])
        self.rooms[unquote(room_id)].members += (call.json()["user_id"],)
        return json_reply({})

    def _direct(self, call: Call, user_id: str) -> Reply:
        assert unquote(user_id) == US
        if call.method == "PUT":
            self.direct = call.json()
        return self.missing() if self.direct is None else json_reply(self.direct)

    def _send(self, call: Call, room_id: str, transaction: str) -> Reply:
        if len(call.body) > LARGEST:
            return json_reply({"errcode": "M_TOO_LARGE", "error": "event too large"}, 413)
        if transaction not in self._transactions:
            unsigned = {"transaction_id": transaction}
            self._transactions[transaction] = self.put(
                US, "m.room.message", call.json(), unquote(room_id), unsigned=unsigned
            )
        return json_reply({"event_id": self._transactions[transaction]})

    def _find(self, event_id: str) -> tuple[str, Json]:
        room = next(room for room, name in self._order if name == event_id)
        return room, next(each for each in self.rooms[room].events if each["event_id"] == event_id)

    def _number(self, event: Json) -> int:
        return int(event["event_id"][1:])

    def _shown(self, event: Json) -> object:
        return self.spoilt.get(event["event_id"], event)


async def _never() -> Any:
    await asyncio.Event().wait()
    yield b""
