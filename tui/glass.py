"""What stands on the operator's terminal, cell by cell, so that only what differs is sent.

Textual writes every dirty span anew, each piece with its whole style. Here a frame is compared with what the
terminal shows already: equal beginnings and ends of a line stay, lines that only moved are moved by the
terminal itself (a scroll region), and styles are told as differences. From a character on whose width
terminals may disagree, a line is written to its end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.color import ColorSystem
from rich.segment import Segment
from textual.geometry import NULL_SIZE, Region, Size
from textual.strip import Strip

from tui.pen import Pen

WORTH_SCROLLING = 4
"""Lines that have to be saved: a scroll costs about thirty bytes and makes slow terminals copy."""

WORTH_A_MOVE = 10
"""Cells: going elsewhere on a line takes up to eight bytes, and often a style besides."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Cells `x` to `x + strip.cell_length` of line `y` as a frame wants them."""

    x: int
    y: int
    strip: Strip


class Glass:
    """The lines that the terminal shows; None where that is not known."""

    def __init__(self, size: Size = NULL_SIZE, *, scrolls: bool = True) -> None:
        self._size = size
        self._scrolls = scrolls
        self._lines: list[Strip | None] = [None] * size.height
        self.touched: list[Region] = []
        """What the last frame wrote, where lines were pinned."""

    @property
    def size(self) -> Size:
        """Columns and lines that are known."""
        return self._size

    def forget(self) -> None:
        """Something else wrote on the terminal: whatever comes next is sent whole."""
        self._lines = [None] * self._size.height

    def holds(self, lines: Sequence[Strip | None], size: Size) -> None:
        """Told by whoever painted before us what stands there."""
        self._size, self._lines = size, list(lines)

    def again(self, region: Region, system: ColorSystem) -> str:
        """Write cells once more that something lay over."""
        pen = Pen(system)
        for y in range(max(0, region.y), min(region.bottom, len(self._lines))):
            line = self._lines[y]
            if line is not None:
                _write(list(line.crop(region.x, min(region.right, self._size.width))), region.x, y, pen)
        return pen.done()

    def frame(
        self, pieces: Iterable[Piece], size: Size, system: ColorSystem, pinned: frozenset[int] = frozenset()
    ) -> str:
        """What makes the terminal show these pieces; empty when it shows them already.

        Lines that are `pinned` are not moved, and what is written is told in `touched`.
        """
        self.touched = []
        if size != self._size:
            self._size = size
            self.forget()
        pen = Pen(system)
        wanted = _by_line(pieces, size)
        whole = {y: found[0].strip for y, found in wanted.items() if _is_whole(found, size.width)}
        if self._scrolls and len(whole) > WORTH_SCROLLING:
            self._scroll(whole, pen, pinned)
        for y in sorted(wanted):
            for piece in wanted[y]:
                self._put(piece, pen, note=bool(pinned))
        return pen.done()

    def _put(self, piece: Piece, pen: Pen, *, note: bool) -> None:
        width, line = self._size.width, self._lines[piece.y]
        end = piece.x + piece.strip.cell_length
        whole = piece.x == 0 and end == width
        if line is None:
            _write(list(piece.strip), piece.x, piece.y, pen)
            self._touch(piece, 0, piece.strip.cell_length, note=note)
            if whole:
                self._lines[piece.y] = piece.strip
            return
        before = line if whole else line.crop(piece.x, end)
        if before == piece.strip:
            return
        for start, stop in _differences(before, piece.strip):
            _write(_between(piece.strip, start, stop), piece.x + start, piece.y, pen)
            self._touch(piece, start, piece.strip.cell_length, note=note)
        self._lines[piece.y] = (
            piece.strip if whole else Strip.join((line.crop(0, piece.x), piece.strip, line.crop(end, width)))
        )

    def _touch(self, piece: Piece, start: int, stop: int, *, note: bool) -> None:
        if note:  # characters are counted here, not cells, so up to the end of the piece
            self.touched.append(Region(piece.x + start, piece.y, stop - start, 1))

    def _scroll(self, whole: dict[int, Strip], pen: Pen, pinned: frozenset[int]) -> None:
        """Let the terminal move lines that stand elsewhere already."""
        differing = [y for y, strip in whole.items() if self._lines[y] != strip]
        if len(differing) <= WORTH_SCROLLING:
            return
        top, bottom = min(differing), max(differing) + 1
        if any(y not in whole or y in pinned for y in range(top, bottom)):
            return
        by = _shift(self._lines[top:bottom], [whole[y] for y in range(top, bottom)])
        if not by:
            return
        count = abs(by)
        pen.raw(f"\x1b[{top + 1};{bottom}r\x1b[{count}{'S' if by > 0 else 'T'}\x1b[r")
        lines, blank = self._lines[top:bottom], [None] * count
        self._lines[top:bottom] = [*lines[count:], *blank] if by > 0 else [*blank, *lines[:-count]]


def _write(segments: Iterable[Segment], x: int, y: int, pen: Pen) -> None:
    pen.at(x, y)
    for text, style, _control in segments:
        pen.write(text, style)


def _by_line(pieces: Iterable[Piece], size: Size) -> dict[int, list[Piece]]:
    """Pieces of each line, neighbours joined, what lies outside the screen cut off."""
    lines: dict[int, list[Piece]] = {}
    for piece in pieces:
        if not (0 <= piece.y < size.height and 0 <= piece.x < size.width):
            continue
        if piece.x + piece.strip.cell_length > size.width:
            piece = Piece(piece.x, piece.y, piece.strip.crop(0, size.width - piece.x))  # noqa: PLW2901
        line = lines.setdefault(piece.y, [])
        if line and line[-1].x + line[-1].strip.cell_length == piece.x:
            line[-1] = Piece(line[-1].x, piece.y, Strip.join((line[-1].strip, piece.strip)))
        else:
            line.append(piece)
    return lines


def _is_whole(found: Sequence[Piece], width: int) -> bool:
    return len(found) == 1 and found[0].x == 0 and found[0].strip.cell_length == width


def _shift(before: Sequence[Strip | None], after: Sequence[Strip]) -> int:
    """By how many lines what is wanted stands too low (above 0) or too high; 0 when moving saves little."""
    places: dict[str, int] = {}
    for y, strip in enumerate(before):
        if strip is not None:
            text = strip.text
            places[text] = (
                -1 if text in places else y
            )  # what stands twice, such as blank lines, tells nothing
    votes = Counter(place - y for y, strip in enumerate(after) if (place := places.get(strip.text, -1)) >= 0)
    if not votes:
        return 0
    by, agreed = votes.most_common(1)[0]
    stay = sum(1 for one, other in zip(before, after, strict=True) if one == other)
    return by if agreed - stay > WORTH_SCROLLING and abs(by) < len(after) else 0


def _differences(before: Strip, after: Strip) -> list[tuple[int, int]]:
    """Runs of characters, from and to, in which two lines of the same width differ.

    From the first character on whose width terminals may disagree, the rest of a line is one run.
    """
    one, other = list(before), list(after)
    text_before, text_after = before.text, after.text
    sure = min(_sure(text_before), _sure(text_after))
    runs = _joined(_differing(one, other, sure))
    if _between(one, sure, len(text_before)) != _between(other, sure, len(text_after)):
        runs = _joined([*runs, (sure, len(text_after))])
    return runs


def _sure(text: str) -> int:
    """Characters from the beginning that take one cell each on every terminal."""
    found = None if text.isascii() else _DOUBTFUL.search(text)
    return (
        len(text) if found is None else max(0, found.start() - 1)
    )  # a mark belongs to what it stands behind


_DOUBTFUL = re.compile("[^\x20-\x7e\xa0-\u02ff\u0370-\u0482\u2010-\u2027−→↑│─▌●○✎✓‹›€•]")
"""All but Latin, Greek, Cyrillic, general punctuation, and our own signs: marks, emoji, wide letters."""


def _differing(before: list[Segment], after: list[Segment], end: int) -> Iterator[tuple[int, int]]:
    """Where characters that take one cell each differ, in text or in style."""
    place = 0
    others = iter(after)
    text, style = "", None
    for segment in before:
        rest = segment.text
        while rest and place < end:
            while not text:
                following = next(others)
                text, style = following.text, following.style
            length = min(len(rest), len(text), end - place)
            if style != segment.style:
                yield place, place + length
            elif rest[:length] != text[:length]:
                yield _trimmed(rest[:length], text[:length], place)
            rest, text, place = rest[length:], text[length:], place + length


def _trimmed(before: str, after: str, place: int) -> tuple[int, int]:
    """Without what is equal at the beginning and the end of two texts of one length."""
    start = next(i for i, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1])
    behind = next(
        i for i, pair in enumerate(zip(before[::-1], after[::-1], strict=True)) if pair[0] != pair[1]
    )
    return place + start, place + len(after) - behind


def _joined(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs so close that going to the next one would cost more than what stands between."""
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] < WORTH_A_MOVE:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _between(segments: Iterable[Segment], start: int, end: int) -> list[Segment]:
    """The characters from `start` to `end`, neighbours of one style joined."""
    kept: list[Segment] = []
    place = 0
    for text, style, _control in segments:
        part = text[max(0, start - place) : max(0, end - place)]
        if part and kept and kept[-1].style == style:
            kept[-1] = Segment(kept[-1].text + part, style)
        elif part:
            kept.append(Segment(part, style))
        place += len(text)
    return kept
