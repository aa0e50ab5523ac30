"""What a platform allows at a moment, in words: how long a window is open, or why nothing can be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from domain.clock import DAY, HOUR, MINUTE, Millis
from domain.inbound import Cap
from i18n import _


def at(cap: Cap, now: Millis) -> Cap:
    """What a cap means at a moment: its window may be over, or only open for what `needs` names."""
    if not cap.ok or cap.until is None:
        return cap
    if now < cap.until:
        return replace(
            cap, reason=cap.reason or _("The window closes in {left}.", left=_left(cap.until - now))
        )
    if cap.needs == "template":
        return replace(cap, ok=False, reason=_("The window is closed: only approved templates."))
    if cap.needs == "human_agent" and cap.needed_until is not None and now < cap.needed_until:
        left = _left(cap.needed_until - now)
        return replace(
            cap,
            reason=_("Past the usual window; answers typed by a person go out for {left} more.", left=left),
        )
    return replace(cap, ok=False, reason=_("The platform's window for an answer is over."))


def notices(
    visibility: Literal["public", "private"], public: Cap, private: Cap, now: Millis
) -> Sequence[tuple[str, bool]]:
    """What to know before answering a conversation: sentences, each with whether an answer can go out.

    Of something public a private answer is spoken of only where it has a window, or is the only way left:
    that a platform has no private messages at all is no news.
    """
    open_, shut = at(public, now), at(private, now)
    if visibility == "private":
        return [(shut.reason, shut.ok)] if shut.reason else []
    found = [] if open_.ok and not open_.reason else [(open_.reason, open_.ok)]
    if shut.reason and (private.until is not None or not open_.ok):
        found.append((_("In private: {sentence}", sentence=shut.reason), shut.ok))
    return [(words, ok) for words, ok in found if words]


def next_change(caps: Sequence[Cap], now: Millis) -> Millis | None:
    """When the words may be others: at the next minute or end of a window; None where nothing runs."""
    ends = [end for cap in caps if cap.ok for end in (cap.until, cap.needed_until) if end is not None]
    left = [end - now for end in ends if end > now]
    return now + min(one % MINUTE + 1 for one in left) if left else None


def _left(span: Millis) -> str:
    """Hours and minutes, or days and hours of more than two days."""
    if span >= 2 * DAY:
        return _("{days} d {hours} h", days=span // DAY, hours=span % DAY // HOUR)
    if span >= HOUR:
        return _("{hours} h {minutes:02}", hours=span // HOUR, minutes=span % HOUR // MINUTE)
    return _("{minutes} min", minutes=max(1, span // MINUTE))
