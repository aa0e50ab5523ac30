"""Bluesky's shapes become the desk's, and a stranger's nonsense becomes a bad item."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.bluesky_parse import Ours, permalink, raw, read_post, read_record, sorted_at, split_uri
from domain.inbound import BadItem, Echo, Inbound

OURS = Ours("bluesky-gemeente", "@gemeente.test", "did:plc:gemeente")
URI = "at://did:plc:klant/app.bsky.feed.post/3n2xhjdqid22p"
OUR_POST = {"uri": "at://did:plc:gemeente/app.bsky.feed.post/3n2aaaaaaaa22", "cid": "bafyours"}
PICTURE = {"$type": "blob", "ref": {"$link": "bafkpicture"}, "mimeType": "image/jpeg", "size": 1}

NOTIFICATION: dict[str, Any] = {
    "uri": URI,
    "cid": "bafycid",
    "author": {
        "did": "did:plc:klant",
        "handle": "klant.test",
        "displayName": "Klant",
        "avatar": "https://cdn.test/a.jpg",
        "description": "Fietst graag",
    },
    "reason": "mention",
    "record": {
        "$type": "app.bsky.feed.post",
        "text": "Hoi @gemeente.test, mijn kliko is niet geleegd",
        "langs": ["nl"],
        "facets": [
            {
                "index": {"byteStart": 4, "byteEnd": 18},
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:gemeente"}],
            }
        ],
        "createdAt": "2026-11-23T06:04:41.074058Z",
    },
    "isRead": False,
    "indexedAt": "2026-11-23T06:04:42.500Z",
}


def changed(**record: object) -> dict[str, Any]:
    """The notification with other fields in its record."""
    view = deepcopy(NOTIFICATION)
    view["record"] |= record
    return view


def inbound(view: object, source: str = "mentions") -> Inbound:
    """The view as an item; fails where it is none."""
    item = read_post(view, OURS, source)
    assert isinstance(item, Inbound), item
    return item


def test_a_mention_says_all_that_the_desk_needs() -> None:
    item = inbound(NOTIFICATION)
    assert (item.channel, item.account, item.remote_id) == ("bluesky-gemeente", "@gemeente.test", URI)
    assert (item.kind, item.visibility, item.lang, item.source) == ("mention", "public", "nl", "mentions")
    assert item.text == "Hoi @gemeente.test, mijn kliko is niet geleegd"
    assert (item.thread_key, item.parent_id, item.root_id, item.revision) == (URI, None, None, "bafycid")
    assert item.parent_ref == {"uri": URI, "cid": "bafycid", "root": {"uri": URI, "cid": "bafycid"}}
    assert (item.author.remote_id, item.author.handle, item.author.name) == (
        "did:plc:klant",
        "klant.test",
        "Klant",
    )
    assert item.author.avatar_url == "https://cdn.test/a.jpg"
    assert item.author.profile["bio"] == "Fietst graag"
    assert item.created_at == 1_795_413_881_074
    assert item.permalink == "https://bsky.app/profile/klant.test/post/3n2xhjdqid22p"
    assert item.can_reply_public.ok
    assert not item.can_reply_private.ok
    assert "Bluesky app" in item.can_reply_private.reason
    assert json.loads(item.raw) == NOTIFICATION


def test_a_reply_hangs_on_its_root_and_answers_go_to_it() -> None:
    parent = {"uri": URI.replace("klant", "ander"), "cid": "bafyparent"}
    item = inbound(changed(reply={"root": OUR_POST, "parent": parent}))
    assert (item.kind, item.thread_key, item.parent_id) == ("reply", OUR_POST["uri"], parent["uri"])
    assert item.parent_ref == {"uri": URI, "cid": "bafycid", "root": OUR_POST}


@pytest.mark.parametrize(
    "embed",
    [
        {"$type": "app.bsky.embed.record", "record": OUR_POST},
        {
            "$type": "app.bsky.embed.recordWithMedia",
            "record": {"record": OUR_POST},
            "media": {"images": [{"image": PICTURE, "alt": "Een kliko"}]},
        },
    ],
)
def test_a_quote_of_ours_is_a_quote_however_it_was_found(embed: object) -> None:
    view = changed(embed=embed, facets=[])
    assert inbound(view).kind == "quote"
    del view["reason"]
    assert inbound(view, "search:kliko").kind == "quote"


def test_a_search_hit_that_does_not_name_us_is_a_post() -> None:
    view = changed(facets=[])
    del view["reason"]
    assert (inbound(view, "search:kliko").kind, inbound(view, "search:kliko").source) == (
        "post",
        "search:kliko",
    )


def test_pictures_come_with_their_description_and_are_named_only() -> None:
    view = changed(embed={"images": [{"image": PICTURE, "alt": "Een volle kliko"}, {"image": None}, 7]})
    (picture,) = inbound(view).attachments
    assert (picture.kind, picture.mime, picture.alt) == ("image", "image/jpeg", "Een volle kliko")
    assert picture.url == "https://cdn.bsky.app/img/feed_fullsize/plain/did:plc:klant/bafkpicture@jpeg"
    view["embed"] = {"images": [{"fullsize": "https://appview.test/full.jpg"}]}
    assert inbound(view).attachments[0].url == "https://appview.test/full.jpg"


def test_a_film_is_an_attachment() -> None:
    (film,) = inbound(
        changed(embed={"video": {**PICTURE, "mimeType": "video/mp4"}, "alt": "Lekkage"})
    ).attachments
    assert (film.kind, film.mime, film.alt) == ("video", "video/mp4", "Lekkage")


def test_our_own_post_is_an_echo() -> None:
    view = changed(reply={"root": {"uri": URI, "cid": "bafycid"}, "parent": {"uri": URI, "cid": "bafycid"}})
    view["uri"] = OUR_POST["uri"]
    echo = read_post(view, OURS, "search:kliko")
    assert isinstance(echo, Echo)
    assert (echo.remote_id, echo.parent_id, echo.thread_key) == (OUR_POST["uri"], URI, URI)


def test_a_record_of_ours_is_an_echo_only_where_it_answers() -> None:
    reply = {"root": {"uri": URI, "cid": "bafycid"}, "parent": {"uri": URI, "cid": "bafycid"}}
    value = {"text": "Dank!", "createdAt": "2026-11-23T06:05:00Z"}
    echo = read_record({**OUR_POST, "value": {**value, "reply": reply}})
    assert isinstance(echo, Echo)
    assert (echo.parent_id, echo.created_at) == (URI, 1_795_413_900_000)
    assert read_record({**OUR_POST, "value": value}) is None
    assert isinstance(read_record({**OUR_POST, "value": None}), BadItem)


def test_where_replies_are_closed_or_we_only_listen_the_reason_is_said() -> None:
    closed = inbound(NOTIFICATION | {"viewer": {"replyDisabled": True}}).can_reply_public
    quiet = read_post(NOTIFICATION, Ours("c", "a", "did:plc:gemeente", listen_only=True), "mentions")
    assert isinstance(quiet, Inbound)
    assert not closed.ok
    assert not quiet.can_reply_public.ok
    assert closed.reason != quiet.can_reply_public.reason


@pytest.mark.parametrize(
    ("created", "indexed", "expected"),
    [
        ("1970-01-01T00:00:00Z", "2026-11-23T06:04:42Z", 0),
        ("0001-01-01T00:00:00+14:00", "2026-11-23T06:04:42Z", 0),
        ("2999-01-01T00:00:00Z", "2026-11-23T06:04:42Z", 1_795_413_882_000),
        ("2026-11-23T07:04:41+01:00", "2026-11-23T06:04:42Z", 1_795_413_881_000),
        ("gisteren", "2026-11-23T06:04:42Z", 1_795_413_882_000),
        ("2026-11-23T06:04:41", "2026-11-23T06:04:42Z", 1_795_413_882_000),
        (None, None, None),
    ],
)
def test_a_wrong_clock_at_the_other_end_is_bounded_by_the_platforms(
    created: str | None, indexed: str | None, expected: int | None
) -> None:
    view = changed(createdAt=created)
    view["indexedAt"] = indexed
    assert sorted_at(view) == expected


@pytest.mark.parametrize("field", ["uri", "cid", "author", "record"])
@pytest.mark.parametrize("value", [None, 7, "", "at://x", [], "\ud800", "did:\x1b[2J"])
def test_without_its_bones_an_item_goes_to_quarantine(field: str, value: object) -> None:
    bad = read_post(NOTIFICATION | {field: value}, OURS, "mentions")
    if field == "cid" and value == "at://x":
        assert isinstance(bad, Inbound)  # opaque to us
        return
    assert isinstance(bad, BadItem)
    assert bad.reason.endswith(".")
    assert json.loads(bad.raw)[field] == value


def test_a_lone_surrogate_is_stored_and_kept_in_the_source() -> None:
    item = inbound(changed(text="half \ud800 en \x00"))
    assert item.text == "half \ufffd en \ufffd"
    assert json.loads(item.raw)["record"]["text"] == "half \ud800 en \x00"


def test_names_and_links_of_accounts_without_a_valid_handle() -> None:
    assert permalink(URI, "handle.invalid") == "https://bsky.app/profile/did:plc:klant/post/3n2xhjdqid22p"
    with pytest.raises(ValueError, match="address"):
        split_uri("https://bsky.app/x/y")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "uri",
                    "cid",
                    "record",
                    "author",
                    "did",
                    "text",
                    "reply",
                    "root",
                    "parent",
                    "embed",
                    "images",
                    "image",
                    "ref",
                    "$link",
                    "facets",
                    "features",
                    "media",
                    "video",
                    "langs",
                    "createdAt",
                    "indexedAt",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
_places = st.sampled_from(
    [(), ("record",), ("author",), ("record", "embed"), ("record", "reply"), ("record", "facets")]
)


@settings(max_examples=200)
@given(
    _places,
    st.sampled_from(sorted(NOTIFICATION) + sorted(NOTIFICATION["record"]) + ["embed", "reply"]),
    _json,
)
def test_no_nonsense_raises_and_all_of_it_can_be_stored(
    place: tuple[str, ...], key: str, value: object
) -> None:
    view = deepcopy(NOTIFICATION)
    target: Any = view
    for name in place:
        target = target.setdefault(name, {})
    if isinstance(target, dict):
        target[key] = value
    read = read_post(view, OURS, "mentions")
    if isinstance(read, Inbound):
        shown = (read.text, read.author.handle, read.author.name, read.permalink, read.lang, read.thread_key)
        "".join(each or "" for each in shown).encode()
        json.dumps(dict(read.parent_ref or {}), ensure_ascii=False).encode()
    assert raw(view)


@settings(max_examples=100)
@given(_json)
def test_anything_at_all_can_come_in_a_list(value: object) -> None:
    assert isinstance(read_post(value, OURS, "mentions"), BadItem | Inbound | Echo)
    assert not isinstance(read_record(value), Inbound)
