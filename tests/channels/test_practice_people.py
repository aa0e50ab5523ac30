"""How well a reply helps: pure, documented, and moved by what it names."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.practice.people import (
    SATISFIED,
    TOLERATED,
    WEIGHTS,
    Person,
    answer_text,
    helpfulness,
    plain,
    reaction,
)

BEA = Person(
    text="Jullie monteur zou gisteren komen. Ik heb de hele middag vrij genomen.",
    kind="complaint",
    sentiment="negative",
    lang="nl",
    name="Bea Konings",
)
BEN = Person("The engineer never came.", "complaint", "negative", "en", "Ben Carver")


@pytest.mark.parametrize(
    ("reply", "person"),
    [
        ("Sorry Bea, dat hoort niet. Ik heb een monteur voor je ingepland: morgen om 9.00. ^SV", BEA),
        ("Wat vervelend Bea! Je kunt zelf een nieuwe tijd kiezen in de app, vandaag nog.", BEA),
        ("Sorry Ben, that should not happen. I have booked the engineer for tomorrow at 9. ^SV", BEN),
    ],
)
def test_a_reply_that_helps_satisfies(reply: str, person: Person) -> None:
    assert helpfulness(reply, person).score >= SATISFIED


@pytest.mark.parametrize(
    ("reply", "person"),
    [
        ("Bel ons even op 0800-1234.", BEA),
        ("Sorry. Mail ons even via het contactformulier op onze website.", BEA),
        ("Dank voor je bericht, we nemen het mee.", BEA),
        ("Wordt vervolgd.", BEA),
        ("Dat had je kunnen lezen in de brief.", BEA),
        ("Ok.", BEA),
        ("Please contact us through the contact form.", BEN),
        ("Your feedback matters, we are looking into it.", BEN),
    ],
)
def test_a_reply_that_does_not_help_is_not_tolerated(reply: str, person: Person) -> None:
    assert helpfulness(reply, person).score < TOLERATED


def test_every_mark_is_found_by_its_own_words() -> None:
    replies = {
        "concrete": "Je kunt in de app kiezen.",
        "when": "Vanmiddag.",
        "acknowledges": "Excuses.",
        "name": "Dag Bea",
        "about_it": "De monteur dus.",
        "asks": "Wat is je postcode?",
        "redirects": "Neem contact op.",
        "hot_air": "We geven het door.",
        "blames": "Zoals eerder gezegd.",
        "short": "Ok",
    }
    for mark, reply in replies.items():
        assert mark in helpfulness(reply, BEA).marks
    assert {"canned", *replies} == set(WEIGHTS)


def test_a_copied_text_helps_less_than_its_first_use() -> None:
    reply = "Sorry {}, ik heb het vandaag aangepast. ^SV"
    first = helpfulness(reply.format("Bea"), BEA)
    sent = frozenset({plain(reply.format("Joke"), "Joke de Vries")})
    second = helpfulness(reply.format("Bea"), BEA, sent_before=sent)
    assert second.score < first.score
    assert "canned" in second.marks


def test_hot_air_with_a_time_is_a_promise() -> None:
    assert "hot_air" not in helpfulness("We kijken ernaar; de monteur komt morgen om 9.00.", BEA).marks


@pytest.mark.parametrize(
    ("kind", "sentiment", "score", "outcomes"),
    [
        ("complaint", "negative", 0.9, {"relief", None}),
        ("question", "neutral", 0.5, {"neutral", None}),
        ("complaint", "negative", 0.1, {"anger", None}),
        ("compliment", "positive", 0.8, {"thanks", None}),
        ("compliment", "positive", 0.1, {None}),
        ("chatter", "negative", 0.9, {"troll", None}),
        ("spam", "neutral", 0.9, {None}),
    ],
)
def test_what_people_do_with_a_reply(
    kind: str, sentiment: str, score: float, outcomes: set[str | None]
) -> None:
    person = Person("", kind, sentiment, "nl")
    assert {reaction(person, score, Random(seed)) for seed in range(60)} == outcomes


def test_everybody_answers_in_their_language() -> None:
    assert {answer_text("anger", "de", Random(1))} == {"Das beantwortet meine Frage leider überhaupt nicht."}
    assert answer_text("thanks", "tlh", Random(1))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=20))
def test_no_text_raises_and_every_score_is_a_share(reply: str, text: str, name: str) -> None:
    found = helpfulness(reply, Person(text, "complaint", "negative", "nl", name))
    assert 0 <= found.score <= 1
    assert set(found.marks) <= set(WEIGHTS)
