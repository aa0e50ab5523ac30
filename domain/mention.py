"""Naming the person a reply is for, on platforms where only a handle in the text reaches them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


def with_handle(text: str, whom: str, host: str) -> str:
    """The text with the handle that notifies the person, put in front where it is missing.

    A person on our own server may be named with or without it; `@jan` for somebody elsewhere is another jan.
    """
    name, _at, server = whom.lstrip("@").partition("@")
    server = server or host
    ending = rf"@{re.escape(server)}" if server.lower() != host.lower() else rf"(?:@{re.escape(server)})?"
    there = re.compile(rf"(?<![\w/=.@])@{re.escape(name)}{ending}(?![\w@])(?!\.\w)", re.IGNORECASE)
    if not name or there.search(text):
        return text
    return f"@{name} {text}" if server.lower() == host.lower() else f"@{name}@{server} {text}"


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody a text must name."""

    whom: str
    """Their handle; empty where nobody needs to be named."""

    host: str
    """Our own server, on which a bare handle is enough."""

    def put_in(self, text: str) -> str:
        """The text with the handle in it, once."""
        return with_handle(text, self.whom, self.host) if self.whom else text


NOBODY: Final = Named("", "")
