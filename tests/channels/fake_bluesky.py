"""A small Bluesky on loopback that keeps the platform's awkward facts, for tests that need faults.

The facts were read off the real servers (see tests/servers/test_bluesky_server.py): a bad token is 400
`InvalidToken`, an expired one 400 `ExpiredToken`; createRecord on an existing key is 500; putRecord with the
same record is a repeat, with another one 400 `InvalidSwap`; lists come newest first with a cursor even on
the last page; 429 carries `ratelimit-reset` and no `retry-after`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate
from typing import TypeVar

from channels.tid import TidMaker
from domain.clock import MINUTE, Clock, Millis, to_datetime, to_millis
from domain.graphemes import count
from tests.channels.fake_wire import Call, Json, Refusal, Wire

T = TypeVar("T")
POST = "app.bsky.feed.post"
MAX_BYTES = 3_000
MAX_GRAPHEMES = 300
MAX_BLOB = 2_000_000


@dataclass(slots=True)
class Account:
    """Somebody with a repository here."""

    did: str
    handle: str
    password: str
    name: str = ""


@dataclass(slots=True)
class Record:
    """One record of a repository as the AppView knows it."""

    uri: str
    cid: str
    did: str
    value: Json
    indexed_at: Millis

    @property
    def rkey(self) -> str:
        """The last part of its address."""
        return self.uri.rpartition("/")[2]

    @property
    def sort_at(self) -> Millis:
        """The AppView's order: the author's own time, or its first sight where that is earlier."""
        with suppress(ValueError, KeyError, TypeError):
            return min(self.indexed_at, to_millis(datetime.fromisoformat(self.value["createdAt"])))
        return self.indexed_at


class FakeBluesky(Wire):
    """Use as an async context manager; `url` is where it listens."""

    def __init__(self, clock: Clock, *, page_size: int = 100) -> None:
        super().__init__()
        self.clock = clock
        self.page_size = page_size
        self.accounts: dict[str, Account] = {}
        self.records: dict[str, Record] = {}
        self.blobs: dict[str, tuple[str, int]] = {}
        self.ahead: Millis = 0
        """How far this server's clock is ahead."""

        self.injected: dict[str, Json] = {}
        """Views that replace a record's own, by uri: what a broken AppView would answer."""

        self._access: dict[str, str] = {}
        self._refresh: dict[str, str] = {}
        self._expired: set[str] = set()
        self._issued = 0
        self._tids = TidMaker(clock, 7)

    # What a test arranges

    def account(self, handle: str, password: str = "app-password", name: str = "") -> Account:
        """A new account."""
        digest = hashlib.sha256(handle.encode()).digest()
        did = "did:plc:" + base64.b32encode(digest).decode().lower()[:24]
        self.accounts[did] = Account(did, handle, password, name)
        return self.accounts[did]

    def post(
        self,
        author: Account,
        text: str,
        *,
        reply_to: Record | None = None,
        quote: Record | None = None,
        created_at: str | None = None,
        **extra: object,
    ) -> Record:
        """A post as an app would write it: mentions of known handles become facets."""
        now = to_datetime(self.clock.now()).isoformat()
        value: Json = {"$type": POST, "text": text, "createdAt": created_at or now, "langs": ["nl"]}
        if facets := self._mentions(text):
            value["facets"] = facets
        if reply_to is not None:
            parent = {"uri": reply_to.uri, "cid": reply_to.cid}
            value["reply"] = {"root": reply_to.value.get("reply", {}).get("root", parent), "parent": parent}
        if quote is not None:
            value["embed"] = {
                "$type": "app.bsky.embed.record",
                "record": {"uri": quote.uri, "cid": quote.cid},
            }
        value.update(extra)
        return self._store(author.did, self._tids.next(), value)

    def delete(self, record: Record) -> None:
        """Take a post away."""
        del self.records[record.uri]

    def posts_of(self, account: Account) -> list[Record]:
        """What stands in an account's repository, oldest first."""
        return self._repository(account.did)

    def expire(self) -> None:
        """All access tokens that are out expire."""
        self._expired.update(self._access)

    def forget_sessions(self) -> None:
        """No token that was ever given is known any more, as after a restore of the server."""
        self._access.clear()
        self._refresh.clear()
        self._expired.clear()

    def revoke(self, account: Account) -> None:
        """The app password is taken back, and its sessions with it."""
        self.forget_sessions()
        account.password = "another"

    def answer(self, call: Call) -> Json:
        """As the real servers do."""
        method = _METHODS.get(call.nsid)
        if method is None:
            raise Refusal(501, "MethodNotImplemented")
        return method(self, call)

    def headers(self, call: Call) -> Mapping[str, str]:
        """The rate limit's state, counted over all calls, and the server's clock."""
        limit = 30 if call.nsid.endswith("createSession") else 3_000
        reset = (self.clock.now() + 5 * MINUTE) // 1000
        remaining = max(0, limit - len(self.calls))
        now = (self.clock.now() + self.ahead) / 1000
        return {
            "date": formatdate(now, usegmt=True),
            "ratelimit-limit": str(limit),
            "ratelimit-remaining": str(remaining),
            "ratelimit-reset": str(reset),
            "ratelimit-policy": f"{limit};w=300",
        }

    # com.atproto.server

    def _create_session(self, call: Call) -> Json:
        asked = call.json()
        for account in self.accounts.values():
            if asked["identifier"] in {account.handle, account.did} and asked["password"] == account.password:
                return self._issue(account)
        raise Refusal(401, "AuthenticationRequired", "Invalid identifier or password")

    def _refresh_session(self, call: Call) -> Json:
        token = call.token
        did = self._refresh.pop(token, None)
        if did is None:
            raise Refusal(400, "ExpiredToken", "Token has been revoked")
        return self._issue(self.accounts[did])

    def _get_session(self, call: Call) -> Json:
        account = self._who(call)
        return {"did": account.did, "handle": account.handle, "active": True}

    def _issue(self, account: Account) -> Json:
        self._issued += 1
        access, refresh = f"access-{self._issued}", f"refresh-{self._issued}"
        self._access[access] = self._refresh[refresh] = account.did
        return {"did": account.did, "handle": account.handle, "accessJwt": access, "refreshJwt": refresh}

    def _who(self, call: Call) -> Account:
        token = call.token
        if not token:
            raise Refusal(401, "AuthMissing", "Authentication Required")
        if token not in self._access:
            raise Refusal(400, "InvalidToken", "Token could not be verified")
        if token in self._expired:
            raise Refusal(400, "ExpiredToken", "Token has expired")
        return self.accounts[self._access[token]]

    # com.atproto.repo and identity

    def _put_record(self, call: Call) -> Json:
        asked = self._writing(call)
        uri = f"at://{asked['repo']}/{asked['collection']}/{asked['rkey']}"
        there = self.records.get(uri)
        if there is not None and there.cid != _cid(asked["record"]):
            raise Refusal(400, "InvalidSwap", f"Record was at {there.cid}")
        record = there or self._store(asked["repo"], asked["rkey"], asked["record"])
        return {"uri": record.uri, "cid": record.cid, "validationStatus": "valid"}

    def _create_record(self, call: Call) -> Json:
        asked = self._writing(call)
        rkey = asked.get("rkey") or self._tids.next()
        if f"at://{asked['repo']}/{asked['collection']}/{rkey}" in self.records:
            raise Refusal(500, "InternalServerError", "Internal Server Error")
        record = self._store(asked["repo"], rkey, asked["record"])
        return {"uri": record.uri, "cid": record.cid, "validationStatus": "valid"}

    def _writing(self, call: Call) -> Json:
        account, asked = self._who(call), call.json()
        text = asked["record"].get("text", "")
        if asked["repo"] != account.did:
            raise Refusal(401, "AuthenticationRequired")
        if len(text.encode()) > MAX_BYTES:
            raise Refusal(400, "InvalidRequest", "Invalid app.bsky.feed.post record: string too big")
        if count(text) > MAX_GRAPHEMES:
            raise Refusal(400, "InvalidRequest", "Invalid app.bsky.feed.post record: too many graphemes")
        return asked

    def _get_record(self, call: Call) -> Json:
        uri = f"at://{call.one('repo')}/{call.one('collection')}/{call.one('rkey')}"
        record = self.records.get(uri)
        if record is None:
            raise Refusal(400, "RecordNotFound", f"Could not locate record: {uri}")
        return {"uri": record.uri, "cid": record.cid, "value": record.value}

    def _list_records(self, call: Call) -> Json:
        mine = reversed(self._repository(call.one("repo")))
        page, cursor = self._page(call, [(each.rkey, each) for each in mine])
        return {"records": [{"uri": r.uri, "cid": r.cid, "value": r.value} for r in page], "cursor": cursor}

    def _upload_blob(self, call: Call) -> Json:
        self._who(call)
        if len(call.body) > MAX_BLOB:
            raise Refusal(400, "BlobTooLarge")
        cid, mime = "bafkrei" + hashlib.sha256(call.body).hexdigest()[:40], call.headers["content-type"]
        self.blobs[cid] = (mime, len(call.body))
        return {"blob": {"$type": "blob", "ref": {"$link": cid}, "mimeType": mime, "size": len(call.body)}}

    def _resolve_handle(self, call: Call) -> Json:
        for account in self.accounts.values():
            if account.handle == call.one("handle"):
                return {"did": account.did}
        raise Refusal(400, "InvalidRequest", "Unable to resolve handle")

    # app.bsky

    def _list_notifications(self, call: Call) -> Json:
        me = self._who(call).did
        wanted = set(call.query.get("reasons", []))
        found = [
            (_key(record), {**self._view(record), "reason": reason, "isRead": False})
            for record in self.records.values()
            if record.did != me
            for reason in sorted(_reasons(record, me) & wanted)
        ]
        found.sort(key=lambda each: each[0], reverse=True)
        page, cursor = self._page(call, found)
        return {"notifications": page, "cursor": cursor}

    def _search_posts(self, call: Call) -> Json:
        self._who(call)
        asked = call.one("q").lower()
        found = [(_key(r), self._view(r)) for r in self.records.values() if asked in r.value["text"].lower()]
        found.sort(key=lambda each: each[0], reverse=True)
        page, cursor = self._page(call, found)
        return {"posts": page, "cursor": cursor}

    def _get_posts(self, call: Call) -> Json:
        self._who(call)
        known = (self.records.get(uri) for uri in call.query.get("uris", []))
        return {"posts": [self._view(record) for record in known if record is not None]}

    def _page(self, call: Call, found: list[tuple[str, T]]) -> tuple[list[T], str | None]:
        limit = min(self.page_size, int(call.query.get("limit", ["50"])[0]))
        before = call.query.get("cursor", [None])[0]
        rest = [each for each in found if before is None or each[0] < before]
        page = rest[:limit]
        return [each for _key_, each in page], page[-1][0] if page else None

    def _view(self, record: Record) -> Json:
        if record.uri in self.injected:
            return self.injected[record.uri]
        author = self.accounts[record.did]
        return {
            "uri": record.uri,
            "cid": record.cid,
            "author": {"did": author.did, "handle": author.handle, "displayName": author.name},
            "record": record.value,
            "indexedAt": to_datetime(record.sort_at).isoformat(),
        }

    def _repository(self, did: str) -> list[Record]:
        return sorted((each for each in self.records.values() if each.did == did), key=lambda each: each.rkey)

    def _store(self, did: str, rkey: str, value: Json) -> Record:
        record = Record(f"at://{did}/{POST}/{rkey}", _cid(value), did, value, self.clock.now())
        self.records[record.uri] = record
        return record

    def _mentions(self, text: str) -> list[Json]:
        return [
            {
                "index": {
                    "byteStart": len(text[: match.start()].encode("utf-8", "surrogatepass")),
                    "byteEnd": len(text[: match.end()].encode("utf-8", "surrogatepass")),
                },
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": account.did}],
            }
            for account in self.accounts.values()
            for match in re.finditer(re.escape(f"@{account.handle}"), text)
        ]


_METHODS: Mapping[str, Callable[[FakeBluesky, Call], Json]] = {
    "com.atproto.server.createSession": FakeBluesky._create_session,
    "com.atproto.server.refreshSession": FakeBluesky._refresh_session,
    "com.atproto.server.getSession": FakeBluesky._get_session,
    "com.atproto.repo.putRecord": FakeBluesky._put_record,
    "com.atproto.repo.createRecord": FakeBluesky._create_record,
    "com.atproto.repo.getRecord": FakeBluesky._get_record,
    "com.atproto.repo.listRecords": FakeBluesky._list_records,
    "com.atproto.repo.uploadBlob": FakeBluesky._upload_blob,
    "com.atproto.identity.resolveHandle": FakeBluesky._resolve_handle,
    "app.bsky.notification.listNotifications": FakeBluesky._list_notifications,
    "app.bsky.feed.searchPosts": FakeBluesky._search_posts,
    "app.bsky.feed.getPosts": FakeBluesky._get_posts,
}


def _reasons(record: Record, me: str) -> set[str]:
    reply, embed = record.value.get("reply", {}), record.value.get("embed", {})
    about = {
        "reply": any(f"at://{me}/" in str(reply.get(name)) for name in ("parent", "root")),
        "quote": f"at://{me}/" in json.dumps(embed),
        "mention": any(
            feature.get("did") == me
            for facet in record.value.get("facets", [])
            for feature in facet["features"]
        ),
    }
    return {reason for reason, holds in about.items() if holds}


def _key(record: Record) -> str:
    return f"{record.sort_at:014d}__{record.cid}"


def _cid(value: object) -> str:
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()
    return "bafyrei" + base64.b32encode(digest).decode().lower().rstrip("=")
