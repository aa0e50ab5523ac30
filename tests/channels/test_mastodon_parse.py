"""Statuses of all shapes: read, or set apart, and never an exception."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.mastodon_parse import Ours, read_status, revision, tombstone
from domain.inbound import BadItem, Echo, Inbound

OURS = Ours("mastodon", "@gemeente@social.example", "1", "social.example")
STATUS: dict[str, Any] = {
    "id": "01JD3",
    "created_at": "2025-11-13T11:00:00.000Z",
    "edited_at": None,
    "in_reply_to_id": None,
    "in_reply_to_account_id": None,
    "visibility": "public",
    "language": "nl",
    "url": "https://social.example/@klant/01JD3",
    "content": "<p>@gemeente hallo</p>",
    "spoiler_text": "",
    "account": {
        "id": "2",
        "acct": "klant",
        "username": "klant",
        "display_name": "Klaas :kat:",
        "avatar": "https://media.example/a.png",
        "note": "<p>Fiets graag</p>",
        "followers_count": 12,
    },
    "media_attachments": [],
    "mentions": [{"id": "1", "acct": "gemeente"}],
}


def read(**changes: object) -> Inbound:
    item = read_status({**STATUS, **changes}, OURS, "mentions", {})
    assert isinstance(item, Inbound)
    return item


def test_a_mention() -> None:
    item = read()
    assert (item.kind, item.visibility, item.text) == ("mention", "public", "@gemeente hallo")
    assert (item.remote_id, item.thread_key, item.root_id) == ("01JD3", "01JD3", None)
    assert item.account == "@gemeente@social.example"
    assert (item.author.handle, item.author.name) == ("klant@social.example", "Klaas :kat:")
    assert item.author.profile == {"bio": "Fiets graag", "followers": "12"}
    assert item.parent_ref == {"visibility": "public", "acct": "klant"}
    assert json.loads(item.raw) == STATUS
    assert item.can_reply_public.ok
    assert item.can_reply_private.ok


@pytest.mark.parametrize(
    ("visibility", "ours", "kind", "public_reply"),
    [
        ("public", "public", "mention", True),
        ("unlisted", "unlisted", "mention", True),
        ("private", "private", "mention", False),
        ("direct", "private", "dm", False),
        ("limited", "private", "mention", False),
        ("something new", "private", "mention", False),
        (None, "private", "mention", False),
    ],
)
def test_what_is_not_surely_public_is_private(
    visibility: object, ours: str, kind: str, public_reply: bool
) -> None:
    item = read(visibility=visibility)
    assert (item.visibility, item.kind, item.can_reply_public.ok) == (ours, kind, public_reply)
    assert bool(item.can_reply_public.reason) is not public_reply


def test_a_private_talk_is_one_thread_with_its_person() -> None:
    one = read(visibility="direct", in_reply_to_id="9")
    assert one.thread_key == read(id="01JD4", visibility="direct").thread_key == "dm:2"


def test_a_reply_to_us_belongs_to_the_first_post_of_its_thread() -> None:
    status = {**STATUS, "in_reply_to_id": "8", "in_reply_to_account_id": "1"}
    item = read_status(status, OURS, "mentions", {"01JD3": "5"})
    assert isinstance(item, Inbound)
    assert (item.kind, item.parent_id, item.root_id, item.thread_key) == ("reply", "8", "5", "5")


def test_a_quote_and_a_found_post() -> None:
    quote = {"state": "accepted", "quoted_status": {"id": "3", "account": {"id": "1"}}}
    assert read(quote=quote, mentions=[]).kind == "quote"
    assert read(mentions=[]).kind == "post"


def test_our_own_is_an_echo() -> None:
    status = {**STATUS, "account": {"id": "1", "acct": "gemeente"}, "in_reply_to_id": "8"}
    echo = read_status(status, OURS, "own", {})
    assert isinstance(echo, Echo)
    assert (echo.parent_id, echo.thread_key) == ("8", "8")
    direct = read_status({**status, "visibility": "direct", "mentions": [{"id": "2"}]}, OURS, "own", {})
    assert isinstance(direct, Echo)
    assert direct.thread_key == "dm:2"


def test_warnings_polls_and_pictures_are_part_of_the_text_and_of_the_revision() -> None:
    poll = {"options": [{"title": "ja"}, {"title": "nee"}, 3]}
    assert read(spoiler_text="Let op", poll=poll).text == "Let op\n\n@gemeente hallo\n\n- ja\n- nee"
    media = {"type": "image", "url": "https://media.example/1.png", "description": "een kat"}
    described = {**STATUS, "media_attachments": [media]}
    assert revision(described) != revision(STATUS)
    assert revision({**STATUS, "favourites_count": 7}) == revision(STATUS)


def test_attachments_of_any_kind() -> None:
    media: list[object] = [
        {"type": "image", "url": "https://media.example/1.png", "description": None},
        {"type": "gifv", "url": "https://media.example/2.mp4"},
        {"type": "unknown", "url": None, "remote_url": "https://elders.example/x"},
        {"type": "hologram", "url": "https://media.example/3"},
        {"type": "image", "url": "javascript:alert(1)"},
        {"type": ["image"], "url": 4},
        "geen",
    ]
    assert [each.kind for each in read(media_attachments=media).attachments] == [
        "image",
        "video",
        "file",
        "file",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": 12},
        {"id": ""},
        {"id": "x" * 600},
        {"created_at": "gisteren"},
        {"created_at": "2025-11-13T11:00:00"},
        {"account": None},
        {"account": {"id": "2"}},
        {"content": None},
        {"content": ["x"]},
    ],
)
def test_without_these_there_is_no_item(changes: dict[str, object]) -> None:
    bad = read_status({**STATUS, **changes}, OURS, "mentions", {})
    assert isinstance(bad, BadItem)
    assert bad.reason
    assert json.loads(bad.raw) == {**STATUS, **changes}


@pytest.mark.parametrize("status", [None, 3, "x", [], [{}], True, {}])
def test_what_is_no_status_is_set_apart(status: object) -> None:
    assert isinstance(read_status(status, OURS, "mentions", {}), BadItem)


@given(st.data())
def test_any_field_may_be_anything(data: st.DataObject) -> None:
    """One or two fields of any shape: an item, an echo or a bad item, and all of it can be stored."""
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.just("\ud800\x00"),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*STATUS, "type"]), inner, max_size=3)
        ),
        max_leaves=6,
    )
    changes = data.draw(st.dictionaries(st.sampled_from([*STATUS, "poll", "quote"]), anything, max_size=2))
    item = read_status({**STATUS, **changes}, OURS, "mentions", {})
    if isinstance(item, Inbound):
        stored = [item.text, item.remote_id, item.thread_key, item.permalink or "", item.lang or ""]
        stored += [item.author.remote_id, item.author.handle, item.author.name, *item.author.profile.values()]
        stored += [each.url + each.alt for each in item.attachments]
        assert "\x00" not in "".join(stored).encode().decode()


def test_a_tombstone_says_that_it_is_gone() -> None:
    gone = tombstone("01JD3", "2", OURS, 7)
    assert gone.deleted
    assert (gone.remote_id, gone.account, gone.author.remote_id) == ("01JD3", OURS.account, "2")
