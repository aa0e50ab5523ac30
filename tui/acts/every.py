"""Every act of the desk's screen. Imported with the first one: nothing of it is needed to paint."""

from __future__ import annotations

from collections.abc import Mapping

from tui.acts.answering import answering
from tui.acts.looking import looking
from tui.acts.promising import promising
from tui.acts.snoozing import SNOOZING
from tui.acts.table import ActOn
from tui.acts.template_making import TEMPLATE_MAKING
from tui.acts.triage import TRIAGE
from tui.writing import Writing


def every_act(writing: Writing) -> Mapping[str, ActOn]:
    """The acts by their id, but for moves."""
    return {
        **TRIAGE,
        **SNOOZING,
        **TEMPLATE_MAKING,
        **looking(writing),
        **answering(writing),
        **promising(writing),
    }
