"""Templates as files: the shipped ones, the team's own, and the ones that are broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.strict_yaml import parse
from config.template_files import read_template, save_template, template_text
from config.template_shelf import TemplateShelf, load_templates
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


def test_an_edited_file_is_read_again_and_a_broken_one_keeps_its_old_text(tmp_path: Path) -> None:
    """What worked before the slip of the pen goes on working, and the slip is named with its line."""
    shelf = TemplateShelf(tmp_path)
    path = save_template(tmp_path, WELCOME)
    assert WELCOME in shelf.now().templates
    assert shelf.now() is shelf.now()
    save_template(tmp_path, replace(WELCOME, text="Hoi {{contact.first_name}}"), replace=True)
    assert replace(WELCOME, text="Hoi {{contact.first_name}}") in shelf.now().templates
    path.write_text("name: x\nlanguage: nl\ntext: |\n  Dag\n  {{contact.frist_name}}\n")
    broken = shelf.now()
    assert replace(WELCOME, text="Hoi {{contact.first_name}}") in broken.templates
    assert len(broken.faults) == 1
    assert "line 3: line 2 of the text:" in broken.faults[0]
    save_template(tmp_path, WELCOME, replace=True)
    assert (WELCOME in shelf.now().templates, shelf.now().faults) == (True, ())
    path.unlink()
    assert shelf.now().templates == load_templates(tmp_path / "none").templates


def test_a_broken_file_in_a_shipped_one_s_place_leaves_the_shipped_one(tmp_path: Path) -> None:
    shipped = load_templates(tmp_path / "none").templates
    (tmp_path / f"{shipped[0].id}.yaml").write_text("name: x\n")
    found = load_templates(tmp_path)
    assert found.templates == shipped
    assert len(found.faults) == 1


def test_only_changed_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = TemplateShelf(tmp_path)
    save_template(tmp_path, WELCOME)
    save_template(tmp_path, replace(WELCOME, id="ander"))
    shelf.now()
    read: list[str] = []

    def counting(path: Path) -> Template:
        read.append(path.stem)
        return read_template(path)

    monkeypatch.setattr("config.template_shelf.read_template", counting)
    shelf.now()
    save_template(tmp_path, replace(WELCOME, id="ander", name="Ander"), replace=True)
    shelf.now()
    assert read == ["ander"]


def test_a_file_that_appears_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two operators keep a template under one name at the same moment: one of them is told."""
    path = save_template(tmp_path, WELCOME)
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    with pytest.raises(ConfigError, match="is there already"):
        save_template(tmp_path, replace(WELCOME, text="anders"))
    assert read_template(path) == WELCOME
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: x\nlanguage: nl\n", "the key 'text' is missing"),
        ("name: x\nlanguage: nl-be\ntext: x\n", "'nl-BE'"),
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
