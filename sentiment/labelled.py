"""Reads files of labelled messages, to measure an engine on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from domain.errors import WebcareError
from i18n import _
from sentiment.corpus import CorpusError, Mention, parse
from sentiment.measure import Labelled

_CORPUS_COLUMNS: Final = 9
_MOST: Final = 4
_KNOWN: Final = frozenset({"negative", "neutral", "positive", "mixed"})


def read(path: Path, lang: str | None = None, brands: tuple[str, ...] = ()) -> list[Labelled]:
    """The messages of a file: text, sentiment, kind?, phenomena? by tabs; or the corpus's nine columns.

    Raises UnreadableSet with the file and the line.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSet(_("{file} cannot be read as UTF-8 text.", file=str(path))) from error
    lines = enumerate(text.split("\n"), start=1)
    return [_line(path, at, line.rstrip("\r"), lang, brands) for at, line in lines if line.strip()]


class UnreadableSet(WebcareError):
    """A file of labelled messages that does not follow the format."""

    exit_code = 2


def of_corpus(mention: Mention) -> Labelled:
    """A mention of the corpus, read as its own desk would."""
    return Labelled(
        mention.text,
        mention.sentiment,
        mention.kind,
        tuple(sorted(mention.phenomena)),
        mention.language,
        (mention.brand,),
        mention.urgency,
    )


def _line(path: Path, at: int, line: str, lang: str | None, brands: tuple[str, ...]) -> Labelled:
    cells = line.split("\t")
    if len(cells) == _CORPUS_COLUMNS:
        try:
            return of_corpus(parse(line, lang or ""))
        except CorpusError as error:
            raise UnreadableSet(_bad(path, at)) from error
    if not 2 <= len(cells) <= _MOST or cells[1] not in _KNOWN:
        raise UnreadableSet(_bad(path, at))
    kind = cells[2].strip() if len(cells) > 2 else ""
    marks = cells[3].split(",") if len(cells) > 3 else []
    phenomena = tuple(mark.strip() for mark in marks if mark.strip() not in {"", "-"})
    return Labelled(cells[0].replace("\\n", "\n"), cells[1], kind, phenomena, lang, brands)


def _bad(path: Path, at: int) -> str:
    return _(
        "{file}, line {line}: write text, sentiment (negative, neutral, positive, mixed), kind and traits,"
        " with tabs between.",
        file=path.name,
        line=at,
    )
