"""Mangled drafts by the million: nothing that an operator types or pastes may raise."""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import Final

from bench.coach.corpus import Item
from config.coach_rules import load_coach
from domain.coach.coach import Coach
from domain.coach.draft import LEVELS, Draft, Surroundings
from domain.conversation import KINDS

_SOUP: Final = (
    "aeiou bcdfg .,!?;: \n\t 0123456789 @#<>[]{}()%$€£&*_-+=/\\|~^\"'`´’‘“”…–— éëïöüçñßøæœ ÀÉÎ łđ ıİſ ﬁﬀ Ǆǆ "
    "مرحبا שלום こんにちは 你好 한국어 ไทย हिन्दी "
    "😀😂🙈👨‍👩‍👧🇳🇱🏴‍☠️❤️ \u200b\u200d\u202e"
    "\u2066\ufeff\u0000\u0301\u0308\u0345\ud800\udfff\U0001f9d1\U0010ffff "
    "x" * 3
)
_WORDS: Final = (
    "bel ons even op 0800-1234", "{{naam}}", "[datum]", "NL91 ABNA 0417 1643 00", "111222333",
    "4111 1111 1111 1111", "1234 AB 12", "https://example.org/a?b=c", "jan@example.org", "20 u.", "t.a.v.",
    "we komen erop terug", "GIF", "u", "je",
)  # fmt: skip
_CHANNELS: Final = (
    "x",
    "facebook",
    "instagram",
    "mastodon",
    "bluesky",
    "whatsapp",
    "messenger",
    "review",
    "forum",
    "",
    "?",
)
_CHOPPED: Final = 400


def fuzz(count: int, seed: int, items: Sequence[Item]) -> str:
    """Show the coach so many drafts; a sentence about it. Raises what a draft raised, after naming it."""
    coach = load_coach()
    chance = random.Random(seed)
    started = perf_counter()
    for number in range(count):
        draft = _draft(chance, items)
        try:
            check(coach, draft)
        except Exception:
            print(f"draft {number} of seed {seed}: {draft!r}", file=sys.stderr)
            raise
    spent = perf_counter() - started
    return f"{count} drafts, seed {seed}: nothing raised, {spent * 1000 / max(1, count):.2f} ms a draft"


def check(coach: Coach, draft: Draft) -> None:
    """What must hold of any draft's remarks."""
    last = (0, -1)
    for remark in coach.remarks(draft):
        assert 0 <= remark.start <= remark.end <= len(draft.reply), remark
        assert remark.message, remark
        rank = (LEVELS.index(remark.level), 0)
        assert rank >= (last[0], 0), remark
        last = (rank[0], 0)


def _draft(chance: random.Random, items: Sequence[Item]) -> Draft:
    base = chance.choice(items).draft if items and chance.random() < 0.6 else Draft("")
    return replace(
        base,
        reply=_text(chance, base.reply),
        mention=_text(chance, base.mention) if chance.random() < 0.5 else base.mention,
        language=chance.choice((None, "nl", "nl-BE", "en", "fr", "")),
        channel=chance.choice(_CHANNELS),
        visibility=chance.choice(("public", "private", "?")),
        kind=chance.choice((None, *KINDS)),
        first_name=chance.choice((None, "", "Jan", "Zoë", "😀", "de", _soup(chance, 5))),
        around=_around(chance),
    )


def _around(chance: random.Random) -> Surroundings:
    if chance.random() < 0.7:
        return Surroundings()
    return Surroundings(
        template_changed=chance.choice((None, 0.0, 0.5)),
        fits=chance.choice((None, True, False)),
        window_closed=chance.random() < 0.3,
        listen_only=chance.random() < 0.3,
        crisis=chance.random() < 0.3,
        thread_words=("vervelend", "sorry", ""),
        operator_words=("sorry",) * 4,
        expired=("we komen erop terug", _soup(chance, 3), ""),
        own=("example.org", "", "0800-1234"),
    )


def _text(chance: random.Random, text: str) -> str:
    for _round in range(chance.randint(0, 4)):
        place = chance.randint(0, len(text))
        match chance.randint(0, 4):
            case 0:
                text = text[:place] + _soup(chance, 8) + text[place:]
            case 1:
                text = text[:place] + chance.choice(_WORDS) + text[place:]
            case 2:
                text = text[:place] + text[place + chance.randint(0, 20) :]
            case 3:
                text = text[place:] + text[:place]
            case _:
                text = text.swapcase() if chance.random() < 0.3 else text + " " + chance.choice(_WORDS)
    return text[:_CHOPPED] if chance.random() < 0.9 else (text + " ") * 5


def _soup(chance: random.Random, most: int) -> str:
    return "".join(chance.choice(_SOUP) for _char in range(chance.randint(0, most)))
