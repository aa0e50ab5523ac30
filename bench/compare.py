"""`python -m bench.compare OLD.json NEW.json`: the goals of two runs side by side.

Only counts and paired ratios are compared; milliseconds of two runs, let alone of two machines, are not.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def rows(old: Mapping[str, object], new: Mapping[str, object]) -> list[tuple[str, str, str, str, str]]:
    """(goal, old value, new value, change, verdicts) for every goal that either run has."""
    before, after = _goals(old), _goals(new)
    found: list[tuple[str, str, str, str, str]] = []
    for id_ in dict.fromkeys([*before, *after]):
        one, other = before.get(id_, {}), after.get(id_, {})
        found.append(
            (id_, _shown(one), _shown(other), _change(one, other), f"{_verdict(one)} -> {_verdict(other)}")
        )
    return found


def _goals(result: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    goals = result.get("goals")
    return {str(goal["id"]): goal for goal in goals} if isinstance(goals, list) else {}


def _shown(goal: Mapping[str, object]) -> str:
    value = goal.get("value")
    return f"{value:,.10g}" if isinstance(value, int | float) else "-"


def _verdict(goal: Mapping[str, object]) -> str:
    return str(goal.get("verdict", "-"))


def _change(old: Mapping[str, object], new: Mapping[str, object]) -> str:
    """In per cent; nothing where one of them says nothing."""
    one, other = old.get("value"), new.get("value")
    unsure = "inconclusive" in {_verdict(old), _verdict(new)}
    if unsure or not isinstance(one, int | float) or not isinstance(other, int | float) or not one:
        return ""
    return f"{100 * (other - one) / one:+.0f} %"


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    old, new = (json.loads(Path(each).read_text(encoding="utf-8")) for each in arguments)
    print(f"{'goal':5} {'old':>10} {'new':>10} {'change':>8}  verdict")
    for id_, before, after, change, verdicts in rows(old, new):
        print(f"{id_:5} {before:>10} {after:>10} {change:>8}  {verdicts}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
