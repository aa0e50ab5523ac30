"""The coach's rules, one YAML file each: the shipped ones, and a team's own that add, change or switch off.

    id: redirect
    level: warn
    message: {nl: "...", en: "..."}
    patterns:
      nl: |
        bel (ons | onze klantenservice)

A team's file with the id of a shipped rule changes only the keys it gives; `more_patterns` and `more_excuses`
add to what is there, and `on: no` switches it off. Reading imports PyYAML, so it is done at the first draft.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final, TypeVar

from config.coach_scorer import read_scorer
from config.section import Reader, Section, choice, list_of, named, section, text, word, yes_or_no
from config.strict_yaml import Node, Place, Scalar, Table, read_file
from domain.coach.checks import CHECKS
from domain.coach.coach import Coach
from domain.coach.concepts import read_concepts
from domain.coach.draft import LEVELS
from domain.coach.phrases import Item, Parser, PatternError, Phrase
from domain.coach.rule import AROUND, LANGUAGES, RULES, Example, Language, Rule, RuleSet
from domain.conversation import KINDS
from domain.errors import ConfigError
from i18n import _

T = TypeVar("T")

_KEYS: Final = (
    "id", "on", "level", "message", "source", "suggestions", "patterns", "excuses", "cues", "sure",
    "unless_sentence", "unless_reply", "unless_elsewhere", "unless_rules", "kinds", "visibility", "check",
    "examples", "more_patterns", "more_excuses",
)  # fmt: skip
_EXAMPLE_KEYS: Final = (
    "reply", "mention", "language", "channel", "visibility", "first_name", "kind", "around",
)  # fmt: skip
_ACTS_FILE: Final = "acts.yaml"
_CONCEPTS_FILE: Final = "concepts.txt"
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)

Classes = dict[str, dict[str, tuple[tuple[Item, ...], ...]]]
ByLanguage = Mapping[str, tuple[Phrase, ...]]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One rule as its file has it, with its examples."""

    rule: Rule
    fires: tuple[Example, ...]
    silent: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class CoachFiles:
    """All rules that can be used, and what is wrong with the files that cannot."""

    rules: RuleSet
    files: tuple[RuleFile, ...]
    faults: tuple[str, ...] = ()
    """One sentence per file of the team's that was left out."""


def load_coach(folder: Path | None = None) -> Coach:
    """The coach with the shipped rules and those of a team's folder; a broken file is left out."""
    return Coach(load_rules(folder).rules, read_scorer())


def load_rules(folder: Path | None = None) -> CoachFiles:
    """The shipped rules, and a folder's own beside and over them."""
    with as_file(files("config") / "coach") as shipped:
        acts = _Acts(read_file(shipped / _ACTS_FILE, quick=True))
        found = {each.rule.id: each for each in (acts.rule(path) for path in _files(shipped))}
        concepts = read_concepts((shipped / _CONCEPTS_FILE).read_text("utf-8"), LANGUAGES)
    faults: list[str] = []
    for path in _files(folder) if folder else ():
        try:
            own = acts.rule(path, known={name: each.rule for name, each in found.items()})
        except ConfigError as error:
            faults.append(str(error))
        else:
            found[own.rule.id] = own
    ordered = sorted(found.values(), key=lambda each: (_rank(each.rule.id), each.rule.id))
    return CoachFiles(
        RuleSet(tuple(each.rule for each in ordered), acts.acts, acts.said, acts.words, concepts),
        tuple(ordered),
        tuple(faults),
    )


def _rank(rule_id: str) -> int:
    return RULES.index(rule_id) if rule_id in RULES else len(RULES)


def _files(folder: Path) -> Iterable[Path]:
    return (
        sorted(path for path in folder.glob("*.yaml") if path.name != _ACTS_FILE) if folder.is_dir() else ()
    )


class _Acts:
    """The word classes and acts that rules are made of."""

    def __init__(self, table: Table) -> None:
        top = Section(table, ("classes", "acts", "said", "words"))
        self._classes: Classes = {language: {} for language in LANGUAGES}
        self._parsers = {language: Parser(self._classes[language]) for language in LANGUAGES}
        self._read_classes(top)
        self.acts = top.require("acts", named(self.phrases))
        self.said = top.require("said", named(self.phrases))
        self.words = top.require("words", named(_word_lists))

    def rule(self, path: Path, known: Mapping[str, Rule] | None = None) -> RuleFile:
        """One rule; ConfigError names the file and the line."""
        part = Section(read_file(path, quick=True), _KEYS)
        rule_id = part.require("id", word(_rule_id))
        if rule_id != path.stem:
            raise part.fault("id", _("the file is named {name}; give both the same name", name=path.stem))
        base = (known or {}).get(rule_id)
        rule = self._changed(part, base) if base else self._made(part, rule_id)
        if known is not None:
            rule = replace(rule, own_patterns=base is None or rule.patterns != base.patterns)
        fires, silent = _examples(part)
        return RuleFile(rule, fires, silent)

    def phrases(self, node: Node, path: str) -> ByLanguage:
        """Patterns by language, one a line."""
        part = section(LANGUAGES)(node, path)
        readers = {language: self._lines(language) for language in LANGUAGES}
        return {language: part.get(language, readers[language], ()) for language in LANGUAGES}

    def _made(self, part: Section, rule_id: str) -> Rule:
        rule = Rule(rule_id, part.require("level", choice(LEVELS)), part.require("message", _messages))
        return self._changed(part, rule)

    def _changed(self, part: Section, base: Rule) -> Rule:
        patterns = part.get("patterns", self.phrases, base.patterns)
        excuses = part.get("excuses", self.phrases, base.excuses)
        return replace(
            base,
            on=part.get("on", yes_or_no, base.on),
            level=part.get("level", choice(LEVELS), base.level),
            message=part.get("message", _messages, base.message),
            source=part.get("source", text, base.source),
            suggestions=part.get("suggestions", _suggestions, base.suggestions),
            patterns=_joined(patterns, part.get("more_patterns", self.phrases, {})),
            excuses=_joined(excuses, part.get("more_excuses", self.phrases, {})),
            cues=part.get("cues", self.phrases, base.cues),
            sure=part.get("sure", self.phrases, base.sure),
            unless_sentence=part.get("unless_sentence", list_of(choice(self.acts)), base.unless_sentence),
            unless_reply=part.get("unless_reply", list_of(choice(self.acts)), base.unless_reply),
            unless_elsewhere=part.get("unless_elsewhere", list_of(choice(self.acts)), base.unless_elsewhere),
            unless_rules=part.get("unless_rules", list_of(word(_rule_id)), base.unless_rules),
            kinds=part.get("kinds", list_of(choice(KINDS)), base.kinds),
            visibility=part.get("visibility", choice(("public", "private")), base.visibility),
            check=part.get("check", choice(CHECKS), base.check),
        )

    def _read_classes(self, top: Section) -> None:
        def one(node: Node, path: str) -> Section:
            return section(LANGUAGES)(node, path)

        for name, part in top.require("classes", named(one)).items():
            for language in LANGUAGES:
                ways = part.get(language, self._ways(language), ())
                self._classes[language][name] = ways

    def _ways(self, language: Language) -> Reader[tuple[tuple[Item, ...], ...]]:
        def read(parser: Parser, line: str) -> tuple[tuple[Item, ...], ...]:
            return parser.ways(line)

        return lambda node, path: tuple(
            way for ways in self._each_line(language, node, path, read) for way in ways
        )

    def _lines(self, language: Language) -> Reader[tuple[Phrase, ...]]:
        return lambda node, path: tuple(self._each_line(language, node, path, Parser.phrase))

    def _each_line(
        self, language: Language, node: Node, path: str, read: Callable[[Parser, str], T]
    ) -> list[T]:
        parser = self._parsers[language]
        found: list[T] = []
        for number, line in enumerate(text(node, path).split("\n")):
            if not line.strip() or line.lstrip().startswith("# "):
                continue
            try:
                found.append(read(parser, line.strip()))
            except PatternError as error:
                raise _pattern_fault(node, path, number, line, error) from error
        return found


def _pattern_fault(node: Node, path: str, number: int, line: str, error: PatternError) -> ConfigError:
    """The sentence for a pattern: a block's text begins in the line below its key."""
    block = isinstance(node, Scalar) and "\n" in (node.text or "")
    place = Place(node.place.file, node.place.line + number + (1 if block else 0), 1)
    return ConfigError(
        _(
            "{place}: the pattern '{pattern}' of '{key}' is wrong: {what}.",
            place=place,
            pattern=line.strip()[:80],
            key=path,
            what=str(error),
        )
    )


def _rule_id(written: str) -> str:
    if _ID.fullmatch(written):
        return written
    raise ValueError(_("write small letters, digits and '_', such as 'no_jargon'"))


def _messages(node: Node, path: str) -> Mapping[str, str]:
    part = section(LANGUAGES)(node, path)
    return {language: part.require(language, text) for language in LANGUAGES}


def _suggestions(node: Node, path: str) -> Mapping[str, tuple[str, ...]]:
    part = section(LANGUAGES)(node, path)
    return {language: part.get(language, list_of(text), ()) for language in LANGUAGES}


def _word_lists(node: Node, path: str) -> Mapping[str, tuple[str, ...]]:
    part = section(LANGUAGES)(node, path)
    return {language: tuple(part.get(language, text, "").split()) for language in LANGUAGES}


def _joined(given: ByLanguage, more: ByLanguage) -> ByLanguage:
    return {language: (*given.get(language, ()), *more.get(language, ())) for language in LANGUAGES}


def _examples(part: Section) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    both = part.get("examples", section(("fires", "silent")), None)
    if both is None:
        return (), ()
    return both.get("fires", list_of(_example), ()), both.get("silent", list_of(_example), ())


def _example(node: Node, path: str) -> Example:
    """A reply alone, or a mapping with what it answers."""
    if isinstance(node, Scalar):
        return Example(text(node, path), kind="complaint", line=node.place.line)
    part = section(_EXAMPLE_KEYS)(node, path)
    return Example(
        reply=part.require("reply", text),
        mention=part.get("mention", text, ""),
        language=part.get("language", text, None),
        channel=part.get("channel", text, "facebook"),
        visibility=part.get("visibility", choice(("public", "private")), "public"),
        first_name=part.get("first_name", text, None),
        kind=part.get("kind", choice(KINDS), "complaint"),
        around=part.get("around", list_of(choice(AROUND)), ()),
        line=node.place.line,
    )
