"""A good reply becomes a template: every name and number is taken out, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.template import has_placeholder, parse_template, render
from domain.template_making import KNOWN, Proposal, propose, template_id

VALUES = {
    "contact.first_name": "Jan",
    "contact.name": "Jan de Vries",
    "contact.handle": "@jan@mastodon.nl",
    "operator.first_name": "Sanne",
    "operator.name": "Sanne Visser",
    "organisation": "Gemeente Waterkant",
    "channel.name": "Bluesky",
    "conversation.id": "12",
}


def made(text: str) -> Proposal:
    """With the values of one desk."""
    return propose(text, VALUES, ["An", "Fatima"])


@pytest.mark.parametrize(
    ("reply", "template"),
    [
        ("Hoi Jan, komt goed.", "Hoi {{contact.first_name}}, komt goed."),
        ("Dag Jan de Vries!", "Dag {{contact.name}}!"),
        ("@jan@mastodon.nl zie @piet.nl", "{{contact.handle}} zie {{?handle}}"),
        ("Ik ben Sanne van Gemeente Waterkant.", "Ik ben {{operator.first_name}} van {{organisation}}."),
        ("Fatima en An doen an en fatima", "{{?colleague}} en {{?colleague_2}} doen an en fatima"),
        ("Januari komt Jan niet, Jans wel", "Januari komt {{contact.first_name}} niet, Jans wel"),
        ("Je bestelling 4711-AB is er.", "Je bestelling {{?order_number}} is er."),
        ("Bestelnummer: 12345678", "Bestelnummer: {{?order_number}}"),
        (
            "zaak nr. 2026-0042 en klantnummer 8801",
            "zaak nr. {{?case_number}} en klantnummer {{?customer_number}}",
        ),
        ("Trein 3045 rijdt om 17:05.", "Trein {{?train_number}} rijdt om {{?time}}."),
        ("Track & trace 3SABCD1234567", "Track & trace {{?tracking_number}}"),
        ("Vóór 17.00 uur of 9 uur", "Vóór {{?time}} of {{?time_2}}"),
        ("Je krijgt € 12,50 en 30 euro terug", "Je krijgt {{?amount}} en {{?amount_2}} terug"),
        ("Op vrijdag 27 november, op vrijdag dus", "Op {{?date}}, op {{?day}} dus"),
        ("Uiterlijk 3-12-2026 of 12/03", "Uiterlijk {{?date}} of {{?date_2}}"),
        ("By March 3rd, at 5 pm", "By {{?date}}, at {{?time}}"),
        ("Binnen 1-2 dagen, 24/7, top 10", "Binnen 1-2 dagen, 24/7, top 10"),
        ("Bel 06 12 34 56 78 of +31 20 123 4567", "Bel {{?phone}} of {{?phone_2}}"),
        ("Mail a.b@c.nl, 1234 AB", "Mail {{?email}}, {{?postcode}}"),
        ("NL91 ABNA 0417 1643 00 klopt", "{{?iban}} klopt"),
        ("Code X1234567 of #99", "Code {{?number}} of {{?number_2}}"),
        ("Zie https://a.nl/zaak/1234567.", "Zie https://a.nl/zaak/1234567."),
        ("Jan, Jan!", "{{contact.first_name}}, {{contact.first_name}}!"),
        ("order 4711, ja, order 4711", "order {{?order_number}}, ja, order {{?order_number}}"),
        ("Al 3 weken, 2 keer.", "Al 3 weken, 2 keer."),
        ("Zo: {{ nee }}", "Zo: { { nee } }"),
        ("Op Bluesky, zaal 12", "Op Bluesky, zaal 12"),
        ("", ""),
    ],
)
def test_what_is_taken_out(reply: str, template: str) -> None:
    assert made(reply).text == template


def test_the_proposal_says_what_became_what() -> None:
    found = made("Hoi Jan, order 4711 komt vrijdag, Jan.")
    assert [(one.original, one.placeholder, one.times) for one in found.replaced] == [
        ("Jan", "{{contact.first_name}}", 2),
        ("4711", "{{?order_number}}", 1),
        ("vrijdag", "{{?day}}", 1),
    ]
    assert found.name == "Hoi …, order … komt …, …."


words = st.sampled_from(
    [
        *(
            "Hoi",
            "Jan",
            "Jan de Vries",
            "@jan@mastodon.nl",
            "@piet",
            "Sanne",
            "Fatima",
            "order 4711",
            "€ 12,50",
        ),
        *(
            "vrijdag 27 november",
            "17:00",
            "06-12345678",
            "1234 AB",
            "komt",
            "goed",
            "a@b.nl",
            "https://a.nl/1?b=2",
        ),
        *(
            "zaaknummer Z-2026-17",
            "één",
            "👍🏽",
            "{",
            "}",
            "{{",
            "}}",
            "#",
            "?",
            "Gemeente Waterkant",
            "1-2 dagen",
        ),
    ]
)
texts = st.lists(words, max_size=20).map(" ".join)


@given(texts)
def test_filled_in_again_it_is_the_reply(text: str) -> None:
    """Nothing but what is shown was replaced, and the result is a template."""
    found = made(text)
    values = dict(VALUES) | {
        one.placeholder.strip("{?}"): one.original
        for one in found.replaced
        if one.placeholder.startswith("{{?")
    }
    back = render(parse_template(found.text), values)
    assert back.missing == ()
    assert re.sub(r"[{}\s]+", "", back.text) == re.sub(r"[{}\s]+", "", text)
    for one in found.replaced:
        assert found.text.count(one.placeholder) == one.times


@given(st.text(max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_any_reply_gives_a_template(text: str, name: str, handle: str) -> None:
    values = dict.fromkeys(KNOWN, name) | {"contact.handle": handle}
    found = propose(text, values, [name, handle])
    assert has_placeholder(found.text) == bool(parse_template(found.text).values())


@given(st.text(max_size=80), st.sets(st.sampled_from(["template", "hoi", "hoi-2"])))
def test_an_id_is_a_file_name_and_free(name: str, taken: set[str]) -> None:
    found = template_id(name, taken)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", found)
    assert found not in taken


def test_ids() -> None:
    assert template_id("Storing: één dag …", []) == "storing-een-dag"
    assert template_id("日本", ["template"]) == "template-2"
    assert template_id("Hoi!", ["hoi", "hoi-2"]) == "hoi-3"


@pytest.mark.parametrize(
    "piece", ["06 ", "1.", "@a.", "a@", "order ", "€ 1", "A-", "12-", "Jan", "{", "NL91 ", "1 jan "]
)
def test_a_hostile_reply_takes_no_time(piece: str) -> None:
    text = (piece * 20_000)[:5_000]
    assert made(text).text


def test_whoever_is_greeted_is_the_contact() -> None:
    """Also by a name that the platform does not know; a title asks for one."""
    assert propose("Hoi Karel, het is er.", {}).text == "Hoi {{contact.first_name}}, het is er."
    assert propose("Beste mevrouw Smit, het is er.", {}).text == "Beste mevrouw {{?name}}, het is er."
