"""A closing thanks opens nothing; anything that may ask something is no closing thanks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.thanks import is_closing_thanks

THANKS = [
    # Dutch
    "bedankt",
    "Bedankt!",
    "BEDANKT!!!",
    "Dank je wel",
    "Dankjewel!",
    "dank u wel",
    "Dank jullie wel!",
    "thx",
    "Thnx!",
    "Top!",
    "top",
    "Super!",
    "Suuuuper bedankt",
    "super, dank!",
    "Gelukt, bedankt!",
    "gelukt!",
    "Het is opgelost",
    "Opgelost! Dankjewel voor het meedenken",
    "Ja, gelukt! Hij doet het weer",
    "Werkt weer, top!",
    "Perfect",
    "Helemaal top, dank je wel 😊",
    "Oké, bedankt!",
    "Ok top",
    "Hoi, bedankt voor de snelle hulp!",
    "Heel erg bedankt voor jullie snelle reactie, fijne dag nog",
    "Prima, dank je",
    "Fijn, bedankt 👍🏼",
    "@webcare bedankt!",
    "@webcare@social.voorbeeld.nl Dank!",
    "Nogmaals bedankt, fijn weekend",
    "Bedankt\n\nGroetjes",
    "1000x dank!",
    "Dankjewel en fijne avond",
    "Da's fijn, dank je wel!",
    "Toppie, thanks xx",
    "Dank :)",
    "Bedankt <3",
    # Flemish
    "Merci!",
    "Merci voor de vlotte service, chapeau!",
    "Mercikes",
    "Zalig, merci",
    "In orde, merci!",
    "Super, merci",
    # emoji
    "👍",
    "👍👍👍",
    "🙏❤️",
    "❤️",
    "👌🏽",
    "😊",
    "Top 👍",
    "🎉 bedankt 🎉",
    # English
    "Thanks!",
    "thank you",
    "Thank you so much!",
    "Thanks for the quick help!",
    "Great, thank you!",
    "Perfect, thanks",
    "All sorted, thanks again",
    "Working again now, cheers",
    "Awesome 👍",
    "Great to hear, thank you",
    "ty",
    "Thanks a lot, great service!",
    "Thank you for your reply. Have a nice day!",
    "That worked!",
    # French and German
    "Merci beaucoup !",
    "Parfait, merci",
    "Merci pour votre réponse rapide",
    "Merci à vous, bonne journée",
    "Danke!",
    "Vielen Dank für die schnelle Hilfe",
    "Perfekt, danke schön",
    "Hat geklappt, danke",
]

NOT_THANKS = [
    # a question, with or without its mark
    "Bedankt, en wanneer komt de monteur?",
    "bedankt?",
    "Dank! Hoe laat dan",
    "Thanks, but when?",
    "Top! En nu",
    "Alvast bedankt",
    "Bij voorbaat dank",
    "Thanks in advance",
    "Kunnen jullie me bellen, bedankt",
    "bvd",
    "Dank, kan dat ook morgen",
    "Merci d'avance",
    "Danke im Voraus",
    # a but, a complaint, something more
    "Bedankt maar het werkt nog niet",
    "Dank je, maar dit helpt niet",
    "Thanks but no",
    "Thanks, still broken",
    "Bedankt, ik wacht nog steeds",
    "Bedankt, mijn nummer is 0612345678",
    "Dankjewel, ik stuur een DM",
    "Heel fijn, dan wacht ik op de monteur morgen",
    "Gelukt, alleen de factuur niet",
    "het werkt niet",
    "niet opgelost",
    "Super traag",
    "Top dat jullie reageren, nu nog een oplossing",
    "Merci mais non",
    "Danke, geht nicht",
    "Bedankt https://voorbeeld.nl/foto",
    "Dank, zie bijlage",
    "Fijn zo'n storing",
    "Prima, doe maar",
    # an answer that asks us to act
    "Ja",
    "ja graag",
    "Ja, dank je",
    "Ja, top!",
    "Yes please, thanks",
    "Nee, bedankt",
    "No thanks",
    "Nein danke",
    "Oké",
    # sarcasm
    "Bedankt hè",
    "Bedankt hoor",
    "Nou, bedankt",
    "Nou bedankt hoor!",
    "Bedankt voor niks",
    "bedankt voor NIETS",
    "Lekker bezig, bedankt",
    "Lekker dan",
    "Mooi is dat",
    "Fijn dit",
    "Geweldig.",
    "Goed bezig!",
    "Thanks for nothing",
    "Thanks a lot",
    "Merci hè",
    "Merci bien",
    "Bedankt...",
    "Bedankt…",
    "“Bedankt”",
    "'Bedankt' voor de hulp",
    "Great.",
    "Bedankt voor de 'snelle' reactie",
    "Bedankt 🙄",
    "Top 😡",
    "Bedankt 👏👏👏",
    "Thanks 😒",
    "Super 🙃",
    "dank u wel zeg",
    "Wat een topservice",
    "Bedankt voor het wachten",
    "Bedankt KPN",
    "Toppers",
    "Danke für nichts",
    "Merci pour rien",
    # nothing at all
    "",
    "   ",
    "!!!",
    "@webcare",
    "hoi",
    "Fijne dag nog",
    "groetjes",
    "x",
    "😂",
    "😢",
    "#bedankt",
    "(bedankt)",
    "1",
]


@pytest.mark.parametrize("text", THANKS)
def test_thanks(text: str) -> None:
    assert is_closing_thanks(text)


@pytest.mark.parametrize("text", NOT_THANKS)
def test_more_than_thanks(text: str) -> None:
    assert not is_closing_thanks(text)


def test_an_operators_name_is_no_content() -> None:
    assert not is_closing_thanks("Bedankt Sanne!")
    assert is_closing_thanks("Bedankt Sanne!", names=("Sanne", "Jan"))
    assert is_closing_thanks("Dank je wel Zoë", names=("", "Zoë"))
    assert not is_closing_thanks("Sanne", names=("Sanne",))


def test_in_another_language_only_emoji_are_understood() -> None:
    assert is_closing_thanks("bedankt", lang="nl-BE")
    assert not is_closing_thanks("super", lang="pl")
    assert is_closing_thanks("👍 🙏", lang="pl")


@given(
    st.sampled_from(THANKS), st.sampled_from(["?", " maar", " niet", " waarom", " 😡", "...", " but", " 12"])
)
def test_one_doubtful_sign_is_enough_to_keep_it(text: str, sign: str) -> None:
    assert not is_closing_thanks(text + sign)


@given(st.text(max_size=250))
def test_any_text_has_an_answer(text: str) -> None:
    assert is_closing_thanks(text) in {True, False}


def test_a_long_text_is_more_than_thanks() -> None:
    assert not is_closing_thanks("bedankt " * 26)
