"""The catalogues are complete, and the tool that says so can say no."""

from __future__ import annotations

import ast
from pathlib import Path

import click
import pytest

from i18n import _, install
from tools.messages import Tree, check, compile_all, fields, main, update
from webcare.cli.words import COUNTED_BY_CLICK, SAID_BY_CLICK

ROOT = Path(__file__).parents[2]

SOURCE = """
from i18n import N_, _, ngettext, pgettext

def say(name: str, n: int) -> str:
    return _("Hello {name}.", name=name) + ngettext("{n} new", "{n} news", n) + pgettext("verb", "Open")

WORD = N_("later")
"""
DUTCH = {
    "Hello {name}.": "Dag {name}.",
    "{n} new": ("{n} nieuw", "{n} nieuwe"),
    "Open": "Openen",
    "later": "later",
}


def test_the_catalogues_are_complete() -> None:
    assert check(Tree(ROOT)) == [], "run: make messages, then translate"


def test_what_click_says_is_what_we_translate() -> None:
    said = {
        node.value
        for path in Path(click.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Constant)
    }
    assert {*SAID_BY_CLICK, *(one for pair in COUNTED_BY_CLICK for one in pair)} <= said


def test_nothing_is_nothing_in_every_language() -> None:
    install("nl")
    try:
        assert (_(""), _("claim")) == ("", "oppakken")
    finally:
        install("en")


def test_click_speaks_dutch_with_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "nl")
    install("nl")
    try:
        assert click.NoSuchOption("--x").format_message() == "De optie '--x' bestaat niet."
    finally:
        install("en")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A small checkout whose Dutch is complete."""
    package = tmp_path / "desk"
    package.mkdir()
    (package / "words.py").write_text(SOURCE, encoding="utf-8")
    tree = Tree(tmp_path, ("desk",))
    update(tree)
    text = tree.po("nl").read_text(encoding="utf-8")
    text = text.replace('"Hello {name}."\nmsgstr ""', '"Hello {name}."\nmsgstr "Dag {name}."')
    text = text.replace('msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "{n} nieuw"\nmsgstr[1] "{n} nieuwe"')
    text = text.replace('"Open"\nmsgstr ""', '"Open"\nmsgstr "Openen"')
    text = text.replace('"later"\nmsgstr ""', '"later"\nmsgstr "later"')
    tree.po("nl").write_text(text, encoding="utf-8")
    compile_all(tree)
    return tree


def edit(tree: Tree, old: str, new: str, path: Path | None = None) -> None:
    """Replace a text in the Dutch catalogue, or in another file, and compile."""
    path = path or tree.po("nl")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    compile_all(tree)


def test_a_complete_tree_has_no_faults(tree: Tree) -> None:
    assert check(tree) == []
    before = {path: path.read_bytes() for path in tree.root.rglob("*.[mp]o*")}
    update(tree)
    assert {path: path.read_bytes() for path in tree.root.rglob("*.[mp]o*")} == before


def test_a_new_string_is_missing_until_it_is_translated(tree: Tree) -> None:
    edit(tree, "WORD = ", 'NEW = N_("new word")\nWORD = ', tree.root / "desk" / "words.py")
    assert check(tree) == ["en: missing: 'new word'", "nl: missing: 'new word'"]
    update(tree)
    assert check(tree) == ["nl: not translated: 'new word'"]


def test_a_string_inside_an_f_string_is_found(tree: Tree) -> None:
    edit(tree, "WORD = ", "NEW = f\" {_('new {word}', word=1)} \"\nWORD = ", tree.root / "desk" / "words.py")
    assert check(tree) == ["en: missing: 'new {word}'", "nl: missing: 'new {word}'"]


def test_a_removed_string_is_stale(tree: Tree) -> None:
    edit(tree, 'WORD = N_("later")', "", tree.root / "desk" / "words.py")
    assert check(tree) == [
        "en: stale, no longer in the sources: 'later'",
        "nl: stale, no longer in the sources: 'later'",
    ]
    update(tree)
    assert check(tree) == []


def test_a_fuzzy_entry_is_a_fault_and_stays_one(tree: Tree) -> None:
    edit(tree, 'msgid "later"', '#, fuzzy\nmsgid "later"')
    assert check(tree) == ["nl: fuzzy: 'later'"]
    update(tree)
    assert check(tree) == ["nl: fuzzy: 'later'"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Dag {name}.", "Dag {naam}."),
        ("Dag {name}.", "Dag."),
        ("{n} nieuwe", "nieuwe"),
        ('{n} nieuw"', '{aantal}"'),
    ],
)
def test_a_field_that_was_lost_or_renamed_is_a_fault(tree: Tree, right: str, wrong: str) -> None:
    edit(tree, right, wrong)
    (fault,) = check(tree)
    assert fault.startswith("nl: the {fields} differ")


def test_a_singular_may_leave_the_count_out(tree: Tree) -> None:
    edit(tree, '"{n} nieuw"', '"een nieuwe"')
    assert check(tree) == []


def test_a_catalogue_that_was_not_compiled_is_a_fault(tree: Tree) -> None:
    text = tree.po("nl").read_text(encoding="utf-8")
    tree.po("nl").write_text(text.replace('"Openen"', '"Open"'), encoding="utf-8")
    assert check(tree) == ["nl: the .mo is not the .po compiled; run: make messages"]


def test_an_absent_catalogue_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()
    assert [fault[:2] for fault in check(Tree(tmp_path, ("desk",)))] == ["en", "nl"]


def test_files_carry_no_dates(tree: Tree) -> None:
    for path in tree.root.rglob("*.[mp]o*"):
        assert b"-Date" not in path.read_bytes()


def test_fields_of_text_that_is_no_format() -> None:
    assert fields("a {b} {c:>3} {{d}}") == {"b", "c"}
    assert fields("a lone { brace") == frozenset()


def test_the_command_says_what_is_wrong(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"], tree) == 0
    edit(tree, '"Dag {name}."', '"Dag."')
    assert main(["check"], tree) == 1
    assert "Dag." in capsys.readouterr().out
    assert main(["what"], tree) == 2
