"""From one style to the next in as few bytes as a terminal understands."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from rich.color import ColorSystem
from rich.style import Style

_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}
"""What ends an attribute (ECMA-48, 8.3.117); 22 ends bold and dim alike. Others are ended by 0."""

RESET = "\x1b[0m"
_WEIGHTS = frozenset({"1", "2", "3"})
"""Bold, dim, italic: on a blank they do not show."""


@dataclass(frozen=True, slots=True)
class Ink:
    """A style as the numbers of `CSI … m`."""

    attributes: tuple[str, ...] = ()
    colour: str = "39"
    ground: str = "49"


PLAIN = Ink()


@lru_cache(maxsize=4096)  # a picture in half blocks has hundreds of styles
def ink(style: Style | None, system: ColorSystem) -> Ink:
    """The numbers of a style on a terminal with these colours."""
    codes = "" if style is None else style.render("x", color_system=system)
    if not codes.startswith("\x1b["):
        return PLAIN
    attributes: list[str] = []
    colour, ground = "39", "49"
    numbers = iter(codes[2 : codes.index("m")].split(";"))
    for number in numbers:
        if number in {"38", "48"}:
            kind = next(numbers)
            rest = [next(numbers) for _each in range(3 if kind == "2" else 1)]
            whole = ";".join((number, kind, *rest))
            colour, ground = (whole, ground) if number == "38" else (colour, whole)
        elif number[:1] in {"3", "9"} and len(number) > 1:
            colour = number
        elif (number[:1] == "4" and len(number) > 1) or number[:2] == "10":
            ground = number
        else:
            attributes.append(number)
    return Ink(tuple(sorted(attributes)), colour, ground)


@lru_cache(maxsize=4096)  # a picture in half blocks has hundreds of styles
def turn(before: Ink, after: Ink) -> str:
    """What to write between a text in one ink and a text in another; nothing when they are the same."""
    if before == after:
        return ""
    gone = [one for one in before.attributes if one not in after.attributes]
    if any(one not in _OFF for one in gone):
        before, gone = PLAIN, []
        numbers = ["0"]
    else:
        numbers = sorted({_OFF[one] for one in gone})
    ended = "22" in numbers
    kept = () if ended else before.attributes
    numbers += [one for one in after.attributes if one not in kept]
    if after.colour != before.colour:
        numbers.append(after.colour)
    if after.ground != before.ground:
        numbers.append(after.ground)
    return f"\x1b[{';'.join(numbers)}m"


@dataclass(slots=True)
class Pen:
    """Writes texts in styles one after the other, and knows what the terminal has in hand."""

    system: ColorSystem
    written: list[str] = field(default_factory=list)
    held: Ink = PLAIN

    def at(self, x: int, y: int) -> None:
        """Go to a cell; both count from 0."""
        self.written.append(f"\x1b[{y + 1};{x + 1}H")

    def raw(self, sequence: str) -> None:
        """A sequence that moves things and changes no style."""
        self.written.append(sequence)

    def write(self, text: str, style: Style | None) -> None:
        """A text in a style."""
        wanted = ink(style, self.system)
        if wanted != self.held and not (text.isspace() and self._looks_alike_on_blanks(wanted)):
            self.written.append(turn(self.held, wanted))
            self.held = wanted
        self.written.append(text)

    def _looks_alike_on_blanks(self, wanted: Ink) -> bool:
        weights = _WEIGHTS.issuperset((*wanted.attributes, *self.held.attributes))
        return weights and wanted.ground == self.held.ground

    def done(self) -> str:
        """All of it, with the terminal left plain."""
        if self.held != PLAIN:
            self.written.append(RESET)
            self.held = PLAIN
        return "".join(self.written)
