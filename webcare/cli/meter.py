"""`meter`: how contacts felt before we answered, and how after."""

from __future__ import annotations

from collections.abc import Mapping

import click

from desk.desk import Desk
from desk.meter_views import DEFINITIONS, LABELS_OVERLAP, MeterView, Only, Part
from domain.meter import Mean, Tally, share
from i18n import _, ngettext
from tui import format as fmt
from webcare.cli.session import program_of, say, say_json, with_desk

_NAME = 24


@click.command(
    "meter", help=_("Show how contacts felt before our first reply and after our last one, in a period.")
)
@click.option("--since", default=None, help=_("The first day (2026-11-03) or month (2026-11); this month."))
@click.option("--until", default=None, help=_("The last day or month, itself included; today."))
@click.option("--channel", default=None, help=_("Only a channel, by its id."))
@click.option("--label", default=None, help=_("Only conversations with this label."))
@click.option("--kind", default=None, help=_("Only a kind, such as complaint."))
@click.option("--json", "as_json", is_flag=True, help=_("One JSON object."))
@click.pass_context
def meter_command(
    ctx: click.Context,
    since: str | None,
    until: str | None,
    channel: str | None,
    label: str | None,
    kind: str | None,
    as_json: bool,
) -> None:
    """Show how contacts felt before our first reply and after our last one, in a period."""

    async def work(desk: Desk) -> MeterView:
        return await desk.meter.read(desk.meter.period(since, until), Only(channel, label, kind))

    view = with_desk(program_of(ctx), work)
    if as_json:
        say_json(_as_json(view))
    else:
        _tell(view)


def _tell(view: MeterView) -> None:
    tally = view.total
    n = ngettext("{count} conversation", "{count} conversations", tally.n, count=fmt.number(tally.n))
    say(f"{fmt.whole_days(view.period)}: {n}")
    if tally.n:
        say(f"{_('before')} {_said(tally.before)}   {_('after')} {_said(tally.after)}   "
            f"{_('change')} {_said(tally.change)}")  # fmt: skip
        say(_counts(tally))
        for split, parts in view.parts:
            say("")
            say({"label": _("By label"), "channel": _("By channel"), "kind": _("By kind")}[split])
            for part in parts:
                say(_line(part))
    say("")
    for sentence in (*DEFINITIONS, LABELS_OVERLAP):
        say(_(sentence))


def _counts(tally: Tally) -> str:
    silent = _("silent {n} ({share}), not counted", n=fmt.number(tally.silent),
               share=fmt.percent(tally.silent / tally.n))  # fmt: skip
    return ", ".join(
        (
            _("turned {n}", n=fmt.number(tally.turned)),
            _("kept {n}", n=fmt.number(tally.kept)),
            _("worsened {n}", n=fmt.number(tally.worsened)),
            silent,
            _("unknown {n}", n=fmt.number(tally.unknown)),
        )
    )


def _line(part: Part) -> str:
    tally = part.tally
    return (
        f"  {part.name[:_NAME]:<{_NAME}} {fmt.number(tally.n):>7}  {_said(tally.before)}"
        f" {'->'} {_said(tally.after)}  {_counts(tally)}"
    )


def _said(mean: Mean | None) -> str:
    if mean is None:
        return "?"
    margin = "" if mean.margin is None else f" ± {fmt.decimal(mean.margin)}"
    return fmt.signed(mean.value) + margin


def _as_json(view: MeterView) -> Mapping[str, object]:
    return {
        "since": view.period.first.isoformat(),
        "until": view.period.last.isoformat(),
        "channel": view.only.channel,
        "label": view.only.label,
        "kind": view.only.kind,
        **_tallied(view.total),
        **{
            f"by_{split}": [{"id": one.id, "name": one.name, **_tallied(one.tally)} for one in parts]
            for split, parts in view.parts
        },
        "definitions": [_(sentence) for sentence in (*DEFINITIONS, LABELS_OVERLAP)],
    }


def _tallied(tally: Tally) -> Mapping[str, object]:
    return {
        "n": tally.n,
        "measured": tally.measured,
        "before": _mean(tally.before),
        "after": _mean(tally.after),
        "change": _mean(tally.change),
        "turned": tally.turned,
        "kept": tally.kept,
        "worsened": tally.worsened,
        "unknown": tally.unknown,
        "silent": tally.silent,
        "silent_share": _share(tally.silent, tally.n),
        "turned_share": _share(tally.turned, tally.measured),
    }


def _mean(mean: Mean | None) -> Mapping[str, float | None] | None:
    if mean is None:
        return None
    margin = None if mean.margin is None else round(mean.margin, 4)
    return {"mean": round(mean.value, 4), "margin": margin}


def _share(part: int, whole: int) -> Mapping[str, float] | None:
    found = share(part, whole)
    return (
        None
        if found is None
        else dict(zip(("share", "low", "high"), (round(x, 4) for x in found), strict=True))
    )
