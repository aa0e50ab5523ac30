"""How an operator signs: added when a reply is sent, once, and replaced when a colleague takes over.

A sign-off is no part of the draft. `with_signoff` is applied to the final text and to the text that is
measured; applying it twice changes nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from domain.inbound import Visibility

Style = Literal["initials", "first_name", "closing", "none"]
Policy = Literal["sign", "none"]
"""What the channel asks: a sign-off in the operator's own way, or none at all."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """One way to sign, such as `^SV`, `Sanne`, or `Groet, Sanne`."""

    style: Style
    text: str
    """As it goes out; empty for `none`."""

    @staticmethod
    def initials(letters: str) -> SignOff:
        """`^SV`, for public channels where every character counts; none without letters."""
        letters = letters.strip().lstrip("^").strip()
        return SignOff("initials", f"^{letters}") if letters else NO_SIGNOFF

    @staticmethod
    def first_name(name: str) -> SignOff:
        """Only the first name."""
        return SignOff("first_name", name.strip())

    @staticmethod
    def closing(words: str) -> SignOff:
        """A greeting with a name; may have two lines."""
        return SignOff("closing", words.strip())


NO_SIGNOFF: Final = SignOff("none", "")


@dataclass(frozen=True, slots=True)
class Signature:
    """How one operator signs in public and in private."""

    public: SignOff = NO_SIGNOFF
    private: SignOff = NO_SIGNOFF

    def where(self, visibility: Visibility) -> SignOff:
        """The sign-off for a reply that is seen like this."""
        return self.private if visibility == "private" else self.public


def with_signoff(
    text: str,
    signoff: SignOff,
    *,
    visibility: Visibility = "public",
    policy: Policy = "sign",
    known: Iterable[SignOff] = (),
) -> str:
    """The text as it is sent: signed once. An empty text gives the bare sign-off.

    A sign-off that was typed already is recognised, also one of `known`, the colleagues', which is
    replaced. It follows a space in public and a line break in private; a name after an unfinished sentence
    always gets its own line, so that it never reads as part of it.
    """
    colleagues = [other for other in known if other.text and other.text != signoff.text]
    text = text.rstrip()
    if policy == "none" or not signoff.text:
        return _without(text, colleagues)
    bare = _without(text, [*colleagues, signoff])
    own = _end_pattern(signoff)
    if not bare:
        return signoff.text
    if own.search(bare):
        return bare
    typed = own.search(text, len(bare))
    if typed and text[len(bare) : typed.start()].isspace():
        return bare + text[len(bare) : typed.start()] + signoff.text
    alone = visibility == "private" or not (signoff.style == "initials" or _is_finished(bare))
    return bare + ("\n" if alone else " ") + signoff.text


def _without(text: str, signoffs: list[SignOff]) -> str:
    """The text without any of these sign-offs at its end."""
    stripped = True
    while stripped:
        stripped = False
        for signoff in signoffs:
            match = _end_pattern(signoff).search(text)
            if match is not None and (signoff.style == "initials" or _is_finished(text[: match.start()])):
                text = text[: match.start()].rstrip()
                stripped = True
    return text


def _end_pattern(signoff: SignOff) -> re.Pattern[str]:
    if signoff.style == "initials":
        letters = re.escape(signoff.text.lstrip("^"))
        return re.compile(rf"(?:^|(?<=\s))\^[ \t]?{letters}[ \t.!]*\Z", re.IGNORECASE)
    words = r"\s+".join(re.escape(word) for word in signoff.text.split())
    return re.compile(rf"(?:^|(?<=\s)){words}[ \t.!]*\Z", re.IGNORECASE)


def _is_finished(before: str) -> bool:
    """Whether a name after this is a sign-off; in "I'll ask Jan" it is part of the sentence."""
    end = before.rstrip(" \t")[-1:]
    return not end or end == "\n" or not (end.isalnum() or end in ",-–—&/@#")
