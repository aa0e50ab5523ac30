"""The coach's rules as files: each one's own examples, a team's changes, and mistakes in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.coach_rules import CoachFiles, RuleFile, load_rules
from config.coach_scorer import parse_scorer, read_scorer, scorer_text
from domain.coach.coach import Coach
from domain.coach.draft import Draft
from domain.coach.rule import RULES
from domain.coach.scorer import Model, Scorer

SHIPPED = load_rules()
RULES_ALONE = Coach(SHIPPED.rules, Scorer())
OWN = """\
id: no_jargon
level: hint
message: {nl: Geen jargon., en: No jargon.}
patterns:
  nl: |
    # een opmerking
    casus
    uitrollen ~2 traject
"""


def fires(rules: CoachFiles, rule: str, reply: str) -> bool:
    coach = Coach(rules.rules, Scorer())
    return rule in coach.fired(coach.view(Draft(reply, "", "nl", kind="complaint")))


@pytest.mark.parametrize("file", SHIPPED.files, ids=lambda file: file.rule.id)
def test_every_rule_does_what_its_examples_say(file: RuleFile) -> None:
    assert file.fires
    assert file.silent
    missed = [f"line {each.line}: {each.reply}" for each in file.fires if not _fires(file, each.draft)]
    wrong = [f"line {each.line}: {each.reply}" for each in file.silent if _fires(file, each.draft)]
    assert (missed, wrong) == ([], [])


def _fires(file: RuleFile, draft: Draft) -> bool:
    return file.rule.id in RULES_ALONE.fired(RULES_ALONE.view(draft))


def test_all_rules_are_there_and_speak_both_languages() -> None:
    assert [file.rule.id for file in SHIPPED.files] == list(RULES)
    for file in SHIPPED.files:
        assert set(file.rule.message) == {"nl", "en"}
        assert file.rule.source


def test_a_team_adds_changes_and_switches_off(tmp_path: Path) -> None:
    (tmp_path / "no_jargon.yaml").write_text(OWN)
    (tmp_path / "canned.yaml").write_text("id: canned\non: no\n")
    (tmp_path / "redirect.yaml").write_text(
        "id: redirect\nlevel: hint\nmore_patterns:\n  nl: |\n    stap in\n"
    )
    ours = load_rules(tmp_path)
    assert ours.faults == ()
    assert fires(ours, "no_jargon", "Deze casus rollen wij uit.")
    assert fires(ours, "redirect", "Stap in de tram.")
    assert fires(ours, "redirect", "Bel ons maar.")
    assert not fires(SHIPPED, "redirect", "Stap in de tram.")
    assert fires(SHIPPED, "canned", "Hartelijk dank voor uw bericht.")
    assert not fires(ours, "canned", "Hartelijk dank voor uw bericht.")
    assert {file.rule.id: file.rule.level for file in ours.files}["redirect"] == "hint"


def test_the_example_of_the_page_is_a_rule_that_works(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "coach.md").read_text("utf-8")
    (tmp_path / "no_jargon.yaml").write_text(page.split("```yaml\n")[1].split("```")[0])
    ours = load_rules(tmp_path)
    assert ours.faults == ()
    (file,) = [each for each in ours.files if each.rule.id == "no_jargon"]
    assert all(fires(ours, "no_jargon", each.reply) for each in file.fires)
    assert not any(fires(ours, "no_jargon", each.reply) for each in file.silent)


def test_a_broken_file_leaves_the_others_alone(tmp_path: Path) -> None:
    (tmp_path / "no_jargon.yaml").write_text(OWN)
    (tmp_path / "kapot.yaml").write_text(OWN.replace("no_jargon", "kapot").replace("casus", "(casus"))
    ours = load_rules(tmp_path)
    assert "no_jargon" in {file.rule.id for file in ours.files}
    (fault,) = ours.faults
    assert "kapot.yaml, line 7" in fault
    assert "'(casus'" in fault
    assert "never closed" in fault


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: x\n", "the key 'level' is missing"),
        ("id: y\nlevel: hint\nmessage: {nl: a, en: b}\n", "give both the same name"),
        ("id: x\nlevel: loud\nmessage: {nl: a, en: b}\n", "write one of 'block'"),
        ("id: x\nlevel: hint\nmessage: {nl: a}\n", "the key 'message.en' is missing"),
        ("id: x\nlevel: hint\nmessage: {nl: a, en: b}\nchek: no_help\n", "did you mean 'check'"),
        ("id: x\nlevel: hint\nmessage: {nl: a, en: b}\ncheck: no_halp\n", "did you mean 'no_help'"),
        ("id: x\nlevel: hint\nmessage: {nl: a, en: b}\nunless_reply: [sory]\n", "did you mean 'sorry'"),
        ("id: X\n", "write small letters"),
        ("id: x\nlevel: hint\nmessage: {nl: a, en: b}\npatterns: {nl: '~'}\n", "line 4"),
        ("id: x\nlevel: [\n", "not valid YAML"),
    ],
)
def test_every_mistake_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "x.yaml").write_text(text)
    (fault,) = load_rules(tmp_path).faults
    assert said in fault
    assert "x.yaml" in fault


def test_the_shipped_weights_are_small_and_about_our_rules() -> None:
    scorer = read_scorer()
    assert scorer.models
    assert set(scorer.models) <= set(RULES)
    assert len(scorer_text(scorer)) < 300_000
    assert scorer_text(parse_scorer(scorer_text(scorer))) == scorer_text(scorer)


def test_nothing_learned_takes_back_what_a_team_s_own_pattern_finds(tmp_path: Path) -> None:
    draft = Draft(
        "Wij rollen deze casus uit, en wel zo snel als dat in ons systeem kan.",
        "Waar blijft het?",
        "nl",
        kind="question",
    )
    silent = Scorer({"redirect": Model(-9.0, 0.5)})
    for key, said in (("more_patterns", True), ("more_excuses", False)):
        (tmp_path / "redirect.yaml").write_text(
            f"id: redirect\n{key}:\n  nl: |\n    deze casus\n    bel ons\n"
        )
        coach = Coach(load_rules(tmp_path).rules, silent)
        assert ("redirect" in {remark.rule for remark in coach.remarks(draft)}) is said
