"""JSON Lines: one mention a line, the bridge for every platform that has no connector.

`{"channel","remote_id","thread"?,"author":{"handle","name"?},"text","created_at","visibility"?,
"in_reply_to"?,"rating"?,"permalink"?}`: `created_at` is ISO 8601 with a zone, or epoch milliseconds. Other
keys are passed over, unless they look like a misspelt one of ours: a `visiblity` that nobody reads would
turn a private message into a public one. A line that cannot be read becomes a `BadItem` whose reason names
the line and the key; nothing here raises on input.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from hashlib import sha256
from typing import BinaryIO, Final, TypeVar, cast, get_args
from urllib.parse import urlsplit

from domain.clock import Millis, to_millis
from domain.inbound import BadItem, ContactRef, Inbound, InboundKind, Visibility
from i18n import _

ACCOUNT: Final = "import"
"""`Inbound.account` of imported mentions: the line knows no account."""

MAX_LINE: Final = 1_048_576
"""Bytes; a longer line is refused unread."""

MAX_ID: Final = 1_024
"""Characters in an id, a handle or a name."""

MAX_LINK: Final = 2_048
MAX_RATING: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_10000: Final[Millis] = 253_402_300_800_000
_SECONDS_NOT_MILLIS: Final[Millis] = 100_000_000_000
_KEYS: Final = (
    "channel",
    "remote_id",
    "thread",
    "author",
    "text",
    "created_at",
    "visibility",
    "in_reply_to",
    "rating",
    "permalink",
)
_AUTHOR_KEYS: Final = ("handle", "name")
_T = TypeVar("_T")


class _Refused(Exception):
    """Why one line cannot be taken, as a sentence for a person."""


@dataclass(frozen=True, slots=True)
class _Huge:
    """Stands where a number of more than 19 digits stood, so that its key can be named."""


def parse_line(line: bytes, number: int, *, account: str = ACCOUNT) -> Inbound | BadItem:
    """The mention on one line (counted from 1), or what is wrong with it and under which key."""
    remote_id: str | None = None
    try:
        entry = _decode(line, number)
        fields = _Fields(entry, number)
        remote_id = fields.identity("remote_id")
        _no_misspelt(entry, number, _KEYS)
        return _inbound(fields, line, account)
    except _Refused as refused:
        return BadItem(str(refused), line, remote_id)


def read_lines(stream: BinaryIO, *, account: str = ACCOUNT) -> Iterator[tuple[int, Inbound | BadItem]]:
    """Every line of a file with its number; blank lines are passed over, endless ones cost no memory."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        rest = line
        while len(line) > MAX_LINE and rest and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE + 1)
        if line.strip():
            yield number, parse_line(line.rstrip(b"\r\n"), number, account=account)


def format_inbound(item: Inbound) -> bytes:
    """The mention as one line without its newline; what `parse_line` reads comes back the same."""
    author = {"handle": item.author.handle}
    if item.author.name:
        author["name"] = item.author.name
    entry: dict[str, object] = {
        "channel": item.channel,
        "remote_id": item.remote_id,
        "thread": item.thread_key,
        "author": author,
        "text": item.text,
        "created_at": (_EPOCH + timedelta(milliseconds=item.created_at)).isoformat(timespec="milliseconds"),
        "visibility": item.visibility,
    }
    if item.parent_id is not None:
        entry["in_reply_to"] = item.parent_id
    if item.rating is not None:
        entry["rating"] = item.rating
    if item.permalink is not None and _is_web_link(item.permalink):
        entry["permalink"] = item.permalink
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _decode(line: bytes, number: int) -> dict[str, object]:
    if len(line) > MAX_LINE:
        raise _Refused(_("Line {line} is longer than {limit} bytes.", line=number, limit=MAX_LINE))
    try:
        entry = json.loads(
            line.decode("utf-8-sig"),
            parse_int=_whole_number,
            parse_constant=_no_constant,
            object_pairs_hook=_once(number),
        )
    except UnicodeDecodeError as error:
        raise _Refused(
            _("Line {line} is not UTF-8 text (byte {byte}).", line=number, byte=error.start + 1)
        ) from error
    except RecursionError as error:
        raise _Refused(_("Line {line} is nested too deeply.", line=number)) from error
    except ValueError as error:
        column = getattr(error, "colno", 1)
        raise _Refused(_("Line {line} is not JSON (column {column}).", line=number, column=column)) from error
    if not isinstance(entry, dict):
        raise _Refused(_("Line {line} is not a JSON object with keys.", line=number))
    return entry


def _whole_number(digits: str) -> int | _Huge:
    return int(digits) if len(digits) <= 20 else _Huge()


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _once(number: int) -> Callable[[list[tuple[str, object]]], dict[str, object]]:
    def build(pairs: list[tuple[str, object]]) -> dict[str, object]:
        entry: dict[str, object] = {}
        for key, value in pairs:
            if key in entry:
                raise _Refused(_("Line {line}: “{key}” stands there twice.", line=number, key=_shown(key)))
            entry[key] = value
        return entry

    return build


def _shown(key: str) -> str:
    """A foreign key as it can stand in a sentence."""
    return "".join(character if character.isprintable() else "�" for character in key[:40])


def _no_misspelt(entry: dict[str, object], number: int, known: tuple[str, ...]) -> None:
    for key in entry:
        if key in known:
            continue
        near = get_close_matches(key[:40], known, n=1, cutoff=0.75)
        if near and near[0] not in entry:
            raise _Refused(
                _(
                    "Line {line}: “{key}” is not a key; write “{near}”.",
                    line=number,
                    key=_shown(key),
                    near=near[0],
                )
            )


def _inbound(fields: _Fields, line: bytes, account: str) -> Inbound:
    author = fields.author()
    remote_id = fields.identity("remote_id")
    parent_id = fields.optional("in_reply_to", fields.identity)
    visibility = fields.visibility()
    text = fields.text("text")
    rating = fields.optional("rating", fields.rating)
    default_thread = f"private:{author.handle}" if visibility == "private" else parent_id or remote_id
    seal = json.dumps([text, visibility, rating]).encode()
    return Inbound(
        channel=fields.identity("channel"),
        account=account,
        remote_id=remote_id,
        kind=_kind(visibility, parent_id, rating),
        visibility=visibility,
        thread_key=fields.optional("thread", fields.identity) or default_thread,
        author=author,
        text=text,
        created_at=fields.moment("created_at"),
        revision=sha256(seal).hexdigest()[:16],
        parent_id=parent_id,
        rating=rating,
        permalink=fields.optional("permalink", fields.link),
        source="import",
        raw=line,
    )


def _kind(visibility: Visibility, parent_id: str | None, rating: int | None) -> InboundKind:
    if rating is not None:
        return "review"
    if visibility == "private":
        return "dm"
    return "mention" if parent_id is None else "reply"


def _is_web_link(link: str) -> bool:
    """Whether it is an http(s) address that may be handed to a browser."""
    if len(link) > MAX_LINK or not link.isprintable() or " " in link:
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


class _Fields:
    """Reads the values of one object, naming the line and the key of whatever is wrong."""

    def __init__(self, entry: dict[str, object], number: int, within: str = "") -> None:
        self._entry = entry
        self._number = number
        self._within = within

    def optional(self, key: str, read: Callable[[str], _T]) -> _T | None:
        """The value by its own reader; None where the key is absent or null."""
        return None if self._entry.get(key) is None else read(key)

    def text(self, key: str) -> str:
        """Any text that can be stored; it may be empty."""
        value = self._entry.get(key)
        if value is None:
            raise _Refused(_("Line {line}: “{key}” is missing.", line=self._number, key=self._path(key)))
        if not isinstance(value, str):
            raise _Refused(_("Line {line}: “{key}” must be text.", line=self._number, key=self._path(key)))
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise _Refused(
                _(
                    "Line {line}: “{key}” has half a character (a lone surrogate).",
                    line=self._number,
                    key=self._path(key),
                )
            )
        return value

    def identity(self, key: str) -> str:
        """A name that things are found by: printable, not blank, bounded."""
        value = self.text(key)
        if not value.strip() or not value.isprintable() or len(value) > MAX_ID:
            raise _Refused(
                _(
                    "Line {line}: “{key}” must be 1 to {limit} printable characters.",
                    line=self._number,
                    key=self._path(key),
                    limit=MAX_ID,
                )
            )
        return value

    def author(self) -> ContactRef:
        """Who wrote; the handle stands in for the platform's id, which the line does not have."""
        entry = self._entry.get("author")
        if not isinstance(entry, dict):
            raise _Refused(_("Line {line}: “author” must be an object with a “handle”.", line=self._number))
        fields = _Fields(entry, self._number, "author.")
        handle = fields.identity("handle")
        name = fields.optional("name", fields.text) or ""
        _no_misspelt(entry, self._number, _AUTHOR_KEYS)
        return ContactRef(remote_id=handle, handle=handle, name=name[:MAX_ID])

    def visibility(self) -> Visibility:
        """Who can read it; public where the line does not say."""
        value = self._entry.get("visibility")
        if value is None:
            return "public"
        if isinstance(value, str) and value in get_args(Visibility):
            return cast("Visibility", value)
        allowed = ", ".join(get_args(Visibility))
        raise _Refused(
            _("Line {line}: “visibility” must be one of {allowed}.", line=self._number, allowed=allowed)
        )

    def rating(self, key: str) -> int:
        """Stars or a mark, 0 to 10."""
        value = self._entry[key]
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_RATING:
            return value
        raise _Refused(
            _(
                "Line {line}: “{key}” must be a whole number from 0 to {limit}.",
                line=self._number,
                key=key,
                limit=MAX_RATING,
            )
        )

    def link(self, key: str) -> str:
        """An http(s) address; anything else could run something when it is opened."""
        value = self.text(key)
        if not _is_web_link(value):
            raise _Refused(
                _("Line {line}: “{key}” must be an http or https address.", line=self._number, key=key)
            )
        return value

    def moment(self, key: str) -> Millis:
        """UTC milliseconds between 1970 and 9999, from epoch milliseconds or ISO 8601 with a zone."""
        value = self._entry.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            if 0 <= value < _SECONDS_NOT_MILLIS:
                raise _Refused(
                    _(
                        "Line {line}: “{key}” looks like seconds; milliseconds are needed.",
                        line=self._number,
                        key=key,
                    )
                )
            return self._in_range(value, key)
        if isinstance(value, _Huge):
            return self._in_range(_YEAR_10000, key)
        return self._in_range(self._iso(key), key)

    def _iso(self, key: str) -> Millis:
        try:
            return to_millis(datetime.fromisoformat(self.text(key)))
        except (ValueError, OverflowError) as error:
            raise _Refused(
                _(
                    "Line {line}: “{key}” must be a time with its zone, such as 2026-11-23T09:12:00+01:00.",
                    line=self._number,
                    key=key,
                )
            ) from error

    def _in_range(self, moment: Millis, key: str) -> Millis:
        if 0 <= moment < _YEAR_10000:
            return moment
        raise _Refused(
            _("Line {line}: “{key}” lies outside the years 1970 to 9999.", line=self._number, key=key)
        )

    def _path(self, key: str) -> str:
        return self._within + key
