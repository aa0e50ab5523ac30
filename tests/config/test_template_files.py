"""Templates as files: the shipped ones, the team's own, and the ones that are broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.strict_yaml import parse
from config.template_files import load_templates, read_template, save_template, template_text
from domain.errors import ConfigError
from domain.template import Template

WELCOME = Template(
    "welkom", "Welkom: dag!", "nl", ("question",), "Dag {{contact.first_name}},\n\nWelkom: 'fijn' #1."
)


def test_every_shipped_template_can_be_read(tmp_path: Path) -> None:
    shipped = load_templates(tmp_path / "none")
    assert shipped.faults == ()
    assert {"nl", "en"} <= {template.language for template in shipped.templates}


def test_ones_own_come_beside_the_shipped_and_in_their_place(tmp_path: Path) -> None:
    shipped = load_templates(tmp_path).templates
    save_template(tmp_path, WELCOME)
    save_template(tmp_path, replace(WELCOME, id=shipped[0].id))
    both = load_templates(tmp_path).templates
    assert len(both) == len(shipped) + 1
    assert WELCOME in both
    assert next(each for each in both if each.id == shipped[0].id).name == WELCOME.name


def test_a_broken_file_leaves_the_others_alone(tmp_path: Path) -> None:
    save_template(tmp_path, WELCOME)
    (tmp_path / "stuk.yaml").write_text("name: x\nlanguage: nl\ntext: |\n  Dag\n  {{contact.frist_name}}\n")
    (tmp_path / "Kapot.yaml").write_text("name: x\n")
    found = load_templates(tmp_path)
    assert WELCOME in found.templates
    assert len(found.faults) == 2
    assert "Kapot.yaml" in found.faults[0]
    assert "stuk.yaml, line 3: line 2 of the text:" in found.faults[1]
    assert "contact.first_name" in found.faults[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\nlanguage: nl\n", "the key 'text' is missing"),
        ("name: x\nlanguage: Nederlands\ntext: x\n", "write a language such as 'nl'"),
        ("name: x\nlanguage: nl\nkinds: klacht\ntext: x\n", "write one of 'question'"),
        ("naam: x\n", "there is no key 'naam' here; did you mean 'name'"),
        ("", "the key 'name' is missing"),
    ],
)
def test_every_mistake_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_template(path)
    assert said in str(caught.value)


def test_a_saved_template_is_a_file_for_people(tmp_path: Path) -> None:
    path = save_template(tmp_path, WELCOME)
    assert path.read_text(encoding="utf-8") == (
        'name: "Welkom: dag!"\nlanguage: "nl"\nkinds: ["question"]\n'
        "text: |2-\n  Dag {{contact.first_name}},\n\n  Welkom: 'fijn' #1.\n"
    )
    assert read_template(path) == WELCOME


def test_a_template_is_not_overwritten_by_accident(tmp_path: Path) -> None:
    path = save_template(tmp_path, WELCOME)
    with pytest.raises(ConfigError, match="is there already"):
        save_template(tmp_path, replace(WELCOME, text="anders"))
    save_template(tmp_path, replace(WELCOME, text="anders"), replace=True)
    assert read_template(path).text == "anders"


@pytest.mark.parametrize("template_id", ["", "../x", "a/b", "Hoofd", "ruim te"])
def test_an_id_cannot_leave_the_folder(tmp_path: Path, template_id: str) -> None:
    with pytest.raises(ConfigError, match="cannot be a template's id"):
        save_template(tmp_path, replace(WELCOME, id=template_id))
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=80
    )
)
def test_any_text_comes_back(text: str) -> None:
    table = parse(template_text(replace(WELCOME, name=text, text=text)).encode(), file="x")
    assert [getattr(table.entries[key], "text", None) for key in ("name", "text")] == [text, text]
