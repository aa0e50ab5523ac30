"""Reading bodies that anybody may have written: small readers that never raise, and where their finds go.

A field that is not what it should be has a harmless stand-in; a part without what makes it an item is set
aside with its reason. Ids may come as numbers (older Graph versions) and become text.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from channels.base import Batch
from channels.http_answer import NotJson, parse_json
from domain.clock import DAY, Millis
from domain.inbound import Aside, Attachment, BadItem, Echo, Inbound, SendStatus
from domain.text import clean_for_store
from i18n import _

Json = Mapping[str, object]

LONGEST_ID: Final = 512
_FIRST_MILLIS: Final = 100_000_000_000
"""A smaller moment counts seconds: it would lie in 1973."""

_YEAR_2100: Final[Millis] = 4_102_444_800_000

_log = logging.getLogger(__name__)


class Unreadable(Exception):
    """A field without which there is no item; says which, for a person."""


@dataclass(slots=True)
class Reading:
    """What was found in one body."""

    items: list[Inbound] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    statuses: list[SendStatus] = field(default_factory=list)
    bad: list[BadItem] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)

    def take(self, found: Inbound | Echo | SendStatus | Aside | BadItem) -> None:
        """Put one find where it belongs."""
        match found:
            case Inbound():
                self.items.append(found)
            case Echo():
                self.echoes.append(found)
            case SendStatus():
                self.statuses.append(found)
            case Aside():
                self.aside.append(found)
            case BadItem():
                self.bad.append(found)  # fmt: skip

    def part(self, entry: object, work: Callable[[], None]) -> None:
        """Read one part of the body; whatever is wrong with it concerns it alone."""
        try:
            work()
        except Unreadable as trouble:
            self.bad.append(BadItem(str(trouble), raw_of(entry)))
        except Exception:
            _log.exception("a part of a webhook's body broke its reader")
            self.bad.append(BadItem(_("This part cannot be read; the log says why."), raw_of(entry)))

    def batch(self) -> Batch:
        """All of it; a body in which nothing was found says so."""
        if not (self.items or self.echoes or self.statuses or self.bad or self.aside):
            self.aside.append(Aside(_("There is nothing in it.")))
        return Batch(
            items=tuple(self.items),
            echoes=tuple(self.echoes),
            bad=tuple(self.bad),
            aside=tuple(self.aside),
            statuses=tuple(self.statuses),
        )


def read(raw: bytes, work: Callable[[Json, Reading], None]) -> Batch:
    """A body that should be a JSON object, given to a reader of its platform. Never raises."""
    reading = Reading()
    try:
        body = parse_json(raw)
    except NotJson:
        return Batch(bad=(BadItem(_("This is no JSON."), raw),))
    if not isinstance(body, dict):
        return Batch(bad=(BadItem(_("This is JSON, but no object with entries."), raw),))
    reading.part(body, lambda: work(body, reading))
    return reading.batch()


def obj(value: object) -> Json:
    """A JSON object; an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}


def objs(value: object) -> list[Json]:
    """Those entries of a JSON list that are objects."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def word(entry: Json, *names: str) -> str:
    """The first of the fields that holds text, as the database can keep it; empty for none."""
    for name in names:
        value = entry.get(name)
        if isinstance(value, str) and value:
            return clean_for_store(value)
    return ""


def id_of(entry: Json, *names: str) -> str:
    """The first of the fields that holds an id, as text; empty for none."""
    for name in names:
        value = entry.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable():
            return value
    return ""


def needed_id(entry: Json, *names: str) -> str:
    """As `id_of`; raises Unreadable."""
    found = id_of(entry, *names)
    if not found:
        raise Unreadable(_("It has no readable {name}.", name=names[0]))
    return found


def moment_of(entry: Json, *names: str) -> Millis | None:
    """The first field that holds a moment, in seconds or milliseconds since 1970, as a number or as text."""
    for name in names:
        value = entry.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            moment = value * 1000 if value < _FIRST_MILLIS else value
            if DAY < moment < _YEAR_2100:
                return moment
    return None


def picture(kind: str, address: object, *, mime: str = "", alt: str = "") -> Attachment | None:
    """A file that came along, where it has an address of the web's own."""
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        return None
    known = {"image": "image", "photo": "image", "sticker": "image", "video": "video", "audio": "audio"}
    return Attachment(known.get(kind, "file"), clean_for_store(address), mime, alt)  # type: ignore[arg-type]


def raw_of(entry: object) -> bytes:
    """A part as JSON in ASCII, so that not even a lone surrogate is lost or stops anything."""
    return json.dumps(entry, separators=(",", ":"), default=str).encode("ascii", "backslashreplace")


def revision(*seen: object) -> str:
    """Changes when what is read changes."""
    return hashlib.sha256(json.dumps(seen, default=str).encode("ascii", "backslashreplace")).hexdigest()[:16]
