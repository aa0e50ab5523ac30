"""Who writes Dutch as in Flanders."""

from __future__ import annotations

import pytest

from domain.flemish import is_flemish


@pytest.mark.parametrize(
    "text",
    [
        "Amai, alweer een panne?",
        "Kunde gij da is nakijken",
        "Spijtig dat ge niet antwoordt",
        "Ik zou mijn gsm-nummer willen aanpassen",
        "Waarom word ik niet verwittigd?",
        "Goeiedag, mijn Bancontact werkt niet",
    ],
)
def test_flemish(text: str) -> None:
    assert is_flemish(text)
    assert is_flemish(text, lang="nl")
    assert not is_flemish(text, lang="en")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Waar blijft mijn pakket?",
        "Joh, zeg ff wat, spijtig hoor",
        "Top, dank je wel!",
        "@gij #amai https://ge.be/gij",
    ],
)
def test_not_flemish(text: str) -> None:
    assert not is_flemish(text)


def test_who_says_so_is_believed() -> None:
    assert is_flemish("Waar blijft mijn pakket?", lang="nl-BE")
