"""What data alone cannot say: one small function a rule, by the name that its YAML gives.

Each takes the view and its rule and yields the stretches of the reply that the remark is about. A stretch of
nothing (0, 0) is about something that is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from domain.address import form_of_address
from domain.coach import empathy, helping, personal
from domain.coach.reading import fold, read
from domain.coach.rule import Rule
from domain.coach.view import View
from domain.measure import PLATFORM_LIMITS, measure

Span = tuple[int, int]
Check = Callable[[View, Rule], Iterator[Span]]

_HOLES: Final = re.compile(
    r"\{\{[^{}\n]{0,80}\}\}"
    r"|(?<![\w\"'])\{[A-Za-z][\w .]{1,40}\}"
    r"|%[A-Za-z_]{3,30}%|%\([a-z_]{2,30}\)s|#[A-Z_]{3,30}#|(?<![\w$])\$[a-z_]{3,30}\b"
    r"|(?<![\w\"'])\[(?!\d+\]|sic\]|gif\]|\.{2,}\]|…\])[A-Za-zÀ-ÿ][\w À-ÿ/_'’.:-]{1,48}\](?!\()"
    r"|<(?!3)[A-Za-zÀ-ÿ][\w À-ÿ_-]{2,40}>"
    r"|_{3,}"
    r"|(?:…|\.{2,3}|\(|\*)\s*(?:hier\s)?(?:vul\s[\w\s]{0,20}in|in ?vullen|aanvullen|fill in|insert|"
    r"nog invullen|to be confirmed|tbc|tbd|todo)\b[^.!?\n]{0,12}"
    r"|\b(?:VOORNAAM|KLANTNAAM|NAAM(?: [A-Z]{3,12})?|DATUM|BEDRAG|ORDERNUMMER|BESTELNUMMER|TIJDSTIP|"
    r"FIRST ?NAME|CUSTOMER ?NAME|ORDER ?NUMBER|"
    r"INSERT [A-Z ]{2,20}|TODO|TBD)\b"
    r"|(?<!your )(?<!order )(?<!phone )(?<!booking )(?<!the )"
    r"\b(?:naam|datum|bedrag|nummer|tijd|name|date|amount|number|time)\s(?:hier invullen|invullen|"
    r"here)\b(?=\W*[.!,)\n])"
    r"|\blorem ipsum\b"
)
_FIELD: Final = (
    r"(?:voornaam|naam|datum|bedrag|dag|tijd|tijdstip|nummer|ordernummer|groep|code|name|date|amount|day|time|"
    r"number|reference|group)"
)
_MORE_HOLES: Final = (
    re.compile(rf"\({_FIELD}(?:\s\w+)?\)|\([\w ]{{2,30}}\s(?:invullen|invoegen|aanvullen)\)", re.IGNORECASE),
    re.compile(rf"(?<!\w)([*?@#~|%^])\1?{_FIELD}(?:\s\w{{2,20}})?\1{{1,2}}(?!\w)", re.IGNORECASE),
    re.compile(r"(?<!\w)\[[A-Z]\](?!\()|#{3,}(?!\w)|(?<!\w)@@\w{2,30}@@"),
    re.compile(r"[€£$]\s?(?:\?{2,}|[._]{2,}(?:,[._]{2,})?|INSERT\b|BEDRAG\b|AMOUNT\b)"),
    re.compile(r"(?:\.{3,}|…)\s(?:uur|euro|o'clock|am|pm)\b"),
    re.compile(r"\b(?:[A-Z]{3,}_[A-Z_]{2,}|[A-Z]{3,}NAAM|INVOEGEN|INVULLEN)\b"),
    re.compile(
        r"\b(?:on|at|for|from|by|until|till|op|om|voor|vanaf|tot)\s(?:TBC|DAY|TIME|DATE|DAG|TIJD|DATUM)\b"
    ),
)
"""A field's name between signs, a sum without figures, a name in capitals."""

_A_FIELD: Final = re.compile(
    r"\b(?:veld|velden|vakje|vakjes|hokje|kolom|kies|kiest|formaat|knop|menu|tab|tag|code|type|typ|"
    r"commando|regel|map|"
    r"box|boxes|field|fields|column|choose|pick|format|button|command|placeholder|says|press|click|"
    r"klik|druk)\b"
    r"[^.!?\n]*$",
    re.IGNORECASE,
)
"""Words that make what follows the name of something on a screen."""

_EXES: Final = re.compile(r"(?<![\w\"'“‘„])X{2,}(?:[-/.:]X{2,})*(?![\w\"'”’])")
_CHANNEL_PLATFORMS: Final[Mapping[tuple[str, bool], str]] = {
    ("instagram", False): "instagram_dm",
    ("bluesky", False): "bluesky_dm",
    ("facebook", False): "messenger",
    ("review", True): "google",
    ("forum", True): "discourse",
    ("twitter", True): "x",
}
"""Channel and whether it is public, where the platform's limits go by another name."""

_LINK: Final = re.compile(r"https?://[^\s<>()]*[^\s<>().,!?;:]")
_ANY_LINK: Final = "https://example.com"
"""X counts all links alike; one to a top-level domain newer than our list is a link too."""

_QUOTED: Final = re.compile(r"[\"“„'‘][^\"”'’\n]{0,200}[\"”'’]")
_FLEMISH: Final = frozenset({"ge", "gij", "gullie"})
"""Beside these, `u` and `uw` are familiar."""

_TOO_FREE: Final = frozenset({"heyy", "heyyy", "heey", "yo", "jo", "nope", "yep", "ff", "effe"})
"""No way to speak to somebody who says `u`."""

_MIN_WORDS: Final = 5
"""Shorter replies need no name."""


def placeholder(view: View, _rule: Rule) -> Iterator[Span]:
    """Something that was to be filled in."""
    text = view.reply.text
    for match in (match for holes in (_HOLES, *_MORE_HOLES) for match in holes.finditer(text)):
        before = text[max(0, match.start() - 50) : match.start()]
        if match.group() not in view.mention.text and not _A_FIELD.search(before):
            yield match.span()
    for match in _EXES.finditer(text):
        before = text[max(0, match.start() - 8) : match.start()].lower()
        if match.group() not in view.mention.text and not before.rstrip().endswith(("maat", "size")):
            yield match.span()


def too_long(view: View, _rule: Rule) -> Iterator[Span]:
    """Over the platform's limit, in its own counting; channels without a known limit have none."""
    around, text = view.draft.around, view.draft.reply
    platform = platform_of(view)
    fits = around.fits
    if fits is None and platform in PLATFORM_LIMITS and text:
        counted = _LINK.sub(_ANY_LINK, text) if platform == "x" else text
        fits = measure(platform, counted, reply=True).ok
    if fits is False:
        limit = around.limit or (
            PLATFORM_LIMITS[platform].maximum if platform in PLATFORM_LIMITS else len(text)
        )
        yield min(limit, max(0, len(text) - 1)), len(text)


def platform_of(view: View) -> str:
    """The key of the platform's limits; a channel's name where nothing else is known."""
    around = view.draft.around
    return around.platform or _CHANNEL_PLATFORMS.get((view.draft.channel, view.public), view.draft.channel)


def personal_data(view: View, _rule: Rule) -> Iterator[Span]:
    """The contact's own data where everyone can read them."""
    if view.public:
        for each in personal.find(view.reply.text, own=view.draft.around.own):
            yield each.start, each.end


def window_closed(view: View, _rule: Rule) -> Iterator[Span]:
    """The platform lets nothing through."""
    if view.draft.around.window_closed:
        yield 0, len(view.draft.reply)


def listen_only(view: View, _rule: Rule) -> Iterator[Span]:
    """Nothing is sent on this channel."""
    if view.draft.around.listen_only:
        yield 0, len(view.draft.reply)


def expired_sentence(view: View, _rule: Rule) -> Iterator[Span]:
    """A sentence of a dossier whose date has passed."""
    for sentence in view.draft.around.expired:
        sought = fold(sentence.strip())[0]
        found = view.reply.folded.find(sought) if sought else -1
        if found >= 0:
            yield view.reply.place(found, found + len(sought))


def unedited_template(view: View, _rule: Rule) -> Iterator[Span]:
    """A template as it came."""
    changed = view.draft.around.template_changed
    if changed is not None and changed < 0.03:
        yield 0, len(view.draft.reply)


def joke_in_crisis(view: View, _rule: Rule) -> Iterator[Span]:
    """Any humour while a crisis is on."""
    if view.draft.around.crisis:
        yield from helping.jokes(view)


def bare_promise(view: View, _rule: Rule) -> Iterator[Span]:
    """A promise and nothing else."""
    if (view.needs_help or view.kind == "suggestion") and not view.raised:
        yield from helping.bare_promises(view)


def own_line(view: View, _rule: Rule) -> Iterator[Span]:
    """A telephone number that is nobody's own and that nobody asked for."""
    if view.needs_help and not view.says("asks_number"):
        theirs = {each.start for each in personal.find(view.reply.text, own=view.draft.around.own)}
        for start, end in personal.lines(view.reply.text):
            sentence = view.reply.sentence_at(start)
            if start not in theirs and not (sentence and view.within(sentence, "not:redirect")):
                yield start, end


def bare_defence(view: View, _rule: Rule) -> Iterator[Span]:
    """Nothing but statements, and no other remark that says it better."""
    if helping.bare_defence(view) and not view.raised and not any(helping.jokes(view)):
        for sentence in view.reply.sentences:
            yield sentence.start, sentence.end


def joke_first(view: View, _rule: Rule) -> Iterator[Span]:
    """Humour before any help."""
    if view.needs_help:
        yield from helping.unhelped_jokes(view)


def no_help(view: View, rule: Rule) -> Iterator[Span]:
    """Nothing in the reply answers, asks or says what happens next, and no poor next step is its fault."""
    said_better = not view.raised.isdisjoint(rule.unless_rules)
    if view.needs_help and view.reply.length and not said_better and not helping.helps(view):
        yield 0, 0


def no_empathy(view: View, _rule: Rule) -> Iterator[Span]:
    """Somebody upset gets no word about it."""
    if helping.upset(view) and view.reply.length and not empathy.acknowledged(view):
        yield 0, 0


def empathy_worn(view: View, _rule: Rule) -> Iterator[Span]:
    """A stock word twice here, or worn by the thread, this operator or the team."""
    yield from empathy.worn(view)


def address(view: View, _rule: Rule) -> Iterator[Span]:
    """`u` to somebody who says `je`, and the other way round."""
    if view.language != "nl":
        return
    theirs = _their_form(view)
    if theirs is None:
        return
    if theirs == "je" and not _FLEMISH.isdisjoint(view.reply.vocabulary):
        return
    wrong = view.listed("formal_words") if theirs == "je" else view.listed("informal_words") | _TOO_FREE
    for sentence in view.reply.sentences:
        for word in sentence.words:
            if word.text in wrong and word.tag == "word":
                yield word.start, word.end
                return


def _their_form(view: View) -> str | None:
    """How the contact speaks to us, where it is plain; `jullie` says nothing, a bare `je` little."""
    plain = _QUOTED.sub(" ", view.mention.text)
    quoted = len(plain) < len(view.mention.text)
    if view.says("flemish") and not (quoted and _FLEMISH.isdisjoint(read(plain).vocabulary)):
        return "je"
    polite = form_of_address(plain, lang="nl") == "u" and view.says("formal")
    if polite:
        return "u"
    if view.says("familiar"):
        return "je"
    return "je" if view.says("informal") and not view.says("formal") else None


def no_name(view: View, _rule: Rule) -> Iterator[Span]:
    """The first name is known and unsaid."""
    name = (view.draft.first_name or "").strip()
    if not name or view.draft.around.continues or view.reply.length < _MIN_WORDS:
        return
    if not view.public and not view.has("greeting"):
        return
    if not view.named and any(char.isalpha() for char in name):
        yield 0, 0


CHECKS: Final[Mapping[str, Check]] = {
    "placeholder": placeholder,
    "too_long": too_long,
    "personal_data": personal_data,
    "window_closed": window_closed,
    "listen_only": listen_only,
    "expired_sentence": expired_sentence,
    "unedited_template": unedited_template,
    "bare_defence": bare_defence,
    "bare_promise": bare_promise,
    "own_line": own_line,
    "joke_in_crisis": joke_in_crisis,
    "joke_first": joke_first,
    "no_help": no_help,
    "no_empathy": no_empathy,
    "empathy_worn": empathy_worn,
    "form_of_address": address,
    "no_name": no_name,
}
