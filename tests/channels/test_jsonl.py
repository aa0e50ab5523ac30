"""One line a mention: what is read, what is refused and why, and the way back."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.jsonl import MAX_LINE, format_inbound, parse_line, read_lines
from domain.inbound import BadItem, ContactRef, Inbound, Visibility

MINIMAL: dict[str, object] = {
    "channel": "forum",
    "remote_id": "p-1",
    "author": {"handle": "jo"},
    "text": "Waar kan ik mijn tegoed zien?",
    "created_at": "2026-11-23T09:12:00+01:00",
}


def _line(**changes: object) -> bytes:
    entry = {key: value for key, value in {**MINIMAL, **changes}.items() if value is not ...}
    return json.dumps(entry).encode()


def _good(line: bytes) -> Inbound:
    item = parse_line(line, 1)
    assert isinstance(item, Inbound), item
    return item


def _reason(line: bytes, number: int = 7) -> str:
    item = parse_line(line, number)
    assert isinstance(item, BadItem), item
    assert item.raw == line
    return item.reason


def test_the_least_line_becomes_a_public_mention() -> None:
    item = _good(_line())
    assert (item.channel, item.remote_id, item.thread_key) == ("forum", "p-1", "p-1")
    assert (item.kind, item.visibility, item.source) == ("mention", "public", "import")
    assert item.author == ContactRef(remote_id="jo", handle="jo")
    assert item.created_at == 1_795_421_520_000
    assert item.raw == _line()


def test_every_optional_key_arrives() -> None:
    item = _good(
        _line(
            thread="t-9",
            author={"handle": "jo", "name": "Jo Peeters"},
            visibility="private",
            in_reply_to="p-0",
            rating=2,
            permalink="https://forum.example/p/1",
        )
    )
    assert (item.thread_key, item.parent_id, item.rating) == ("t-9", "p-0", 2)
    assert (item.visibility, item.author.name) == ("private", "Jo Peeters")
    assert item.permalink == "https://forum.example/p/1"


@pytest.mark.parametrize(
    ("changes", "kind", "thread"),
    [
        ({"in_reply_to": "p-0"}, "reply", "p-0"),
        ({"visibility": "private"}, "dm", "private:jo"),
        ({"rating": 4}, "review", "p-1"),
        ({"in_reply_to": None, "rating": None, "thread": None}, "mention", "p-1"),
    ],
)
def test_kind_and_thread_follow_from_what_is_given(
    changes: dict[str, object], kind: str, thread: str
) -> None:
    item = _good(_line(**changes))
    assert (item.kind, item.thread_key) == (kind, thread)


@pytest.mark.parametrize("created_at", [1_795_421_520_000, "2026-11-23T08:12:00Z", "2026-11-23T08:12+00:00"])
def test_moments_are_read_in_both_forms(created_at: object) -> None:
    assert _good(_line(created_at=created_at)).created_at == 1_795_421_520_000


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"channel": ...}, "“channel”"),
        ({"remote_id": ...}, "“remote_id”"),
        ({"author": ...}, "“author”"),
        ({"author": {}}, "“author.handle”"),
        ({"author": {"handle": "  "}}, "“author.handle”"),
        ({"author": {"handle": "jo", "name": 3}}, "“author.name”"),
        ({"author": ["jo"]}, "“author”"),
        ({"text": ...}, "“text”"),
        ({"text": 12}, "“text”"),
        ({"text": "half \ud83d"}, "“text”"),
        ({"remote_id": 12}, "“remote_id”"),
        ({"remote_id": "a\x00b"}, "“remote_id”"),
        ({"remote_id": "x" * 2000}, "“remote_id”"),
        ({"channel": "\udc00"}, "“channel”"),
        ({"created_at": ...}, "“created_at”"),
        ({"created_at": "gisteren"}, "“created_at”"),
        ({"created_at": "2026-11-23T09:12:00"}, "“created_at”"),
        ({"created_at": 1_795_421_520}, "“created_at”"),
        ({"created_at": True}, "“created_at”"),
        ({"created_at": 1.5}, "“created_at”"),
        ({"created_at": 2**63}, "“created_at”"),
        ({"created_at": -1}, "“created_at”"),
        ({"created_at": "1901-01-01T00:00:00Z"}, "“created_at”"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "“created_at”"),
        ({"visibility": "secret"}, "“visibility”"),
        ({"visibility": 1}, "“visibility”"),
        ({"rating": 11}, "“rating”"),
        ({"rating": True}, "“rating”"),
        ({"rating": "5"}, "“rating”"),
        ({"in_reply_to": 5}, "“in_reply_to”"),
        ({"thread": {"id": 1}}, "“thread”"),
        ({"permalink": "javascript:alert(1)"}, "“permalink”"),
        ({"permalink": "https://[broken"}, "“permalink”"),
        ({"permalink": "https://x.example/\x1b[2J"}, "“permalink”"),
        ({"visiblity": "private"}, "“visibility”"),
        ({"author": {"handle": "jo", "nmae": "Jo"}}, "“name”"),
    ],
)
def test_a_bad_value_is_refused_with_its_line_and_key(changes: dict[str, object], key: str) -> None:
    reason = _reason(_line(**changes))
    assert "7" in reason
    assert key in reason


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"   ",
        b"{",
        b"null",
        b"[1, 2]",
        b'"text"',
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"created_at": NaN}',
        b'{"text": "a", "text": "b"}',
        b"x" * (MAX_LINE + 1),
    ],
)
def test_what_is_not_a_line_of_json_is_refused_with_its_number(line: bytes) -> None:
    assert "7" in _reason(line)


def test_five_thousand_digits_name_their_key() -> None:
    line = _line().replace(b'"2026-11-23T09:12:00+01:00"', b"9" * 5_000)
    assert "“created_at”" in _reason(line)


def test_a_refused_line_still_names_its_mention() -> None:
    item = parse_line(_line(visibility="secret"), 1)
    assert isinstance(item, BadItem)
    assert item.remote_id == "p-1"


def test_unknown_keys_are_passed_over() -> None:
    assert _good(_line(sentiment="x", likes=10**40, channel_id=4)).text == MINIMAL["text"]


def test_another_text_is_another_revision_and_the_same_line_the_same() -> None:
    assert _good(_line()).revision == _good(_line(permalink="https://forum.example/p/1")).revision
    assert _good(_line()).revision != _good(_line(text="Waar kan ik mijn tegoed vinden?")).revision


def test_a_file_is_read_line_by_line_with_numbers() -> None:
    endless = b"y" * (3 * MAX_LINE)
    stream = io.BytesIO(b"\xef\xbb\xbf" + _line() + b"\r\n\n" + endless + b"\n" + _line(remote_id="p-2"))
    found = list(read_lines(stream))
    assert [(number, type(item)) for number, item in found] == [(1, Inbound), (3, BadItem), (4, Inbound)]


_words = st.text(st.characters(codec="utf-8"), max_size=60)
_ids = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1)
_visibilities: st.SearchStrategy[Visibility] = st.sampled_from(["public", "unlisted", "private"])


@st.composite
def _mentions(draw: st.DrawFn) -> Inbound:
    handle = draw(_ids)
    return Inbound(
        channel=draw(_ids),
        account="import",
        remote_id=draw(_ids),
        kind="mention",
        visibility=draw(_visibilities),
        thread_key=draw(_ids),
        author=ContactRef(remote_id=handle, handle=handle, name=draw(_words)),
        text=draw(_words),
        created_at=draw(st.integers(0, 253_402_300_799_999)),
        revision="",
        parent_id=draw(st.none() | _ids),
        rating=draw(st.none() | st.integers(0, 10)),
        permalink="https://forum.example/p/1",
        source="import",
    )


@settings(max_examples=100, deadline=None)
@given(_mentions())
def test_what_is_written_comes_back(item: Inbound) -> None:
    line = format_inbound(item)
    assert b"\n" not in line
    back = _good(line)
    assert back == replace(item, kind=back.kind, revision=back.revision, raw=line)
    assert format_inbound(back) == line


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from([*MINIMAL, "rating", "permalink", "thread", "in_reply_to"]), _json))
def test_no_json_raises(changes: dict[str, object]) -> None:
    line = json.dumps({**MINIMAL, **changes}).encode()
    item = parse_line(line, 3)
    assert isinstance(item, Inbound) or "3" in item.reason


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_no_bytes_raise(line: bytes) -> None:
    assert isinstance(parse_line(line, 3), Inbound | BadItem)
