"""The words and turns of phrase that the embedded engine knows, read from the .tsv files beside this one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("nl", "en", "de", "fr")
_WITH_MORE: Final = ("fr",)
_WITH_CUES: Final = ("de", "fr")
_CONSONANTS: Final = "bdfgklmnprst"


@dataclass(frozen=True, slots=True)
class Cue:
    """A turn of phrase and how much it says."""

    role: str
    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Modifiers:
    """Words that act on the words around them, of all languages that are looked at together."""

    negation: frozenset[str]
    stronger: frozenset[str]
    weaker: frozenset[str]
    contrast: frozenset[str]


@cache
def weights(language: str) -> dict[str, float]:
    """Base words of a language with their weight, -3 (very bad) to 3 (very good); our own lists go first."""
    others = _weights(f"more.{language}.tsv") if language in _WITH_MORE else {}
    return others | _weights(f"{language}.tsv")


@cache
def emoji() -> dict[str, float]:
    """Emoji and emoticons with their weight."""
    return _weights("emoji.tsv")


@cache
def function_words(language: str) -> frozenset[str]:
    """Words that every sentence of a language needs; `other` stands for the tongues we do not read."""
    found = dict(line.split("\t") for line in _lines("language.tsv"))
    return frozenset(found[language].split(" "))


@cache
def common_words() -> frozenset[str]:
    """Words in the names of organisations that are nobody's own."""
    return frozenset(" ".join(_lines("names.tsv")).split(" "))


@cache
def modifiers(languages: tuple[str, ...]) -> Modifiers:
    """Negations, intensifiers and contrast words of these languages."""
    roles: dict[str, set[str]] = {"negation": set(), "stronger": set(), "weaker": set(), "contrast": set()}
    for line in _lines("words.tsv"):
        head, words = line.split("\t")
        role, language = head.split(" ")
        if language in languages:
            roles[role].update(words.split(" "))
    return Modifiers(**{role: frozenset(words) for role, words in roles.items()})


@cache
def cues(languages: tuple[str, ...]) -> tuple[Cue, ...]:
    """Turns of phrase that say something without a word of feeling; the Dutch and English ones always."""
    names = ["cues.tsv", *(f"cues.{language}.tsv" for language in languages if language in _WITH_CUES)]
    return tuple(_cue(*line.split("\t")) for name in names for line in _lines(name))


@cache
def kind_signs(role: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of one kind of mention or of one reason for urgency."""
    pairs = (line.split("\t") for line in _lines("kinds.tsv"))
    return tuple(re.compile(pattern) for name, pattern in pairs if name == role)


def weight_of(word: str, language: str) -> float:
    """The word's weight by itself or by a base form that a rule finds; 0 where unknown."""
    known = weights(language)
    found = known.get(word)
    if found is not None:
        return found
    for base in _FORMS[language](word):
        found = known.get(base)
        if found is not None:
            return found
    return 0.0


def _dutch_forms(word: str) -> list[str]:
    """What `boze`, `dikke`, `snelst`, `fijner` and `problemen` could come from."""
    forms: list[str] = []
    for ending in ("ste", "st", "ere", "er", "e", "en", "s", "jes", "je"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            forms += (stem, *_closed(stem), stem + "e")
    return forms


def _closed(stem: str) -> tuple[str, ...]:
    """The stem as it is spelt in a closed syllable: dikk -> dik, boz -> boos, vag -> vaag, liev -> lief."""
    hardened = {"z": "s", "v": "f"}.get(stem[-1], stem[-1])
    if stem[-1] == stem[-2] and stem[-1] in _CONSONANTS:
        return (stem[:-1],)
    if stem[-2] in "aeou" and stem[-3] not in "aeiou":
        return (stem[:-1] + hardened, stem[:-1] + stem[-2] + hardened)
    return (stem[:-1] + hardened,)


def _english_forms(word: str) -> list[str]:
    """What `worst`, `delays`, `impressed`, `slowly` could come from."""
    forms: list[str] = []
    for ending, instead in (("ies", "y"), ("s", ""), ("ed", ""), ("d", ""), ("ing", ""), ("ing", "e")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            forms.append(word[: -len(ending)] + instead)
    for ending, instead in (
        ("ly", ""),
        ("ily", "y"),
        ("er", ""),
        ("est", ""),
        ("iest", "y"),
        ("ier", "y"),
        ("ness", ""),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            forms.append(word[: -len(ending)] + instead)
    return forms


def _german_forms(word: str) -> list[str]:
    return [word[: -len(end)] for end in ("es", "er", "en", "em", "e", "s", "ste") if word.endswith(end)]


def _french_forms(word: str) -> list[str]:
    return [word[: -len(end)] for end in ("es", "e", "s", "ment", "x") if word.endswith(end)]


_FORMS: Final = {"nl": _dutch_forms, "en": _english_forms, "de": _german_forms, "fr": _french_forms}


def _weights(name: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for line in _lines(name):
        weight, words = line.split("\t")
        found.update(dict.fromkeys(words.split(" "), float(weight)))
    return found


def _cue(role: str, weight: str, pattern: str) -> Cue:
    return Cue(role, float(weight), re.compile(pattern))


def _lines(name: str) -> list[str]:
    text = (files("sentiment.lexicon") / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
