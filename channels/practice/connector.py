"""The practice channel behind the connector protocol: an invented platform with invented people.

Deterministic for a seed, a clock and what was sent. It posts into a `Ledger`, can read back, recognises no
repeats (a second send is a second post, as on most platforms), and can be told to fail.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Final

from channels.base import (
    NO_LIMITS,
    AuthState,
    Batch,
    Capabilities,
    Cursor,
    Draft,
    OutboundAttachment,
    Permanent,
    PlatformTemplate,
    Prepared,
    Rate,
    Retryable,
    SendResult,
    Unknown,
    WindowClosed,
)
from channels.practice.day import Script, make_day
from channels.practice.faults import Faults, RandomWeather, Weather
from channels.practice.ledger import Held, Ledger, Posted, post_id
from channels.practice.place import Place, read_place
from channels.practice.templates import TEMPLATES
from channels.practice.town import ACCOUNT, Town, scripted_inbound
from domain.attachment import MEDIA_LIMITS, fault
from domain.clock import MINUTE, SECOND, Clock, Millis
from domain.inbound import Inbound
from domain.measure import PLATFORM_LIMITS, Measure, measure
from i18n import _

STREAM: Final = "day"


@dataclass(frozen=True, slots=True)
class PracticeOptions:
    """How the practice day runs."""

    seed: int = 1
    speed: float = 10.0
    """Script minutes per real minute: 10 is a mention every twenty seconds by day."""

    catch_up: Millis | None = 30 * MINUTE
    """A desk that was away longer than this continues where it was; None delivers all that was missed."""

    page: int = 20
    """Most mentions in one batch."""

    opened_at: Millis | None = None
    """When the first shift began; None for the moment of the first pull."""

    faults: Faults = field(default_factory=Faults)


class PracticeConnector:
    """One practice channel; satisfies `channels.base.Connector`."""

    def __init__(
        self,
        channel: str,
        clock: Clock,
        ledger: Path,
        options: PracticeOptions | None = None,
        *,
        day: Script | None = None,
        weather: Weather | None = None,
    ) -> None:
        self.channel = channel
        self.media = NO_LIMITS
        self._options = options or PracticeOptions()
        self._weather = weather or RandomWeather(self._options.seed, self._options.faults)
        self.caps = Capabilities(
            reply_public=True,
            reply_private=True,
            idempotent_send=False,
            find_sent=True,
            attachments=MEDIA_LIMITS["practice"].count,
            settle=SECOND + self._options.faults.lag,
            settle_max=MINUTE + self._options.faults.lag,
            simulated=True,
        )
        self._clock = clock
        self._ledger = Ledger(ledger)
        self._day = day or make_day(self._options.seed)
        self._town = Town(channel, self._options.seed, self._options.speed)

    @property
    def streams(self) -> tuple[str, ...]:
        """The one stream of the day."""
        return (STREAM,)

    @property
    def rate(self) -> Rate | None:
        """The practice platform has no limits."""
        return None

    @property
    def notice(self) -> str:
        """Nothing: it runs on our own clock."""
        return ""

    async def pull(self, stream: str, cursor: Cursor | None) -> Batch:  # noqa: ARG002 - there is only one
        """What was written since: first what stood ready, then the day, and the answers to us."""
        self._weather.on_pull()
        now = self._clock.now()
        place = read_place(cursor) if cursor is not None else None
        gap = ""
        if cursor is not None and place is None:
            gap = _("The saved place in the practice day could not be read; the day starts again.")
        if place is None:
            opened_at = self._options.opened_at
            place = Place(anchor=now if opened_at is None else opened_at, speed=self._options.speed)
        self._town.hear(await self._posts())
        return self._page(place, now, gap)

    async def listen(self, stream: str, cursor: Cursor | None) -> AsyncIterator[Batch]:  # noqa: ARG002
        """Nothing: the practice platform does not stream."""
        nothing: tuple[Batch, ...] = ()
        for batch in nothing:
            yield batch

    def measure(self, text: str) -> Measure:
        """Graphemes, as many as a default Mastodon allows."""
        return measure("practice", text)

    async def upload(self, attachment: OutboundAttachment) -> Mapping[str, object]:
        """Hold one more each time, as platforms do."""
        attached = attachment.attached
        if said := fault(attached, MEDIA_LIMITS["practice"]):
            raise Permanent(said, code="picture")
        now = self._clock.now()
        ordinal = len(await asyncio.to_thread(self._ledger.held))
        held = Held(post_id(attached.sha256, now, ordinal), now, attached.sha256, attached.alt)
        try:
            await asyncio.to_thread(self._ledger.append, held)
        except OSError as error:
            raise Retryable(_("The practice platform's file cannot be written: {why}.", why=error)) from error
        await self._hold()
        return {"id": held.media_id}

    async def prepare(self, draft: Draft) -> Prepared:
        """Fix the key and whom it goes to."""
        now = self._clock.now()
        free_until = (draft.parent_ref or {}).get("free_until")
        if draft.template is None and isinstance(free_until, int) and now >= free_until:
            raise WindowClosed(_("The window is closed: only approved templates."))
        payload: dict[str, object] = {
            "thread_key": draft.thread_key,
            "parent_id": draft.parent_id or "",
            "recipient": draft.recipient.remote_id,
            "handle": draft.recipient.handle,
            "name": draft.recipient.name,
            "lang": draft.lang or "",
        }
        if draft.attachments:
            payload["media"] = " ".join(str(each.remote["id"]) for each in draft.attachments)
        if draft.template is not None:
            payload["template"] = f"{draft.template.name}/{draft.template.language}"
        seal = json.dumps([self.channel, now, draft.text, draft.visibility, payload])
        key = sha256(seal.encode("utf-8", "replace")).hexdigest()[:24]
        return Prepared(key, draft.text, draft.visibility, now, payload)

    async def templates(self) -> tuple[PlatformTemplate, ...]:
        """Two of them, in two languages."""
        return TEMPLATES

    async def send(self, prepared: Prepared) -> SendResult:
        """Post it once more each time; fails as `Faults` say."""
        now = self._clock.now()
        if not self.measure(prepared.text).ok:
            limit = PLATFORM_LIMITS["practice"].maximum
            raise Permanent(_("The practice platform takes {limit} characters.", limit=limit), code="length")
        fate = self._weather.on_send(prepared, now)
        post = await self._post(prepared, now)
        await self._hold()
        if fate == "answer_lost":
            raise Unknown(_("The practice platform did not answer (on purpose)."))
        return _result(post)

    async def find_sent(self, prepared: Prepared) -> SendResult | None:
        """The post with this key, once it shows."""
        now = self._clock.now()
        for post in await self._posts():
            if post.key == prepared.key and post.shown_at <= now:
                return _result(post)
        return None

    async def check_auth(self) -> AuthState:
        """There is nobody to ask, and that is said."""
        return AuthState(
            ok=True,
            account=ACCOUNT,
            sentence=_("Practice: invented people, nothing leaves this machine."),
        )

    async def close(self) -> None:
        """Nothing is held open."""

    def _page(self, place: Place, now: Millis, gap: str) -> Batch:
        options = self._options
        moved = place.moved(self._day, now=now, speed=options.speed, catch_up=options.catch_up)
        due = islice(
            merge(self._script_after(moved, now), self._answers_after(moved, now), key=_by_moment),
            options.page + 1,
        )
        found = tuple(due)
        taken = found[: options.page]
        if not taken:
            return Batch(gap=gap)
        after = replace(moved, next=moved.next + sum(1 for item in taken if item.source != "answer"))
        if answers := [item for item in taken if item.source == "answer"]:
            after = replace(after, answered_at=answers[-1].created_at, answered_id=answers[-1].remote_id)
        items = tuple(replace(item, source="mentions") if item.source == "answer" else item for item in taken)
        return Batch(items=items, cursor=after.cursor(), more=len(found) > options.page, gap=gap)

    def _script_after(self, place: Place, now: Millis) -> Iterator[Inbound]:
        position = place.next
        while True:
            number, mention, offset = self._day.at(position)
            moment = place.moment(offset)
            if moment > now:
                return
            yield scripted_inbound(self.channel, number, mention, moment)
            position += 1

    def _answers_after(self, place: Place, now: Millis) -> Iterator[Inbound]:
        seen = (place.answered_at, place.answered_id)
        for item in self._town.answers(now):
            if (item.created_at, item.remote_id) > seen:
                yield item

    async def _hold(self) -> None:
        if self._options.faults.hold:
            await asyncio.sleep(self._options.faults.hold / SECOND)

    async def _posts(self) -> tuple[Posted, ...]:
        try:
            return await asyncio.to_thread(self._ledger.posts)
        except OSError as error:
            raise Retryable(_("The practice platform's file cannot be read: {why}.", why=error)) from error

    async def _post(self, prepared: Prepared, now: Millis) -> Posted:
        ordinal = len(await self._posts())
        fields = {name: str(value) for name, value in prepared.payload.items()}
        post = Posted(
            key=prepared.key,
            remote_id=post_id(prepared.key, now, ordinal),
            at=now,
            shown_at=now + self._options.faults.lag,
            text=prepared.text,
            visibility=prepared.visibility,
            **fields,
        )
        try:
            await asyncio.to_thread(self._ledger.append, post)
        except OSError as error:
            raise Unknown(_("The practice platform's file cannot be written: {why}.", why=error)) from error
        return post


def _by_moment(item: Inbound) -> Millis:
    return item.created_at


def _result(post: Posted) -> SendResult:
    return SendResult(remote_id=post.remote_id, permalink=post.permalink, sent_at=post.at)
