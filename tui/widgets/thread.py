"""A conversation as paragraphs: who wrote what to whom, when, and where our replies stand."""

from __future__ import annotations

from urllib.parse import urlsplit

from desk.views import ClockView, ConversationView, MessageView, OutboxStatus, PastConversation
from desk.windows import notices
from domain.clock import Millis
from domain.text import SafeText
from i18n import N_, _, ngettext
from tui import badges
from tui import format as fmt
from tui.arc import arc
from tui.badges import SENTIMENT_WORDS, WHAT_WORDS
from tui.inks import Tone
from tui.look import Look
from tui.row_layout import STATUS_WORDS
from tui.spans import Span, Spans
from tui.text import blank, fit
from tui.widgets.sheet import BLANK, Para

TEXT_COLUMN = 14
"""Cells before the text of a message: time, sign, publicity."""

OUTBOX_WORDS: dict[OutboxStatus, str] = {
    "queued": N_("goes out soon"),
    "sending": N_("is going out"),
    "sent": N_("sent"),
    "refused": N_("refused"),
    "retry_wait": N_("waits to try again"),
    "unknown": N_("not known yet whether it arrived"),
    "ask_operator": N_("did it arrive? look, then settle it in the outbox (go)"),
    "called_back": N_("called back"),
}
_OUTBOX_TONES: dict[OutboxStatus, Tone] = {
    "refused": "over",
    "unknown": "soon",
    "ask_operator": "over",
    "retry_wait": "soon",
    "queued": "accent",
    "sending": "accent",
}


_DRAFT_WORDS = {"public": N_("public"), "private": N_("private"), "note": N_("note")}


def thread(view: ConversationView, now: Millis, look: Look) -> list[Para]:
    """Earlier conversations in a line each, then the messages, oldest first."""
    paras = [_past(past, now, look) for past in view.contact.past[:3]]
    if paras:
        paras.append(BLANK)
    last_day = ""
    for message in view.messages:
        day = fmt.day(message.at, now, look.zone)
        if day != last_day and (last_day or day != _("today")):
            paras.append(Para(((look.door.line(day), "dim"),), indent=3))
        last_day = day
        paras += _message(message, look)
    paras += [
        Para(
            (
                (
                    look.door.line(
                        _("{who} left a draft here ({kind})", who=who, kind=_(_DRAFT_WORDS[kind]))
                    ),
                    "note",
                ),
            ),
            indent=3,
        )
        for who, kind in view.drafts
    ]
    return paras


def _past(past: PastConversation, now: Millis, look: Look) -> Para:
    signs = look.signs
    sign = badges.sentiment(past.sentiment, unsure=False, signs=signs)
    ends = [_(STATUS_WORDS[past.status])]
    if past.answered_by:
        ends.insert(0, _("answered by {who}", who=past.answered_by))
    if past.after and past.after != "unknown":
        ends.append(_("after: {sentiment}", sentiment=_(SENTIMENT_WORDS[past.after])))
    when = _("earlier, {day}", day=fmt.day(past.at, now, look.zone))
    preview = look.door.line(past.preview)
    short = preview if len(preview) < 48 else fit(preview, 48, signs.more)
    return Para(
        (
            (look.door.line(f"{when}  "), "dim"),
            (look.door.line(f"{sign.text} "), sign.tone),
            (look.door.line(f'"{short}"  {", ".join(ends)}'), "dim"),
        ),
        indent=3,
        wrap=False,
    )


def _message(message: MessageView, look: Look) -> list[Para]:
    door = look.door
    lead = _lead(message, look)
    text = door.block(message.text)
    tone: Tone = {"in": "voice", "out": "text", "note": "note"}[message.direction]  # type: ignore[assignment]
    if message.deleted:
        text, tone = door.line(_("deleted by its author")), "dim"
    first, *rest = text.split("\n")
    spans: list[Span] = [*lead]
    if message.direction != "in":
        spans.append((door.line(f"{message.author}: "), "dim"))
    spans.append((SafeText(first), tone))
    right = _outbox(message, look)
    paras = [Para(tuple(spans), hang=TEXT_COLUMN, right=right)]
    paras += [Para(((SafeText(line), tone),), indent=TEXT_COLUMN) for line in rest]
    about = _about(message)
    if about:
        dot = f" {look.signs.dot} "
        paras.append(Para(((door.line(dot.join(about)), "dim"),), indent=TEXT_COLUMN))
    paras += [
        Para(
            ((door.line(f"[{_kind_word(one.kind)}: {one.alt or host(one.url)}]"), "dim"),),
            indent=TEXT_COLUMN,
        )
        for one in message.attachments
    ]
    return paras


_KINDS = {"image": N_("picture"), "video": N_("video"), "audio": N_("sound"), "file": N_("file")}


def _kind_word(kind: str) -> str:
    return _(_KINDS[kind]) if kind in _KINDS else _("file")


def _lead(message: MessageView, look: Look) -> Spans:
    door, signs = look.door, look.signs
    private: Span = (SafeText("p " if message.visibility == "private" else "  "), "private")
    time: Span = (door.line(f"   {fmt.time_of_day(message.at, look.zone)}  "), "dim")
    if message.direction == "note":
        return (time, (SafeText("# "), "note"), (blank(2), "text"))
    if message.direction == "out":
        return (time, (fit(signs.to, 2), "accent"), private)
    sign = badges.sentiment(message.sentiment, message.sentiment_unsure, signs)
    return (time, (fit(sign.text, 2), sign.tone), private)


def _outbox(message: MessageView, look: Look) -> Spans:
    if message.outbox is None:
        return ()
    words = _("waits for the public answer") if message.part is None else _("waits")
    words = words if message.waits else _(OUTBOX_WORDS[message.outbox])
    if message.part is not None:
        number, total = message.part
        words = _("part {n} of {total}: {state}", n=number, total=total, state=words)
    return ((look.door.line(words), _OUTBOX_TONES.get(message.outbox, "dim")), (blank(1), "text"))


def _about(message: MessageView) -> list[str]:
    about: list[str] = []
    if message.direction == "note":
        about.append(_("note: only the team reads it"))
    if message.outside:
        about.append(_("sent outside this desk"))
    if message.rating is not None:
        about.append(
            _("{n} of 5 stars", n=message.rating) if message.rating <= 5 else _("rated {n}", n=message.rating)
        )
    if message.hiding:
        about.append(_hiding(message))
    if message.late:
        about.append(_("late thanks; ! makes it a question"))
    if message.edited:
        about.append(_("edited"))
    if message.corrected:
        about.append(_("sentiment corrected by hand"))
    return about


def _hiding(message: MessageView) -> str:
    """How far hiding it, or showing it again, is; empty words never."""
    if message.hiding == "failed":
        return _("not hidden: {why}", why=message.hiding_sentence)
    if message.hiding == "asked":
        waiting = _("is being hidden") if message.hidden else _("is being shown again")
        return f"{waiting}: {message.hiding_sentence}" if message.hiding_sentence else waiting
    return _("[hidden]") if message.hidden else _("shown again")


def host(url: str) -> str:
    """Where a link leads, as its host; punycode stays visible."""
    try:
        name = urlsplit(url).hostname or ""
        return name.encode("idna").decode() if name else _("no address")
    except ValueError:
        return _("no address")


def header(view: ConversationView, look: Look) -> Spans:
    """Who, where, how public, how often, and how they felt before and after."""
    door, signs, row = look.door, look.signs, view.row
    dot: Span = (door.line(f" {signs.dot} "), "dim")
    pieces: list[Span] = [(door.line(f" {row.contact_name or row.handle}"), "strong")]
    if row.contact_name and row.handle and row.contact_name.lstrip("@") != row.handle.lstrip("@"):
        pieces.append((door.line(f" {row.handle}"), "dim"))
    pieces += [dot, (door.line(view.channel_name), "text"), dot]
    private = row.visibility == "private"
    pieces.append((door.line(_("private") if private else _("public")), "private" if private else "text"))
    if view.arc is not None and view.arc.before:
        pieces += [dot, *arc(view.arc, look)]
    if view.contact.contacts_this_month > 1:
        n = view.contact.contacts_this_month
        pieces += [dot, (door.line(ngettext("{n} contact this month", "{n} contacts this month", n)), "text")]
    for words, tone in _standing(view):
        pieces += [dot, (door.line(words), tone)]
    return tuple(pieces)


def windows(view: ConversationView, now: Millis, look: Look) -> list[Para]:
    """What the platform allows, where it is worth a line: a window that closes, or why nothing can go out."""
    if view.listen_only or view.row.status == "resolved":
        return []
    return [
        Para(
            ((look.door.line(f"{look.signs.dot if ok else '!'} {words}"), "dim" if ok else "over"),),
            indent=1,
            hang=2,
        )
        for words, ok in notices(view.row.visibility, *view.caps, now)
    ]


def _standing(view: ConversationView) -> list[tuple[str, Tone]]:
    standing: list[tuple[str, Tone]] = []
    if view.row.status != "open":
        standing.append((_(STATUS_WORDS[view.row.status]), "accent"))
    if view.listen_only:
        standing.append((_("listen only"), "note"))
    if view.proactive:
        standing.append((_("did not address us"), "note"))
    return standing


def clocks(view: ConversationView, now: Millis, look: Look) -> Spans:
    """The running clocks, most urgent first, for the right end of the header."""
    pieces: list[Span] = []
    for clock in sorted(view.clocks, key=lambda one: one.due_at or 2**62)[:2]:
        if pieces:
            pieces.append((blank(3), "text"))
        pieces += _clock(clock, now, look)
    return (*pieces, (blank(1), "text"))


def _clock(clock: ClockView, now: Millis, look: Look) -> Spans:
    word = look.door.line(f"{_(WHAT_WORDS[clock.what]) if clock.what else ''} ")
    if clock.paused or clock.due_at is None:
        return ((word, "dim"), (look.door.line(_("paused")), "dim"))
    badge = badges.clock(clock.due_at, clock.soon_at, now, look.door)
    return ((word, "dim"), (badge.text, badge.tone))
