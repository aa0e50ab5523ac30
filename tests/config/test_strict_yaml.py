"""YAML that means what it looks like; everything else is one sentence with its place."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from config.strict_yaml import MAX_BYTES, MAX_DEPTH, Node, Scalar, Sequence, parse
from domain.errors import ConfigError


def plain(node: Node) -> object:
    """A node as Python's own types."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}


def refused(text: str | bytes) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(ConfigError) as caught:
        parse(text.encode() if isinstance(text, str) else text, file="x.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    "written",
    [
        "no",
        "yes",
        "12:30",
        "12:30:45",
        "1.10",
        "0o17",
        "+31 20 123 45 67",
        "2026-11-23",
        "1e3",
        ".inf",
        "0123",
    ],
)
def test_every_value_stays_what_was_written(written: str) -> None:
    assert plain(parse(f"key: {written}\n".encode(), file="x")) == {"key": written}


@pytest.mark.parametrize(
    ("written", "value"), [("", None), ("~", None), ("null", None), ('""', ""), ("'~'", "~")]
)
def test_only_null_is_null(written: str, value: str | None) -> None:
    assert plain(parse(f"key: {written}\n".encode(), file="x")) == {"key": value}


def test_lists_and_mappings_keep_their_order_and_their_lines() -> None:
    table = parse(b"b:\n  - one\n  - {z: 1, a: [2, 3]}\na: |\n  two\n  lines\n", file="x.yaml")
    assert plain(table) == {"b": ["one", {"z": "1", "a": ["2", "3"]}], "a": "two\nlines\n"}
    assert list(table.entries) == ["b", "a"]
    assert table.key_places["a"].line == 4


@pytest.mark.parametrize("empty", ["", "# nothing\n", "---\n", "~\n", "\ufeff"])
def test_an_empty_file_is_an_empty_mapping(empty: str) -> None:
    assert plain(parse(empty.encode(), file="x")) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "x.yaml, line 3, column 1: the key 'a' stands here twice (first in line 1)"),
        ("a: &x 1\n", "x.yaml, line 1, column 4: anchors"),
        ("a: {}\nb: *x\n", "x.yaml, line 2, column 4: aliases"),
        ("a: !!python/object:os.system ls\n", "x.yaml, line 1, column 4: tags"),
        ("a: !secret x\n", "x.yaml, line 1, column 4: tags"),
        ("a: 1\n---\nb: 2\n", "x.yaml, line 2, column 1: a second document"),
        ("a: [1, 2\nb: 3\n", "x.yaml, line 2, column 2: this is not valid YAML"),
        ("a: 'open\n", "this is not valid YAML"),
        ("a:\n\t- tab\n", "x.yaml, line 2, column 1: this is not valid YAML"),
        ("? [a, b]\n: c\n", "x.yaml, line 1, column 3: a key must be a word"),
        ("~: c\n", "a key must be a word"),
        ("- a\n", "x.yaml, line 1: the file must start with a key"),
        ("just words\n", "the file must start with a key"),
        ('a: "\\U00110000"\n', "x.yaml, line 1"),
        ('a: "\\ud800"\n', "a character that cannot be shown"),
        ('a: "\\0"\n', "a character that cannot be shown"),
        ('a: "\\e[2J"\n', "a character that cannot be shown"),
        ("a: 1\nb: \x07\n", "x.yaml, line 2, column 1: a character that cannot be shown"),
        ("a: " + "[" * 50 + "]" * 50 + "\n", f"nested deeper than {MAX_DEPTH} levels"),
        ("a: " + "[" * 100_000, f"nested deeper than {MAX_DEPTH} levels"),
    ],
)
def test_what_is_refused_names_its_place(text: str, said: str) -> None:
    sentence = refused(text)
    assert said in sentence
    assert sentence.startswith("x.yaml, line ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_the_deepest_that_fits() -> None:
    """A scalar is a level too."""
    deep = MAX_DEPTH - 2
    parse(("a: " + "[" * deep + "x" + "]" * deep).encode(), file="x")
    assert "nested" in refused("a: " + "[" * (deep + 1) + "x" + "]" * (deep + 1))


def test_merge_keys_are_ordinary_keys() -> None:
    assert plain(parse(b"<<: {a: 1}\n", file="x")) == {"<<": {"a": "1"}}


def test_a_file_that_is_not_utf8_names_the_line() -> None:
    assert refused(b"a: 1\nb: \xff\n").startswith("x.yaml, line 2: this is not UTF-8")


def test_a_large_file_is_refused_before_it_is_read() -> None:
    assert "256 kB" in refused(b"#" * (MAX_BYTES + 1))
    assert plain(parse(b"#" * MAX_BYTES, file="x")) == {}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-[]{}\"'&*!|>#%@`,?~ \n\t\\0Ux", max_size=60))
def test_any_text_gives_values_or_one_sentence(text: str) -> None:
    try:
        outcome: object = plain(parse(text.encode(), file="x.yaml"))
    except ConfigError as error:
        outcome = str(error)
    assert isinstance(outcome, dict) or str(outcome).startswith("x.yaml, line ")


_VALUES = st.recursive(
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(alphabet="abcdef_", min_size=1, max_size=6), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(alphabet="abcdef_", min_size=1, max_size=6), _VALUES, max_size=4))
def test_what_yaml_writes_comes_back(value: dict[str, object]) -> None:
    assert plain(parse(yaml.safe_dump(value, allow_unicode=True).encode(), file="x")) == value
