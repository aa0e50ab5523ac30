"""The help, made from the keymap."""

from __future__ import annotations

from i18n import _
from tui.keymap import PLACES, Key, Keymap, Place, key_name
from tui.look import Look
from tui.text import fit
from tui.widgets.sheet import BLANK, Para

_WIDTH = 16


def help_paras(keymap: Keymap, place: Place, look: Look) -> list[Para]:
    """All keys, those of this place first; then what the signs mean."""
    first: list[Place] = [place]
    others = [other for other in PLACES if other != place]
    paras: list[Para] = []
    shown: set[str] = set()
    for one in (*first, *others):
        keys = [key for key in keymap.at(one) if key.id not in shown]
        if not keys:
            continue
        shown |= {key.id for key in keys}
        paras += [Para(((look.door.line(_(PLACES[one])), "accent"),), indent=1)]
        paras += [_line(key, look) for key in keys]
        paras.append(BLANK)
    return [*paras, *_signs(look)]


def _line(key: Key, look: Look) -> Para:
    names = look.door.line("  ".join(map(key_name, key.keys)))
    return Para(
        ((fit(names, _WIDTH), "strong"), (look.door.line(_(key.says)), "text")), indent=3, hang=_WIDTH
    )


def _signs(look: Look) -> list[Para]:
    signs = look.signs
    words = (
        ("0:41", _("hours and minutes left of the clock that runs out first")),
        (f"{signs.minus}0:12", _("over its time")),
        (_("{minutes}m{seconds:02d}s", minutes=7, seconds=32), _("the last ten minutes")),
        ("3:59w", _("left of the platform's own window")),
        ("3:05z", _("until a snooze is over")),
        (
            f"{signs.minus} {signs.neutral} {signs.plus} {signs.unknown}",
            _("negative, neutral, positive, unknown"),
        ),
        (f"{signs.minus}{signs.unknown}", _("negative, but the engine doubts")),
        ("BS p", _("a private message on the channel BS")),
        ("! !!", _("high, urgent")),
        (f"SV{signs.writing}", _("SV holds it and is writing")),
        (f"{signs.to}SV", _("assigned to SV")),
        (signs.marked, _("marked")),
    )
    head = Para(((look.door.line(_("Signs")), "accent"),), indent=1)
    return [
        head,
        *(
            Para(
                ((fit(look.door.line(sign), _WIDTH), "strong"), (look.door.line(says), "text")),
                indent=3,
                hang=_WIDTH,
            )
            for sign, says in words
        ),
    ]
