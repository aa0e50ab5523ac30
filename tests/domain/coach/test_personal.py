"""The personal-data shield."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.coach.personal import eleven_test, find, luhn, mod_97


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Je bsn is 111222333.", "bsn", "111222333"),
        ("Je nummer 06-12345678 staat goed", "phone", "06-12345678"),
        ("We hebben +31 6 12345678 van je", "phone", "+31 6 12345678"),
        ("je gsm 0475 12 34 56", "phone", "0475 12 34 56"),
        ("your mobile 07700 900 462", "phone", "07700 900 462"),
        ("naar wendy.k@voorbeeld.nl", "email", "wendy.k@voorbeeld.nl"),
        ("terug op NL91 ABNA 0417 1643 00 vandaag", "iban", "NL91 ABNA 0417 1643 00"),
        ("GB29NWBK60161331926819", "iban", "GB29NWBK60161331926819"),
        ("BE68 5390 0754 7034", "iban", "BE68 5390 0754 7034"),
        ("kaart 4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("uw auto GB-123-X", "plate", "GB-123-X"),
        ("wagen 1-ABC-123", "plate", "1-ABC-123"),
        ("bij u op Lindelaan 27 in Hilversum", "address", "Lindelaan 27"),
        ("your house, 14 Elm Road, Bristol", "address", "14 Elm Road"),
        ("je woont op 1217 AB 27", "address", "1217 AB 27"),
        ("geboren op 12-03-1971", "birth_date", "12-03-1971"),
    ],
)
def test_what_points_at_a_person_is_found(text: str, kind: str, found: str) -> None:
    assert [(each.kind, text[each.start : each.end]) for each in find(text)] == [(kind, found)]


@pytest.mark.parametrize(
    "text",
    [
        "Je bestelling 111222333 is onderweg",
        "Zaaknummer 4111 1111 1111 1112",
        "Bel 0800-1234567 gerust",
        "Onze winkel zit aan Lindelaan 27",
        "Overmaken kan naar NL91 ABNA 0417 1643 00 op naam van Reisdienst",
        "Mail info@voorbeeld.nl",
        "NL91 ABNA 0417 1643 01",
        "om 17:00 op 12-03-2026 voor 1.250,00",
        "versie 4.12.3 van 2026",
        "scooter GB-123-X",
        "https://example.org/123456789",
    ],
)
def test_what_does_not_is_left_alone(text: str) -> None:
    assert find(text) == ()


def test_the_organisation_s_own_is_none() -> None:
    text = "je kunt 06-12345678 bellen of jan@ons.nl mailen"
    assert len(find(text)) == 2
    assert find(text, own=("06 1234 5678", "ons.nl")) == ()


@given(st.integers(min_value=0, max_value=10**8 - 1))
def test_one_wrong_digit_never_passes_the_eleven_test(number: int) -> None:
    base = f"{number:08d}"
    passing = [base + str(last) for last in range(10) if eleven_test(base + str(last))]
    assert len(passing) <= 1


@given(st.text(alphabet="0123456789", min_size=12, max_size=18))
def test_every_number_has_one_check_digit(digits: str) -> None:
    assert sum(luhn(digits + str(last)) for last in range(10)) == (0 if len(set(digits + "0")) == 1 else 1)


@given(st.text(max_size=40))
def test_any_text_is_no_iban_without_a_complaint(text: str) -> None:
    assert mod_97(text) in {True, False}
