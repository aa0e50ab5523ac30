"""What is known of a template, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n import _
from tui import format as fmt

if TYPE_CHECKING:
    from desk.template_views import TemplateChoice
    from domain.clock import Millis
    from tui.look import Look


def figures(choice: TemplateChoice, now: Millis, look: Look) -> str:
    """Uses, the last one, what it earned, and its language."""
    words: list[str] = []
    if choice.earned is not None and choice.earned_of:
        words.append(_("mood {change} after ({n})", change=f"{choice.earned:+.1f}", n=choice.earned_of))
    if choice.uses:
        words.append(_("{n}×", n=choice.uses))
    if choice.last_used is not None:
        words.append(fmt.day(choice.last_used, now, look.zone))
    words.append(choice.language)
    return f" {look.signs.dot} ".join(words)
