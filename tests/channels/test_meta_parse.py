"""Webhooks of Meta's channels: each body into the right item, or set aside with its reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.base import Batch
from channels.hooks import About
from channels.meta_hook import MetaHook, read_instagram, read_messenger, read_page
from channels.whatsapp_parse import read_body
from domain.clock import DAY
from domain.inbound import Inbound
from tests.channels import meta_bodies as bodies
from tests.channels.meta_bodies import AT, PAGE

NOW = AT * 1000
HOOKS = {
    "facebook": MetaHook(read_page),
    "messenger": MetaHook(read_messenger),
    "instagram": MetaHook(read_instagram),
    "whatsapp": MetaHook(read_body),
}
RECORDED = Path(__file__).parents[3] / "shared" / "contracts" / "payloads"


def parse(platform: str, raw: bytes, **options: object) -> Batch:
    return HOOKS[platform].parse(raw, About(platform, NOW, options))


def item_of(batch: Batch) -> Inbound:
    assert (batch.bad, batch.aside) == ((), ())
    (item,) = batch.items
    return item


def test_a_comment_is_a_public_item_in_its_post_s_thread() -> None:
    item = item_of(parse("facebook", bodies.comment()))
    assert (item.kind, item.visibility, item.remote_id) == ("comment", "public", "77_88")
    assert (item.thread_key, item.parent_id, item.account) == (f"{PAGE}_77", f"{PAGE}_77", PAGE)
    assert (item.author.remote_id, item.author.name) == ("2002", "Jan Jansen")
    assert item.text == "Waar blijft mijn kliko?"
    assert item.created_at == (AT - 60) * 1000
    assert item.can_reply_private.until == item.created_at + 7 * DAY
    assert item.can_reply_public.ok


def test_our_own_comment_is_an_echo() -> None:
    batch = parse("facebook", bodies.comment(**{"from": {"id": PAGE, "name": "Wij"}, "message": "Dank!"}))
    (echo,) = batch.echoes
    assert (echo.remote_id, echo.parent_id, echo.text) == ("77_88", f"{PAGE}_77", "Dank!")
    assert batch.items == ()


def test_an_edit_keeps_its_id_and_changes_its_revision() -> None:
    before = item_of(parse("facebook", bodies.comment()))
    after = item_of(parse("facebook", bodies.comment(verb="edited", message="Waar is hij?")))
    assert (after.remote_id, after.text) == (before.remote_id, "Waar is hij?")
    assert after.edited_at is not None
    assert after.revision != before.revision


def test_a_removed_comment_is_gone() -> None:
    item = item_of(parse("facebook", bodies.comment(verb="remove", message=None)))
    assert (item.deleted, item.text, item.remote_id) == (True, "", "77_88")


@pytest.mark.parametrize("verb", ["hide", "unhide", "block"])
def test_a_hidden_comment_is_set_aside(verb: str) -> None:
    (aside,) = parse("facebook", bodies.comment(verb=verb)).aside
    assert verb in aside.reason


@pytest.mark.parametrize("item", ["like", "reaction"])
def test_a_reaction_is_set_aside(item: str) -> None:
    batch = parse("facebook", bodies.page_change("feed", item=item, verb="add", post_id="1_2"))
    assert len(batch.aside) == 1
    assert (batch.items, batch.bad) == ((), ())


def test_a_rating_is_a_review() -> None:
    raw = bodies.page_change(
        "ratings", item="rating", verb="add", open_graph_story_id=904801129604590, reviewer_id=7,
        reviewer_name="Els", rating=2, review_text="Matig", created_time=AT,
    )  # fmt: skip
    item = item_of(parse("facebook", raw))
    assert (item.kind, item.rating, item.text, item.author.name) == ("review", 2, "Matig", "Els")
    assert not item.can_reply_private.ok
    assert item.can_reply_private.reason


def test_who_wrote_a_post_cannot_be_written_to_in_private() -> None:
    """Meta takes the id of a comment only; it is said before anybody writes."""
    raw = bodies.page_change(
        "feed", item="post", verb="add", post_id=f"{PAGE}_9", message="Hoi?", created_time=AT,
        **{"from": {"id": "2002", "name": "Jan"}},
    )  # fmt: skip
    item = item_of(parse("facebook", raw))
    assert item.kind == "post"
    assert item.can_reply_public.ok
    assert not item.can_reply_private.ok
    assert "comment" in item.can_reply_private.reason


def test_ids_that_come_as_numbers_are_text() -> None:
    raw = bodies.comment(**{"from": None, "sender_id": 12345678901234567890123, "sender_name": "Jan"})
    assert item_of(parse("facebook", raw)).author.remote_id == "12345678901234567890123"


def test_a_private_message_is_private_and_its_window_is_known() -> None:
    item = item_of(parse("facebook", bodies.message(text="hallo"), human_agent=True))
    assert (item.kind, item.visibility, item.thread_key) == ("dm", "private", "dm:3003")
    assert not item.can_reply_public.ok
    assert item.can_reply_private.until == NOW + DAY
    assert (item.can_reply_private.needs, item.can_reply_private.needed_until) == (
        "human_agent",
        NOW + 7 * DAY,
    )


def test_without_meta_s_approval_the_window_is_a_day() -> None:
    cap = item_of(parse("messenger", bodies.message(text="hallo"), human_agent=False)).can_reply_private
    assert (cap.until, cap.needs) == (NOW + DAY, None)


def test_an_echo_names_the_person_it_went_to() -> None:
    event = {
        "sender": {"id": PAGE}, "recipient": {"id": "3003"},
        "message": {"mid": "m_2", "text": "Dank", "is_echo": True},
    }  # fmt: skip
    (echo,) = parse("messenger", bodies.messaging(event)).echoes
    assert (echo.thread_key, echo.remote_id, echo.parent_id) == ("dm:3003", "m_2", None)


def test_what_another_app_handles_is_read_and_not_answered() -> None:
    raw = bodies.messaging({"message": {"mid": "m_3", "text": "hallo"}}, name="standby")
    item = item_of(parse("messenger", raw))
    assert not item.can_reply_private.ok
    assert item.can_reply_private.reason


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"attachments": [{"type": "image", "payload": {"url": "https://cdn.example/1.jpg"}}]}, "picture"),
        (
            {"attachments": [{"type": "location", "payload": {"coordinates": {"lat": 52.1, "long": 5}}}]},
            "52.1",
        ),
        ({"attachments": [{"type": "fallback", "title": "Krant", "url": "https://x.example"}]}, "Krant"),
        ({"attachments": [{"type": "story_mention", "payload": {"url": "x"}}]}, "story"),
        ({"attachments": [{"type": "hologram"}]}, "hologram"),
        ({"is_unsupported": True}, "not passed on"),
        ({"text": "ja", "reply_to": {"story": {"id": "1"}}}, "story"),
        ({}, "without words"),
    ],
)
def test_every_kind_of_message_is_shown_in_words(said: dict[str, Any], words: str) -> None:
    assert words in item_of(parse("messenger", bodies.message(**said))).text


def test_a_message_that_was_taken_back_is_gone() -> None:
    item = item_of(parse("messenger", bodies.message(is_deleted=True)))
    assert (item.deleted, item.remote_id) == (True, "m_1")


def test_a_changed_message_is_an_edit() -> None:
    raw = bodies.messaging({"message_edit": {"mid": "m_1", "text": "anders", "num_edit": 1}})
    item = item_of(parse("messenger", raw))
    assert (item.remote_id, item.text, item.edited_at) == ("m_1", "anders", NOW)


def test_receipts_are_statuses_and_other_events_are_set_aside() -> None:
    statuses = parse("messenger", bodies.messaging({"delivery": {"mids": ["m_8", "m_9"]}})).statuses
    assert [(status.remote_id, status.state) for status in statuses] == [
        ("m_8", "delivered"),
        ("m_9", "delivered"),
    ]
    for event in ("read", "optin", "referral", "policy-enforcement", "pass_thread_control", "reaction"):
        (aside,) = parse("messenger", bodies.messaging({event: {}})).aside
        assert aside.reason


def test_an_event_nobody_knows_is_kept_with_its_reason() -> None:
    (bad,) = parse("messenger", bodies.messaging({"telepathy": {}})).bad
    assert "telepathy" in bad.reason
    assert b"telepathy" in bad.raw


def test_a_pressed_button_is_an_item() -> None:
    raw = bodies.messaging({"postback": {"title": "Klacht", "payload": "COMPLAINT", "mid": "m_4"}})
    assert "Klacht" in item_of(parse("messenger", raw)).text


def test_a_page_s_messages_can_be_left_to_another_channel() -> None:
    (aside,) = parse("facebook", bodies.message(text="hallo"), messages=False).aside
    assert aside.reason
    (aside,) = parse("messenger", bodies.comment()).aside
    assert "facebook" in aside.reason


def test_instagram_comments_and_mentions() -> None:
    raw = bodies.ig_change(
        "comments", id="17", text="mooi", media={"id": "18"}, **{"from": {"id": "4", "username": "piet"}}
    )
    item = item_of(parse("instagram", raw))
    assert (item.kind, item.thread_key, item.author.handle) == ("comment", "18", "piet")
    mention = item_of(parse("instagram", bodies.ig_change("mentions", media_id="18", comment_id="19")))
    assert (mention.kind, mention.remote_id) == ("mention", "19")
    assert mention.text
    live = item_of(parse("instagram", bodies.ig_change("live_comments", id="20", text="hoi")))
    assert live.can_reply_private.reason


def test_our_own_instagram_comment_is_an_echo() -> None:
    raw = bodies.ig_change("comments", id="17", text="dank", media={"id": "18"}, **{"from": {"id": PAGE}})
    assert [echo.remote_id for echo in parse("instagram", raw).echoes] == ["17"]


def test_a_body_about_something_else_says_so() -> None:
    (bad,) = parse("instagram", bodies.comment()).bad
    assert "page" in bad.reason
    (aside,) = parse("facebook", b'{"object": "user", "entry": [{"id": "1"}]}').aside
    assert "user" in aside.reason


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"12", b'"x"', b"{}", b'{"object":"page"}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_body_is_kept_with_its_reason(raw: bytes) -> None:
    for platform in HOOKS:
        batch = parse(platform, raw)
        assert [bool(bad.reason) for bad in batch.bad] == [True]
        assert batch.items == ()


def test_one_bad_part_stops_nothing() -> None:
    body = json.loads(bodies.comment())
    good = body["entry"][0]["changes"][0]
    body["entry"][0]["changes"] = [{"field": "feed", "value": {"item": "comment", "verb": "add"}}, good]
    batch = parse("facebook", json.dumps(body).encode())
    assert [item.remote_id for item in batch.items] == ["77_88"]
    assert len(batch.bad) == 1


def test_a_lone_surrogate_spoils_nothing() -> None:
    item = item_of(parse("facebook", bodies.comment(message="a\ud800b")))
    item.text.encode("utf-8")
    assert b"ud800" in item.raw


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8), st.sampled_from(["\ud800", "\x00", "remove", "edited", "page", "1" * 600]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
SEEDS: dict[str, list[bytes]] = {
    "facebook": [
        bodies.comment(),
        bodies.message(text="x", attachments=[{"type": "image", "payload": {"url": "https://x"}}]),
        bodies.page_change("ratings", item="rating", verb="add", open_graph_story_id=1, rating=2),
        bodies.messaging({"postback": {"title": "a"}}),
        bodies.messaging({"delivery": {"mids": ["m"]}}),
    ],
    "instagram": [
        bodies.ig_change("comments", id="1", text="x", media={"id": "2"}),
        bodies.ig_change("mentions", media_id="1"),
    ],
    "whatsapp": [
        bodies.wa_message(text={"body": "x"}),
        bodies.wa_message("image", image={"id": "1", "caption": "x"}),
        bodies.wa_message("order", order={"product_items": [{"quantity": 1}]}),
        bodies.wa_status("failed", errors=[{"code": 131047}]),
        bodies.wa_message(
            "contacts", contacts=[{"name": {"formatted_name": "x"}, "phones": [{"phone": "1"}]}]
        ),
        bodies.wa_message("location", location={"latitude": 1, "longitude": 2}),
        bodies.wa_message("system", system={"type": "user_changed_number", "wa_id": "2"}),
        bodies.wa_message("interactive", interactive={"list_reply": {"title": "x"}}),
    ],
}


def _spots(value: object) -> list[tuple[Any, Any]]:
    """Every place in a body where something can be put."""
    if isinstance(value, dict):
        return [(value, key) for key in value] + [spot for each in value.values() for spot in _spots(each)]
    if isinstance(value, list):
        return [(value, n) for n in range(len(value))] + [spot for each in value for spot in _spots(each)]
    return []


@pytest.mark.parametrize("platform", SEEDS)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_whatever_is_put_into_a_body_nothing_raises(platform: str, data: st.DataObject) -> None:
    body = json.loads(data.draw(st.sampled_from(SEEDS[platform])))
    for _turn in range(data.draw(st.integers(1, 3))):
        place, key = data.draw(st.sampled_from(_spots(body)))
        place[key] = data.draw(VALUES)
        if not _spots(body):
            break
    batch = parse(platform, json.dumps(body).encode("ascii"))
    found = (*batch.items, *batch.echoes, *batch.statuses, *batch.aside, *batch.bad)
    assert found
    assert all(item.remote_id and item.author.remote_id and item.author.handle for item in batch.items)
    for item in batch.items:
        assert item.deleted or item.text
        item.text.encode("utf-8")
        assert item.raw
    assert all(bad.reason for bad in batch.bad)
    assert all(aside.reason for aside in batch.aside)


def _recorded() -> list[tuple[str, str, bytes]]:
    found = []
    for platform in ("facebook", "instagram", "whatsapp"):
        for path in sorted((RECORDED / platform).glob("*.json")):
            value = json.loads(path.read_bytes())
            cases = {"": value} if "object" in value else value
            found += [
                (platform, f"{path.stem} {name}".strip(), json.dumps(case).encode())
                for name, case in cases.items()
            ]
    return found


@pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded bodies of other projects are not beside this checkout"
)
def test_recorded_bodies_are_read() -> None:
    for platform, name, raw in _recorded():
        batch = parse(platform, raw)
        assert batch.bad == (), name
        assert batch.items or batch.echoes or batch.statuses or batch.aside, name
        if name.startswith(
            ("messaging-message", "feed-comment-add", "ratings-rating", "mention", "wh-comments")
        ):
            assert batch.items or batch.echoes, name
