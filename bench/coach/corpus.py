"""The labelled drafts, JSON lines: `dev-*.jsonl` to learn from, `unseen-*.jsonl` to be judged by."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.coach.draft import Draft

FOLDER: Final = Path(__file__).parent / "corpus"


@dataclass(frozen=True, slots=True)
class Item:
    """One draft and the remarks that an experienced colleague wants."""

    id: str
    draft: Draft
    labels: frozenset[str]
    """Empty for a good reply."""

    near: frozenset[str]
    """Rules that a naive reader would wrongly raise."""

    part: str
    """The file it stands in, without its ending."""


def read_items(part: str, folder: Path = FOLDER) -> tuple[Item, ...]:
    """All items of a part, `dev` or `unseen`, in the order of their files."""
    return tuple(item for path in sorted(folder.glob(f"{part}-*.jsonl")) for item in _items(path))


def _items(path: Path) -> Iterable[Item]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            value = json.loads(line)
            yield Item(
                value["id"],
                draft_of(value),
                frozenset(value["labels"]),
                frozenset(value.get("near", ())),
                path.stem,
            )


def draft_of(value: dict[str, str]) -> Draft:
    """The draft that a line of the corpus says."""
    return Draft(
        reply=value["reply"],
        mention=value["mention"],
        language=value.get("lang"),
        channel=value["channel"],
        visibility=value["visibility"],
        first_name=value.get("contact_first_name"),
        kind=value.get("mention_kind"),
    )
