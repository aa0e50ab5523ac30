"""A long reply as a thread: cut at the ends of sentences, each part within the platform's limit.

What is measured is what goes out: the handle that Mastodon needs in every part, the number where parts are
numbered, and the sign-off of the last one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from domain.errors import NotAllowed
from domain.measure import Limits, Measure, measure
from domain.mention import NOBODY, Named
from domain.sentence_ends import Cut, Rank, bounds, cuts
from domain.signoff import Signing
from i18n import _

UNSIGNED: Final = Signing()
SHORTEST: Final = 4
"""A part that fills less than one in so many of what fits is too short, unless the next sentence needs it."""

LONGEST_SIGN_OFF: Final = 200


@dataclass(frozen=True, slots=True)
class Thread:
    """How a thread is written."""

    platform: str
    """A key of `PLATFORM_LIMITS`."""

    limits: Limits | None = None
    """What the server allows, where it differs."""

    numbered: bool = False
    """Each part ends with its number, such as `1/3`, where there are several."""

    to: Named = NOBODY
    """Whom every part must name."""

    signing: Signing = UNSIGNED
    """How it is signed."""

    sign_each: bool = False
    """Every part is signed and not only the last."""

    reply: bool = False
    """The first part answers somebody: mentions at its beginning are free where the platform adds them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a thread."""

    body: str
    """The piece of the text, without what was added."""

    text: str
    """As it goes out."""

    measure: Measure
    start: int = 0
    """Where the piece begins in the text that was split."""


def split(text: str, thread: Thread) -> tuple[Part, ...]:
    """The text in as few parts as its sentences allow; none for an empty text.

    Raises NotAllowed where something that must stay whole, such as a link, is longer than a part, and
    NotFound for an unknown platform.
    """
    start, end = bounds(text)
    if start == end:
        return ()
    splitting = _Splitting(text[start:end], thread)
    alone = splitting.part(text[start:end], 1, "", last=True)
    if alone.measure.ok:
        return (replace(alone, start=start),)
    pieces = splitting.pieces("")
    total = str(len(pieces))
    while thread.numbered:
        pieces = splitting.pieces("9" * len(total))
        if len(str(len(pieces))) <= len(total):
            break
        total = str(len(pieces))
    shown = str(len(pieces)) if thread.numbered else ""
    parts = (
        splitting.part(body, number, shown, last=number == len(pieces))
        for number, (_begin, body) in enumerate(pieces, start=1)
    )
    return tuple(
        replace(part, start=start + begin) for part, (begin, _body) in zip(parts, pieces, strict=True)
    )


class _Splitting:
    """One text on its way to parts."""

    def __init__(self, text: str, thread: Thread) -> None:
        self._text = text
        self._thread = thread
        self._cuts = cuts(text)

    def pieces(self, total: str) -> tuple[tuple[int, str], ...]:
        """The pieces and where each begins, with room for a total written so long; empty shows none."""
        found: list[tuple[int, str]] = []
        start = first = 0
        while True:
            low = self._reach(start, first, len(found) + 1, total)
            if low == len(self._cuts) and self._fits(start, None, len(found) + 1, total):
                return (*found, (start, self._text[start:]))
            cut = self._best(start, first, low, (len(found) + 1, total))
            found.append((start, self._text[start : cut.end]))
            start = cut.begin
            while first < len(self._cuts) and self._cuts[first].end <= start:
                first += 1

    def part(self, body: str, number: int, total: str, *, last: bool) -> Part:
        """One piece as it goes out."""
        thread = self._thread
        bare, tail = thread.signing.parted(body) if last or thread.sign_each else (body, "")
        text = f"{bare} {number}/{total}{tail}" if total else bare + tail
        text = thread.to.put_in(text)
        reply = thread.reply and number == 1
        return Part(body, text, measure(thread.platform, text, limits=thread.limits, reply=reply))

    def _fits(self, start: int, end: int | None, number: int, total: str) -> bool:
        """Whether a piece fits; one without an end is the last."""
        return self.part(self._text[start:end], number, total, last=end is None).measure.ok

    def _reach(self, start: int, first: int, number: int, total: str) -> int:
        """The first of the cuts from `first` on that is too far away; found by doubling, then halving."""
        places = self._cuts
        low, step = first, 32
        while low + step <= len(places) and self._fits(start, places[low + step - 1].end, number, total):
            low, step = low + step, step * 2
        high = min(low + step, len(places))
        while low < high:
            middle = (low + high) // 2
            if self._fits(start, places[middle].end, number, total):
                low = middle + 1
            else:
                high = middle
        return low

    def _best(self, start: int, first: int, low: int, numbering: tuple[int, str]) -> Cut:
        """The best of the cuts that can be reached.

        A shorter piece may be longer in a platform's counting, as where a word is cut and its beginning
        becomes a link: so what was chosen is measured again.
        """
        places = [cut for cut in self._cuts[first:low] if self._leaves_words(cut)]
        while places:
            cut = self._preferred(places, start)
            if self._fits(start, cut.end, *numbering):
                return cut
            places = places[: places.index(cut)]
        raise NotAllowed(_("A link or handle is longer than one message; shorten it."))

    def _preferred(self, places: list[Cut], start: int) -> Cut:
        """The last end of a sentence, unless that is near and the next sentence must be cut in any case."""
        reach = places[-1].end - start
        for rank, share in ((Rank.SENTENCE, SHORTEST), (Rank.CLAUSE, 2)):
            found = next((cut for cut in reversed(places) if cut.rank >= rank), None)
            if found and ((found.end - start) * share >= reach or self._next_fits(found, rank)):
                return found
        return next((cut for cut in reversed(places) if cut.rank >= Rank.SPACE), places[-1])

    def _next_fits(self, cut: Cut, rank: Rank) -> bool:
        """Whether the sentence after a cut fits into one message by itself."""
        if rank < Rank.SENTENCE:
            return False
        ends = (one.end for one in self._cuts if one.end > cut.begin and one.rank == Rank.SENTENCE)
        end = next(ends, len(self._text))
        return self._fits(cut.begin, end, 9, "99" if self._thread.numbered else "")

    def _leaves_words(self, cut: Cut) -> bool:
        """Whether more than a sign-off comes after the cut."""
        rest = len(self._text) - cut.begin
        return rest > LONGEST_SIGN_OFF or bool(self._thread.signing.bare(self._text[cut.begin :]))
