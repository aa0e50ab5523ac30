"""Lines brought in with `webcare import`: nothing is fetched and nothing is sent."""

from __future__ import annotations

from channels.spec import Option, Spec
from i18n import N_

SPEC = Spec(
    name="jsonl",
    title="Import",
    badge="IM",
    options=(Option("account", N_("Our account there, as it stands in the composer's first line.")),),
    sends=False,
    pulled=False,
    measure="jsonl",
)
