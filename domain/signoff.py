"""How an operator signs: added when a reply is sent, once, and replaced when a colleague takes over.

A sign-off is no part of the draft. `with_signoff` is applied to the final text and to the text that is
measured; applying it twice changes nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from domain.inbound import Visibility

Style = Literal["initials", "first_name", "closing", "none"]
Policy = Literal["sign", "none", "initials", "first_name", "closing"]
"""What the channel asks: signed in the operator's own way, not at all, or in the one way of this channel."""

USUAL_CLOSINGS: Final[Mapping[str, str]] = {
    "nl": "Groet, {first_name}",
    "en": "Regards, {first_name}",
    "fr": "Bien à vous, {first_name}",
    "de": "Viele Grüße, {first_name}",
}
"""By the language of the reply, which is the contact's and not the interface's: so these are no messages."""

_GREETING: Final = (
    r"(?:met\s+|with\s+)?"
    r"(?:een\s+)?(?:(?:hartelijke|vriendelijke|warme|fijne|lieve|zonnige|hartelijk|kind|best|warm|many)\s+)?"
    r"(?:groet|groeten|groetjes|gr|mvg|liefs|regards|wishes|best|sincerely)[.,!]*\s+"
)
"""What people put before their name when they sign by hand."""

_HAND = re.compile(_GREETING, re.IGNORECASE)


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

    @staticmethod
    def written(text: str) -> SignOff:
        """What a text means as a sign-off: `^SV` are initials, one word is a name, more is a closing."""
        text = text.strip()
        if text.startswith("^"):
            return SignOff.initials(text)
        return SignOff.closing(text) if len(text.split()) > 1 else SignOff.first_name(text)

    @property
    def name(self) -> str:
        """Whose it is, where it says so: `Sanne` of `Groet, Sanne`; empty for initials."""
        if self.style == "initials":
            return ""
        return _HAND.sub("", re.split(r"[,\n]", self.text)[-1].strip(), count=1)


NO_SIGNOFF: Final = SignOff("none", "")


@dataclass(frozen=True, slots=True)
class Signature:
    """How one operator signs in public and in private."""

    public: SignOff = NO_SIGNOFF
    private: SignOff = NO_SIGNOFF

    def where(self, visibility: Visibility) -> SignOff:
        """The sign-off for a reply that is seen like this."""
        return self.private if visibility == "private" else self.public


def usual_closing(first_name: str, language: str | None) -> str | None:
    """`Groet, Sanne` in a reply's language; None where we have no words for it."""
    words = USUAL_CLOSINGS.get((language or "").split("-")[0])
    return words.format(first_name=first_name) if words else None


def with_signoff(
    text: str,
    signoff: SignOff,
    *,
    visibility: Visibility = "public",
    policy: Policy = "sign",
    known: Iterable[SignOff] = (),
    own: Iterable[SignOff] = (),
) -> str:
    """The text as it is sent: signed once. An empty text gives the bare sign-off.

    A sign-off that was typed already is recognised: one of `known`, the colleagues', is replaced; so is
    another of the operator's `own` ways, but for a greeting of theirs with the name where a name is due,
    which stays as it was typed. It follows a space in public and a line break in private; a name after an
    unfinished sentence always gets its own line, so that it never reads as part of it.
    """
    colleagues = _others(known, signoff)
    text = text.rstrip()
    if policy == "none" or not signoff.text:
        return _without(text, colleagues)
    bare = _without(text, [*colleagues, *_others(own, signoff), signoff])
    if not bare:
        return signoff.text
    exact = _pattern(signoff)
    if exact.search(bare):
        return bare
    typed = exact.search(text, len(bare))
    if typed and text[len(bare) : typed.start()].isspace():
        return bare + text[len(bare) : typed.start()] + signoff.text
    if signoff.name and _by_hand(signoff.name).fullmatch(text[len(bare) :].strip()):
        return text
    alone = visibility == "private" or not (signoff.style == "initials" or _is_finished(bare))
    return bare + ("\n" if alone else " ") + signoff.text


@dataclass(frozen=True, slots=True)
class Signing:
    """Everything that decides how the replies of one person in one place are signed."""

    signoff: SignOff = NO_SIGNOFF
    visibility: Visibility = "public"
    policy: Policy = "sign"
    known: tuple[SignOff, ...] = ()
    own: tuple[SignOff, ...] = ()

    def put_on(self, text: str) -> str:
        """The text as it is sent; see `with_signoff`."""
        return with_signoff(
            text, self.signoff, visibility=self.visibility, policy=self.policy, known=self.known, own=self.own
        )

    def parted(self, text: str) -> tuple[str, str]:
        """The signed text in two: what was written, and the sign-off with the space before it."""
        signed = self.put_on(text)
        bare = self.bare(text)
        return (bare, signed[len(bare) :]) if signed.startswith(bare) else (signed, "")

    def bare(self, text: str) -> str:
        """The text without a sign-off that was typed."""
        every = (*self.known, *self.own, self.signoff)
        return _without(text.rstrip(), [one for one in every if one.text])


def _others(signoffs: Iterable[SignOff], due: SignOff) -> list[SignOff]:
    return [one for one in signoffs if one.text and one.text != due.text]


def _without(text: str, signoffs: list[SignOff]) -> str:
    while (start := min((_start_of(text, one) for one in signoffs), default=len(text))) < len(text):
        text = text[:start].rstrip()
    return text


def _start_of(text: str, signoff: SignOff) -> int:
    """Where this sign-off begins, with a greeting before it; the end of a text that ends otherwise."""
    starts = (
        match.start()
        for pattern in (_by_hand(signoff.name) if signoff.name else None, _pattern(signoff))
        if pattern is not None and (match := pattern.search(text))
    )
    return next(
        (start for start in starts if signoff.style == "initials" or _is_finished(text[:start])), len(text)
    )


def _pattern(signoff: SignOff) -> re.Pattern[str]:
    """The sign-off itself at the end of a text, however it is spaced and ended."""
    if signoff.style == "initials":
        letters = re.escape(signoff.text.lstrip("^"))
        return re.compile(rf"(?:^|(?<=\s))\^[ \t]?{letters}[ \t.!]*\Z", re.IGNORECASE)
    words = r"\s+".join(re.escape(word) for word in signoff.text.split())
    return re.compile(rf"(?:^|(?<=\s)){words}[ \t.!]*\Z", re.IGNORECASE)


def _by_hand(name: str) -> re.Pattern[str]:
    """Any usual greeting with this name at the end of a text."""
    words = r"\s+".join(re.escape(word) for word in name.split())
    return re.compile(rf"(?:^|(?<=\s)){_GREETING}{words}[ \t.!]*\Z", re.IGNORECASE)


def _is_finished(before: str) -> bool:
    """Whether a name after this is a sign-off; in "I'll ask Jan" it is part of the sentence."""
    end = before.rstrip(" \t")[-1:]
    return not end or end == "\n" or not (end.isalnum() or end in ",-–—&/@#")
