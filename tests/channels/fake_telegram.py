"""A small Telegram on loopback: updates stay until they are confirmed, texts count in UTF-16.

From core.telegram.org/bots/api: an update is confirmed by a call with a higher offset; a bot sees nobody's
list of what it sent; 429 carries `parameters.retry_after`.
"""

from __future__ import annotations

import json
import re

from domain.clock import ManualClock
from tests.channels.fake_platform import FakePlatform, Json
from tests.channels.fault_server import Call, Reply, json_reply

BOT = 5_000
TOKEN = "5000:abcdefghij"


class FakeTelegram(FakePlatform):
    """One bot and people who write to it."""

    def __init__(self, clock: ManualClock, page: int = 100) -> None:
        super().__init__(clock, page)
        self.tokens = {TOKEN}
        self.updates: list[Json] = []
        self.sent: list[Json] = []
        self.blocked: set[int] = set()
        self.last_error = ""
        self.webhook: Json = {}
        """As it was set; while it is, nobody is given updates."""

        self._issued = 700
        self.routes = (
            ("GET", "/bot([^/]+)/getMe", self._me),
            ("GET", "/bot([^/]+)/getUpdates", self._updates),
            ("POST", "/bot([^/]+)/setWebhook", self._set_webhook),
            ("POST", "/bot([^/]+)/deleteWebhook", self._delete_webhook),
            ("GET", "/bot([^/]+)/getWebhookInfo", self._webhook_info),
            ("POST", "/bot([^/]+)/sendMessage", self._send),
        )

    # What a test arranges

    def write(self, text: str, user: int = 42, chat: Json | None = None, **more: object) -> str:
        """Somebody writes; the item's id."""
        self._issued += 1
        chat = chat or {"id": user, "type": "private", "first_name": "Klaas"}
        message = {
            "message_id": self._issued, "date": self.now() // 1_000, "chat": chat,
            "from": {"id": user, "is_bot": False, "first_name": "Klaas", "username": "klant"},
            **({"text": text} if text else {}), **more,
        }  # fmt: skip
        self.update("message", message)
        return f"{chat['id']}:{message['message_id']}"

    def update(self, kind: str, content: object) -> None:
        """Any update."""
        self.updates.append({"update_id": 9_000 + len(self.updates), kind: content})

    # The API

    def allowed(self, call: Call) -> bool:
        """The token stands in the address."""
        return call.path.split("/")[1].removeprefix("bot") in self.tokens

    def unauthorised(self) -> Reply:
        """With Telegram's words."""
        return _error(401, "Unauthorized")

    def missing(self) -> Reply:
        """With Telegram's words."""
        return _error(404, "Not Found")

    def _me(self, _call: Call, _token: str) -> Reply:
        return json_reply({"ok": True, "result": {"id": BOT, "is_bot": True, "username": "gemeentebot"}})

    def _updates(self, call: Call, _token: str) -> Reply:
        if self.webhook:
            words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook"
            return _error(409, words)
        offset, limit = int(call.one("offset", "0")), min(self.page, int(call.one("limit", "100")))
        wanted = json.loads(call.one("allowed_updates"))
        self.updates = [self._gone(each) if each["update_id"] < offset else each for each in self.updates]
        waiting = [each for each in self.updates if len(each) > 1 and any(kind in each for kind in wanted)]
        return json_reply({"ok": True, "result": [self._shown(each) for each in waiting[:limit]]})

    def _set_webhook(self, call: Call, _token: str) -> Reply:
        asked = call.json()
        if not re.fullmatch(r"https://[^/:]+(:(443|80|88|8443))?/.*", asked["url"]):
            return _error(400, "Bad Request: bad webhook: HTTPS url must be provided")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", asked["secret_token"]):
            return _error(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = asked
        return json_reply({"ok": True, "result": True, "description": "Webhook was set"})

    def _delete_webhook(self, call: Call, _token: str) -> Reply:
        if call.json().get("drop_pending_updates"):
            self.updates.clear()
        self.webhook = {}
        return json_reply({"ok": True, "result": True})

    def _webhook_info(self, _call: Call, _token: str) -> Reply:
        said = {"url": self.webhook.get("url", ""), "pending_update_count": 0}
        error = {"last_error_message": self.last_error} if self.last_error else {}
        return json_reply({"ok": True, "result": {**said, **error}})

    def _gone(self, update: Json) -> Json:
        return {"update_id": update["update_id"]}

    def _shown(self, update: Json) -> object:
        message = update.get("message", {})
        name = f"{message.get('chat', {}).get('id')}:{message.get('message_id')}"
        return (
            {"update_id": update["update_id"], "message": self.spoilt[name]}
            if name in self.spoilt
            else update
        )

    def _send(self, call: Call, _token: str) -> Reply:
        asked = call.json()
        if asked["chat_id"] in self.blocked:
            return _error(403, "Forbidden: bot was blocked by the user")
        if not 0 < len(asked["text"].encode("utf-16-le")) // 2 <= 4_096:
            return _error(400, "Bad Request: message is too long")
        self._issued += 1
        message = {
            "message_id": self._issued, "date": self.now() // 1_000,
            "chat": {"id": asked["chat_id"], "type": "private"}, "text": asked["text"],
        }  # fmt: skip
        self.sent.append({**message, "asked": asked})
        return json_reply({"ok": True, "result": message})


def _error(status: int, words: str) -> Reply:
    return json_reply({"ok": False, "error_code": status, "description": words}, status)
