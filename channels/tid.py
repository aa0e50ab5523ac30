"""Timestamp identifiers, the record keys of the AT Protocol.

A TID is a 64-bit number in 13 characters that sort as they count: one zero bit, 53 bits of microseconds
since 1970, 10 bits that tell makers apart (atproto.com/specs/tid).
"""

from __future__ import annotations

import secrets
from typing import Final

from domain.clock import Clock, Millis

ALPHABET: Final = "234567abcdefghijklmnopqrstuvwxyz"
LENGTH: Final = 13
MAKERS: Final = 1 << 10
"""How many makers can be told apart."""

_MICROSECONDS_BITS: Final = 53


def encode(microseconds: int, maker: int) -> str:
    """The TID of a moment and a maker; raises ValueError outside 53 and 10 bits."""
    if not 0 <= microseconds < 1 << _MICROSECONDS_BITS or not 0 <= maker < MAKERS:
        raise ValueError("a TID holds 53 bits of microseconds and 10 bits of maker")
    number = microseconds << 10 | maker
    return "".join(ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def decode(tid: str) -> tuple[int, int]:
    """Microseconds since 1970 and the maker; raises ValueError for what is no TID."""
    if len(tid) != LENGTH or any(char not in ALPHABET for char in tid):
        raise ValueError("a TID has 13 characters of its own alphabet")
    number = 0
    for char in tid:
        number = number << 5 | ALPHABET.index(char)
    if number >> 63:
        raise ValueError("the first bit of a TID is zero")
    return number >> 10, number & (MAKERS - 1)


def moment(tid: str) -> Millis:
    """When the TID was made; raises ValueError for what is no TID."""
    return decode(tid)[0] // 1000


class TidMaker:
    """Makes TIDs that only go up, also when the clock stands still or steps back."""

    def __init__(self, clock: Clock, maker: int | None = None) -> None:
        self._clock = clock
        self._maker = secrets.randbelow(MAKERS) if maker is None else maker
        self._last = 0

    def next(self) -> str:
        """A TID that this maker has never given."""
        self._last = max(self._clock.now() * 1000, self._last + 1)
        return encode(self._last, self._maker)
