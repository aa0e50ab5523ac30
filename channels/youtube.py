"""YouTube comments by the Data API v3: what is written under our videos in, answers out.

Threads come newest first. An answer to an old thread does not move it up, so every quarter of an hour the
walk goes some pages further and asks for the answers of threads whose count has changed. Each call costs
units of a daily quota; listening stops in time for what answers cost. Source: developers.google.com/youtube.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Final

import httpx

from channels.access import Access
from channels.base import (
    Batch,
    Capabilities,
    Cursor,
    Draft,
    Malformed,
    Permanent,
    Prepared,
    RateLimited,
    SendResult,
    Unknown,
)
from channels.fields import (
    Json,
    Reading,
    id_of,
    in_public_only,
    is_object,
    iso,
    normalised,
    obj,
    objects,
    tombstone,
    word,
)
from channels.google import refusal_of, until_midnight
from channels.polled import BEFORE, PolledChannel
from channels.walk_back import Mark, Page, Place, read_place, walk_back, with_deletions
from channels.youtube_parse import Ours, answers_of, read_answer, read_thread
from domain.clock import HOUR, MINUTE, Clock, Millis
from domain.inbound import Inbound
from i18n import _

COMMENTS: Final = "comments"
API: Final = "https://www.googleapis.com"
PAGE: Final = 100
RESCAN: Final[Millis] = 15 * MINUTE
RESCAN_PAGES: Final = 5
MAX_COUNTS: Final = 600

QUOTA: Final = 10_000
"""Units a day."""

WRITE: Final = 50
"""Units that an answer costs; a list costs one."""

FOR_ANSWERS: Final = 20 * WRITE
"""Kept for answers: listening stops before it."""


class YouTubeConnector(PolledChannel):
    """One channel of YouTube."""

    platform: ClassVar[str] = "youtube"

    def __init__(
        self,
        channel: str,
        access: Access,
        *,
        clock: Clock,
        listen_only: bool = False,
        page: int = PAGE,
        base_url: str = API,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        caps = Capabilities(
            reply_public=not listen_only,
            reply_private=False,
            idempotent_send=False,
            find_sent=True,
        )
        super().__init__(
            channel, base_url, access, clock=clock, caps=caps, listen_only=listen_only,
            refusal=refusal_of(clock), transport=transport,
        )  # fmt: skip
        self._page_size = page
        self._ours: Ours | None = None
        self._units = 0
        self._units_until: Millis = 0

    @property
    def streams(self) -> tuple[str, ...]:
        """All comments in one."""
        return (COMMENTS,)

    @property
    def notice(self) -> str:
        """What is wrong with the clocks, and when the quota comes to its end."""
        used = ""
        if self._units >= QUOTA * 8 // 10 and self._clock.now() < self._units_until:
            used = _("YouTube: {used} of {limit} units used today.", used=self._units, limit=QUOTA)
        return " ".join(filter(None, (self._client.skew_sentence, used)))

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:
        """All that is new, and what was changed or taken away among the newest."""
        if stream != COMMENTS:
            raise self._no_stream(stream)
        ours, place, now = await self._us(), read_place(cursor), self._clock.now()
        before = _counts(place)
        counts = dict(before)
        scanned = place.extra.get("scanned")
        rescan = not isinstance(scanned, int) or now - scanned >= RESCAN
        walked = await walk_back(
            lambda token: self._page(token, ours, counts),
            place,
            now,
            least_pages=RESCAN_PAGES if rescan else 1,
        )
        kept_counts = dict(list(counts.items())[-MAX_COUNTS:])
        extra = {"counts": kept_counts, "scanned": now if rescan else scanned}
        kept = replace(walked, place=replace(walked.place, extra=extra))
        batch = await with_deletions(
            kept,
            lambda name, mark: self._gone(name, mark, ours),
            worth=lambda name: _may_be_gone(name, before, counts),
        )
        return replace(batch, echoes=tuple(each for each in batch.echoes if each.parent_id is not None))

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix the text and the thread; answers hang under its first comment."""
        if draft.visibility == "private":
            raise Permanent(in_public_only(), code="NoPrivate")
        top = (draft.parent_ref or {}).get("top", draft.parent_id)
        if not isinstance(top, str):
            raise Permanent(_("It cannot be told which comment is answered."), code="NoParent")
        return self._fixed(draft, draft.text, {"top": top})

    async def send(self, prepared: Prepared) -> SendResult:
        """Write it, once."""
        self._refuse_when_listening()
        body = {"snippet": {"parentId": prepared.payload["top"], "textOriginal": prepared.text}}
        said = await self._act("POST", "youtube/v3/comments?part=snippet", body)
        self._spend(WRITE)
        remote_id = id_of(said)
        if remote_id is None:
            raise Unknown(_("{host} did not say what became of the reply.", host=self._client.host))
        return _sent(said, remote_id, prepared)

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """Among our own answers in the thread."""
        ours, floor = await self._us(), prepared.prepared_at + self._client.skew - BEFORE
        for answer in await self._answers(str(prepared.payload["top"])):
            snippet = obj(answer, "snippet")
            mine = id_of(obj(snippet, "authorChannelId"), "value") == ours.channel_id
            words = word(snippet, "textOriginal") or word(snippet, "textDisplay")
            young = (iso(snippet, "publishedAt") or 0) >= floor
            if mine and young and normalised(words) == normalised(prepared.text):
                return _sent(answer, id_of(answer) or "", prepared)
        return None

    async def _who(self) -> str:
        self._ours = None
        return (await self._us()).title

    async def _us(self) -> Ours:
        if self._ours is None:
            said = await self._list("channels", {"part": "snippet", "mine": "true"})
            mine = next(iter(objects(said, "items")), {})
            channel_id = id_of(mine)
            if channel_id is None:
                raise Malformed(
                    _("{host} did not say who we are; it is asked again.", host=self._client.host)
                )
            title = word(obj(mine, "snippet"), "title") or channel_id
            self._ours = Ours(self.channel, channel_id, title, self._listen_only)
        return self._ours

    async def _page(self, token: str | None, ours: Ours, counts: dict[str, int]) -> Page:
        query = {
            "part": "snippet,replies",
            "allThreadsRelatedToChannelId": ours.channel_id,
            "order": "time",
            "textFormat": "plainText",
            "maxResults": str(self._page_size),
            **({"pageToken": token} if token else {}),
        }
        said = await self._list("commentThreads", query)
        listed = said.get("items")
        if not isinstance(listed, list):
            raise Malformed(_("{host} did not give a list; it is asked again.", host=self._client.host))
        read: list[Reading] = []
        for thread in listed:
            read += list(read_thread(thread, ours))
            if is_object(thread):
                read += await self._more(thread, ours, counts)
        return Page(read, word(said, "nextPageToken") or None)

    async def _more(self, thread: Json, ours: Ours, counts: dict[str, int]) -> list[Reading]:
        """The answers that did not come along, where there are other than at the last look."""
        top, total = id_of(thread), answers_of(thread)
        if top is None:
            return []
        changed, shown = counts.get(top) != total, len(objects(thread, "replies", "comments"))
        counts.pop(top, None)
        counts[top] = total
        if not changed or total <= shown:
            return []
        return [read_answer(each, ours, thread, top) for each in await self._answers(top)]

    async def _answers(self, top: str) -> list[Json]:
        found: list[Json] = []
        token = ""
        for _number in range(10):
            query = {
                "part": "snippet", "parentId": top, "textFormat": "plainText", "maxResults": "100",
                **({"pageToken": token} if token else {}),
            }  # fmt: skip
            said = await self._list("comments", query)
            found += objects(said, "items")
            token = word(said, "nextPageToken")
            if not token:
                break
        return found

    async def _gone(self, name: str, mark: Mark, ours: Ours) -> Inbound | None:
        said = await self._list("comments", {"part": "id", "id": name})
        if objects(said, "items"):
            return None
        return tombstone(self.channel, ours.title, name, mark[2], self._clock.now())

    async def _list(self, path: str, query: dict[str, str]) -> Json:
        if self._units_today() + 1 > QUOTA - FOR_ANSWERS:
            after = min(until_midnight(self._clock.now()), HOUR)
            raise RateLimited(
                _("YouTube's quota of today is used up but for answers; listening goes on tomorrow."),
                after=after,
            )
        said = await self._get(f"youtube/v3/{path}", query)
        self._spend(1)
        return said

    def _units_today(self) -> int:
        now = self._clock.now()
        if now >= self._units_until:
            self._units, self._units_until = 0, now + until_midnight(now)
        return self._units

    def _spend(self, units: int) -> None:
        self._units = self._units_today() + units


def _may_be_gone(name: str, before: dict[str, int], after: dict[str, int]) -> bool:
    """Answers that did not come along are missing all the time; only fewer of them say something."""
    top, dot, _rest = name.partition(".")
    return not dot or top not in after or after[top] < before.get(top, 0)


def _sent(comment: Json, remote_id: str, prepared: Prepared) -> SendResult:
    snippet = obj(comment, "snippet")
    video = word(snippet, "videoId")
    link = f"https://www.youtube.com/watch?v={video}&lc={remote_id}" if video else None
    return SendResult(remote_id, link, iso(snippet, "publishedAt"), {"top": prepared.payload["top"]})


def _counts(place: Place) -> dict[str, int]:
    kept = place.extra.get("counts")
    if not isinstance(kept, dict):
        return {}
    return {str(name): count for name, count in kept.items() if isinstance(count, int)}
