"""Bodies as Meta sends them, written for these tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

PAGE = "1001"
NUMBER = "555"
AT = 1_763_031_600
Json = dict[str, Any]


def page_change(field: str, **value: object) -> bytes:
    """One change of the Page."""
    change = {"field": field, "value": value}
    return _body({"object": "page", "entry": [{"id": PAGE, "time": AT, "changes": [change]}]})


def comment(**changes: object) -> bytes:
    """Somebody's comment under a post of ours."""
    return page_change(
        "feed",
        **{
            "item": "comment", "verb": "add", "comment_id": "77_88", "post_id": f"{PAGE}_77",
            "parent_id": f"{PAGE}_77", "created_time": AT - 60, "message": "Waar blijft mijn kliko?",
            "from": {"id": "2002", "name": "Jan Jansen"}, **changes,
        },
    )  # fmt: skip


def messaging(event: Mapping[str, object], *, name: str = "messaging", object_: str = "page") -> bytes:
    """One event of Messenger or Instagram."""
    whole = {"sender": {"id": "3003"}, "recipient": {"id": PAGE}, "timestamp": AT * 1000, **event}
    return _body({"object": object_, "entry": [{"id": PAGE, "time": AT * 1000, name: [whole]}]})


def message(**said: object) -> bytes:
    """A private message."""
    return messaging({"message": {"mid": "m_1", **said}})


def ig_change(field: str, **value: object) -> bytes:
    """One change of the Instagram account."""
    change = {"field": field, "value": value}
    return _body({"object": "instagram", "entry": [{"id": PAGE, "time": AT, "changes": [change]}]})


def whatsapp(
    *, field: str = "messages", contact: Mapping[str, object] | None = None, **value: object
) -> bytes:
    """One change of the business account."""
    who = {"wa_id": "31600000001", "user_id": "NL.123", "profile": {"name": "Sanne", "username": "sanne"}}
    whole = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": NUMBER, "display_phone_number": "31201234567"},
        "contacts": [who if contact is None else dict(contact)],
        **value,
    }
    change = {"field": field, "value": whole}
    return _body({"object": "whatsapp_business_account", "entry": [{"id": "999", "changes": [change]}]})


def wa_message(kind: str = "text", **said: object) -> bytes:
    """A message to our number."""
    one = {"from": "31600000001", "id": "wamid.1", "timestamp": str(AT), "type": kind, **said}
    return whatsapp(messages=[one])


def wa_status(state: str, **said: object) -> bytes:
    """A receipt of a message of ours."""
    one = {"id": "wamid.9", "status": state, "timestamp": str(AT), "recipient_id": "31600000001", **said}
    return whatsapp(statuses=[one])


def _body(value: object) -> bytes:
    return json.dumps(value).encode()
