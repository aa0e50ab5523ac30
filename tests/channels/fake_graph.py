"""A small Graph API on loopback: a Page, its Messenger, an Instagram account and a WhatsApp number.

It enforces what the real one does, as far as Meta's pages say: windows of a day and of seven, one private
answer to a comment, lengths, tokens, limits in percentages. What those pages do not say it does not prove.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from domain.clock import DAY, Clock, Millis, to_datetime
from tests.channels.fault_server import Call, FaultServer, Reply, json_reply
from tests.channels.multipart import form_of

Json = dict[str, Any]
PAGE, ACCOUNT, NUMBER, BUSINESS = "1001", "1784", "555", "999"
POST, MEDIA = f"{PAGE}_77", "18"
WEEK = 7 * DAY


class Refused(Exception):
    """An error as Graph gives it."""

    def __init__(self, code: int, message: str, subcode: int | None = None, **more: object) -> None:
        super().__init__(message)
        self.body = {"error": {"code": code, "message": message, "type": "OAuthException", **more}}
        if subcode is not None:
            self.body["error"]["error_subcode"] = subcode


@dataclass(slots=True)
class Line:
    """A comment or a private message."""

    id: str
    author: str
    text: str
    at: Millis
    parent: str = ""
    hidden: bool = False
    picture: str = ""
    """The id of what goes along."""


@dataclass(frozen=True, slots=True)
class File:
    """What was handed over beforehand."""

    owner: str
    content: bytes
    mime: str
    use: str
    """`whatsapp`, `comment` or `message`: nothing else may name it."""

    alt: str = ""


@dataclass(slots=True)
class FakeGraph:
    """One of everything."""

    clock: Clock
    token: str = "token-0"
    usage: int = 1
    """Percent of the limits that is used."""

    comments: list[Line] = field(default_factory=list)
    """Under the Page's post and the account's photograph."""

    talks: dict[str, list[Line]] = field(default_factory=dict)
    """Private messages by person; a person is known by an id of the platform's."""

    wrote_at: dict[str, Millis] = field(default_factory=dict)
    """When each person last did something."""

    answered: set[str] = field(default_factory=set)
    """Comments that had their private answer."""

    templates: list[Json] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    """WhatsApp's `biz_opaque_callback_data` by message."""

    files: dict[str, File] = field(default_factory=dict)
    server: FaultServer = field(init=False)
    _made: int = 0

    def __post_init__(self) -> None:
        self.server = FaultServer(self._answer)

    # -- people ------------------------------------------------------------------------------------------

    def new_id(self, prefix: str) -> str:
        """One that is new."""
        self._made += 1
        return f"{prefix}{self._made}"

    def sent(self, *ours: str) -> list[tuple[Line, bool]]:
        """What our accounts wrote, oldest first, and whether in private."""
        private = [(line, True) for talk in self.talks.values() for line in talk if line.author in ours]
        public = [(line, False) for line in self.comments if line.author in ours]
        return sorted(private + public, key=lambda pair: pair[0].at)

    # -- the API -----------------------------------------------------------------------------------------

    def _answer(self, call: Call) -> Reply:
        usage = {"x": [{"type": "pages", "call_count": self.usage, "total_cputime": 1, "total_time": 1,
                        "estimated_time_to_regain_access": 5 if self.usage >= 100 else 0}]}  # fmt: skip
        said = json.dumps(usage)
        try:
            if call.headers.get("authorization") != f"Bearer {self.token}":
                raise Refused(190, "Error validating access token")
            if self.usage >= 100:
                raise Refused(80_001, "There have been too many calls to this Page account.")
            return json_reply(self._called(call), x_business_use_case_usage=said)
        except Refused as refused:
            return json_reply(refused.body, 400, x_business_use_case_usage=said)

    def _called(self, call: Call) -> Json:
        _empty, version, *parts = call.path.split("/")
        assert version == "v25.0"
        if call.method == "POST" and parts[-1] in {"media", "photos", "message_attachments"}:
            return self._handed_over(parts, call)
        if call.method == "POST":
            return self._posted(parts, call.json())
        match parts:
            case [one] if one in {PAGE, ACCOUNT, NUMBER}:
                return {"id": one, "name": "Gemeente Voorbeeld"}
            case [_page, "feed" | "media"]:
                return {"data": [{"id": POST if parts[1] == "feed" else MEDIA}]}
            case [under, "comments" | "replies"]:
                return self._listed(under, call)
            case [_account, "conversations"]:
                return self._conversations(call)
            case [_business, "message_templates"]:
                return {"data": self.templates}
        raise Refused(100, "Unsupported get request.", 33)

    def _posted(self, parts: list[str], said: Json) -> Json:
        match parts:
            case [under, "comments"]:
                return self._commented(under, said, PAGE)
            case [under, "replies"]:
                return self._commented(under, said, ACCOUNT)
            case [owner, "messages"] if owner == NUMBER:
                return self._whatsapp(said)
            case [owner, "messages"]:
                return self._message(owner, said)
            case [owner, "mentions"]:
                return self._commented(said.get("comment_id") or said["media_id"], said, owner)
            case [comment]:
                line = next(line for line in self.comments if line.id == comment)
                line.hidden = bool(said.get("is_hidden", said.get("hide")))
                return {"success": True}
        raise Refused(100, "Unsupported post request.", 33)

    def _handed_over(self, parts: list[str], call: Call) -> Json:
        form = form_of(call)
        match parts:
            case [owner, "media"] if owner == NUMBER:
                assert form["messaging_product"].text == "whatsapp"
                assert form["type"].text == form["file"].mime
                file = File(owner, form["file"].content, form["file"].mime, "whatsapp")
                self._fits(file, {"image/jpeg": 5, "image/png": 5, "video/mp4": 16})
                return {"id": self._kept(file)}
            case [owner, "photos"] if owner == PAGE:
                assert form["published"].text == "false"
                given = form["source"]
                file = File(owner, given.content, given.mime, "comment", form["alt_text_custom"].text)
                self._fits(file, {"image/jpeg": 10, "image/png": 10, "image/gif": 10})
                return {"id": self._kept(file)}
            case [owner, "message_attachments"] if owner == PAGE:
                said, given = json.loads(form["message"].text), form["filedata"]
                assert said["attachment"]["payload"] == {"is_reusable": True}
                assert given.mime.startswith(said["attachment"]["type"])
                file = File(owner, given.content, given.mime, "message")
                self._fits(file, {"image/jpeg": 8, "image/png": 8, "image/gif": 8, "video/mp4": 25})
                return {"attachment_id": self._kept(file)}
        raise Refused(100, "Unsupported post request.", 33)

    def _fits(self, file: File, most: dict[str, int]) -> None:
        if file.mime not in most or len(file.content) > most[file.mime] * 2**20:
            raise Refused(100, "Param file must be a file with one of the following types, and not as large")

    def _kept(self, file: File) -> str:
        name = self.new_id("90")
        self.files[name] = file
        return name

    def _named(self, name: object, owner: str, use: str, kind: str = "") -> str:
        file = self.files.get(str(name))
        if file is None or (file.owner, file.use) != (owner, use) or not file.mime.startswith(kind):
            raise Refused(100, "Media upload error: no such media", 33)
        return str(name)

    def _commented(self, under: str, said: Json, owner: str) -> Json:
        known = {POST, MEDIA, *(line.id for line in self.comments)}
        if under not in known:
            raise Refused(100, "Object does not exist", 33)
        text = said["message"]
        if len(text) > (8_000 if owner == PAGE else 2_200):
            raise Refused(100, "Message is too long")
        name = said.get("attachment_id")
        picture = self._named(name, PAGE, "comment") if name and owner == PAGE else ""
        line = Line(self.new_id("77_"), owner, text, self.clock.now(), under, picture=picture)
        self.comments.append(line)
        return {"id": line.id}

    def _message(self, owner: str, said: Json) -> Json:
        if set(said["message"]) not in ({"text"}, {"attachment"}):
            raise Refused(100, "Message cannot have both text and attachment.")
        text, to, picture = said["message"].get("text", ""), said["recipient"], ""
        if (along := said["message"].get("attachment")) is not None:
            picture = self._named(along["payload"]["attachment_id"], owner, "message", along["type"])
        if owner == PAGE and len(text) > 2_000:
            raise Refused(100, "Length of param message[text] must be less than or equal to 2000")
        if owner == ACCOUNT and len(text.encode()) > 1_000:
            raise Refused(100, "Message is longer than 1000 bytes")
        person = self._commenter(to["comment_id"]) if "comment_id" in to else to["id"]
        if "comment_id" not in to:
            self._in_window(person, said)
        line = Line(self.new_id("m_"), owner, text, self.clock.now(), picture=picture)
        self.talks.setdefault(person, []).append(line)
        return {"recipient_id": person, "message_id": line.id}

    def _commenter(self, comment: str) -> str:
        line = next((line for line in self.comments if line.id == comment), None)
        if line is None:
            raise Refused(100, "Object does not exist", 33)
        if comment in self.answered:
            raise Refused(10_900, "Activity already replied to.")
        if self.clock.now() - line.at > WEEK:
            raise Refused(10, "Comment is too old.")
        self.answered.add(comment)
        return line.author

    def _in_window(self, person: str, said: Json) -> None:
        age = self.clock.now() - self.wrote_at.get(person, -WEEK)
        tagged = said["messaging_type"] == "MESSAGE_TAG"
        if tagged and said["tag"] != "HUMAN_AGENT":
            raise Refused(100, "This tag has been taken out of use.")
        if tagged and age < DAY:
            raise Refused(100, "The tag is not for messages within 24 hours.")
        if age >= (WEEK if tagged else DAY):
            raise Refused(10, "(#10) This message is sent outside of allowed window.", 2_018_278)

    def _whatsapp(self, said: Json) -> Json:
        assert said["messaging_product"] == "whatsapp"
        assert said["recipient_type"] == "individual"
        person, picture = str(said.get("to") or said.get("recipient")), ""
        if said["type"] != "template":
            if said["type"] == "text":
                text, most = said["text"]["body"], 4_096
            else:
                media = said[said["type"]]
                text, most = media.get("caption", ""), 1_024
                picture = self._named(media["id"], NUMBER, "whatsapp", said["type"])
            if len(text) > most:
                raise Refused(100, f"Param text must be at most {most} characters long.")
            if self.clock.now() - self.wrote_at.get(person, -WEEK) >= DAY:
                raise Refused(131_047, "Re-engagement message")
        else:
            text = self._from_template(said["template"])
        line = Line(self.new_id("wamid.out"), NUMBER, text, self.clock.now(), picture=picture)
        self.talks.setdefault(person, []).append(line)
        self.keys[line.id] = said.get("biz_opaque_callback_data", "")
        return {"messaging_product": "whatsapp", "messages": [{"id": line.id}]}

    def _from_template(self, used: Json) -> str:
        known = [each for each in self.templates if each["name"] == used["name"]]
        if not known:
            raise Refused(132_001, "Template name does not exist in the translation")
        body = next(part["text"] for part in known[0]["components"] if part["type"] == "BODY")
        given = [one["text"] for part in used.get("components", []) for one in part["parameters"]]
        if body.count("{{") != len(given):
            raise Refused(132_000, "Number of parameters does not match")
        for number, value in enumerate(given, 1):
            body = body.replace(f"{{{{{number}}}}}", value)
        return str(body)

    def _listed(self, under: str, call: Call) -> Json:
        lines = [line for line in self.comments if under in {line.parent, POST, MEDIA}]
        newest_first = call.one("order") == "reverse_chronological" or call.path.endswith(
            ("/replies", f"{MEDIA}/comments")
        )
        lines = sorted(lines, key=lambda line: line.at, reverse=newest_first)
        limit = int(call.one("limit", "25"))
        start = int(call.one("after", "0"))
        page = lines[start : start + limit]
        said: Json = {"data": [_comment(line) for line in page], "paging": {}}
        if page:
            said["paging"] = {"cursors": {"after": str(start + len(page))}}
        if start + limit < len(lines):
            said["paging"]["next"] = "https://graph.facebook.com/next"
        return said

    def _conversations(self, call: Call) -> Json:
        wanted = call.one("user_id")
        talks = {wanted: self.talks.get(wanted, [])} if wanted else self.talks
        return {
            "data": [
                {"id": f"t_{person}", "messages": {"data": [_message(line) for line in reversed(lines)]}}
                for person, lines in talks.items()
            ]
        }


def _comment(line: Line) -> Json:
    name = {PAGE: "Gemeente Voorbeeld"}.get(line.author, "Jan Jansen")
    return {
        "id": line.id, "message": line.text, "text": line.text, "created_time": _iso(line.at),
        "timestamp": _iso(line.at), "from": {"id": line.author, "name": name, "username": name},
        "parent": {"id": line.parent} if line.parent not in {POST, MEDIA} else None,
    }  # fmt: skip


def _message(line: Line) -> Json:
    said = {"id": line.id, "message": line.text, "from": {"id": line.author}, "created_time": _iso(line.at)}
    return {**said, "attachments": {"data": [{"id": f"a{line.id}"}]}} if line.picture else said


def _iso(at: Millis) -> str:
    return to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S+0000")
