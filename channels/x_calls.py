"""X's requests and refusals: which list is asked how, what it may cost, and what a "no" means.

Sources: the OpenAPI document of API v2 and docs.x.com (August 2026).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from channels import x_spend
from channels.base import AuthFailed, Permanent, Prepared, RateLimited
from channels.fields import Json, id_of, is_object, normalised, word
from channels.http_answer import Answer, NotJson, parse_json, printable
from channels.walk_back import FIRST_REACH, Place
from channels.x_parse import Included, Ours, referenced, same_words, text_of
from channels.x_spend import Micros
from domain.clock import DAY, HOUR, Millis, to_datetime
from domain.errors import ChannelError
from domain.links import links_on_x
from i18n import _

MENTIONS: Final = "mentions"
MESSAGES: Final = "messages"
OWN: Final = "own"
SEARCH: Final = "search:"
API: Final = "https://api.x.com"

_SNOWFLAKES_SINCE: Final[Millis] = 1_288_834_974_657
"""The moment that X's ids count from."""

_SEARCHABLE: Final[Millis] = 7 * DAY - HOUR
MOST_MENTIONS: Final = 800
PAGE: Final = 100
FEW: Final = 10
FIELDS: Final = {
    "post.fields": "attachments,conversation_id,created_at,entities,lang,note_post,text",
    "expansions": (
        "author_id,attachments.media_keys,edit_history_post_ids,in_reply_to_user_id,referenced_posts"
    ),
    "user.fields": "description,location,name,profile_image_url,public_metrics,receives_your_dm,username",
    "media.fields": "alt_text,preview_image_url,type,url",
}
MESSAGE_FIELDS: Final = {
    "event_types": "MessageCreate",
    "dm_event.fields": "attachments,created_at,dm_conversation_id,entities,event_type,id,text",
    "expansions": "attachments.media_keys,sender_id",
    "user.fields": "description,location,name,profile_image_url,public_metrics,username",
    "media.fields": "alt_text,preview_image_url,type,url",
}
_ID = re.compile(r"\d{1,19}", re.ASCII)


class Asked:
    """One walk through one list."""

    def __init__(self, stream: str, path: str, query: Mapping[str, str], ours: Ours) -> None:
        self.stream = stream
        self.path = path
        self.query = query
        self.ours = ours
        self.kind = SEARCH if stream.startswith(SEARCH) else stream
        self.page = PAGE
        self.counted = 0
        self.newest = ""
        self.lost = False
        self.broken_off = False
        """True where the cap left older pages unread: the place stays, so that they are asked for again."""

    def count(self, entries: list[object]) -> None:
        """Remember how many came, and the newest id of them."""
        self.counted += len(entries)
        for entry in entries:
            name = id_of(entry) if is_object(entry) else None
            if name is not None and _ID.fullmatch(name):
                self.newest = max(self.newest, name, key=lambda one: (len(one), one))


WORST: Final[Mapping[str, tuple[Micros, int]]] = {
    MENTIONS: (x_spend.OWN_MENTION + x_spend.USER + x_spend.POST, 5),
    OWN: (x_spend.POST * 2 + x_spend.USER, 5),
    SEARCH: (x_spend.POST * 2 + x_spend.USER, 10),
    MESSAGES: (x_spend.MESSAGE + x_spend.USER, 1),
}
"""What one entry of a list can cost with all that comes along, and the fewest that X lets us ask for."""

_EACH: Final[Mapping[str, Micros]] = {
    MENTIONS: x_spend.OWN_MENTION,
    OWN: x_spend.POST,
    SEARCH: x_spend.POST,
    MESSAGES: x_spend.MESSAGE,
}


def bill(kind: str, entries: list[object], included: Included) -> dict[str, Micros]:
    """What an answer costs, by each thing in it."""
    names = [name for each in entries if is_object(each) and (name := id_of(each))]
    listed = x_spend.ids("message" if kind == MESSAGES else "post", names, _EACH[kind])
    along = x_spend.ids("post", included.posts, x_spend.POST)
    return {**along, **listed, **x_spend.ids("user", included.users, x_spend.USER)}


def price_of(text: str, *, private: bool = False) -> Micros:
    """What sending a text costs."""
    if private:
        return x_spend.WRITTEN
    return x_spend.WRITTEN_LINK if any(links_on_x(text)) else x_spend.WRITTEN_REPLY


def since(place: Place, now: Millis, stream: str) -> dict[str, str]:
    """From where on to ask: an id, or a week back; a search refuses ids older than a week."""
    since = place.extra.get("since")
    if isinstance(since, str) and _ID.fullmatch(since):
        made = (int(since) >> 22) + _SNOWFLAKES_SINCE
        if not stream.startswith(SEARCH) or made > now - _SEARCHABLE:
            return {"since_id": since}
    reach = _SEARCHABLE if stream.startswith(SEARCH) else FIRST_REACH
    return {"start_time": iso_of(now - reach)}


def is_late(place: Place, now: Millis, stream: str) -> bool:
    """Whether a search was last looked at longer ago than X searches back."""
    polled = place.extra.get("polled")
    return stream.startswith(SEARCH) and isinstance(polled, int) and polled < now - _SEARCHABLE


def lost() -> str:
    """What is said when X could not show everything."""
    return _("X shows no more than it does; older posts since the last look are missing.")


def is_this(each: Json, prepared: Prepared, ours: Ours) -> bool:
    """Whether a post or message of ours is this reply."""
    if prepared.visibility == "private":
        same = normalised(word(each, "text")) == normalised(prepared.text)
        return id_of(each, "sender_id") == ours.user_id and (same or same_words(text_of(each), prepared.text))
    body = prepared.payload["body"]
    reply = body.get("reply") if is_object(body) else None
    parent = reply.get("in_reply_to_tweet_id") if is_object(reply) else None
    return referenced(each, "replied_to") == parent and same_words(text_of(each), prepared.text)


def next_of(said: Json) -> str | None:
    """The token of the following, older page."""
    meta = said.get("meta")
    return word(meta, "next_token") or None if is_object(meta) else None


def checked(name: object) -> str:
    """An id that may stand in an address."""
    if not isinstance(name, str) or not re.fullmatch(r"[\d-]{1,40}", name, re.ASCII):
        raise Permanent(_("It cannot be told which post is answered."), code="NoParent")
    return name


def iso_of(moment: Millis) -> str:
    """A moment as X writes it."""
    return to_datetime(moment).isoformat(timespec="seconds").replace("+00:00", "Z")


def refusal(answer: Answer, acts: bool) -> ChannelError | None:  # noqa: ARG001, FBT001 - the client's shape
    """X's problem documents in our words; all else is read as usual."""
    try:
        said = parse_json(answer.body)
    except NotJson:
        return None
    if not is_object(said):
        return None
    detail, kind = printable(word(said, "detail") or word(said, "title")), word(said, "type")
    if answer.status == 402 or "usage-capped" in kind or "credits" in detail.lower():
        return RateLimited(
            _("X says that the account has no credits left; buy some in its developer console."), after=HOUR
        )
    if answer.status != 403:
        return (
            Permanent(_("X refused this: {words}", words=detail), code="400")
            if answer.status == 400
            else None
        )
    if "unsupported-authentication" in kind or "client-forbidden" in kind:
        return AuthFailed(_("X does not let these credentials do this: {words}", words=detail))
    if "duplicate" in detail.lower():
        return Permanent(
            _("X takes no identical text twice; change a word, or look whether it stands there already."),
            code="Duplicate",
        )
    return Permanent(_("X refused this: {words}", words=detail), code="403")
