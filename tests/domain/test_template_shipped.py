"""The shipped templates: each can be read, filled in every case, and is fit to be edited and sent."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import product
from typing import Literal

import pytest
import yaml

from domain.measure import measure
from domain.template import NAMES, Parsed, Template, cases, find_holes, render
from domain.template_parse import Part

FORMS: tuple[Literal["je", "u"], ...] = ("je", "u")
SHIPPED = sorted(
    (entry for entry in files("config").joinpath("templates").iterdir() if entry.name.endswith(".yaml")),
    key=lambda entry: entry.name,
)


def load(number: int) -> Template:
    entry = SHIPPED[number]
    fields = yaml.safe_load(entry.read_text(encoding="utf-8"))
    assert set(fields) == {"name", "language", "kinds", "text"}
    return Template(
        entry.name.removesuffix(".yaml"),
        fields["name"],
        fields["language"],
        tuple(fields["kinds"]),
        fields["text"],
    )


every = pytest.mark.parametrize("number", range(len(SHIPPED)), ids=[entry.name for entry in SHIPPED])


def test_the_set_covers_the_craft_in_every_language() -> None:
    templates = [load(number) for number in range(len(SHIPPED))]
    assert len(templates) >= 45
    kinds = ("question", "complaint", "compliment", "cancellation", "suggestion")
    for language, kind in product(("nl", "en", "nl-BE"), kinds):
        assert any(one.language == language and kind in one.kinds for one in templates), (language, kind)
    names = [(one.language, one.name) for one in templates]
    assert len(set(names)) == len(names)


@every
def test_every_case_gives_a_whole_reply(number: int) -> None:
    template = load(number)
    values = {value.name: "iets" for value in template.parsed().values()} | dict.fromkeys(NAMES, "Jo")
    for form, is_open, private in product(FORMS, (True, False), (True, False)):
        holding = cases(form=form, is_open=is_open, private=private, language=template.language)
        rendered = render(template.parsed(), values, holding)
        assert rendered.missing == ()
        assert not re.search(r"  |\n\n\n| [.,!?:]|\.\.|\{|\}", rendered.text), rendered.text
        assert rendered.text[0].isupper()
        assert not re.search(r"[a-zë,] (?:U|Uw|Je|Jij)\b", rendered.text), rendered.text
        assert measure("bluesky_dm", rendered.text).ok


@every
def test_it_forces_the_operator_to_make_it_specific(number: int) -> None:
    """Each asks for at least one thing that only this conversation has, in every case."""
    template = load(number)
    for form, is_open, private in product(FORMS, (True, False), (True, False)):
        holding = cases(form=form, is_open=is_open, private=private, language=template.language)
        assert render(template.parsed(), dict.fromkeys(NAMES, "Jo"), holding).missing


WORN = re.compile(
    r"goede orde|ongemak|inconvenience|conform|procedure|voor ons belangrijk|important to us|feedback|helaas|"
    r"unfortunately|\bbel(?:len)? (?:ons|naar)|call us|e-?mail|formulier|\bform\b|0800|website|loket|balie|"
    r"doorgeven|doorgegeven|nemen (?:het|dit) mee|pass (?:it|this) on|looking into|look into|"
    r"mijn collega|hoofdkantoor|head office|die afdeling|that department|al vermeld|as stated|"
    r"had (?:je|u) eerder",
    re.IGNORECASE,
)
"""What no good reply says: bureaucracy, another counter, hot air, blame, reproach."""


@every
def test_it_says_nothing_worn(number: int) -> None:
    template = load(number)
    assert not WORN.search(template.text), template.text
    said = re.findall(r"vervelend|spijt|sorry|jammer|begrijp|snap", template.text.casefold())
    assert len(said) == len(set(said)), said


@every
def test_a_dutch_reply_keeps_to_one_form_of_address(number: int) -> None:
    template = load(number)
    if template.language.startswith("nl"):
        formal = render(template.parsed(), {}, cases(form="u")).text
        familiar = render(template.parsed(), {}, cases(form="je")).text
        assert not re.search(r"\b(je|jij|jou|jouw)\b", formal), formal
        assert not re.search(r"\b(u|uw)\b", familiar), familiar


@every
def test_it_cannot_go_out_untouched_without_the_contact(number: int) -> None:
    rendered = render(load(number).parsed(), {})
    assert "contact.first_name" in {hole.name for hole in find_holes(rendered.text)}


def test_parts_are_used() -> None:
    def has_parts(parsed: Parsed) -> bool:
        return any(isinstance(node, Part) for node in parsed.nodes)

    assert sum(has_parts(load(number).parsed()) for number in range(len(SHIPPED))) >= 25
