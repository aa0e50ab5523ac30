"""Nothing grows into the one class that knows everything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.messages import PACKAGES

ROOT = Path(__file__).parents[2]
MAX_STATEMENTS = 30
MAX_METHODS = 20
MAX_LINES = 400
MAX_LINES_OF = {"tui/screens": 300, "tui/app.py": 200}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def statements(function: Function) -> int:
    """All statements inside, nested ones too; a docstring is none."""
    inner = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node is not function]
    return len(inner) - (1 if ast.get_docstring(function) is not None else 0)


def methods(class_: ast.ClassDef) -> int:
    """Methods that the class itself defines; overload signatures count as one with their body."""
    return len({node.name for node in class_.body if isinstance(node, Function)})


def line_limit(path: str) -> int:
    """The longest that a module may be."""
    return next((limit for start, limit in MAX_LINES_OF.items() if path.startswith(start)), MAX_LINES)


def too_large(path: str, source: str) -> Iterator[str]:
    """One line per thing that is over its limit; a fake server in the tests may mirror a whole platform."""
    lines = source.count("\n")
    if lines > line_limit(path):
        yield f"{path}: {lines} lines, at most {line_limit(path)}"
    if path.startswith("tests/"):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and (count := methods(node)) > MAX_METHODS:
            yield f"{path}:{node.lineno}: class {node.name} has {count} methods, at most {MAX_METHODS}"
        if isinstance(node, Function) and (count := statements(node)) > MAX_STATEMENTS:
            yield f"{path}:{node.lineno}: {node.name} has {count} statements, at most {MAX_STATEMENTS}"


@pytest.mark.parametrize("package", [*PACKAGES, "bench", "tools", "tests"])
def test_everything_stays_small(package: str) -> None:
    found = [
        fault
        for path in sorted((ROOT / package).rglob("*.py"))
        for fault in too_large(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_long_function_is_seen() -> None:
    body = "\n".join(f"    a{number} = {number}" for number in range(MAX_STATEMENTS))
    fits = f'def fits() -> None:\n    """Docstring."""\n{body}\n'
    assert list(too_large("domain/x.py", fits)) == []
    assert list(too_large("domain/x.py", fits + "    if a1:\n        pass\n")) == [
        "domain/x.py:1: fits has 32 statements, at most 30"
    ]


def test_a_large_class_and_a_long_module_are_seen() -> None:
    wide = "class Wide:\n" + "".join(f"    def m{number}(self) -> None: ...\n" for number in range(21))
    assert list(too_large("desk/x.py", wide)) == ["desk/x.py:1: class Wide has 21 methods, at most 20"]
    assert list(too_large("desk/x.py", "a = 1\n" * 401)) == ["desk/x.py: 401 lines, at most 400"]


def test_the_screen_has_its_own_limits() -> None:
    assert (line_limit("tui/app.py"), line_limit("tui/screens/queue.py"), line_limit("tui/text.py")) == (
        200,
        300,
        400,
    )
