"""What becomes a mention, a link or a tag in a post, and where in its bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.bluesky_richtext import Span, facets, handles, spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hoi @klant.bsky.social, dank", [("mention", "@klant.bsky.social", "klant.bsky.social")]),
        ("Hoi @Klant.Test.", [("mention", "@Klant.Test", "klant.test")]),
        ("(@klant.test)", [("mention", "@klant.test", "klant.test")]),
        ("mail jan@gemeente.nl of @niemand", []),
        ("Zie https://gemeente.nl/afval?w=1#a.", [("link", "https://gemeente.nl/afval?w=1#a", None)]),
        (
            "Zie (https://nl.wikipedia.org/wiki/Mercurius_(planeet)).",
            [("link", "https://nl.wikipedia.org/wiki/Mercurius_(planeet)", None)],
        ),
        ("(zie https://gemeente.nl)!", [("link", "https://gemeente.nl", None)]),
        (
            "Kijk op mijn-gemeente.nl/afval, daar",
            [("link", "mijn-gemeente.nl/afval", "https://mijn-gemeente.nl/afval")],
        ),
        ("Kijk op gemeente.nl.", [("link", "gemeente.nl", "https://gemeente.nl")]),
        ("Dat is klaar.De rest komt morgen.", []),
        ("v1.2 en 3.14 en bestand.pdfx", []),
        ("info.nl@gemeente.nl", []),
        ("https://", []),
        ("#afval en #2026 en #wijk7!", [("tag", "#afval", "afval"), ("tag", "#wijk7", "wijk7")]),
        ("#️⃣ en a#b en ##dubbel", [("tag", "##dubbel", "#dubbel")]),
        ("＃afval", [("tag", "＃afval", "afval")]),
        ("#" + "a" * 65, []),
        ("geen", []),
        ("", []),
    ],
)
def test_what_counts(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    found = [(each.kind, text.encode()[each.start : each.end].decode(), each.value) for each in spans(text)]
    assert found == [(kind, shown, shown if value is None else value) for kind, shown, value in expected]


def test_places_are_counted_in_bytes() -> None:
    assert spans("💚é @klant.test #ok") == (
        Span(7, 18, "mention", "klant.test"),
        Span(19, 22, "tag", "ok"),
    )


def test_facets_have_the_platforms_shape_and_an_unknown_handle_stays_text() -> None:
    found = spans("@klant.test en @niemand.test: gemeente.nl #ok @klant.test")
    assert handles(found) == ("klant.test", "niemand.test")
    made = facets(found, {"klant.test": "did:plc:klant"})
    features = [facet["features"] for facet in made]
    assert features == [
        [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:klant"}],
        [{"$type": "app.bsky.richtext.facet#link", "uri": "https://gemeente.nl"}],
        [{"$type": "app.bsky.richtext.facet#tag", "tag": "ok"}],
        [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:klant"}],
    ]
    assert made[0]["index"] == {"byteStart": 0, "byteEnd": 11}


_pieces = st.sampled_from(
    [
        "@klant.test",
        "#tag",
        "https://a.nl/(x)",
        "b.nl",
        " ",
        "\n",
        "(",
        ")",
        ".",
        "é",
        "💚",
        "👩‍👩‍👧",
        "@",
        "#",
        "\u00ad",
    ]
)


@settings(max_examples=100)
@given(st.one_of(st.lists(_pieces, max_size=30).map("".join), st.text(max_size=60).filter(str.isprintable)))
def test_spans_are_whole_characters_in_order_and_apart(text: str) -> None:
    done = 0
    for each in spans(text):
        assert done <= each.start < each.end <= len(text.encode())
        shown = text.encode()[each.start : each.end].decode()
        assert each.value.lower() in f"https://{shown.lower()}"
        done = each.end


def test_a_long_hostile_text_takes_no_time_to_speak_of() -> None:
    """Linear patterns: a quadratic one would not end within the suite's patience."""
    for text in (
        "a." * 20_000,
        "a-" * 20_000,
        "@" + "a" * 40_000,
        "https://" + ")" * 40_000,
        "#" + "." * 40_000,
    ):
        assert len(spans(text)) <= 1
