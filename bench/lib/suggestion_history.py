"""A desk's history with a known truth: what was asked and answered, and what would have been right.

Nothing here knows how suggestions are ranked. A matter has hand-written ways of asking, and answers of
different worth; which of them is right may change half way. Operators often send a lesser one. Mentions get
openings, endings, slips of the keyboard, lost words, and now and then half of another matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from random import Random

from bench.lib.texts import FIRST
from domain.clock import DAY, HOUR, MINUTE, Millis

SPAN: Millis = 180 * DAY
_ALL = "*"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CHANNELS = ("practice", "mastodon-stad", "bluesky-stad")


@dataclass(frozen=True, slots=True)
class Step:
    """One mention with what became of it."""

    at: Millis
    text: str
    lang: str
    channel: str
    contact: str
    right: str
    """Id of the answer that helps at this moment."""

    sent: str
    """Id of the answer that was given."""

    answer: str
    """As it was worded."""

    afterwards: str
    """What the contact wrote back; empty for nothing."""

    again: bool = False
    """Whether they came back in a new conversation with the same words."""


@dataclass(frozen=True, slots=True)
class Matters:
    """The texts by matter and language, then by what they are."""

    texts: Mapping[tuple[str, str], Mapping[str, Sequence[str]]]
    topics: tuple[str, ...]

    @classmethod
    def read(cls) -> Matters:
        """From the file beside this one."""
        found: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for line in (files("bench.lib") / "suggestion_topics.txt").read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                topic, lang, what, text = line.split("|", 3)
                found[topic, lang][what].append(text)
        return cls(found, tuple(dict.fromkeys(topic for topic, _lang in found if topic != _ALL)))

    def of(self, topic: str, lang: str, what: str) -> Sequence[str]:
        """The texts of one sort."""
        return self.texts[topic, lang][what]

    def common(self, lang: str, what: str) -> Sequence[str]:
        """Those that belong to every matter."""
        return self.texts[_ALL, lang][what]


def generated(seed: int, steps: int, topics: Sequence[str], matters: Matters) -> list[Step]:
    """A history; the same arguments give the same one."""
    chance = Random(seed)
    # Some matters come up ten times as often as others.
    weights = [1 / (1 + place) ** 0.7 for place in range(len(topics))]
    order = chance.sample(topics, len(topics))
    changes = {
        topic: int(steps * chance.uniform(0.3, 0.6)) if chance.random() < 0.6 else steps + 1
        for topic in order
    }
    history: list[Step] = []
    for number in range(steps):
        topic = chance.choices(order, weights)[0]
        lang = "nl" if chance.random() < 0.7 else "en"
        history.append(_step(chance, matters, (topic, lang), number - changes[topic], number * SPAN // steps))
    return history


def _step(chance: Random, matters: Matters, matter: tuple[str, str], since: int, at: Millis) -> Step:
    topic, lang = matter
    right = "new" if since >= 0 else "best"
    sent = _sent(chance, right, since)
    place = chance.randrange(len(matters.common(lang, "generic")))
    texts = matters.common(lang, "generic") if sent == "generic" else matters.of(topic, lang, sent)
    contact = chance.choice(FIRST)
    afterwards, again = _aftermath(chance, matters, lang, helped=sent == right, vague=sent == "generic")
    return Step(
        at=at + chance.randrange(HOUR),
        text=_asked(chance, matters, topic, lang),
        lang=lang,
        channel=chance.choice(_CHANNELS),
        contact=contact,
        right=f"{topic}/{lang}/{right}",
        sent=f"generic/{lang}/{place}" if sent == "generic" else f"{topic}/{lang}/{sent}",
        answer=_worded(chance, matters, lang, texts[place if sent == "generic" else 0], contact),
        afterwards=afterwards,
        again=again,
    )


def _sent(chance: Random, right: str, since: int) -> str:
    """What operators send: old habits die slowly, and a quarter is nothing but friendly."""
    roll = chance.random()
    if roll < 0.25:
        return "generic"
    if roll < 0.45:
        return "rival"
    known = 1.0 if right == "best" else min(1.0, 0.4 + since / 400)
    return right if chance.random() < known else "best"


def _aftermath(chance: Random, matters: Matters, lang: str, *, helped: bool, vague: bool) -> tuple[str, bool]:
    roll = chance.random()
    if helped:
        glad, sour = 0.4, 0.48
    else:
        glad, sour = (0.06, 0.5) if vague else (0.1, 0.5)
    if roll < glad:
        return chance.choice(matters.common(lang, "glad")), False
    if roll < sour:
        return chance.choice(matters.common(lang, "sour")), False
    return "", not helped and chance.random() < 0.25


def _asked(chance: Random, matters: Matters, topic: str, lang: str) -> str:
    words = chance.choice(matters.of(topic, lang, "m")).split()
    if chance.random() < 0.1:
        other = chance.choice(matters.of(chance.choice(matters.topics), lang, "m")).split()
        words += ["en" if lang == "nl" else "and", *other[: len(other) // 2 + 1]]
    if len(words) > 4 and chance.random() < 0.3:
        del words[chance.randrange(len(words))]
    words = [_slip(chance, word) if chance.random() < 0.07 else word for word in words]
    text = " ".join(words)
    if chance.random() < 0.5:
        text = f"{chance.choice(matters.common(lang, 'opening'))} {text}"
    if chance.random() < 0.6:
        text += chance.choice(matters.common(lang, "ending"))
    return text


def _slip(chance: Random, word: str) -> str:
    if len(word) < 4:
        return word
    place = chance.randrange(1, len(word) - 1)
    return chance.choice((
        word[:place] + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + chance.choice(_LETTERS) + word[place:],
    ))  # fmt: skip


def _worded(chance: Random, matters: Matters, lang: str, text: str, contact: str) -> str:
    """An answer as an operator makes it their own: a greeting, a sentence more, one less, a sign-off."""
    sentences = text.split(". ")
    if len(sentences) > 2 and chance.random() < 0.2:
        del sentences[0]
    text = ". ".join(sentences)
    if chance.random() < 0.7:
        text = f"{'Hoi' if lang == 'nl' else 'Hi'} {contact}, {text[0].lower()}{text[1:]}"
    if chance.random() < 0.3:
        text += f" {chance.choice(matters.common(lang, 'extra'))}"
    return f"{text} ^{chance.choice(('SV', 'AB', 'CS'))}"


PAUSE: Millis = 30 * MINUTE
"""Between a mention, its answer and what comes after."""
