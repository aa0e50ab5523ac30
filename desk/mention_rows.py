"""A mention as the database keeps it: cleaned, judged storable, and as the fields of its rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from desk.learned import Adjusted
from domain.clock import Millis
from domain.inbound import Attachment, Cap, ContactRef, Inbound
from domain.text import clean_for_store, storable
from i18n import _
from sentiment.protocol import Score
from storage.messages import NEW

PREVIEW_LENGTH = 160
"""Characters of a message that a list row may show."""

_FIRST_MOMENT: Millis = 0


def fault(item: Inbound) -> str:
    """Why an item cannot be stored, in words; empty when it can."""
    if not item.remote_id or not item.author.remote_id:
        return _("The item has no id, or its author has none.")
    if item.created_at < _FIRST_MOMENT:
        return _("The item's time lies before 1970.")
    if item.parent_ref is None and not item.author.profile:
        return ""
    try:
        json.dumps([item.parent_ref, dict(item.author.profile)], allow_nan=False)
    except (ValueError, TypeError, RecursionError):
        return _("The item carries a value that no JSON can hold.")
    return ""


def cleaned(item: Inbound, now: Millis) -> Inbound:
    """The item as the database can hold it; nothing was written later than we see it, whatever it claims."""
    if _is_clean(item, now):
        return item
    return replace(
        item,
        text=clean_for_store(item.text),
        author=_author(item.author),
        remote_id=clean_for_store(item.remote_id),
        thread_key=clean_for_store(item.thread_key),
        revision=clean_for_store(item.revision),
        parent_id=_maybe(item.parent_id),
        root_id=_maybe(item.root_id),
        lang=_maybe(item.lang),
        permalink=_maybe(item.permalink),
        account=clean_for_store(item.account),
        source=clean_for_store(item.source),
        created_at=min(item.created_at, now),
        edited_at=None if item.edited_at is None else min(item.edited_at, now),
        attachments=tuple(_attachment(one) for one in item.attachments),
    )


def _is_clean(item: Inbound, now: Millis) -> bool:
    """Whether `cleaned` has nothing to do, as with most; a profile's values may be no text at all."""
    return (
        item.created_at <= now
        and (item.edited_at is None or item.edited_at <= now)
        and all(isinstance(value, str) for value in item.author.profile.values())
        and storable(_texts(item))
    )


def _texts(item: Inbound) -> Iterator[str]:
    """All that `cleaned` would look at, in one go."""
    author = item.author
    yield from (
        item.text, author.remote_id, author.handle, author.name, item.remote_id, item.thread_key,
        item.revision, item.account, item.source, item.parent_id or "", item.root_id or "", item.lang or "",
        item.permalink or "",
    )  # fmt: skip
    for key, value in author.profile.items():
        yield key
        yield value
    for one in item.attachments:
        yield one.url
        yield one.alt


def message_row(item: Inbound, score: Score) -> dict[str, object]:
    """The message's own fields; which message of which conversation it is, the caller knows."""
    return {
        **NEW,
        "direction": "in",
        "channel": item.channel,
        "account": item.account,
        "remote_id": item.remote_id,
        "revision": item.revision,
        "kind": item.kind,
        "parent_id": item.parent_id,
        "parent_ref": None if item.parent_ref is None else json.dumps(dict(item.parent_ref)),
        "text": item.text,
        "visibility": visibility(item),
        "lang": item.lang or score.language,
        "created_at": item.created_at,
        "edited_at": None if item.edited_at == item.created_at else item.edited_at,
        "rating": item.rating,
        "permalink": item.permalink,
        "source": item.source,
        "attachments": _attachments(item) if item.attachments else "[]",
        "caps": _caps(item.can_reply_public, item.can_reply_private),
        "raw_hash": hashlib.sha256(item.raw).hexdigest() if item.raw else None,
        "sentiment": score.sentiment,
        "sentiment_unsure": int(score.unsure),
        "sentiment_value": score.value,
        "engine": f"{score.engine} {score.version}",
    }


def score_rows(score: Score, message_id: int, now: Millis) -> list[dict[str, object]]:
    """What is thought of it; where the desk corrected its engine, what that thought too."""
    base = score.base if isinstance(score, Adjusted) else None
    return [_score_row(one, message_id, now) for one in (base, score) if one is not None]


def _score_row(score: Score, message_id: int, now: Millis) -> dict[str, object]:
    return {
        "message_id": message_id,
        "engine": score.engine,
        "version": score.version,
        "sentiment": score.sentiment,
        "value": score.value,
        "confidence": score.confidence,
        "kind": score.kind,
        "language": score.language,
        "scored_at": now,
    }


def feeling(score: Score) -> float | None:
    """What it counts for in the before/after meter; None where the engine doubts."""
    return None if score.unsure else score.value


def visibility(item: Inbound) -> str:
    """`private` for what only we can read; an unlisted post is public."""
    return "private" if item.visibility == "private" else "public"


def window_until(item: Inbound) -> Millis | None:
    """When the platform stops taking an answer where it was written; None where it never does."""
    cap = item.can_reply_private if item.visibility == "private" else item.can_reply_public
    if not cap.ok:
        return None
    return cap.needed_until or cap.until if cap.needs == "human_agent" else cap.until


def text_hash(text: str) -> str:
    """What an event says of a text instead of the text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def preview(text: str) -> str:
    """One line of a text for a list row."""
    return " ".join(text.split())[:PREVIEW_LENGTH]


def _author(author: ContactRef) -> ContactRef:
    return ContactRef(
        clean_for_store(author.remote_id),
        clean_for_store(author.handle),
        clean_for_store(author.name),
        None,
        {clean_for_store(key): clean_for_store(str(value)) for key, value in author.profile.items()},
    )


def _attachment(one: Attachment) -> Attachment:
    return replace(one, url=clean_for_store(one.url), alt=clean_for_store(one.alt))


def _maybe(text: str | None) -> str | None:
    return None if text is None else clean_for_store(text)


def _attachments(item: Inbound) -> str:
    return json.dumps(
        [{"kind": a.kind, "url": a.url, "mime": a.mime, "alt": a.alt} for a in item.attachments]
    )


@lru_cache(maxsize=64)
def _caps(public: Cap, private: Cap) -> str:
    """Most mentions of a channel can be answered alike."""
    return json.dumps({"public": _cap(public), "private": _cap(private)})


def _cap(cap: Cap) -> Mapping[str, object]:
    return {
        "ok": cap.ok, "reason": cap.reason, "until": cap.until, "needs": cap.needs,
        "needed_until": cap.needed_until,
    }  # fmt: skip
