"""A small Mastodon on loopback that keeps what a connector must know of real ones, faults included.

From docs.joinmastodon.org and what was read off Mastodon's mock, GoToSocial and Takahe: pages come newest
first also for `min_id`; `Link` names the next ones; an edit notifies nobody; a deletion takes its
notification along; text is shown as HTML with shortened links. `flavour` is the manner of a server.
"""

from __future__ import annotations

import asyncio
import html
import inspect
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any, Literal

from domain.clock import MINUTE, Clock, Millis, to_datetime
from tests.channels.fault_server import Call, FaultServer, Reply, json_reply

Json = dict[str, Any]
Flavour = Literal["mastodon", "gotosocial", "takahe"]
_URL = re.compile(r"https?://[^\s<>]+")


@dataclass(slots=True)
class Account:
    """Somebody with an account, here or elsewhere."""

    id: str
    acct: str
    token: str = ""
    name: str = ""

    def json(self) -> Json:
        """As the API gives it."""
        username = self.acct.partition("@")[0]
        return {"id": self.id, "username": username, "acct": self.acct, "display_name": self.name}


@dataclass(slots=True)
class Status:
    """One post."""

    id: str
    author: Account
    text: str
    visibility: str
    created_at: Millis
    parent: Status | None = None
    mentions: tuple[Account, ...] = ()
    media: Sequence[Json] = ()
    edited_at: Millis | None = None
    extra: Json = field(default_factory=dict)

    def thread(self) -> list[Status]:
        """What it answers, oldest first."""
        return [*self.parent.thread(), self.parent] if self.parent else []


class FakeMastodon:
    """Its `server` is an async context manager."""

    def __init__(self, clock: Clock, *, flavour: Flavour = "mastodon", page: int = 40) -> None:
        self.clock = clock
        self.flavour = flavour
        self.page = page
        self.server = FaultServer(self._answer)
        self.accounts: list[Account] = []
        self.statuses: dict[str, Status] = {}
        self.spoilt: dict[str, object] = {}
        """What is given in place of a status."""

        self.expired: set[str] = set()
        self.ahead: Millis = 0
        """How far the server's clock is ahead of ours."""

        self.media: dict[str, Json] = {}
        self.media_limits: dict[str, object] = {}
        self._notifications: list[tuple[str, Account, Status]] = []
        self._keys: dict[tuple[str, str], Status] = {}
        self._changed = asyncio.Condition()
        self._issued = 0

    # What a test arranges

    def account(self, acct: str, token: str = "", name: str = "") -> Account:
        """A new account."""
        made = Account(self._id(), acct, token, name)
        self.accounts.append(made)
        return made

    async def post(
        self,
        author: Account,
        text: str,
        *,
        visibility: str = "public",
        parent: Status | None = None,
        media: Sequence[Json] = (),
        **extra: object,
    ) -> Status:
        """A status; it notifies whom it names."""
        named = tuple(each for each in self.accounts if self._names(text, each) and each is not author)
        status = Status(
            self._id(), author, text, visibility, self.now(), parent, named, tuple(media), extra=dict(extra)
        )
        self.statuses[status.id] = status
        self._notifications += [(self._id(), each, status) for each in named]
        await self._tell()
        return status

    async def edit(self, status: Status, text: str) -> None:
        """Its author changes it; nobody is notified."""
        status.text, status.edited_at = text, self.now()
        await self._tell()

    async def delete(self, status: Status) -> None:
        """Its author takes it away, and its notifications go along."""
        del self.statuses[status.id]
        self._notifications = [each for each in self._notifications if each[2] is not status]
        await self._tell()

    def dismiss(self, status: Status) -> None:
        """Somebody clears the notification; the status stays."""
        self._notifications = [each for each in self._notifications if each[2] is not status]

    def of(self, account: Account) -> list[Status]:
        """What an account posted, oldest first."""
        return [each for each in self.statuses.values() if each.author is account]

    def now(self) -> Millis:
        """The server's own time."""
        return self.clock.now() + self.ahead

    # The API

    async def _answer(self, call: Call) -> Reply:
        me = self._who(call)
        if me is None:
            return self._unauthorised()
        for method, pattern, answer in _ROUTES:
            match = re.fullmatch(pattern, call.path)
            if match and call.method == method:
                said = answer(self, call, me, *match.groups())
                reply = await said if inspect.isawaitable(said) else said
                break
        else:
            reply = json_reply({"error": "Record not found"}, 404)
        if call.path.startswith("/api/v1/streaming"):
            return Reply(200, b"", {"content-type": "text/event-stream"}, lines=self._events())
        return Reply(reply.status, reply.body, {**self._usual_headers(), **reply.headers})

    def _usual_headers(self) -> Mapping[str, str]:
        used, renewal = len(self.server.calls), to_datetime(self.now() + 5 * MINUTE)
        return {
            "date": format_datetime(to_datetime(self.now()), usegmt=True),
            "x-ratelimit-limit": "300",
            "x-ratelimit-remaining": str(max(0, 300 - used)),
            "x-ratelimit-reset": renewal.isoformat().replace("+00:00", "Z"),
        }

    def _who(self, call: Call) -> Account | None:
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        found = [each for each in self.accounts if each.token and each.token == token]
        return found[0] if found and token not in self.expired else None

    def _unauthorised(self) -> Reply:
        if self.flavour == "takahe":
            return json_reply("Invalid identity token", 400)
        return json_reply({"error": "The access token is invalid"}, 401)

    def _verify(self, _call: Call, me: Account) -> Reply:
        return json_reply(me.json())

    def _instance(self, _call: Call, _me: Account) -> Reply:
        if self.flavour == "takahe":
            return json_reply({"error": "Not found"}, 404)
        statuses = {
            "max_characters": 500,
            "characters_reserved_per_url": 23,
            "max_media_attachments": 4,
        }
        configuration = {
            "statuses": statuses,
            "media_attachments": self.media_limits,
            "urls": {"streaming": "ws://127.0.0.1:1"},
        }
        versions = {"mastodon": 7} if self.flavour == "mastodon" else {}
        return json_reply(
            {"domain": "social.example", "configuration": configuration, "api_versions": versions}
        )

    def _list_notifications(self, call: Call, me: Account) -> Reply:
        wanted = set(call.query.get("types[]", []))
        found = [
            (name, {"id": name, "type": "mention", "status": self.json(status, me)})
            for name, whom, status in self._notifications
            if whom is me and "mention" in wanted
        ]
        return self._paged(call, found)

    def _conversations(self, call: Call, me: Account) -> Reply:
        if self.flavour == "takahe":
            return json_reply({"error": "Not found"}, 404)
        latest: dict[str, Status] = {}
        for status in self.statuses.values():
            if status.visibility == "direct" and me in (status.author, *status.mentions):
                latest[(*status.thread(), status)[0].id] = status
        found = [
            (each.id, {"id": f"c{root}", "last_status": self.json(each, me)}) for root, each in latest.items()
        ]
        return self._paged(call, sorted(found, key=lambda each: each[0]))

    def _own(self, call: Call, me: Account, account_id: str) -> Reply:
        found = [
            (each.id, self.json(each, me))
            for each in self.statuses.values()
            if each.author.id == account_id and (each.visibility != "direct" or each.author is me)
        ]
        return self._paged(call, found)

    def _tag(self, call: Call, me: Account, tag: str) -> Reply:
        found = [
            (each.id, self.json(each, me))
            for each in self.statuses.values()
            if f"#{tag}".lower() in each.text.lower() and each.visibility == "public"
        ]
        if not found and self.flavour == "gotosocial":
            return json_reply({"error": "Not Found"}, 404)
        return self._paged(call, found)

    def _search(self, call: Call, me: Account) -> Reply:
        words = call.one("q").lower()
        found = [self.json(each, me) for each in self.statuses.values() if words in each.text.lower()]
        return json_reply({"accounts": [], "hashtags": [], "statuses": found[::-1][: int(call.one("limit"))]})

    def _show(self, _call: Call, me: Account, status_id: str) -> Reply:
        status = self.statuses.get(status_id)
        if status is None:
            return json_reply({"error": "Record not found"}, 404)
        return json_reply(self.json(status, me))

    def _context(self, _call: Call, me: Account, status_id: str) -> Reply:
        status = self.statuses.get(status_id)
        if status is None:
            return json_reply({"error": "Record not found"}, 404)
        above = [self.json(each, me) for each in status.thread() if each.id in self.statuses]
        below = [self.json(each, me) for each in self.statuses.values() if status in each.thread()]
        return json_reply({"ancestors": above, "descendants": below})

    def _source(self, _call: Call, _me: Account, status_id: str) -> Reply:
        return json_reply({"id": status_id, "text": self.statuses[status_id].text, "spoiler_text": ""})

    async def _create(self, call: Call, me: Account) -> Reply:
        asked = call.json()
        key = (me.id, call.headers.get("idempotency-key", ""))
        if key in self._keys and self.flavour == "mastodon":
            return json_reply(self.json(self._keys[key], me))
        if len(asked["status"]) > 500:
            return json_reply({"error": "Text is too long"}, 422 if self.flavour == "mastodon" else 400)
        parent = self.statuses.get(asked["in_reply_to_id"]) if "in_reply_to_id" in asked else None
        if "in_reply_to_id" in asked and parent is None:
            return json_reply({"error": "Record not found"}, 404)
        media = [self.media[each] for each in asked.get("media_ids", [])]
        status = await self.post(
            me, asked["status"], visibility=asked["visibility"], parent=parent, media=media,
            language=asked.get("language"),
        )  # fmt: skip
        self._keys[key] = status
        return json_reply(self.json(status, me))

    def _upload(self, call: Call, _me: Account) -> Reply:
        described = re.search(
            rb'name="description"[^\r]*(?:\r\n[^\r]+)*\r\n\r\n(.*?)\r\n--', call.body, re.DOTALL
        )
        name = self._id()
        alt = described.group(1).decode() if described else ""
        slow = self.flavour == "mastodon" and b"Content-Type: image/gif" in call.body
        url = None if slow else f"https://media.example/{name}.png"
        self.media[name] = {"id": name, "type": "image", "url": url, "description": alt}
        return json_reply(self.media[name], 202 if slow else 200)

    def _media(self, _call: Call, _me: Account, media_id: str) -> Reply:
        """Worked out at the second asking."""
        entry = self.media[media_id]
        if "asked" not in entry or "slow" in entry:
            entry["asked"] = True
            return json_reply(entry, 206)
        entry["url"] = f"https://media.example/{media_id}.png"
        return json_reply(entry)

    def _stream(self, _call: Call, _me: Account) -> Reply:
        return Reply()

    async def _events(self) -> AsyncIterator[bytes]:
        yield b":)\n"
        while True:
            async with self._changed:
                await self._changed.wait()
            yield b"event: notification\ndata: {}\n\n"

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _paged(self, call: Call, found: Sequence[tuple[str, object]]) -> Reply:
        """Newest first; `min_id` gives the page right above, `max_id` the one right below."""
        limit = min(int(call.one("limit", "20")), self.page)
        above, below = call.one("min_id"), call.one("max_id")
        chosen = [each for each in found if (not above or each[0] > above) and (not below or each[0] < below)]
        page = (chosen[:limit] if above else chosen[-limit:])[::-1]
        if not page:
            return json_reply([])
        address = f"{self.server.url}{call.path}"
        link = f'<{address}?max_id={page[-1][0]}>; rel="next", <{address}?min_id={page[0][0]}>; rel="prev"'
        return json_reply([each for _name, each in page], link=link)

    def json(self, status: Status, me: Account) -> object:
        """A status as the API gives it."""
        if status.id in self.spoilt:
            return self.spoilt[status.id]
        author = {**status.author.json(), "avatar": "https://media.example/a.png", "note": "<p>Hoi</p>"}
        return {
            "id": status.id,
            "created_at": _iso(status.created_at),
            "edited_at": _iso(status.edited_at) if status.edited_at is not None else None,
            "in_reply_to_id": status.parent.id if status.parent else None,
            "in_reply_to_account_id": status.parent.author.id if status.parent else None,
            "visibility": status.visibility,
            "language": "nl",
            "url": f"https://social.example/@{status.author.acct}/{status.id}",
            "content": render(status.text),
            "spoiler_text": "",
            "reblog": None,
            "account": author,
            "media_attachments": list(status.media),
            "mentions": [{"id": each.id, "acct": each.acct} for each in status.mentions],
            **status.extra,
        }

    def _names(self, text: str, account: Account) -> bool:
        handle = account.acct if "@" in account.acct else rf"{account.acct}(?:@social\.example)?"
        return re.search(rf"(?<!\w)@{handle}(?![\w@])", text) is not None

    def _id(self) -> str:
        """Snowflakes on Mastodon and Takahe, ULIDs on GoToSocial: text, in order of age."""
        self._issued += 1
        if self.flavour == "gotosocial":
            return f"01JD{self._issued:022X}"
        return str(112_000_000_000_000_000 + self._issued)


def render(text: str) -> str:
    """Text as Mastodon shows it: paragraphs, mentions as cards, long links shortened for the eye."""

    def link(found: re.Match[str]) -> str:
        whole = found.group()
        scheme, _slashes, rest = whole.partition("://")
        shown = f'<span class="ellipsis">{rest[:30]}</span>' if len(rest) > 30 else f"<span>{rest}</span>"
        hidden = f'<span class="invisible">{rest[30:]}</span>'
        return (
            f'<a href="{whole}" rel="nofollow"><span class="invisible">{scheme}://</span>{shown}{hidden}</a>'
        )

    def card(found: re.Match[str]) -> str:
        name = found.group(1)
        link_ = f'<a href="https://x.example/@{name}" class="u-url mention">@<span>{name}</span></a>'
        return f'<span class="h-card">{link_}</span>'

    escaped = _URL.sub(link, html.escape(text, quote=True))
    if "<a " not in escaped:
        escaped = re.sub(r"(?<!\w)@(\w+)(?:@[\w.-]+\w)?", card, escaped)
    paragraphs = re.split(r"\n{2,}", escaped)
    return "".join(f"<p>{each}</p>" for each in paragraphs).replace("\n", "<br />")


def _iso(moment: Millis) -> str:
    return to_datetime(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_Answer = Callable[..., Any]
_ROUTES: Sequence[tuple[str, str, _Answer]] = (
    ("GET", "/api/v1/accounts/verify_credentials", FakeMastodon._verify),
    ("GET", "/api/v2/instance", FakeMastodon._instance),
    ("GET", "/api/v1/notifications", FakeMastodon._list_notifications),
    ("GET", "/api/v1/conversations", FakeMastodon._conversations),
    ("GET", "/api/v1/accounts/([^/]+)/statuses", FakeMastodon._own),
    ("GET", "/api/v1/timelines/tag/([^/]+)", FakeMastodon._tag),
    ("GET", "/api/v2/search", FakeMastodon._search),
    ("POST", "/api/v1/statuses", FakeMastodon._create),
    ("GET", "/api/v1/statuses/([^/]+)", FakeMastodon._show),
    ("GET", "/api/v1/statuses/([^/]+)/context", FakeMastodon._context),
    ("GET", "/api/v1/statuses/([^/]+)/source", FakeMastodon._source),
    ("POST", "/api/v2/media", FakeMastodon._upload),
    ("GET", "/api/v1/media/([^/]+)", FakeMastodon._media),
    ("GET", "/api/v1/streaming/.*", FakeMastodon._stream),
)
