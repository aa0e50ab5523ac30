"""What came of an answer, read from the thread."""

from __future__ import annotations

import pytest

from domain.clock import DAY, HOUR
from domain.suggest import Outcome
from domain.suggest_outcome import Aftermath, Said, outcome_of

MENTION = "Waar blijft mijn bestelling met de fietskar?"


def came(*said: Said, later: tuple[tuple[int, str], ...] = (), now: int = DAY) -> Outcome:
    """The outcome of an answer at time zero."""
    return outcome_of(Aftermath(MENTION, -0.4, 0, said, later), now=now)


@pytest.mark.parametrize(
    ("text", "sentiment", "back"),
    [
        ("Bedankt!", 0.7, False),
        ("Dit is geen antwoord.", -0.6, True),
        ("En wanneer komt hij dan?", 0.0, True),
        ("mijn bestelling met de fietskar is er nog niet", None, True),
        ("Mijn bestelling met de fietskar is er, geweldig", 0.8, False),
        ("Ik wacht het af.", 0.0, False),
    ],
)
def test_what_they_say_tells(text: str, sentiment: float | None, back: bool) -> None:
    """Anger, a question or the same words: they came back. Thanks and joy: they did not."""
    assert came(Said(text, "nl", sentiment)).came_back is back


def test_silence_says_something_only_after_a_while() -> None:
    """Two days; before that nothing is known."""
    assert came(now=HOUR).came_back is None
    assert came(now=3 * DAY).came_back is False


def test_the_same_in_a_new_conversation_is_coming_back() -> None:
    """Within two weeks; something else, or earlier, is not."""
    assert came(later=((2 * DAY, MENTION),), now=3 * DAY).came_back is True
    assert (
        came(
            later=((20 * DAY, MENTION), (-DAY, MENTION), (DAY, "Zijn jullie zondag open?")), now=30 * DAY
        ).came_back
        is False
    )


def test_the_mood_is_after_less_before() -> None:
    """Nothing where one of both is unknown."""
    assert came(Said("Top", "nl", 0.6)).lift == pytest.approx(1.0)
    assert came(Said("Top", "nl", None)).lift is None
    assert came().lift is None
