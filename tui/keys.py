"""The shipped keys.

Conventions: `j k`, Enter, `/`, `?`, `:` as everywhere in terminals; `e` is done, `g` goes somewhere; one
small letter for what is done a hundred times a day, its capital for the stronger or wider form.
"""

from __future__ import annotations

from typing import Final

from i18n import N_
from tui.keymap import Key, Keymap, Place

_LIST: Final[tuple[Place, ...]] = ("list",)
_BOTH: Final[tuple[Place, ...]] = ("list", "conversation")
_READ: Final[tuple[Place, ...]] = ("conversation", "meter", "sheet")

KEYS: Final[tuple[Key, ...]] = (
    # moving
    Key("list.down", ("j", "down"), N_("down"), N_("next row"), _LIST, counts=True),
    Key(
        "list.up",
        ("k", "up"),
        N_("up"),
        N_("previous row; at the top it brings in what is new"),
        _LIST,
        counts=True,
    ),
    Key("list.top", ("g g", "home"), N_("top"), N_("first row, with what is new"), _LIST),
    Key("list.bottom", ("G", "end"), N_("bottom"), N_("last row"), _LIST),
    Key("list.half_down", ("ctrl+d", "pagedown"), N_("half a page down"), N_("half a page down"), _LIST),
    Key("list.half_up", ("ctrl+u", "pageup"), N_("half a page up"), N_("half a page up"), _LIST),
    Key("list.open", ("enter", "right"), N_("open"), N_("read the conversation; takes nothing"), _LIST),
    Key("sheet.down", ("j", "down"), N_("down"), N_("scroll down"), _READ, counts=True),
    Key("sheet.up", ("k", "up"), N_("up"), N_("scroll up"), _READ, counts=True),
    Key("sheet.top", ("g g", "home"), N_("top"), N_("to the beginning"), _READ),
    Key("sheet.bottom", ("G", "end"), N_("end"), N_("to the end"), _READ),
    Key("sheet.half_down", ("ctrl+d", "pagedown"), N_("page down"), N_("half a page down"), _READ),
    Key("sheet.half_up", ("ctrl+u", "pageup"), N_("page up"), N_("half a page up"), _READ),
    Key("desk.back", ("escape", "left"), N_("back"), N_("drop marks, or leave the search"), _LIST),
    Key("read.back", ("escape", "q", "left"), N_("back"), N_("back to the list"), ("conversation",)),
    # queues
    Key("queue.next", ("tab",), N_("next queue"), N_("next queue"), _BOTH, counts=True),
    Key("queue.previous", ("shift+tab",), N_("previous queue"), N_("previous queue"), _BOTH, counts=True),
    Key(
        "go.next_by_clock", ("g n",), N_("most urgent"), N_("to the most urgent one that nobody holds"), _BOTH
    ),
    Key("go.open", ("g i",), N_("open"), N_("to the queue open"), _BOTH),
    Key("go.mine", ("g m",), N_("mine"), N_("to the queue mine"), _BOTH),
    Key("go.unassigned", ("g u",), N_("unassigned"), N_("to the queue unassigned"), _BOTH),
    Key("go.negative", ("g -",), N_("negative"), N_("to the queue negative"), _BOTH),
    Key("go.waiting", ("g w",), N_("waiting"), N_("to the queue waiting"), _BOTH),
    Key("go.snoozed", ("g s",), N_("snoozed"), N_("to the queue snoozed"), _BOTH),
    Key("go.promises", ("g p",), N_("promises"), N_("to what was promised and is still to be done"), _BOTH),
    Key("go.windows", ("g v",), N_("windows"), N_("to the platform windows that close"), _BOTH),
    Key("go.listening", ("g l",), N_("listening"), N_("to the channels that are only listened to"), _BOTH),
    Key("go.all", ("g a",), N_("everything"), N_("to everything"), _BOTH),
    Key("go.meter", ("g e",), N_("effect"), N_("to the meter: before and after our answers"), _BOTH),
    Key("go.outbox", ("g o",), N_("outbox"), N_("to the replies on their way"), _BOTH),
    # finding
    Key("find.search", ("/",), N_("search"), N_("search everything"), _BOTH),
    Key("find.next", ("n",), N_("next hit"), N_("next hit"), _BOTH, counts=True),
    Key("find.previous", ("N",), N_("previous hit"), N_("previous hit"), _BOTH, counts=True),
    Key("find.filter", ("\\",), N_("filter"), N_("filter this queue"), _BOTH),
    Key("desk.command", (":", "ctrl+p"), N_("command"), N_("command line: every act by name"), _BOTH),
    Key("desk.help", ("?",), N_("all keys"), N_("all keys of this place"), _BOTH),
    # claiming
    Key("claim.toggle", ("c",), N_("claim"), N_("claim, or release"), _BOTH),
    Key("claim.steal", ("C",), N_("take over"), N_("take over from a colleague, with a reason"), _BOTH),
    # answering
    Key("reply.public", ("r",), N_("reply"), N_("reply where it was asked"), _BOTH),
    Key("reply.private", ("R",), N_("reply privately"), N_("reply privately"), _BOTH),
    Key("reply.template", ("T",), N_("reply with template"), N_("reply with a template"), _BOTH),
    Key("reply.note", ("i",), N_("note"), N_("internal note; only the team reads it"), _BOTH),
    Key("promise.act", ("p",), N_("promise"), N_("note a promise, or say what became of one"), _BOTH),
    Key("template.make", ("K",), N_("keep as template"), N_("make our last reply here a template"), _BOTH),
    # settling
    Key("triage.resolve", ("e",), N_("done"), N_("resolve, or reopen what is resolved"), _BOTH),
    Key("triage.resolve_next", ("E",), N_("done, next"), N_("resolve and go to the next by clock"), _BOTH),
    Key("triage.no_reply", ("d",), N_("no reply"), N_("no reply needed, with a reason"), _BOTH),
    Key("triage.snooze", ("s",), N_("snooze"), N_("snooze, or wake what is snoozed"), _BOTH),
    Key("triage.make_question", ("!",), N_("is a question"), N_("a late thanks becomes a question"), _BOTH),
    Key("triage.hide", ("H",), N_("hide"), N_("hide their public comment, or show it again"), _BOTH),
    # sorting
    Key("triage.label", ("t",), N_("label"), N_("add or remove a label"), _BOTH),
    Key("triage.assign", ("a",), N_("assign"), N_("assign to a colleague"), _BOTH),
    Key("triage.priority", ("P",), N_("priority"), N_("priority: normal, high, urgent"), _BOTH),
    Key("triage.kind", ("w",), N_("kind"), N_("say what it is: question, complaint, compliment, ..."), _BOTH),
    Key("triage.positive", ("+",), N_("positive"), N_("sentiment is positive"), _BOTH),
    Key("triage.neutral", ("=",), N_("neutral"), N_("sentiment is neutral"), _BOTH),
    Key("triage.negative", ("-",), N_("negative"), N_("sentiment is negative"), _BOTH),
    Key("triage.unknown", ("0",), N_("unknown"), N_("sentiment cannot be told"), _BOTH),
    # marks
    Key("mark.next", ("space",), N_("mark, next"), N_("mark and go to the next row"), _LIST, counts=True),
    Key("mark.toggle", ("x",), N_("mark"), N_("mark or unmark"), _LIST),
    Key("mark.range", ("V",), N_("mark range"), N_("mark from the last mark to here"), _LIST),
    # looking
    Key("look.contact", ("v",), N_("contact"), N_("contact card"), _BOTH),
    Key("look.why", ("S",), N_("why this clock"), N_("why it is due when it is"), _BOTH),
    Key("look.copy", ("y",), N_("copy link"), N_("copy the link to the post"), _BOTH),
    # the desk
    Key(
        "desk.undo",
        ("u",),
        N_("undo"),
        N_("undo your last act; calls a reply back while it can"),
        _BOTH,
        counts=True,
    ),
    Key("desk.redo", ("ctrl+r",), N_("redo"), N_("redo what was undone"), _BOTH, counts=True),
    Key("desk.repeat", (".",), N_("repeat"), N_("repeat the last act here"), _BOTH),
    Key("desk.redraw", ("ctrl+l",), N_("redraw"), N_("write the whole screen anew"), _BOTH),
    Key("desk.quit", ("q", "ctrl+c"), N_("quit"), N_("quit; it asks first"), _LIST),
    # composer
    Key("composer.keep", ("escape",), N_("keep draft"), N_("leave; the draft is kept"), ("composer",)),
    Key("composer.next_hole", ("tab",), N_("next gap"), N_("to the next gap to fill in"), ("composer",)),
    Key("composer.template", ("ctrl+t",), N_("template"), N_("insert a template"), ("composer",)),
    Key(
        "composer.suggest",
        ("ctrl+g",),
        N_("suggestion"),
        N_("the team's own answers to mentions like it"),
        ("composer",),
    ),
    Key(
        "composer.next_remark",
        ("ctrl+l",),
        N_("next remark"),
        N_("to the next remark of the coach"),
        ("composer",),
    ),
    Key(
        "composer.take",
        ("ctrl+r",),
        N_("take it"),
        N_("take the coach's wording, or answer for a promise"),
        ("composer",),
    ),
    Key(
        "composer.leave",
        ("ctrl+n",),
        N_("leave it"),
        N_("leave this remark aside"),
        ("composer",),
    ),
    Key(
        "composer.split",
        ("ctrl+p",),
        N_("in parts"),
        N_("review it in parts, where it is too long for one message"),
        ("composer",),
    ),
    Key(
        "composer.both",
        ("ctrl+b", "f2"),
        N_("in private too"),
        N_("a private message behind this public answer; to and fro between the two"),
        ("composer",),
    ),
    Key("composer.editor", ("ctrl+o",), N_("editor"), N_("write it in $EDITOR"), ("composer",)),
    Key(
        "composer.review",
        ("ctrl+j", "alt+enter", "ctrl+enter"),
        N_("review"),
        N_("review before sending"),
        ("composer",),
    ),
    Key("composer.attach", ("ctrl+f",), N_("picture"), N_("attach a picture or film"), ("composer",)),
    # pictures and films
    Key("along.describe", ("enter", "e"), N_("describe"), N_("say what it shows"), ("along",)),
    Key("along.add", ("a",), N_("add"), N_("attach another one"), ("along",)),
    Key("along.take_out", ("x",), N_("take out"), N_("take it out of the draft"), ("along",)),
    Key("along.look", ("v",), N_("look"), N_("show the picture, where the terminal can"), ("along",)),
    Key("along.down", ("j", "down"), N_("down"), N_("next one"), ("along",), counts=True),
    Key("along.up", ("k", "up"), N_("up"), N_("previous one"), ("along",), counts=True),
    Key("describe.keep", ("enter",), N_("keep it"), N_("keep the description"), ("describing",)),
    Key(
        "describe.decorative",
        ("ctrl+d",),
        N_("only decoration"),
        N_("it shows nothing that has to be told"),
        ("describing",),
    ),
    Key("describe.back", ("escape",), N_("back"), N_("back, as it was"), ("describing",)),
    # review
    Key("review.send", ("y",), N_("send"), N_("send it as it stands"), ("review",)),
    Key("review.next", ("enter", "down", "j"), N_("next remark"), N_("to the next remark"), ("review",)),
    Key("review.parts", ("p",), N_("in parts"), N_("in parts, or as one message again"), ("review",)),
    Key(
        "review.both",
        ("b",),
        N_("in private too"),
        N_("a private message behind it, or the public answer alone again"),
        ("review",),
    ),
    Key("review.down", ("pagedown", "ctrl+d"), N_("down"), N_("further down the text"), ("review",)),
    Key("review.up", ("pageup", "ctrl+u"), N_("up"), N_("further up the text"), ("review",)),
    Key("review.edit", ("e",), N_("edit"), N_("write on"), ("review",)),
    Key("review.discard", ("D",), N_("discard"), N_("throw the draft away"), ("review",)),
    Key("review.back", ("q", "escape"), N_("back"), N_("leave; the draft is kept"), ("review",)),
    # suggestions
    Key("suggestion.down", ("j", "down"), N_("down"), N_("next suggestion"), ("suggestions",), counts=True),
    Key("suggestion.up", ("k", "up"), N_("up"), N_("previous suggestion"), ("suggestions",), counts=True),
    Key("suggestion.take", ("enter",), N_("take it"), N_("put it into the draft"), ("suggestions",)),
    Key(
        "suggestion.source",
        ("o",),
        N_("where from"),
        N_("read the conversation it comes from"),
        ("suggestions",),
    ),
    Key(
        "suggestion.refuse",
        ("x",),
        N_("none of these"),
        N_("none will do; the next ones learn from it"),
        ("suggestions",),
    ),
    # outbox
    Key("outbox.down", ("j", "down"), N_("down"), N_("next row"), ("outbox",), counts=True),
    Key("outbox.up", ("k", "up"), N_("up"), N_("previous row"), ("outbox",), counts=True),
    Key("outbox.call_back", ("u",), N_("call back"), N_("call the reply back, while it can be"), ("outbox",)),
    Key(
        "outbox.there",
        ("y",),
        N_("it is there"),
        N_("it stands on the platform: settle it as sent"),
        ("outbox",),
    ),
    Key(
        "outbox.not_there",
        ("n",),
        N_("it is not there"),
        N_("it does not stand there: queue it again"),
        ("outbox",),
    ),
    Key(
        "outbox.try_again",
        ("r",),
        N_("try again"),
        N_("send what was refused once more, and the parts behind it"),
        ("outbox",),
    ),
    Key("outbox.open", ("enter",), N_("open"), N_("to its conversation"), ("outbox",)),
    # meter
    Key("meter.earlier", ("h", "left"), N_("earlier"), N_("the month before"), ("meter",), counts=True),
    Key("meter.later", ("l", "right"), N_("later"), N_("the month after"), ("meter",), counts=True),
    Key("meter.split", ("tab",), N_("next table"), N_("by label, by channel, by kind"), ("meter",)),
    Key(
        "sheet.back",
        ("q", "escape"),
        N_("back"),
        N_("back"),
        ("outbox", "meter", "sheet", "suggestions", "along"),
    ),
)

FOOTERS: Final[dict[Place, tuple[str, ...]]] = {
    "list": ("claim.toggle", "reply.public", "triage.no_reply", "triage.snooze", "triage.resolve"),
    "conversation": ("claim.toggle", "reply.public", "triage.no_reply", "triage.snooze", "triage.resolve"),
    "composer": (
        "composer.review",
        "composer.keep",
        "composer.next_remark",
        "composer.template",
        "composer.suggest",
    ),
    "along": ("along.describe", "along.add", "along.take_out", "along.look", "sheet.back"),
    "describing": ("describe.keep", "describe.decorative", "describe.back"),
    "review": ("review.send", "review.next", "review.edit", "review.discard", "review.back"),
    "suggestions": (
        "suggestion.take",
        "suggestion.source",
        "suggestion.refuse",
        "sheet.back",
    ),
    "outbox": ("outbox.call_back", "outbox.there", "outbox.not_there", "outbox.open", "sheet.back"),
    "meter": ("meter.earlier", "meter.later", "meter.split", "sheet.down", "sheet.back"),
    "sheet": ("sheet.down", "sheet.up", "sheet.back"),
}
"""The keys shown at the bottom of each place; `?` is added where it works."""


def shipped() -> Keymap:
    """The shipped keymap."""
    return Keymap(KEYS)
