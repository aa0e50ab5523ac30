"""Pages of which parts are written by the bench, each between two markers that a reader does not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def mark(name: str) -> tuple[str, str]:
    """The line before such a part and the line behind it."""
    return f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"


def filled(page: str, parts: Mapping[str, str]) -> str:
    """The page with these parts put in. Raises ValueError for a part that the page has no place for."""
    for name, text in parts.items():
        begin, end = mark(name)
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"the page has not exactly one place for {name}: {begin} ... {end}")
        before, _begin, rest = page.partition(begin)
        _old, _end, after = rest.partition(end)
        page = f"{before}{begin}\n{text.strip()}\n{end}{after}"
    return page


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """A table in Markdown; all columns but the first `left` stand right."""
    marks = [*["---"] * left, *["---:"] * (len(head) - left)]
    lines = [head, marks, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
