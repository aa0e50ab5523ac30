"""The language guess: sure where the words say it, silent where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.practice.day import script
from sentiment.language import guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wanneer komt de monteur langs bij ons?", "nl"),
        ("'t Is toch wreed dat ge hier nooit ne mens aan de lijn krijgt", "nl"),
        ("When will the engineer come to our house?", "en"),
        ("Est-ce que je peux recevoir ma facture en français ?", "fr"),
        ("Wann kommt der Techniker und was kostet das?", "de"),
        ("top", None),
        ("👍👍", None),
        ("", None),
        ("12345 67", None),
        ("@heldervonk https://example.com/the/and/of", None),
        ("¿Cuándo viene el técnico para arreglar la conexión de los vecinos?", None),
        ("Quando arriva il tecnico per la nostra connessione?", None),
    ],
)
def test_guesses(text: str, language: str | None) -> None:
    assert guess(text) == language


def test_the_practice_day_is_hardly_ever_taken_for_another_language() -> None:
    lines = [line for line in script() if line.lang in {"nl", "en"} and len(line.text.split()) >= 6]
    guesses = [(line.lang, guess(line.text)) for line in lines]
    assert sum(found not in {said, None} for said, found in guesses) <= 0.01 * len(lines)
    assert sum(found == said for said, found in guesses) > 0.9 * len(lines)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    assert guess(text) in {"nl", "en", "fr", "de", None}
