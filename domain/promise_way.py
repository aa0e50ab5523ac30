"""What can be promised, and one way of saying it as a pattern over a folded clause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from i18n import N_

Certainty = Literal["plain", "hedged", "vague"]
"""`plain`: who and when are said; `hedged`: hoped or expected; `vague`: no moment is named."""

What = Literal["call", "report", "find_out", "pass_on", "done", "send", "visit"]

LABELS: dict[What, str] = {
    "call": N_("call them"),
    "report": N_("report back"),
    "find_out": N_("find out"),
    "pass_on": N_("pass it on"),
    "done": N_("have it done"),
    "send": N_("send it"),
    "visit": N_("come by"),
}
"""What was promised, in a word; msgids."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way of promising something."""

    what: What
    pattern: re.Pattern[str]
    dated: bool = False
    """Whether it is a promise only where a moment is named."""

    led: bool = False
    """Whether it holds only where an earlier clause named us."""


Told = tuple[What, str, bool]
"""What, its pattern, and whether it is a promise only where a moment is named."""

AGENT = (
    r"(?:(?:mijn|een|onze|de|het|ons|uw|je|jouw|my|our|a|the|one of our|van de) (?:\w+"
    r" ){0,2}?)?\w*(?:collega(?:'s|s)?"
    r"|monteurs?|techniekers?|technicus|technici|koerier|bezorger|chauffeur|medewerker"
    r"|specialist|teamleider"
    r"|manager|filiaalmanager|leidinggevende|afdeling|dienst|planning|team|winkel"
    r"|magazijn|servicepartner"
    r"|colleagues?|engineers?|technicians?|driver|courier|department|agent|people|shop"
    r"|depot)(?: [a-z]+)?"
)
"""Somebody of ours, in Dutch or English, by what they do."""
