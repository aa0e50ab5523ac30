"""What Mastodon servers say of themselves, and how far a list was read."""

from __future__ import annotations

import json

import pytest

from channels.mastodon_server import page_before, read_instance
from channels.mastodon_walk import read_place


@pytest.mark.parametrize(
    "said", [None, [], "x", {}, {"configuration": 3}, {"domain": "a b", "api_versions": []}]
)
def test_odd_servers_have_the_usual_values(said: object) -> None:
    """Nothing a server says can break us."""
    instance = read_instance(said, "social.example", "https://social.example")
    assert (instance.host, instance.limits.maximum, instance.quotes) == ("social.example", None, False)
    assert instance.streaming == "https://social.example"


def test_a_servers_own_limits() -> None:
    """Longer posts, full links, another streaming host, quotes."""
    statuses = {"max_characters": 5_000, "characters_reserved_per_url": 0}
    said = {
        "domain": "overheid.example",
        "api_versions": {"mastodon": 7},
        "configuration": {
            "statuses": statuses,
            "urls": {"streaming": "wss://streaming.overheid.example/x"},
        },
    }
    instance = read_instance(said, "social.overheid.example", "https://social.overheid.example")
    assert (instance.limits.maximum, instance.limits.per_link) == (5_000, 0)
    assert instance.streaming == "https://streaming.overheid.example"
    assert (instance.host, instance.quotes) == ("overheid.example", True)


@pytest.mark.parametrize(
    "address", ["ws://streaming.example", "file:///x", "wss://a b/", "wss://u:p@x.example", "http://[", 3]
)
def test_the_token_goes_to_no_odd_streaming_host(address: object) -> None:
    """Unencrypted or unreadable addresses are not used."""
    said = {"configuration": {"urls": {"streaming": address}}}
    assert read_instance(said, "a.example", "https://a.example").streaming == "https://a.example"


@pytest.mark.parametrize(
    ("link", "newest"),
    [
        ('<https://a/x?max_id=1>; rel="next", <https://a/x?min_id=9&limit=3>; rel="prev"', "9"),
        ('<https://a/x?max_id=1>; rel="next"', None),
        ('<https://a/x>; rel="prev"', None),
        ("<" * 9_000, None),
        ("", None),
    ],
)
def test_the_servers_own_next_page(link: str, newest: str | None) -> None:
    """Its `prev` link names the `min_id` to go on with."""
    assert page_before({"link": link}) == newest


def test_a_cursor_is_json_that_comes_back() -> None:
    """And stays small."""
    place = read_place(json.dumps({"newest": "9", "seen": {"9": ["1", "r", "2"]}, "looked": 5}))
    assert read_place(place.cursor()) == place
