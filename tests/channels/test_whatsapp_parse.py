"""WhatsApp's webhook: every kind of message in words, people under all their ids, receipts."""

from __future__ import annotations

from typing import Any

import pytest

from domain.clock import HOUR
from tests.channels import meta_bodies as bodies
from tests.channels.meta_bodies import AT
from tests.channels.test_meta_parse import NOW, item_of, parse


def test_whatsapp_names_people_by_all_their_ids() -> None:
    item = item_of(parse("whatsapp", bodies.wa_message(text={"body": "Hallo"})))
    assert item.author.alt_ids == {"wa_id": "31600000001", "bsuid": "NL.123", "username": "sanne"}
    assert (item.author.remote_id, item.author.name, item.thread_key) == (
        "31600000001",
        "Sanne",
        "dm:31600000001",
    )
    assert (item.account, item.kind, item.visibility) == (bodies.NUMBER, "dm", "private")
    assert (item.can_reply_private.until, item.can_reply_private.needs) == (NOW + 24 * HOUR, "template")


def test_a_person_without_a_number_has_an_id_all_the_same() -> None:
    contact = {"user_id": "NL.123", "profile": {"name": "Sanne"}}
    one = {
        "from_user_id": "NL.123",
        "id": "wamid.1",
        "timestamp": str(AT),
        "type": "text",
        "text": {"body": "x"},
    }
    item = item_of(parse("whatsapp", bodies.whatsapp(contact=contact, messages=[one])))
    assert item.author.remote_id == "NL.123"
    assert item.parent_ref is not None
    assert (item.parent_ref["to"], item.parent_ref["user_id"]) == (None, "NL.123")


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        ("image", {"id": "1", "caption": "kapot"}, "kapot"),
        ("audio", {"id": "1", "voice": True}, "voice"),
        ("document", {"id": "1", "filename": "brief.pdf"}, "brief.pdf"),
        ("location", {"latitude": 52.1, "longitude": 5.1, "name": "Stadhuis"}, "Stadhuis"),
        ("interactive", {"list_reply": {"title": "Afval", "description": "Grijs"}}, "Afval - Grijs"),
        ("interactive", {"nfm_reply": {"body": "Sent", "response_json": "{}"}}, "form"),
        ("button", {"text": "Ja"}, "Ja"),
        ("order", {"product_items": [{"product_retailer_id": "SKU1", "quantity": 2}]}, "2 SKU1"),
        ("poll", {}, "poll"),
        ("unsupported", {}, "not passed on"),
    ],
)
def test_every_kind_of_whatsapp_message_is_shown_in_words(
    kind: str, said: dict[str, Any], words: str
) -> None:
    assert words in item_of(parse("whatsapp", bodies.wa_message(kind, **{kind: said}))).text


def test_a_receipt_carries_our_own_key_and_trouble_its_words() -> None:
    (status,) = parse("whatsapp", bodies.wa_status("sent", biz_opaque_callback_data="key-1")).statuses
    assert (status.state, status.key, status.remote_id) == ("sent", "key-1", "wamid.9")
    (status,) = parse(
        "whatsapp", bodies.wa_status("failed", errors=[{"code": 131047, "title": "x"}])
    ).statuses
    assert status.state == "failed"
    assert "24 hours" in status.sentence


def test_a_new_number_is_said_and_is_where_answers_go() -> None:
    system = {"type": "user_changed_number", "body": "Sanne changed number", "wa_id": "31600000002"}
    item = item_of(parse("whatsapp", bodies.wa_message("system", system=system)))
    assert item.author.remote_id == "31600000001"
    assert item.author.alt_ids["wa_id"] == "31600000002"
    assert item.parent_ref is not None
    assert item.parent_ref["to"] == "31600000002"


def test_a_colleague_on_the_business_telephone_is_an_echo() -> None:
    one = {
        "from": "31201234567",
        "to": "31600000001",
        "id": "wamid.5",
        "timestamp": str(AT),
        "type": "text",
        "text": {"body": "Dank"},
    }
    (echo,) = parse("whatsapp", bodies.whatsapp(field="smb_message_echoes", message_echoes=[one])).echoes
    assert (echo.thread_key, echo.text) == ("dm:31600000001", "Dank")


def test_a_taken_back_and_a_changed_whatsapp_message() -> None:
    gone = item_of(parse("whatsapp", bodies.wa_message("revoke", revoke={"original_message_id": "wamid.0"})))
    assert (gone.deleted, gone.remote_id) == (True, "wamid.0")
    edit = {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "anders"}}}
    changed = item_of(parse("whatsapp", bodies.wa_message("edit", edit=edit)))
    assert (changed.remote_id, changed.text) == ("wamid.0", "anders")
    assert changed.edited_at is not None
