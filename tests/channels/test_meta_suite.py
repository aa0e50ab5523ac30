"""Facebook, Messenger, Instagram and WhatsApp through the suite that every connector must pass.

What people write comes in by signed webhook through a spool; what we write goes to the fake Graph API.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from channels.facebook import FacebookConnector
from channels.instagram import InstagramConnector
from channels.messenger import MessengerConnector
from channels.meta_hook import MetaHook, read_instagram, read_messenger, read_page
from channels.whatsapp import WhatsAppConnector
from channels.whatsapp_parse import read_body
from tests.channels.fake_graph import ACCOUNT, BUSINESS, MEDIA, NUMBER, PAGE, POST, Line
from tests.channels.meta_world import Json, Manner, MetaWorld
from tests.channels.suite import ConnectorSuite
from tests.channels.world import ConnectorWorld, Trait

ALL: frozenset[Trait] = frozenset({"deletes", "echoes", "private", "spoils", "sends"})


def facebook(verb: str, line: Line, more: Mapping[str, Any]) -> Json:
    """A comment under the post, or a message to the Page."""
    if not line.parent:
        return messages("page", PAGE, verb, line, more)
    value = {
        "item": "comment", "verb": "add" if verb == "echo" else verb, "comment_id": line.id, "post_id": POST,
        "parent_id": line.parent, "message": line.text, "created_time": line.at // 1000,
        "from": {"id": line.author, "name": "Jan Jansen"},
    }  # fmt: skip
    return {
        "object": "page",
        "entry": [{"id": PAGE, "time": line.at // 1000, "changes": [{"field": "feed", "value": value}]}],
    }


def instagram(verb: str, line: Line, more: Mapping[str, Any]) -> Json:
    """A comment under the photograph, or a message to the account."""
    if not line.parent:
        return messages("instagram", ACCOUNT, verb, line, more)
    value = {
        "id": line.id, "text": line.text, "media": {"id": MEDIA}, "timestamp": line.at // 1000,
        "parent_id": line.parent if line.parent != POST else None,
        "from": {"id": line.author, "username": "jan"},
    }  # fmt: skip
    entry = {"id": ACCOUNT, "time": line.at // 1000, "changes": [{"field": "comments", "value": value}]}
    return {"object": "instagram", "entry": [entry]}


def messenger(verb: str, line: Line, more: Mapping[str, Any]) -> Json:
    """A message to the Page."""
    return messages("page", PAGE, verb, line, more)


def messages(object_: str, ours: str, verb: str, line: Line, more: Mapping[str, Any]) -> Json:
    """A private message on Messenger or Instagram."""
    person = more.get("person", line.author)
    sides = {"sender": {"id": ours}, "recipient": {"id": person}}
    if verb != "echo":
        sides = {"sender": {"id": person}, "recipient": {"id": ours}}
    said: Json = {"mid": line.id, "text": line.text, "is_echo": verb == "echo"}
    if verb == "remove":
        said |= {"is_deleted": True}
    if given := more.get("attachments"):
        said["attachments"] = [
            {"type": one.kind, "title": one.alt, "payload": {"url": one.url}} for one in given
        ]
    event: Json = {**sides, "timestamp": line.at, "message": said}
    if verb == "edited":
        event = {**sides, "timestamp": line.at, "message_edit": {"mid": line.id, "text": line.text}}
    return {"object": object_, "entry": [{"id": ours, "time": line.at, "messaging": [event]}]}


def whatsapp(verb: str, line: Line, more: Mapping[str, Any]) -> Json:
    """A message to the number."""
    stamp = str(line.at // 1000)
    text = {"type": "text", "text": {"body": line.text}}
    person = more.get("person", line.author)
    value: Json = {
        "metadata": {"phone_number_id": NUMBER},
        "contacts": [{"wa_id": person, "profile": {"name": "Jan"}}],
    }
    name = "messages"
    if verb == "echo":
        name = "smb_message_echoes"
        value["message_echoes"] = [{"id": line.id, "to": person, "timestamp": stamp, **text}]
    elif verb == "add":
        value["messages"] = [{"id": line.id, "from": person, "timestamp": stamp, **text}]
    else:
        kind = "edit" if verb == "edited" else "revoke"
        inner: Json = {"original_message_id": line.id, **({"message": text} if verb == "edited" else {})}
        value["messages"] = [
            {"id": f"{line.id}.{verb}", "from": person, "timestamp": stamp, "type": kind, kind: inner}
        ]
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": BUSINESS, "changes": [{"field": name, "value": value}]}],
    }


EDITS: frozenset[Trait] = ALL | frozenset[Trait]({"edits"})
ONE: frozenset[Trait] = frozenset({"one_picture"})
APART: frozenset[Trait] = frozenset({"apart"})
BARE: frozenset[Trait] = frozenset({"undescribed"})
FILES: frozenset[Trait] = EDITS | frozenset[Trait]({"attachments"})

MANNERS = {
    "facebook": Manner(
        "facebook comment", PAGE, MetaHook(read_page), EDITS | ONE,
        lambda url, clock, token: FacebookConnector("meta", PAGE, token, clock=clock, server=url), facebook,
    ),
    "instagram": Manner(
        "instagram comment", ACCOUNT, MetaHook(read_instagram), ALL - {"deletes"},
        lambda url, clock, token: InstagramConnector("meta", ACCOUNT, token, clock=clock, server=url),
        instagram,
    ),
    "messenger": Manner(
        "messenger", PAGE, MetaHook(read_messenger), (FILES | BARE | APART) - {"echoes"},
        lambda url, clock, token: MessengerConnector("meta", PAGE, token, clock=clock, server=url), messenger,
    ),
    "whatsapp": Manner(
        "whatsapp", NUMBER, MetaHook(read_body), (EDITS | BARE) - {"echoes", "spoils"},
        lambda url, clock, token: WhatsAppConnector("meta", NUMBER, token, clock=clock, server=url),
        whatsapp,
    ),
}  # fmt: skip


class TestMeta(ConnectorSuite):
    """Each of Meta's channels."""

    @pytest.fixture(params=list(MANNERS))
    async def world(self, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ConnectorWorld]:
        """One of them."""
        world = MetaWorld(MANNERS[request.param], tmp_path / "spool")
        world.spool.open()
        async with world.graph.server, world.front:
            yield world
            await world.close()
