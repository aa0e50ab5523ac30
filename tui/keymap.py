"""Keys as data: the reader that turns presses into acts, and what else is made from the table.

The help, the footer, the command line, docs/keys.md and remapping all come from `tui.keys.KEYS`. A key is
written as the character that it types, or by its name where it types none (`enter`, `ctrl+d`). A sequence
is its keys with a blank between (`g g`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from domain.errors import ConfigError
from i18n import N_, _

Place = Literal[
    "list",
    "conversation",
    "composer",
    "along",
    "describing",
    "review",
    "suggestions",
    "outbox",
    "meter",
    "sheet",
]


@dataclass(frozen=True, slots=True)
class Key:
    """One act and the keys that do it."""

    id: str
    """Stable; the configuration maps it to other keys."""

    keys: tuple[str, ...]
    short: str
    """For the footer: one or two words."""

    says: str
    """For the help and the command line: a clause."""

    places: tuple[Place, ...]
    counts: bool = False
    """Whether a number before it means something."""


PLACES: Mapping[Place, str] = {
    "list": N_("In the list"),
    "conversation": N_("In a conversation"),
    "composer": N_("In the composer"),
    "along": N_("At pictures and films that go along"),
    "describing": N_("Describing a picture"),
    "review": N_("In the review"),
    "suggestions": N_("At suggestions"),
    "outbox": N_("In the outbox"),
    "meter": N_("At the meter"),
    "sheet": N_("On a page to read"),
}

_KEY_NAMES: Mapping[str, str] = {
    "space": N_("Space"),
    "enter": N_("Enter"),
    "escape": N_("Esc"),
    "tab": N_("Tab"),
    "shift+tab": N_("Shift+Tab"),
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": N_("PgUp"),
    "pagedown": N_("PgDn"),
    "home": N_("Home"),
    "end": N_("End"),
}


def key_name(keys: str) -> str:
    """A key or sequence as people write it: `Ctrl+D`, `gg`, `Esc`."""
    parts = keys.split(" ")
    if len(parts) > 1:
        return "".join(map(key_name, parts))
    if keys in _KEY_NAMES:
        return _(_KEY_NAMES[keys])
    *modifiers, last = keys.split("+") if len(keys) > 1 else [keys]
    if not modifiers:
        return last.upper() if last[:1] == "f" and last[1:].isdigit() else last
    last = _(_KEY_NAMES[last]) if last in _KEY_NAMES else last.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), last])


@dataclass(frozen=True, slots=True)
class Pressed:
    """An act to do, with the number typed before it."""

    id: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Pending:
    """More keys are needed; what was typed so far."""

    typed: str


class Keymap:
    """The keys in force, by place."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = tuple(keys)
        self._by_id = {key.id: key for key in self.keys}
        self._acts: dict[Place, dict[tuple[str, ...], Key]] = {place: {} for place in PLACES}
        for key in self.keys:
            for place in key.places:
                for sequence in key.keys:
                    self._acts[place][tuple(sequence.split(" "))] = key

    def remapped(self, own: Mapping[str, str]) -> Keymap:
        """With a person's own keys, comma separated, by act; ConfigError for an act that does not exist."""
        for id_ in own:
            if id_ not in self._by_id:
                near = difflib.get_close_matches(id_, self._by_id, 1)
                hint = _(" Did you mean {near}?", near=near[0]) if near else ""
                raise ConfigError(_("There is no act called {id}.{hint}", id=id_, hint=hint))
        return Keymap(
            replace(key, keys=tuple(part.strip() for part in own[key.id].split(",")))
            if key.id in own
            else key
            for key in self.keys
        )

    def of(self, id_: str) -> Key:
        """The key of an act."""
        return self._by_id[id_]

    def at(self, place: Place) -> tuple[Key, ...]:
        """All keys of a place, in the order of the table."""
        return tuple(key for key in self.keys if place in key.places)

    def find(self, place: Place, typed: tuple[str, ...]) -> Key | None:
        """The act of a whole sequence."""
        return self._acts[place].get(typed)

    def begins(self, place: Place, typed: tuple[str, ...]) -> bool:
        """Whether a longer sequence starts so."""
        size = len(typed)
        return any(len(keys) > size and keys[:size] == typed for keys in self._acts[place])

    def page(self, places: Iterable[Place]) -> str:
        """The keys of some places as Markdown, for docs/keys.md."""
        lines: list[str] = []
        for place in places:
            lines += [f"## {_(PLACES[place])}", "", f"| {_('key')} | {_('does')} | id |", "|---|---|---|"]
            for key in self.at(place):
                names = ", ".join(f"`{key_name(keys)}`".replace("|", "\\|") for keys in key.keys)
                lines.append(f"| {names} | {_(key.says)} | `{key.id}` |")
            lines.append("")
        return "\n".join(lines)


class KeyReader:
    """Collects counts and sequences until they name an act."""

    def __init__(self, keymap: Keymap) -> None:
        self._keymap = keymap
        self._typed: tuple[str, ...] = ()
        self._count = ""

    @property
    def typed(self) -> str:
        """What was typed and is not finished, for the status line."""
        return self._count + "".join(map(key_name, self._typed))

    def read(self, place: Place, key: str) -> Pressed | Pending | None:
        """One press: an act, a wish for more, or nothing that means anything here."""
        if self._is_count(place, key):
            self._count += key
            return Pending(self.typed)
        typed = (*self._typed, key)
        act = self._keymap.find(place, typed)
        if act is not None:
            count = int(self._count[-4:] or 1) if act.counts else 1
            self.forget()
            return Pressed(act.id, max(1, count))
        if self._keymap.begins(place, typed):
            self._typed = typed
            return Pending(self.typed)
        self.forget()
        return None

    def forget(self) -> bool:
        """Drop what was begun; False when nothing was."""
        begun = bool(self._typed or self._count)
        self._typed, self._count = (), ""
        return begun

    def _is_count(self, place: Place, key: str) -> bool:
        if self._typed or len(key) != 1 or not "0" <= key <= "9":
            return False
        if self._count:
            return True
        return key != "0" and self._keymap.find(place, (key,)) is None
