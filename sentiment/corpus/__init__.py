"""The mentions that the embedded engine learned from, and those that only test it. Not needed to score.

The .tsv files are in the source tree, not in the installed package; see README.md beside this file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zlib import crc32

FOLDER: Final = Path(__file__).parent
SENTIMENTS: Final = ("negative", "neutral", "positive", "mixed")
KINDS: Final = (
    "question",
    "complaint",
    "compliment",
    "suggestion",
    "cancellation",
    "commercial",
    "chatter",
    "spam",
)
PHENOMENA: Final = frozenset(
    {
        "negation",
        "two_targets",
        "sarcasm",
        "implicit",
        "rhetorical_question",
        "thanks_closing",
        "contrast",
        "mixed",
        "emoji_only",
        "idiom",
        "dialect",
        "typos",
        "code_switch",
        "intensifier",
        "comparison",
    }
)
CHANNELS: Final = frozenset(
    {"x", "facebook", "instagram", "mastodon", "bluesky", "dm", "whatsapp", "review", "forum", "mail"}
)
HELD_OUT: Final = frozenset({"parcel", "municipality", "council", "hospital", "hotel", "bus", "software"})
"""Sectors that nothing is trained or tuned on, in any language."""

FOLDS: Final = 5
_LANGUAGE_OF: Final = {"be": "nl-BE", "nl": "nl", "en": "en", "de": "de", "fr": "fr"}
_COLUMNS: Final = 9


class CorpusError(ValueError):
    """A line of the corpus that does not follow the format; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One labelled mention."""

    author: str
    sector: str
    channel: str
    brand: str
    sentiment: str
    kind: str
    urgency: int
    phenomena: frozenset[str]
    text: str
    language: str
    """`nl`, `nl-BE`, `en`, `de` or `fr`, by the beginning of the file's name."""

    @property
    def fold(self) -> int:
        """In which part of the cross-validation its author is, 0 to `FOLDS` - 1."""
        return crc32(self.author.encode()) % FOLDS


def mentions(folder: Path = FOLDER) -> list[Mention]:
    """All mentions, in the order of the files. Raises CorpusError; FileNotFoundError without files."""
    paths = sorted(folder.glob("*.tsv"))
    if not paths:
        raise FileNotFoundError(f"{folder} has no .tsv files; they are in the source tree only")
    return [mention for path in paths for mention in _read(path)]


def split(every: Iterable[Mention]) -> tuple[list[Mention], list[Mention]]:
    """What may be trained on, and what is held out.

    A held-out sector's authors are not trained on in other sectors either.
    """
    found = list(every)
    test = [mention for mention in found if mention.sector in HELD_OUT]
    authors = {mention.author for mention in test}
    return [mention for mention in found if mention.author not in authors], test


def parse(line: str, language: str) -> Mention:
    """One line of a file. Raises CorpusError."""
    cells = line.split("\t")
    if len(cells) != _COLUMNS:
        raise CorpusError(f"{len(cells)} columns, not {_COLUMNS}: {line[:60]}")
    author, sector, channel, brand, sentiment, kind, urgency, phenomena, text = cells
    marked = frozenset(() if phenomena == "-" else phenomena.split(","))
    legal = (
        channel in CHANNELS
        and sentiment in SENTIMENTS
        and kind in KINDS
        and urgency in {"0", "1", "2", "3"}
        and marked <= PHENOMENA
        and all(cell.strip() for cell in cells)
    )
    if not legal:
        raise CorpusError(f"a value that is none of the format's: {line[:120]}")
    return Mention(
        author,
        sector,
        channel,
        brand,
        sentiment,
        kind,
        int(urgency),
        marked,
        text.replace("\\n", "\n"),
        language,
    )


def _read(path: Path) -> list[Mention]:
    language = _LANGUAGE_OF[path.stem.split("-")[0]]
    return [parse(line, language) for line in path.read_text("utf-8").split("\n") if line]
