"""A draft as the rules see it: both texts read, acts found, what is known around it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from domain.coach.book import PhraseBook
from domain.coach.concepts import Concepts
from domain.coach.draft import MAX_READ, Draft
from domain.coach.phrases import Phrase
from domain.coach.reading import Reading, Sentence, fold, read
from domain.coach.rule import LANGUAGES, RuleSet

_NO_CONCEPTS: Final = Concepts()
_LETTERS: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where an act stands."""

    sentence: Sentence
    first: int
    last: int
    """Words of the sentence; `last` is the one behind."""

    @property
    def start(self) -> int:
        """In the text as written."""
        return self.sentence.words[self.first].start

    @property
    def end(self) -> int:
        """Behind its last word in the text as written."""
        return self.sentence.words[max(self.first, self.last - 1)].end

    def touches(self, other: Hit) -> bool:
        """Whether both have words in common."""
        return self.sentence is other.sentence and self.first < other.last and other.first < self.last


Found = Mapping[str, list[Hit]]


class Books:
    """The phrase books of a rule set, one for replies and one for mentions in each language."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._made: dict[tuple[str, bool], PhraseBook] = {}

    def replies(self, languages: Iterable[str]) -> list[PhraseBook]:
        """What finds acts and rules' patterns in a reply."""
        return [self._book(language, mention=False) for language in languages]

    def mentions(self, languages: Iterable[str]) -> list[PhraseBook]:
        """What finds what a mention says."""
        return [self._book(language, mention=True) for language in languages]

    def concepts(self, language: str) -> Concepts:
        """What words of a language are about."""
        return self._rules.concepts.get(language, _NO_CONCEPTS)

    def _book(self, language: str, *, mention: bool) -> PhraseBook:
        key = (language, mention)
        if key not in self._made:
            self._made[key] = PhraseBook(self._phrases(language, mention=mention))
        return self._made[key]

    def _phrases(self, language: str, *, mention: bool) -> Iterator[tuple[str, Phrase]]:
        acts = self._rules.said if mention else self._rules.acts
        for name, phrases in acts.items():
            yield from ((name, phrase) for phrase in phrases.get(language, ()))
        for rule in () if mention else self._rules.rules:
            yield from ((f"rule:{rule.id}", phrase) for phrase in rule.patterns.get(language, ()))
            yield from ((f"sure:{rule.id}", phrase) for phrase in rule.sure.get(language, ()))
            yield from ((f"not:{rule.id}", phrase) for phrase in rule.excuses.get(language, ()))
            yield from ((f"cue:{rule.id}", phrase) for phrase in rule.cues.get(language, ()))


class View:
    """One draft, looked at once."""

    def __init__(
        self, draft: Draft, books: Books, words: Mapping[str, Mapping[str, tuple[str, ...]]]
    ) -> None:
        self.draft = draft
        self.reply = read(draft.reply[:MAX_READ])
        self.mention = read(draft.mention[:MAX_READ])
        self.languages = languages_of(draft, self.reply, self.mention, words)
        self.faults: frozenset[int] = frozenset()
        """Sentences in which a rule about tone has fired; they help nobody."""

        self.raised: frozenset[str] = frozenset()
        """Rules about tone that have fired already."""

        self._books = books
        self._words = words

    @property
    def language(self) -> str:
        """The reply's language, the likelier one where it is unsure."""
        return self.languages[0]

    @cached_property
    def acts(self) -> Found:
        """What the reply does."""
        return _found(self._books.replies(self.languages), self.reply)

    @cached_property
    def said(self) -> Found:
        """What the mention says."""
        return _found(self._books.mentions(self.languages), self.mention)

    @cached_property
    def kind(self) -> str:
        """What the mention is: as told, or a plain guess."""
        if self.draft.kind:
            return self.draft.kind
        for kind in ("cancellation", "complaint", "commercial", "compliment", "suggestion"):
            if self.said.get(f"kind_{kind}"):
                return kind
        if any(sentence.mark == "?" for sentence in self.mention.sentences) or self.said.get("asks"):
            return "question"
        return "complaint" if self.said.get("upset") or self.said.get("trouble") else "chatter"

    @property
    def concepts(self) -> Concepts:
        """What words of the reply are about."""
        return self._books.concepts(self.language)

    @property
    def needs_help(self) -> bool:
        """Whether the mention is one that wants an answer or a solution."""
        return self.kind in {"question", "complaint", "cancellation", "commercial"}

    @cached_property
    def asked(self) -> bool:
        """Whether the mention asks something, by its mark or its first word."""
        return any(sentence.mark == "?" for sentence in self.mention.sentences) or self.says("asks")

    @cached_property
    def named(self) -> bool:
        """Whether the reply uses the contact's first name."""
        parts = _LETTERS.findall(fold(self.draft.first_name or "")[0])
        said = set(_LETTERS.findall(self.reply.folded)) if parts else set()
        return any(part in said for part in parts)

    @property
    def public(self) -> bool:
        """Everyone can read the reply."""
        return self.draft.visibility != "private"

    def has(self, *names: str) -> bool:
        """Whether the reply does any of these."""
        return any(self.acts.get(name) for name in names)

    def says(self, *names: str) -> bool:
        """Whether the mention says any of these."""
        return any(self.said.get(name) for name in names)

    def within(self, sentence: Sentence, *names: str) -> bool:
        """Whether any of these stands in a sentence."""
        return any(hit.sentence is sentence for name in names for hit in self.acts.get(name, ()))

    def elsewhere(self, sentence: Sentence, *names: str) -> bool:
        """Whether any of these stands in another sentence."""
        return any(hit.sentence is not sentence for name in names for hit in self.acts.get(name, ()))

    def listed(self, name: str) -> frozenset[str]:
        """A plain word list, in the reply's languages."""
        lists = self._words.get(name, {})
        return frozenset(word for language in self.languages for word in lists.get(language, ()))

    def next_to(self, sentence: Sentence) -> Sentence | None:
        """The sentence behind one."""
        return next((after for each, after in pairwise(self.reply.sentences) if each is sentence), None)


def _found(books: list[PhraseBook], reading: Reading) -> Found:
    found: dict[str, list[Hit]] = defaultdict(list)
    for book in books:
        for name, sentence, first, last in book.find(reading):
            found[name].append(Hit(sentence, first, last))
    for hits in found.values():
        hits.sort(key=lambda hit: hit.start)
    return found


def languages_of(
    draft: Draft, reply: Reading, mention: Reading, words: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> tuple[str, ...]:
    """The languages to read it in: the one told, else the one whose small words stand in it, else both.

    What the reply itself is written in goes before what it was said to be.
    """
    small = words.get("small_words", {})
    counts = {language: _share(reply, mention, frozenset(small.get(language, ()))) for language in LANGUAGES}
    told = (draft.language or "").lower().replace("_", "-").split("-")[0]
    best, other = sorted(LANGUAGES, key=lambda language: -counts[language])
    if counts[best] >= 3 and counts[best] > 2 * counts[other]:
        return (best,)
    if told in LANGUAGES:
        return (told,)
    if counts[best] > 1.5 * counts[other]:
        return (best,)
    return (best, other)


def _share(reply: Reading, mention: Reading, small: frozenset[str]) -> float:
    def count(reading: Reading) -> int:
        return sum(word.text in small for sentence in reading.sentences for word in sentence.words)

    return count(reply) + 0.3 * count(mention)
