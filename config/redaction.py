"""Keeps secrets out of logs: by the actual values that were loaded, and by the shapes tokens come in."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from traceback import extract_tb
from types import TracebackType
from urllib.parse import quote

from config.secrets import Secret

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_SHAPES = (
    re.compile(r"(?i)\b((?:access_|refresh_|id_)?token|api_key|client_secret|password|code)=[^\s&\"']+"),
    re.compile(
        r"(?i)\b((?:authorization|cookie|set-cookie|x-api-key)"
        r"[\"']?\s*[:=]\s*[\"']?(?:bearer |basic )?)[^\s\"',}]+"
    ),
)


def redact(text: str, secrets: Iterable[Secret]) -> str:
    """The text with every secret value, plain or in URL form, replaced by `***name`."""
    for secret in secrets:
        value = secret.reveal()
        for form in sorted({value, quote(value, safe=""), quote(value)}, key=len, reverse=True):
            text = text.replace(form, f"***{secret.name}")
    for shape in _SHAPES:
        text = shape.sub(_hide, text)
    return text


def _hide(match: re.Match[str]) -> str:
    separator = "" if match[1][-1:] in " =:\"'" else "="
    return f"{match[1]}{separator}***"


class RedactingFormatter(logging.Formatter):
    """A formatter that cleans the whole line, exception text included."""

    def __init__(self, secrets: Callable[[], Iterable[Secret]], line: str | None = None) -> None:
        super().__init__(line or "%(asctime)s %(levelname)s %(name)s %(message)s")
        self._secrets = secrets

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - logging's own name
        """Type and places; an exception's own words may quote a customer."""
        kind, _error, trace = ei
        name = "" if kind is None else f"{kind.__module__}.{kind.__qualname__}"
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in extract_tb(trace)]
        return "\n".join([name, *places])

    def format(self, record: logging.LogRecord) -> str:
        """The record as one text without secrets."""
        return redact(super().format(record), self._secrets())


def quiet_libraries() -> None:
    """Below WARNING the HTTP library logs whole addresses, query string and all."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
