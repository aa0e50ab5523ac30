"""The before/after meter drawn: two dials side by side, and a table.

Everything is told by numbers, signs and words too; colour adds nothing that is not there.
"""

from __future__ import annotations

from itertools import zip_longest

from rich.cells import cell_len

from desk.meter_views import DEFINITIONS, LABELS_OVERLAP, SPLITS, MeterView, Split
from domain.meter import Mean, Tally, mood
from domain.text import SafeText
from i18n import N_, _, ngettext
from tui import format as fmt
from tui.arc import MOOD_TONES
from tui.inks import Tone
from tui.look import Look
from tui.spans import Span, Spans, cut, width_of
from tui.text import blank
from tui.widgets.sheet import BLANK, Para

BESIDE = 100
"""Columns from which the counts stand beside the dials."""

_TOTALS = 50
_DIAL_AROUND = 16
"""Cells of a dial beside its bar: blanks, signs, ends and the number."""

_LONGEST_BAR = 40
_MOOD_WORDS = {-1: N_("negative"), 0: N_("neutral"), 1: N_("positive")}

SPLIT_WORDS: dict[Split, str] = {
    "label": N_("By label"),
    "channel": N_("By channel"),
    "kind": N_("By kind"),
}


def meter_paras(view: MeterView, split: Split, width: int, look: Look) -> list[Para]:
    """The whole page at so many columns."""
    tally = view.total
    if tally.n == 0:
        nothing = _("Nobody was answered for the first time in {period}.", period=fmt.whole_days(view.period))
        return [BLANK, Para(((look.door.line(nothing), "text"),), indent=1), BLANK, *_defined(look, split)]
    beside = width >= BESIDE
    column = min((width - _TOTALS) // 2 if beside else width // 2, _LONGEST_BAR + _DIAL_AROUND + 4)
    totals = _totals(view, look)
    dials = _side_by_side(_dial(_("Before we answered"), tally.before, column, look),
                          _dial(_("After we answered"), tally.after, column, look), column)  # fmt: skip
    if beside:
        lines = [
            (*_filled(dial, 2 * column), *total) for dial, total in zip_longest(dials, totals, fillvalue=())
        ]
    else:
        lines = [*dials, (), *totals]
    paras = [Para(line, wrap=False) for line in lines]
    return [BLANK, *paras, BLANK, *_table(view, split, width, look), BLANK, *_defined(look, split)]


def _dial(title: str, mean: Mean | None, column: int, look: Look) -> list[Spans]:
    """Title, bar and interval, each in less than a column."""
    door = look.door
    if mean is None:
        none = door.line(f" {_('not known of anybody')}")
        return [((door.line(f" {title}"), "strong"),), ((none, "dim"),), (), ()]
    feel = mood(mean.value)
    bar = min(_LONGEST_BAR, max(4, column - _DIAL_AROUND))
    number = door.line(f" {fmt.signed(mean.value)}")
    drawn = (
        (SafeText(f" {look.signs.minus} {look.signs.dial_left}"), "dim"),
        *_drawn(mean.value, bar, look),
        (SafeText(f"{look.signs.dial_right} {look.signs.plus}"), "dim"),
        (number, "strong"),
    )
    margin = _("too few for an interval")
    if mean.margin is not None:
        margin = _("± {margin} at 95 %", margin=fmt.decimal(mean.margin))
    word = door.line(f" {_(_MOOD_WORDS[feel])}")
    return [
        ((door.line(f" {title}"), "strong"),),
        drawn,
        ((word, MOOD_TONES[feel]), (door.line(f", {margin}"), "dim")),
        (),
    ]


def _drawn(value: float, bar: int, look: Look) -> Spans:
    """The side that weighs more, filled from its own end, in half cells."""
    signs = look.signs
    halves = round((1 + abs(value)) / 2 * 2 * bar)
    full, half = divmod(min(halves, 2 * bar), 2)
    rest = SafeText(signs.shade * (bar - full - half))
    if value < 0:
        return (
            (SafeText(signs.filled * full + signs.half_left * half), MOOD_TONES[mood(value)]),
            (rest, "dim"),
        )
    return (
        (rest, "dim"),
        (SafeText(signs.half_right * half + signs.filled * full), MOOD_TONES[mood(value)]),
    )


def _totals(view: MeterView, look: Look) -> list[Spans]:
    door, tally = look.door, view.total
    n = ngettext("{count} conversation", "{count} conversations", tally.n, count=fmt.number(tally.n))
    lines: list[Spans] = [((door.line(f" {fmt.whole_days(view.period)}, {n}"), "strong"),)]
    counts = [
        (_("turned {n}", n=fmt.number(tally.turned)), "good"),
        (_("kept {n}", n=fmt.number(tally.kept)), "text"),
        (_("worsened {n}", n=fmt.number(tally.worsened)), "bad"),
    ]
    lines.append(tuple((door.line(f" {words}  "), tone) for words, tone in counts))  # type: ignore[misc]
    silent = _("silent {n} ({share}), not counted", n=fmt.number(tally.silent),
               share=fmt.percent(tally.silent / tally.n))  # fmt: skip
    lines.append(((door.line(f" {silent}"), "dim"),))
    unknown = _("unknown {n}", n=fmt.number(tally.unknown))
    change = _("change {change}", change=_with_margin(tally.change, long=True))
    lines.append(((door.line(f" {change}  "), "strong"), (door.line(unknown), "dim")))
    return lines


def _with_margin(mean: Mean | None, *, long: bool = False) -> str:
    if mean is None:
        return "?" if long else ""
    return fmt.signed(mean.value) + ("" if mean.margin is None else f" ± {fmt.decimal(mean.margin)}")


def _side_by_side(left: list[Spans], right: list[Spans], column: int) -> list[Spans]:
    return [(*_filled(one, column), *two) for one, two in zip(left, right, strict=True) if one or two]


def _filled(spans: Spans, width: int) -> Spans:
    shown = cut(spans, width)
    return (*shown, (blank(max(0, width - width_of(shown))), "text"))


# -- the table ------------------------------------------------------------------------------------------

_COLUMNS = (
    (N_("n"), 8),
    (N_("before"), 7),
    (N_("after"), 7),
    (N_("change"), 15),
    (N_("turned"), 7),
    (N_("silent"), 7),
    (N_("the same"), 7),
    (N_("worsened"), 7),
)
"""Heads and the least widths, in the order in which they are left out on a narrow screen, from the last."""

_LEAST_NAME = 14
_MOST_NAME = 32


def _table(view: MeterView, split: Split, width: int, look: Look) -> list[Para]:
    door = look.door
    columns = [(head, max(size, cell_len(_(head)) + 2)) for head, size in _COLUMNS]
    while columns and sum(size for _head, size in columns) + _LEAST_NAME + 2 > width:
        columns.pop()
    name = min(_MOST_NAME, width - 2 - sum(size for _head, size in columns))
    heads = [(door.line(f"{_(head):>{size}}"), size) for head, size in columns]
    lead: Span = (SafeText(blank(1) + door.fit(_(SPLIT_WORDS[split]), name)), "accent")
    paras = [Para((lead, *((text, "dim") for text, _size in heads)), wrap=False)]
    for part in view.by(split):
        values = _values(part.tally)[: len(columns)]
        cells = tuple(
            (door.line(f"{value:>{size}}"), "dim" if tone is None else tone)
            for (value, tone), (_head, size) in zip(values, columns, strict=True)
        )
        paras.append(Para(((SafeText(blank(1) + door.fit(part.name, name)), "text"), *cells), wrap=False))
    return paras


def _values(tally: Tally) -> list[tuple[str, Tone | None]]:
    """In the order of `_COLUMNS`."""
    before, after = tally.before, tally.after
    known = tally.measured
    return [
        (fmt.number(tally.n), "text"),
        ("" if before is None else fmt.signed(before.value), None if before is None else _toned(before)),
        ("" if after is None else fmt.signed(after.value), None if after is None else _toned(after)),
        (_with_margin(tally.change), "text"),
        (fmt.percent(tally.turned / known) if known else "", "text"),
        (fmt.percent(tally.silent / tally.n) if tally.n else "", None),
        (fmt.percent(tally.kept / known) if known else "", None),
        (fmt.percent(tally.worsened / known) if known else "", None),
    ]


def _toned(mean: Mean) -> Tone:
    return MOOD_TONES[mood(mean.value)]


def _defined(look: Look, split: Split) -> list[Para]:
    sentences = [*DEFINITIONS, *([LABELS_OVERLAP] if split == "label" else [])]
    return [Para(((look.door.line(_(one)), "dim"),), indent=1, hang=2) for one in sentences]


def following(split: Split, step: int = 1) -> Split:
    """The next table."""
    return SPLITS[(SPLITS.index(split) + step) % len(SPLITS)]
