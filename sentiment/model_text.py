"""A text as most models of short messages were trained on it: names and links are one word each."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 2_000
"""Characters that a model is shown; it reads its first 128 pieces of words anyway."""

PIECES: Final = 128
"""As pysentimiento has it."""

USER: Final = "@user"
LINK: Final = "http"

_HANDLE: Final = re.compile(r"@\w{1,64}(?:[.-]\w{1,64}){0,5}")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_REPEATED: Final = re.compile(r"(.)\1{3,}", re.DOTALL)


def plain(text: str) -> str:
    """`Waar blijft het @user? http`: nothing else is changed, so it does no language harm."""
    text = _LINK.sub(LINK, text[:LONGEST])
    text = _HANDLE.sub(USER, text)
    return _REPEATED.sub(r"\1\1\1", text).strip()
