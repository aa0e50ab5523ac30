"""X's webhooks and the reading of its posts: challenge, signature, two kinds of bodies."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace

import pytest
from hypothesis import given

from channels.hooks import About, HookRequest, HookSecrets
from channels.x_hook import XHook, parse_hook, signature
from channels.x_parse import Included, Ours, read_post
from domain.inbound import Aside, BadItem, Echo, Inbound
from tests.channels.fake_platform import NOON
from tests.channels.fake_x import CUSTOMER, US
from tests.channels.mutations import assert_read, mutated

OURS = Ours("x", US, "gemeente")
POST = {
    "id": "11", "author_id": CUSTOMER, "text": "@gemeente kapot", "created_at": "2026-11-13T11:00:00.000Z",
    "conversation_id": "11", "edit_history_post_ids": ["10", "11"], "lang": "nl",
    "entities": {"mentions": [{"start": 0, "end": 9, "username": "gemeente", "id": US}], "urls": []},
    "referenced_posts": [{"type": "replied_to", "id": "9"}], "attachments": {"media_keys": ["3_1"]},
    "note_post": {"text": "@gemeente kapot en langer"},
}  # fmt: skip
ACTIVITY = {
    "data": {
        "event_type": "post.mention.create", "event_uuid": "12", "filter": {"user_id": US}, "payload": POST,
        "includes": {
            "users": [{"id": CUSTOMER, "username": "klant", "name": "Klaas"}],
            "media": [{"media_key": "3_1", "type": "photo", "url": "https://p.example/1", "alt_text": "a"}],
        },
    }
}  # fmt: skip
DIRECT = {
    "data": {
        "event_type": "dm.received",
        "payload": {
            "id": "5", "sender_id": CUSTOMER, "dm_conversation_id": f"{US}-{CUSTOMER}", "text": "hoi",
            "created_at": "2026-11-13T11:00:00.000Z",
        },
    }
}  # fmt: skip
OLDER = {
    "for_user_id": US,
    "tweet_create_events": [
        {
            "id_str": "21", "created_at": "Fri Nov 13 11:00:00 +0000 2026", "text": "@gemeente hoi &amp; dag",
            "user": {"id_str": CUSTOMER, "screen_name": "klant", "name": "Klaas", "followers_count": 3},
            "entities": {"user_mentions": [{"id_str": US, "screen_name": "gemeente"}], "urls": []},
            "in_reply_to_status_id_str": "20", "in_reply_to_user_id_str": US, "lang": "nl",
        }
    ],
    "direct_message_events": [
        {
            "type": "message_create", "id": "31", "created_timestamp": "1763031600000",
            "message_create": {
                "target": {"recipient_id": US}, "sender_id": CUSTOMER, "message_data": {"text": "hoi"},
            },
        }
    ],
    "tweet_delete_events": [{"status": {"id": "21", "user_id": CUSTOMER}}],
    "users": {CUSTOMER: {"screen_name": "klant", "name": "Klaas"}},
}  # fmt: skip


SECRETS = HookSecrets({"consumer_secret": ["geheim", "oud"]})


def test_the_challenge_and_the_signature() -> None:
    hook = XHook()
    reply = hook.handshake(HookRequest("GET", {"crc_token": "abc"}, {}), SECRETS)
    assert reply is not None
    wanted = "sha256=" + base64.b64encode(hmac.digest(b"geheim", b"abc", "sha256")).decode()
    assert json.loads(reply.body) == {"response_token": wanted}
    assert hook.handshake(HookRequest("GET", {}, {}), SECRETS) is None


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (signature("geheim", b"{}"), "good"),
        (signature("oud", b"{}"), "good"),
        (signature("geheim", b"{ }"), "forged"),
        (signature("anders", b"{}"), "forged"),
        ("", "forged"),
        ("sha256=\u00e9", "forged"),
    ],
)
def test_a_signature_is_over_the_raw_body(given: str, verdict: str) -> None:
    request = HookRequest("POST", {}, {"x-twitter-webhooks-signature": given}, b"{}")
    assert XHook().verify(request, SECRETS, NOON) == verdict
    assert XHook().verify(request, HookSecrets({}), NOON) == "forged"


def test_a_body_says_for_whom_it_is() -> None:
    about = About("x", NOON, {"handle": "gemeente"})
    (item,) = XHook().parse(json.dumps(ACTIVITY).encode(), about).items
    assert (item.account, item.remote_id, item.can_reply_public.ok) == ("@gemeente", "10", True)
    batch = XHook().parse(json.dumps(OLDER).encode(), about)
    assert [(each.remote_id, each.deleted) for each in batch.items] == [("21", True), ("31", False)]
    assert XHook().parse(b"no", about).bad
    body = HookRequest("POST", {}, {}, json.dumps(ACTIVITY).encode())
    assert XHook().event_id(body) == "12"


def test_an_event_of_the_activity_api() -> None:
    (item,) = parse_hook(ACTIVITY, OURS, NOON)
    assert isinstance(item, Inbound)
    assert (item.remote_id, item.parent_id, item.text) == ("10", "9", "@gemeente kapot en langer")
    assert item.edited_at is not None
    assert item.can_reply_public.ok
    assert (item.author.handle, item.attachments[0].alt) == ("klant", "a")
    (message,) = parse_hook(DIRECT, OURS, NOON)
    assert isinstance(message, Inbound)
    assert message.visibility == "private"


def test_a_body_of_the_older_api() -> None:
    post, message, gone = parse_hook(OLDER, OURS, NOON)
    assert isinstance(post, Inbound)
    assert (post.text, post.kind, post.parent_id, post.can_reply_public.ok) == (
        "@gemeente hoi & dag", "reply", "20", True,
    )  # fmt: skip
    assert isinstance(message, Inbound)
    assert (message.thread_key, message.text, message.author.handle) == (f"dm:{CUSTOMER}", "hoi", "klant")
    assert isinstance(gone, Inbound)
    assert (gone.remote_id, gone.deleted) == ("21", True)


@pytest.mark.parametrize("body", [{}, {"data": {"event_type": "like.create"}}, {"user_event": {}}])
def test_what_asks_for_no_answer_is_left_alone(body: object) -> None:
    (aside,) = parse_hook(body, OURS, NOON)
    assert isinstance(aside, Aside)
    assert aside.reason


@pytest.mark.parametrize("body", [[], "x", None, {"tweet_create_events": [1]}])
def test_what_cannot_be_read_is_set_apart(body: object) -> None:
    (bad,) = parse_hook(body, OURS, NOON)
    assert isinstance(bad, BadItem)


@given(mutated(ACTIVITY, DIRECT, OLDER))
def test_no_body_breaks_the_reading(body: object) -> None:
    assert_read(parse_hook(body, OURS, NOON))


@given(mutated(POST))
def test_no_post_breaks_the_reading(post: object) -> None:
    assert_read([read_post(post, Included(), OURS, "mentions")])


def test_x_s_own_word_that_we_are_named_is_enough() -> None:
    bare = {name: value for name, value in POST.items() if name != "entities"}
    body = {"data": {"event_type": "post.mention.create", "filter": {"user_id": US}, "payload": bare}}
    (item,) = XHook().parse(json.dumps(body).encode(), About("x", NOON)).items
    assert item.can_reply_public.ok
    assert item.permalink == "https://x.com/i/status/11"
    body["data"]["event_type"] = "post.reply.create"
    (item,) = XHook().parse(json.dumps(body).encode(), About("x", NOON)).items
    assert not item.can_reply_public.ok


def test_our_own_post_is_an_echo() -> None:
    read = read_post({**POST, "author_id": US}, Included(), OURS, "own")
    assert isinstance(read, Echo)
    assert (read.remote_id, read.parent_id) == ("10", "9")


def test_a_channel_that_only_listens_answers_nobody() -> None:
    read = read_post(POST, Included(), replace(OURS, listen_only=True), "mentions")
    assert isinstance(read, Inbound)
    assert not read.can_reply_public.ok
    assert not read.can_reply_private.ok
