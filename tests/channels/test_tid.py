"""Record keys that sort as they count and never come twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.tid import ALPHABET, TidMaker, decode, encode, moment
from domain.clock import ManualClock

_numbers = st.tuples(st.integers(0, (1 << 53) - 1), st.integers(0, 1023))


@given(_numbers)
def test_a_tid_says_what_went_in(number: tuple[int, int]) -> None:
    assert decode(encode(*number)) == number


@given(_numbers, _numbers)
def test_tids_sort_as_their_numbers(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (encode(*one) < encode(*other)) == (one < other)


def test_a_key_that_a_real_server_made() -> None:
    """3n2xhjdqid22p was given out at 2026-11-23T06:04:41Z."""
    assert moment("3n2xhjdqid22p") // 1000 == 1_795_413_881


@given(st.lists(st.integers(-5_000, 5_000), max_size=30))
def test_a_maker_only_goes_up_whatever_the_clock_does(steps: list[int]) -> None:
    clock = ManualClock(1_800_000_000_000)
    maker = TidMaker(clock, 3)
    made = [maker.next()]
    for step in steps:
        clock.advance(step)
        made.append(maker.next())
    assert made == sorted(set(made))


@pytest.mark.parametrize("text", ["", "3n2xhjdqid22", "3n2xhjdqid2211", "0n2xhjdqid22p", "z" * 13])
def test_what_is_no_tid(text: str) -> None:
    with pytest.raises(ValueError, match="TID"):
        decode(text)


@pytest.mark.parametrize(("microseconds", "maker"), [(-1, 0), (1 << 53, 0), (0, 1024), (0, -1)])
def test_what_does_not_fit(microseconds: int, maker: int) -> None:
    with pytest.raises(ValueError, match="53 bits"):
        encode(microseconds, maker)


def test_the_alphabet_sorts_as_it_counts() -> None:
    assert sorted(ALPHABET) == list(ALPHABET)
