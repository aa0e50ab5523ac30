"""What review platforms share: a reply is a field of its review, written once and changed in place.

So reading back is reading the review, and a second reply takes the place of the first.
"""

from __future__ import annotations

from channels.fields import only_listens
from domain.inbound import Cap
from i18n import _


def reply_name(review_id: str) -> str:
    """The id of the one reply that a review can have."""
    return f"{review_id}#reply"


def answer_cap(*, listen_only: bool) -> Cap:
    """Whether a review can be answered in public."""
    return Cap(ok=False, reason=only_listens()) if listen_only else Cap()


def text_of(*parts: str) -> str:
    """Title and text of a review, or a word for stars alone."""
    found = "\n\n".join(part for part in parts if part.strip())
    return found or _("(only stars)")
