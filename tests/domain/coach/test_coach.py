"""The coach over whole drafts: what it says together, in what order, in which language."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.coach_rules import load_coach, load_rules
from domain.coach.coach import Coach
from domain.coach.draft import LEVELS, Draft, Remark, Surroundings
from domain.coach.grams import BUCKETS, bucket, letter_grams, letters, mention_grams, word_grams
from domain.coach.reading import read
from domain.coach.scorer import Model, Part, Scorer
from i18n import install


@cache
def shipped() -> Coach:
    return load_coach()


def rules_of(draft: Draft) -> list[str]:
    return [remark.rule for remark in shipped().remarks(draft)]


ANGRY = "Al drie weken wachten op mijn pakket!! Ik ben er woedend over."


def test_a_good_reply_gets_no_remark() -> None:
    reply = (
        "Sanne, drie weken is veel te lang en dat ligt aan ons. Ik heb het pakket gevonden: het komt morgen "
        "voor 12:00 en ik app je zodra het gescand is."
    )
    assert rules_of(Draft(reply, ANGRY, "nl", "facebook", "public", "Sanne", "complaint")) == []


def test_the_gravest_remark_comes_first() -> None:
    reply = (
        "Dank voor uw bericht. Wij hebben uw melding in goede orde ontvangen. Bel ons op 0800-1234. "
        "Klopt uw nummer 06-12345678 en uw IBAN {{iban}}?"
    )
    found = shipped().remarks(Draft(reply, ANGRY, "nl", "x", "public", "Sanne", "complaint"))
    ranks = [LEVELS.index(remark.level) for remark in found]
    assert ranks == sorted(ranks)
    wanted = {"placeholder", "personal_data", "canned", "redirect", "no_name"}
    assert wanted <= {remark.rule for remark in found}


def test_a_remark_marks_its_words() -> None:
    reply = "Wat vervelend voor je! Bel even met onze klantenservice."
    (remark,) = [each for each in shipped().remarks(Draft(reply, ANGRY, "nl")) if each.rule == "redirect"]
    assert "klantenservice" in reply[remark.start : remark.end]
    assert remark.suggestion


@pytest.fixture
def in_dutch() -> Iterator[None]:
    install("nl")
    yield
    install("en")


@pytest.mark.usefixtures("in_dutch")
def test_remarks_are_in_the_reader_s_language_and_wordings_in_the_reply_s() -> None:
    found = shipped().remarks(Draft("Please call our customer service team.", "Where is it?", "en"))
    redirect = next(remark for remark in found if remark.rule == "redirect")
    assert redirect.message.startswith("Dit stuurt de ander")
    assert "message" in redirect.suggestion or "ring you" in redirect.suggestion


@pytest.mark.parametrize(
    ("channel", "visibility", "length", "long"),
    [
        ("x", "public", 281, True),
        ("x", "public", 280, False),
        ("instagram", "private", 1001, True),
        ("instagram", "public", 1001, False),
        ("twitter", "public", 281, True),
        ("nowhere", "public", 9_000, False),
    ],
)
def test_length_is_the_platform_s_own(channel: str, visibility: str, length: int, *, long: bool) -> None:
    assert ("too_long" in rules_of(Draft("a" * length, channel=channel, visibility=visibility))) is long


def test_what_the_desk_has_measured_goes_before_our_own_count() -> None:
    around = Surroundings(fits=False, limit=3)
    (remark,) = [
        r for r in shipped().remarks(Draft("abcdef", channel="x", around=around)) if r.rule == "too_long"
    ]
    assert (remark.start, remark.end) == (3, 6)


DUTCH, ENGLISH = "Bel even met onze klantenservice.", "Please call our customer service team."


@pytest.mark.parametrize(("lang", "reply"), [(None, DUTCH), (None, ENGLISH), ("fr", ENGLISH)])
def test_the_language_is_guessed_where_it_is_not_told_or_not_ours(lang: str | None, reply: str) -> None:
    assert "redirect" in rules_of(Draft(reply, "", lang, kind="question"))


def test_a_word_is_worn_by_the_thread_the_operator_or_the_team() -> None:
    draft = Draft("Wat vervelend voor je.", "kapot", "nl", kind="complaint")
    assert "empathy_worn" not in rules_of(draft)
    for around in (
        Surroundings(thread_words=("vervelend",)),
        Surroundings(operator_words=("vervelende",) * 3),
        Surroundings(team_words=("vervelend",) * 8),
    ):
        assert "empathy_worn" in rules_of(replace(draft, around=around)), around


def test_the_scorer_raises_and_takes_back() -> None:
    rules = load_rules().rules
    draft = Draft("Bel ons maar.", "Waar blijft het?", "nl", kind="question")
    silent = Coach(rules, Scorer({"redirect": Model(-9.0, 0.5)}))
    assert "redirect" in {remark.rule for remark in silent.remarks(draft)}
    longer = replace(draft, reply="Die verkopen we in de winkel aan de markt, loop daar gerust eens binnen.")
    assert "redirect" in {remark.rule for remark in Coach(rules, Scorer()).remarks(longer)}
    assert "redirect" not in {remark.rule for remark in silent.remarks(longer)}
    other = replace(draft, reply="Dank je. Je pakket ligt klaar om 17:00.")
    pieces = array("b", bytes(BUCKETS))
    for place in letters("pakket", "r"):
        pieces[place] = 100
    eager = Coach(
        rules,
        Scorer(
            {
                "redirect": Model(
                    -1.0, 0.5, (0.0, 1.0, 0.0, 0.0, 0.0, 0.0), sentence=Part(scale=0.1, pieces=pieces)
                )
            }
        ),
    )
    (remark,) = [each for each in eager.remarks(other) if each.rule == "redirect"]
    assert other.reply[remark.start : remark.end] == "Je pakket ligt klaar om 17:00"
    assert "pakket" in remark.message
    assert "redirect" not in {each.rule for each in eager.remarks(replace(draft, reply="Dank je wel."))}


def test_what_speaks_for_another_rule_speaks_against_this_one() -> None:
    rules = load_rules().rules
    draft = Draft("Dank je. Je pakket ligt klaar om 17:00.", "Waar blijft het?", "nl", kind="question")
    yielding = (0.0, 0.0, 0.0, -9.0, 0.0, 0.0)
    here = Model(1.0, 0.5, yielding)
    quiet, loud = Model(-9.0, 0.5, whole=Part(bias=-9.0)), Model(-9.0, 0.5, whole=Part(bias=9.0))
    for rival, raised in ((quiet, True), (loud, False)):
        said = Coach(rules, Scorer({"redirect": here, "no_help": rival})).remarks(draft)
        assert ("redirect" in {each.rule for each in said}) is raised


def test_what_is_plain_is_never_taken_back() -> None:
    """However kind the rest of the reply is."""
    never = Coach(load_rules().rules, Scorer({"redirect": Model(-9.0, 0.5)}))
    plain = "Bel ons maar even op 0800-1234, dan kijken we mee. We bellen je morgen terug."
    draft = Draft(plain, "Waar blijft het?", "nl", kind="question")
    assert "redirect" in {remark.rule for remark in never.remarks(draft)}
    ours = replace(draft, reply="We bellen je vandaag voor 17:00 terug op het nummer dat je ons net stuurde.")
    assert "redirect" not in {remark.rule for remark in never.remarks(ours)}


def test_u_beside_ge_is_no_formal_address() -> None:
    mention = "Zeg mannen, hebt ge al gezien dat het licht hier nog altijd uit is?"
    flemish = Draft("Ge hebt gelijk, in uw straat brandt het vanavond tegen 21u weer.", mention, "nl-BE")
    formal = replace(flemish, reply="U hebt gelijk, in uw straat brandt het vanavond tegen 21u weer.")
    assert "form_of_address" not in rules_of(flemish)
    assert "form_of_address" in rules_of(formal)
    polite = Draft(
        "Heyy Wessel! Die staat er vanmiddag om 3 uur.", "Kunt u mij zeggen of het er al is?", "nl"
    )
    assert "form_of_address" in rules_of(polite)


def test_a_number_that_is_asked_for_here_is_no_gap() -> None:
    asked = Draft("Give me your order number here, then I'll look.", "Where is it?", "en")
    assert "placeholder" not in rules_of(asked)
    assert "placeholder" in rules_of(replace(asked, reply="Your parcel comes on date here."))


def test_pieces_of_words_are_the_same_everywhere_and_their_sides_differ() -> None:
    (sentence,) = read("Waar blijft het?").sentences
    same = read("waar  blijft HET?").sentences[0]
    assert (word_grams(sentence), letter_grams(sentence)) == (word_grams(same), letter_grams(same))
    assert (word_grams(sentence) | letter_grams(sentence)).isdisjoint(mention_grams(sentence))
    assert set(letters("waar", "r")) <= letter_grams(sentence)
    assert bucket("r waar") == 20_905


TEXTS = st.text(max_size=120) | st.lists(
    st.sampled_from(
        ["bel", "ons", "u", "je", "sorry", "{{x}}", "06-12345678", "😂", "morgen", ".", "?", "é", "\ud800"]
    ),
    max_size=30,
).map(" ".join)


@settings(deadline=None, max_examples=200)
@given(TEXTS, TEXTS, st.sampled_from([None, "nl", "en"]), st.sampled_from(["x", "facebook", "", "?"]))
def test_any_draft_is_read(reply: str, mention: str, lang: str | None, channel: str) -> None:
    remarks: tuple[Remark, ...] = shipped().remarks(Draft(reply, mention, lang, channel))
    for remark in remarks:
        assert 0 <= remark.start <= remark.end <= len(reply)
        assert remark.message
