"""Pictures, GIFs and films for X: begun, appended piece by piece, finished, and described.

Each has an id of X's, which lives for a day and which nobody sees before a post or message names it. X works
films and GIFs once they are finished; until it is done no post takes them (docs.x.com, August 2026).
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Final, Literal, Protocol

from channels.base import Malformed, OutboundAttachment, Permanent, Retryable, Uploaded
from channels.fields import Json, id_of, is_object, word
from channels.http import Bounds, Files
from channels.http_answer import Answer
from domain.attachment import MEDIA_LIMITS, Attached, MediaLimits, fault, together
from domain.clock import MINUTE, SECOND, Millis
from i18n import _

PIECE: Final = 4_000_000
"""Bytes of one piece; X takes 5 MB."""

_UPLOAD: Final = Bounds(total=2 * MINUTE)
_LONGEST_WAIT: Final[Millis] = MINUTE


class Ask(Protocol):
    """One signed call; `PolledChannel._ask`."""

    def __call__(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: object = None,
        files: Files | None = None,
        bounds: Bounds | None = None,
    ) -> Awaitable[Answer]:
        """Raises the errors of `channels.base`."""
        ...


def limits_for(visibility: Literal["public", "private"]) -> MediaLimits:
    """A message takes less than a post."""
    return MEDIA_LIMITS["x_dm" if visibility == "private" else "x"]


async def upload(ask: Ask, attachment: OutboundAttachment) -> Mapping[str, object]:
    """Hand it over with its description. Raises Permanent for what X does not take."""
    attached, limits = attachment.attached, limits_for(attachment.visibility)
    if said := fault(attached, limits):
        raise Permanent(said, code="PictureRefused")
    asked = {
        "media_category": category(attached, attachment.visibility),
        "media_type": attached.facts.mime,
        "total_bytes": len(attachment.content),
    }
    begun = _data(await ask("POST", "2/media/upload/initialize", json=asked))
    media_id = id_of(begun)
    if media_id is None:
        raise Malformed(_("X did not take the picture {name}.", name=attached.name))
    for number, start in enumerate(range(0, len(attachment.content), PIECE)):
        form: Files = {
            "segment_index": (None, str(number).encode(), ""),
            "media": ("piece", attachment.content[start : start + PIECE], "application/octet-stream"),
        }
        await ask("POST", f"2/media/upload/{media_id}/append", files=form, bounds=_UPLOAD)
    finished = _data(await ask("POST", f"2/media/upload/{media_id}/finalize"))
    if attached.alt and not attached.is_film:
        described = {"id": media_id, "metadata": {"alt_text": {"text": attached.alt}}}
        await ask("POST", "2/media/metadata", json=described)
    return {"id": media_id, "ready": _wait(finished, attached) is None}


async def ids(
    ask: Ask, along: Sequence[Uploaded], visibility: Literal["public", "private"]
) -> tuple[str, ...]:
    """What a post or message names. Raises Retryable while X still works one, Permanent where it cannot."""
    attached = [one.attached for one in along]
    if said := together(attached, limits_for(visibility)):
        raise Permanent(said[0], code="TooManyPictures")
    for one in along:
        if one.remote.get("ready") is True:
            continue
        query = {"media_id": str(one.remote["id"]), "command": "STATUS"}
        wait = _wait(_data(await ask("GET", "2/media/upload", query=query)), one.attached)
        if wait is not None:
            raise Retryable(
                _("X is still working on {name}; it goes on by itself.", name=one.attached.name), after=wait
            )
    return tuple(str(one.remote["id"]) for one in along)


def category(attached: Attached, visibility: Literal["public", "private"]) -> str:
    """What X calls it, by what will name it."""
    kind = "video" if attached.is_film else "gif" if attached.is_gif else "image"
    return f"{'dm' if visibility == 'private' else 'tweet'}_{kind}"


def _wait(data: Json, attached: Attached) -> Millis | None:
    """How long X still works it; None where it is done. Raises Permanent where it gave up."""
    info = data.get("processing_info")
    state = word(info, "state") if is_object(info) else "succeeded"
    if state == "failed":
        raise Permanent(_("X cannot use {name}; take another file.", name=attached.name), code="Processing")
    if state == "succeeded" or not is_object(info):
        return None
    seconds = info.get("check_after_secs")
    known = seconds if isinstance(seconds, int) and not isinstance(seconds, bool) else 1
    return min(max(known, 1) * SECOND, _LONGEST_WAIT)


def _data(answer: Answer) -> Json:
    said = answer.json()
    data = said.get("data") if is_object(said) else None
    if not is_object(data):
        raise Malformed(_("X answered with something that cannot be read; it is tried again."))
    return data
