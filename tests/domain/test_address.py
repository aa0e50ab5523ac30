"""The reply says `je` or `u` as the contact does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.address import form_of_address


@pytest.mark.parametrize(
    "text",
    [
        "Kunt u mij helpen?",
        "Wat is uw mening?",
        "Als je belt sta je een uur in de wacht. Kunt u dat oplossen?",
        "U zegt dat jullie het oplossen",
        "Heeft U mijn bericht ontvangen",
        "Geachte heer, mevrouw, mijn pakket is kwijt.",
        "Dank u wel",
        "Mijn pas doet het niet, graag hulp alstublieft",
    ],
)
def test_u(text: str) -> None:
    assert form_of_address(text) == "u"


@pytest.mark.parametrize(
    "text",
    [
        "Kun je me helpen?",
        "wat vind jij er zelf van",
        "Jullie app ligt eruit",
        "Kunde gij da nakijken? Uw app werkt niet",
        "ge zijt bedankt",
        "dankjewel!",
        "Is dit jouw uw antwoord of van jou, jij daar",
        "Alsjeblieft, help",
    ],
)
def test_je(text: str) -> None:
    assert form_of_address(text) == "je"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mijn internet ligt eruit",
        "om 9 u of 10u30",
        "storing bij @u en #je https://u.nl/je",
        "graag zo snel mogelijk aub",
        "Geachte webcare, help alsjeblieft",
    ],
)
def test_nobody_is_addressed(text: str) -> None:
    assert form_of_address(text) is None


def test_only_dutch_has_the_choice() -> None:
    assert form_of_address("je voudrais savoir", lang="fr") is None
    assert form_of_address("can u help", lang="en") is None
    assert form_of_address("kan u helpen", lang="nl-BE") == "u"


@given(st.text(max_size=100))
def test_any_text_has_an_answer(text: str) -> None:
    assert form_of_address(text) in {"je", "u", None}
