"""The part of the fake X that takes pictures, GIFs and films: sessions, pieces, sizes, descriptions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.channels.fake_platform import Json, Route
from tests.channels.fault_server import Call, Reply, json_reply
from tests.channels.multipart import form_of

MOST = {"image": 5, "gif": 15, "video": 512}
"""Megabytes by kind."""


@dataclass(slots=True)
class Media:
    """One upload."""

    category: str
    mime: str
    total: int
    pieces: dict[int, bytes] = field(default_factory=dict)
    finished: bool = False
    left: int = 0
    """How often it is still being worked when asked."""

    alt: str = ""

    @property
    def content(self) -> bytes:
        """All of it."""
        return b"".join(self.pieces[number] for number in sorted(self.pieces))

    @property
    def kind(self) -> str:
        """`image`, `gif` or `video`."""
        return self.category.partition("_")[2]


class FakeMedia:
    """What was uploaded, by its id."""

    def __init__(self, new_id: Callable[[], str], problem: Callable[[int, str, str], Reply]) -> None:
        self.kept: dict[str, Media] = {}
        self.works = 0
        """How often a GIF or film is still being worked when asked."""

        self.breaks = False
        """Whether it then cannot be used."""

        self._new_id, self._problem = new_id, problem

    @property
    def routes(self) -> Sequence[Route]:
        """Where they come in."""
        return (
            ("POST", "/2/media/upload/initialize", self._initialize),
            ("POST", r"/2/media/upload/(\d+)/append", self._append),
            ("POST", r"/2/media/upload/(\d+)/finalize", self._finalize),
            ("GET", "/2/media/upload", self._status),
            ("POST", "/2/media/metadata", self._metadata),
        )

    def refusal(self, ids: Sequence[str], use: str) -> str:
        """Why a post (`tweet`) or message (`dm`) does not take these; empty where it does."""
        kept = [self.kept.get(one) for one in ids]
        if any(one is None or not one.finished or one.left for one in kept):
            return "Your media IDs are invalid."
        kinds = [one.kind for one in kept if one]
        if any(one.category.partition("_")[0] != use for one in kept if one):
            return "Your media IDs are of another category."
        if len(kinds) > (4 if use == "tweet" else 1) or (len(kinds) > 1 and set(kinds) != {"image"}):
            return "You may attach up to 4 photos, 1 animated GIF or 1 video."
        return ""

    def _initialize(self, call: Call) -> Reply:
        asked = call.json()
        made = Media(asked["media_category"], asked["media_type"], asked["total_bytes"])
        fits = made.mime.startswith({"gif": "image", "image": "image", "video": "video"}[made.kind])
        if not fits or made.total > MOST[made.kind] * 2**20:
            return self._problem(400, "Invalid Request", "File size or type is not supported.")
        name = self._new_id()
        self.kept[name] = made
        said = {"id": name, "media_key": f"3_{name}", "expires_after_secs": 86_400}
        return json_reply({"data": said})

    def _append(self, call: Call, name: str) -> Reply:
        form = form_of(call)
        piece = form["media"].content
        if len(piece) > 5 * 2**20:
            return self._problem(413, "Payload Too Large", "A piece may have 5 MB.")
        self.kept[name].pieces[int(form["segment_index"].text)] = piece
        return json_reply({"data": {"expires_at": 1_763_100_000}})

    def _finalize(self, _call: Call, name: str) -> Reply:
        media = self.kept[name]
        if len(media.content) != media.total or sorted(media.pieces) != list(range(len(media.pieces))):
            return self._problem(400, "Invalid Request", "The pieces do not make up the whole.")
        media.finished = True
        media.left = self.works if media.kind != "image" else 0
        return json_reply({"data": self._told(name)})

    def _status(self, call: Call) -> Reply:
        name = call.one("media_id")
        self.kept[name].left = max(0, self.kept[name].left - 1)
        return json_reply({"data": self._told(name)})

    def _told(self, name: str) -> Json:
        media = self.kept[name]
        said: Json = {"id": name, "media_key": f"3_{name}", "size": media.total}
        if media.kind == "image":
            return said
        state = "in_progress" if media.left else "failed" if self.breaks else "succeeded"
        wait = {"check_after_secs": 5} if media.left else {}
        return {**said, "processing_info": {"state": state, **wait}}

    def _metadata(self, call: Call) -> Reply:
        asked = call.json()
        media = self.kept[asked["id"]]
        if media.kind == "video":
            return self._problem(400, "Invalid Request", "alt_text is for images.")
        media.alt = asked["metadata"]["alt_text"]["text"]
        return json_reply({"data": {"id": asked["id"], "associated_metadata": asked["metadata"]}})
