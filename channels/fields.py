"""Reading what strangers wrote as JSON: every field has a harmless stand-in, or makes its item a `BadItem`.

Ids are opaque text whatever the platform calls them; numbers become text. Nothing here raises anything but
`Unreadable`.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeGuard

from channels.base import Batch
from domain.clock import SECOND, Millis, to_millis
from domain.inbound import Aside, BadItem, ContactRef, Echo, Inbound
from domain.text import clean_for_store
from i18n import _

Json = Mapping[str, object]
Reading = Inbound | Echo | BadItem
"""What one entry of a platform's list turned out to be."""

_SPACES = re.compile(r"\s+")
_LONGEST_ID: Final = 512
_LATEST: Final[Millis] = 32_503_680_000_000
"""The year 3000; a time past it is a mistake of whoever sent it."""

NOTHING: Final[Json] = {}


class Unreadable(Exception):
    """A field without which there is no item; its text is a sentence for a person."""


def is_object(value: object) -> TypeGuard[Json]:
    """A JSON object."""
    return isinstance(value, dict)


def obj(of: object, *names: str) -> Json:
    """The object at the end of the names; an empty one where there is none."""
    for name in names:
        of = of.get(name) if is_object(of) else None
    return of if is_object(of) else NOTHING


def objects(of: object, *names: str) -> Sequence[Json]:
    """Those entries of a list that are objects; nothing where there is no list."""
    for name in names:
        of = of.get(name) if is_object(of) else None
    return [each for each in of if is_object(each)] if isinstance(of, list) else []


def word(of: Json, name: str) -> str:
    """A field's text as the database can hold it; empty where it is none."""
    value = of.get(name)
    return clean_for_store(value) if isinstance(value, str) else ""


def id_of(of: Json, name: str = "id") -> str | None:
    """An id, as text; None where there is none that can be used."""
    value = of.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    usable = isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable()
    return value if isinstance(value, str) and usable else None


def need_id(of: Json, name: str = "id") -> str:
    """As `id_of`; raises Unreadable where there is none."""
    found = id_of(of, name)
    if found is None:
        raise Unreadable(_("The item has no readable id."))
    return found


def need_author(of: Json, name: str) -> str:
    """The author's id; raises Unreadable where there is none."""
    found = id_of(of, name)
    if found is None:
        raise Unreadable(_("The item has no readable author."))
    return found


def need_text(of: Json, name: str) -> str:
    """A text that may be empty; raises Unreadable where there is none."""
    if not isinstance(of.get(name), str):
        raise Unreadable(_("The item has no readable text."))
    return word(of, name)


def iso(of: Json, name: str) -> Millis | None:
    """An ISO 8601 time with its zone; None for anything else."""
    value = of.get(name)
    if not isinstance(value, str):
        return None
    try:
        return bounded(to_millis(datetime.fromisoformat(value)))
    except (ValueError, OverflowError):
        return None


def seconds(of: Json, name: str) -> Millis | None:
    """Seconds since 1970; None for anything else."""
    value = of.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return bounded(round(value * SECOND))


def bounded(moment: Millis) -> Millis | None:
    """The moment, where it lies between 1970 and the year 3000."""
    return moment if 0 <= moment < _LATEST else None


def need_time(moment: Millis | None) -> Millis:
    """The moment; raises Unreadable where there is none."""
    if moment is None:
        raise Unreadable(_("The item has no readable time."))
    return moment


def number(of: Json, name: str) -> int | None:
    """A whole number; None for anything else."""
    value = of.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def web(of: Json, name: str) -> str | None:
    """An address on the web; None for anything else."""
    value = word(of, name)
    return value if value.startswith(("https://", "http://")) else None


def raw(entry: object) -> bytes:
    """The item as JSON in ASCII, so that not even a lone surrogate is lost or stops anything."""
    return json.dumps(entry, separators=(",", ":")).encode("ascii")


def fingerprint(*parts: object) -> str:
    """A revision: changes when one of the parts does."""
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()[:16]


def read(entry: object, reader: Callable[[Json], Inbound | Echo]) -> Reading:
    """The entry as the reader sees it, or set apart with the reason."""
    try:
        if not is_object(entry):
            raise Unreadable(_("The item is not an object."))
        return reader(entry)
    except Unreadable as trouble:
        return BadItem(str(trouble), raw(entry), id_of(entry) if is_object(entry) else None)


def tombstone(channel: str, account: str, remote_id: str, author_id: str, now: Millis) -> Inbound:
    """Says that an item is gone; of its fields only the ids and `deleted` mean something."""
    return Inbound(
        channel=channel,
        account=account,
        remote_id=remote_id,
        kind="post",
        visibility="public",
        thread_key=remote_id,
        author=ContactRef(author_id or "-", ""),
        text="",
        created_at=now,
        revision="deleted",
        deleted=True,
    )


def batch_of(read: Iterable[Reading | Aside]) -> Batch:
    """What was read, sorted by what it is; an item that comes twice counts once."""
    found = list(read)
    return Batch(
        items=tuple({each.remote_id: each for each in found if isinstance(each, Inbound)}.values()),
        echoes=tuple(each for each in found if isinstance(each, Echo)),
        bad=tuple(each for each in found if isinstance(each, BadItem)),
        aside=tuple(each for each in found if isinstance(each, Aside)),
    )


def normalised(text: str) -> str:
    """What stays the same between what we send and what a platform shows."""
    return _SPACES.sub("", unicodedata.normalize("NFC", text))


def in_private() -> str:
    """Why a private message has no public answer."""
    return _("This was written in private; answer it in private.")


def in_public_only() -> str:
    """Why there is no private answer where the platform has none."""
    return _("This platform has no private messages; answer in public.")


def only_listens() -> str:
    """Why a channel that only listens answers nothing."""
    return _("This channel only listens.")


def in_public_not() -> str:
    """Why there is no public answer where everything is private."""
    return _("Everything here is private; answer in private.")


def bodies(raw_body: bytes, *names: str) -> list[object]:
    """The entries of a recorded answer: of its list by one of the names, or itself; nothing for no JSON."""
    from channels.http_answer import NotJson, parse_json  # noqa: PLC0415 - it reads errors, and imports us not

    try:
        said = parse_json(raw_body)
    except NotJson:
        return [raw_body.decode("utf-8", "replace")]
    for name in names:
        if is_object(said) and isinstance(said.get(name), list):
            said = said[name]
    return list(said) if isinstance(said, list) else [said]
