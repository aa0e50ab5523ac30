"""The coach itself: rules over a view, the learned scorer beside them, remarks in order of weight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from domain.coach.checks import CHECKS
from domain.coach.draft import LEVELS, Draft, Remark
from domain.coach.features import single, whole
from domain.coach.grams import letters
from domain.coach.reading import Sentence
from domain.coach.rule import Rule, RuleSet
from domain.coach.scorer import Scorer
from domain.coach.view import Books, Hit, View
from i18n import _, language

MOST: Final = 7
"""Remarks that a screen has room for."""

PHASES: Final[Mapping[str, int]] = {"bare_promise": 1, "bare_defence": 2, "joke_first": 3, "no_help": 3}
"""Checks that need to know what others found, and when they have their turn."""

_TONE: Final = ("deny_or_justify", "canned", "blame_colleague", "redirect", "hot_air")

_SAYS_IT: Final = frozenset(_TONE) | {"you_could_have_known", "placeholder"}

_MISSING: Final = frozenset({"no_help", "no_empathy"})
"""About what the reply lacks: no sentence of it is the fault."""

FEW: Final = 10
"""In a reply of fewer words the phrases stand: `Bel ons maar` leaves nothing to weigh."""

_NAMED: Final = 3
"""So many words a remark names."""

Spans = dict[str, list[tuple[int, int]]]
Reasons = dict[str, tuple[str, ...]]


class Coach:
    """Reads drafts. Pure; keeps nothing between them but its phrase books."""

    def __init__(self, rules: RuleSet, scorer: Scorer) -> None:
        self._rules = tuple(rule for rule in rules.rules if rule.on)
        self._order = {rule.id: number for number, rule in enumerate(self._rules)}
        self._words = rules.words
        self._books = Books(rules)
        self._scorer = scorer

    def remarks(self, draft: Draft) -> tuple[Remark, ...]:
        """What there is to say, gravest first, one remark a rule (personal data: one each)."""
        view = self.view(draft)
        spans, reasons = self._judged(view)
        found = [
            remark
            for rule in self._rules
            for remark in self._remarks_of(rule, view, spans.get(rule.id, []), reasons.get(rule.id, ()))
        ]
        found.sort(key=lambda remark: (LEVELS.index(remark.level), self._order[remark.rule], remark.start))
        return tuple(found)

    def view(self, draft: Draft) -> View:
        """The draft as rules see it."""
        return View(draft, self._books, self._words)

    def concerns(self, rule_id: str, view: View) -> bool:
        """Whether a rule is about drafts such as this one."""
        return any(rule.id == rule_id and _concerns(rule, view) for rule in self._rules)

    def fired(self, view: View) -> Spans:
        """What the rules say by themselves, by rule."""
        found: Spans = {}
        for rule in sorted(self._rules, key=lambda rule: PHASES.get(rule.check, 0)):
            if rule.check in PHASES:
                view.raised = frozenset(found.keys() & _SAYS_IT)
                view.faults = _faults(view, found)
            if _concerns(rule, view) and (spans := list(_spans(rule, view))):
                found[rule.id] = spans
        return found

    def _without_said_better(self, found: Spans) -> Spans:
        """A poor next step, a standard phrase: what has a remark of its own needs no second one."""
        for rule in self._rules:
            if rule.id in found and not found.keys().isdisjoint(rule.unless_rules):
                del found[rule.id]
        return found

    def judged(self, view: View) -> Spans:
        """What the rules say, with the scorer's additions and second thoughts."""
        return self._judged(view)[0]

    def _judged(self, view: View) -> tuple[Spans, Reasons]:
        """Likewise, with the words that made the scorer raise a rule."""
        found, reasons = self.fired(view), Reasons()
        if not self._scorer.models or not view.reply.length:
            return self._without_said_better(found), reasons
        fired = frozenset(found)
        verdicts = self._scorer.verdicts(whole(view, fired), single(view, found), fired)
        for rule in self._rules:
            verdict = verdicts.get(rule.id)
            if verdict is None or not _concerns(rule, view):
                continue
            if verdict.sure < self._scorer.models[rule.id].raises:
                if view.reply.length >= FEW and not stands(rule, view, found.get(rule.id, ())):
                    found.pop(rule.id, None)
            elif rule.id not in found:
                sentence = view.reply.sentences[verdict.worst]
                about_all = rule.id in _MISSING
                found[rule.id] = [(0, 0) if about_all else (sentence.start, sentence.end)]
                reasons[rule.id] = () if about_all else self._weighty(rule.id, sentence)
        return self._without_said_better(found), reasons

    def _weighty(self, rule_id: str, sentence: Sentence) -> tuple[str, ...]:
        words = dict.fromkeys(word.text for word in sentence.words if word.tag == "word")
        return self._scorer.weightiest(rule_id, words, lambda text: letters(text, "r"), _NAMED)

    def _remarks_of(
        self, rule: Rule, view: View, spans: list[tuple[int, int]], words: tuple[str, ...]
    ) -> Iterator[Remark]:
        wording = _wording(rule.suggestions, view)
        message = rule.message.get(language()) or rule.message.get("en", "")
        if words:
            message = _("{message} It shows in: {words}.", message=message, words=", ".join(words))
        for start, end in spans if rule.id == "personal_data" else spans[:1]:
            yield Remark(rule.id, rule.level, start, end, message, wording)


def stands(rule: Rule, view: View, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether what a rule found is a team's own, or too plain to be taken back."""
    plain = {(hit.start, hit.end) for hit in view.acts.get(f"sure:{rule.id}", ())}
    return rule.own_patterns or not plain.isdisjoint(spans)


def _faults(view: View, found: Spans) -> frozenset[int]:
    """Sentences of a wrong tone; what names a time or a deed helps all the same, but in a redirect."""
    faults: set[int] = set()
    for rule in _TONE:
        for start, _end in found.get(rule, []):
            sentence = view.reply.sentence_at(start)
            if sentence is not None and (rule == "redirect" or not view.within(sentence, "will_when", "did")):
                faults.add(sentence.index)
    return frozenset(faults)


def _wording(suggestions: Mapping[str, tuple[str, ...]], view: View) -> str:
    """One of the wordings, not always the same; the same for the same draft."""
    offered = suggestions.get(view.language, ())
    return offered[view.reply.length % len(offered)] if offered else ""


def _concerns(rule: Rule, view: View) -> bool:
    if rule.kinds and view.kind not in rule.kinds:
        return False
    return not rule.visibility or (rule.visibility == "public") == view.public


def _spans(rule: Rule, view: View) -> Iterator[tuple[int, int]]:
    excuses = view.acts.get(f"not:{rule.id}", [])
    for hit in view.acts.get(f"sure:{rule.id}", []):
        if not any(each.sentence is hit.sentence for each in excuses):
            yield hit.start, hit.end
    if not (rule.unless_reply and view.has(*rule.unless_reply)):
        for hit in view.acts.get(f"rule:{rule.id}", []):
            if not _excused(rule, view, hit, excuses):
                yield hit.start, hit.end
    if rule.check:
        yield from CHECKS[rule.check](view, rule)


def _excused(rule: Rule, view: View, hit: Hit, excuses: list[Hit]) -> bool:
    if any(each.sentence is hit.sentence for each in excuses):
        return True
    if rule.unless_elsewhere and view.elsewhere(hit.sentence, *rule.unless_elsewhere):
        return True
    return bool(rule.unless_sentence) and view.within(hit.sentence, *rule.unless_sentence)
