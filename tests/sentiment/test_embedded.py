"""The embedded engine: what it gets right by its rules, and that no text upsets it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.practice.day import script
from domain.errors import ConfigError
from sentiment.embedded import EmbeddedEngine
from sentiment.protocol import Engine, Score
from sentiment.registry import load_engine

ENGINE = EmbeddedEngine()
US = ("Heldervonk", "@heldervonk")


def _score(text: str, lang: str | None = None) -> Score:
    return ENGINE.score(text, lang=lang, brands=US)


RULES = {
    "negation turns praise": [
        ("Zo is het voor mij niet leuk meer", "negative"),
        ("Leuk vind ik dit niet", "negative"),
        ("I am not happy with this", "negative"),
        ("The engineer wasn't helpful", "negative"),
        ("Nie content", "negative"),
        ("nicht gut, sehr schlecht", "negative"),
    ],
    "negation softens blame": [
        ("Niet slecht!", "positive"),
        ("Geen klachten", "positive"),
        ("Zonder gedoe overgestapt", "positive"),
        ("Never had a problem with you", "positive"),
        ("Ik hoefde niet lang te wachten", "positive"),
    ],
    "the later clause wins": [
        ("Fijne app, maar de rekening is een ramp", "negative"),
        ("Het duurde lang, maar wat een geweldige hulp", "positive"),
        ("Nice people but the connection is terrible", "negative"),
    ],
    "a mishap needs no word of feeling": [
        ("Ik wacht nog steeds op de monteur", "negative"),
        ("Dit is de derde keer dat ik dit meld", "negative"),
        ("Mijn modem doet het niet", "negative"),
        ("Nobody answers the phone", "negative"),
        ("Al drie weken geen reactie", "negative"),
    ],
    "praise of a mishap is none": [
        ("Fijn hoor, weer een koude douche", "negative"),
        ("Bedankt hè, alweer geen internet", "negative"),
        ("Al twee uur in de wacht, geweldige service 👏👏", "negative"),
        ("Thanks for nothing, I will fix the meter myself", "negative"),
    ],
    "closing thanks is good news": [
        ("bedankt!", "positive"),
        ("Gelukt, dankjewel", "positive"),
        ("Top, werkt weer", "positive"),
        ("👍", "positive"),
        ("It works again, thank you", "positive"),
    ],
    "politeness is not praise": [
        ("Hoe laat gaat de balie open? Alvast bedankt", "neutral"),
        ("Graag hoor ik waar ik mijn meterstand kan doorgeven", "neutral"),
        ("Could you tell me your opening hours? Thanks in advance", "neutral"),
    ],
}


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [pair for pairs in RULES.values() for pair in pairs],
    ids=lambda value: str(value)[:40],
)
def test_rules(text: str, sentiment: str) -> None:
    assert _score(text).sentiment == sentiment


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("Kabelaar is waardeloos, Heldervonk is geweldig", "positive"),
        ("Kabelaar is geweldig, Heldervonk is waardeloos", "negative"),
        ("@kabelaar was een ramp, gelukkig is @heldervonk super", "positive"),
        ("Was ik maar bij Kabelaar gebleven, @heldervonk", "negative"),
        ("Kabelaar is veel beter dan Heldervonk", "negative"),
        ("Heldervonk is veel beter dan Kabelaar", "positive"),
        ("Love Kabelaar. Heldervonk on the other hand is awful", "negative"),
        ("Kabelaar slecht, jullie top!", "positive"),
    ],
)
def test_of_two_targets_ours_counts(text: str, sentiment: str) -> None:
    assert _score(text).sentiment == sentiment


@pytest.mark.parametrize(
    ("us", "sentiment"),
    [("bedrijf X", "negative"), ("bedrijf Y", "positive"), ("X", "negative"), ("Y", "positive")],
)
def test_the_owners_example(us: str, sentiment: str) -> None:
    text = "bedrijf X is bagger, bedrijf Y is top"
    assert ENGINE.score(text, lang="nl", brands=(us,)).sentiment == sentiment


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hoe kan ik mijn meterstand doorgeven?", "question"),
        ("Does anyone know if you have an English helpdesk?", "question"),
        ("Waarom krijg ik nooit antwoord?", "complaint"),
        ("Wat een waardeloze service, al weken geen internet", "complaint"),
        ("Wat zijn jullie monteurs vriendelijk, echt top!", "compliment"),
        ("Ik wil mijn contract opzeggen per 1 januari", "cancellation"),
        ("Please cancel my subscription", "cancellation"),
        ("Tip voor de app: het zou handig zijn om te kunnen zoeken", "suggestion"),
        ("Wij zoeken een offerte voor 36 laadpalen", "commercial"),
        ("Verdien 3000 per week vanuit huis, klik op geld.example 👉", "spam"),
        ("De bus rijdt vandaag langs het gebouw van Heldervonk", "chatter"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert _score(text).kind == kind


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("Ik ruik een gaslucht bij de meterkast", 3),
        ("There is smoke coming out of the meter box", 3),
        ("Hele straat zonder stroom, storing?", 2),
        ("Als dit vrijdag niet in orde is stap ik naar de ombudsman", 2),
        ("Ik heb nu al drie keer gebeld, nog steeds niets", 2),
        ("Hoe vind ik mijn klantnummer?", 0),
        ("Wat een fijne app", 0),
    ],
)
def test_urgency(text: str, urgency: int) -> None:
    assert _score(text).urgency == urgency


def test_the_practice_day_is_read_better_than_guessed() -> None:
    """Macro-F1 over the lines of the practice day, whose author said what they mean."""
    lines = script()
    pairs = [(line.sentiment, _score(line.text).sentiment) for line in lines]
    shares = []
    for label in ("negative", "neutral", "positive"):
        hit = sum(meant == said == label for meant, said in pairs)
        shares.append(
            2 * hit / (sum(meant == label for meant, _ in pairs) + sum(said == label for _, said in pairs))
        )
    assert sum(shares) / 3 > 0.7
    kinds = [(line.kind, _score(line.text).kind) for line in lines]
    assert sum(meant == said for meant, said in kinds) / len(kinds) > 0.68


def test_it_says_why() -> None:
    why = {
        (reason.words, reason.effect)
        for reason in _score("De app is niet leuk en de monteur is een ramp").why
    }
    assert {("leuk", "negated"), ("ramp", "negative")} <= why


def test_a_language_it_does_not_know_is_unknown() -> None:
    assert _score("Hace tres semanas que espero una respuesta de ustedes").sentiment == "unknown"
    assert _score("まだ インターネット が つながり ません よ").sentiment == "unknown"


def test_a_given_language_is_believed() -> None:
    assert _score("top", lang="nl-BE").language == "nl"
    assert _score("ok", lang="tlh").language is None


def test_the_registry_knows_it_by_name() -> None:
    engine: Engine = load_engine("embedded")
    assert (engine.name, engine.score("bedankt!").engine) == ("embedded", "embedded")


def test_an_engine_that_is_none_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"“embeded”.*“embedded”"):
        load_engine("embeded")


def test_it_loads_without_anything_heavy() -> None:
    code = (
        "import sys; from sentiment.registry import load_engine\n"
        "assert 'sentiment.embedded' not in sys.modules\n"
        "load_engine('embedded').score('goed')\n"
        "sys.exit(bool({'torch', 'numpy', 'regex', 'httpx', 'sqlite3'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


_WORDS = [
    "niet",
    "geen",
    "top",
    "maar",
    "goed",
    "slecht",
    "fijn hoor",
    "Kabelaar is",
    "n't",
    "@heldervonk",
    "İ",
    "ß",
]
_SIGNS = [
    "👏",
    "!",
    "?",
    ",",
    ".",
    ":(",
    "http://x",
    "#",
    "@",
    "\n",
    "e\u0301",
    "\u202e",
    "\x00",
    "\ud83d",
    "'",
]
_BITS = st.sampled_from(_WORDS + _SIGNS)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200), st.lists(_BITS, max_size=25).map(" ".join), st.lists(_BITS).map("".join)
    ),
    st.none() | st.sampled_from(["nl", "en", "de", "fr", "xx", ""]),
    st.lists(st.text(max_size=8), max_size=2).map(tuple),
)
def test_no_text_raises_and_probabilities_add_up(
    text: str, lang: str | None, brands: tuple[str, ...]
) -> None:
    score = ENGINE.score(text, lang=lang, brands=brands)
    assert score.negative + score.neutral + score.positive == pytest.approx(1.0)
    assert min(score.negative, score.neutral, score.positive) >= 0
    assert 0 <= score.urgency <= 3
    assert 0 <= score.kind_confidence <= 1
    assert -1 <= score.value <= 1
    assert score == ENGINE.score(text, lang=lang, brands=brands)


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "niet " * 50_000, "?" * 100_000, "👏" * 50_000, "al 3 " * 20_000, "", " "]
)
def test_long_and_empty_texts_are_read_by_their_beginning(text: str) -> None:
    assert _score(text).engine == "embedded"
