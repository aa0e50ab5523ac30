"""Mail as the desk's items: headers, threads, HTML as text, bounces; bytes in, no network.

Sources: RFC 5322 (messages), RFC 2047 (words in headers), RFC 3464 (delivery reports), RFC 3834 (automatic
answers). All of it was written by strangers, and the standard library's parser can raise on it: whatever it
does not take is set apart.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from typing import Final, Literal

from channels.fields import Unreadable, fingerprint, in_public_not, only_listens
from channels.html import to_text
from domain.clock import Millis
from domain.inbound import Aside, Attachment, BadItem, Cap, ContactRef, Echo, Inbound, SendStatus
from domain.text import clean_for_store
from i18n import _

Read = Inbound | Echo | Aside | SendStatus | BadItem

MOST_REFERENCES: Final = 50
_LONGEST_HEADER: Final = 20_000
_LONGEST_ID: Final = 500
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,500})>")
_ANSWERS = re.compile(r"^(?:\s*(?:re|aw|antw|betr|sv|rv|fw|fwd)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)
_KINDS: Final[Mapping[str, Literal["image", "video", "audio", "file"]]] = {
    "image": "image",
    "video": "video",
    "audio": "audio",
}


@dataclass(frozen=True, slots=True)
class Ours:
    """Whose mailbox it is."""

    channel: str
    address: str
    listen_only: bool = False


def read_mail(content: bytes, arrived: Millis, ours: Ours, source: str, known: Mapping[str, str]) -> Read:
    """A mail as the item it is to us; `known` tells threads by `subject_key`, where no id does."""
    try:
        mail = email.message_from_bytes(content, policy=email.policy.compat32)
        return _read(mail, content, arrived, ours, source, known)
    except Unreadable as trouble:
        return BadItem(str(trouble), content or b"(empty)")
    except Exception:  # the parser's own errors are many, and one mail must stop nothing
        return BadItem(_("The mail is broken so that it cannot be read."), content)


def subject_key(address: str, subject: str) -> str:
    """Names what somebody wrote about, whatever stands before the subject."""
    bare = " ".join(_ANSWERS.sub("", subject).lower().split())
    return fingerprint(address.lower(), bare)


def is_answer(subject: str) -> bool:
    """Whether a subject says that it answers something."""
    return _ANSWERS.match(subject) is not None


def answer_subject(subject: str) -> str:
    """The subject of an answer, on one line."""
    bare = " ".join(_ANSWERS.sub("", subject).split())
    return f"Re: {bare}"[:250]


def usable_address(text: str) -> str | None:
    """A mail address that may be written to; None for anything else."""
    return text if _ADDRESS.fullmatch(text) and text.isascii() and ".." not in text else None


def message_ids(text: str) -> list[str]:
    """The ids in a header, without their brackets."""
    return _MESSAGE_ID.findall(text[:_LONGEST_HEADER])[-MOST_REFERENCES:]


def _read(
    mail: Message, content: bytes, arrived: Millis, ours: Ours, source: str, known: Mapping[str, str]
) -> Read:
    if mail.get_content_type() == "multipart/report" and (bounced := _bounce(mail, arrived)) is not None:
        return bounced
    name, address = _person(mail, "from")
    subject, text = _words(mail, "subject"), _text(mail)
    remote_id = next(iter(message_ids(_line(mail, "message-id"))), None) or f"sha256:{_digest(content)}"
    above = message_ids(_line(mail, "references")) or message_ids(_line(mail, "in-reply-to"))
    parent = next(iter(message_ids(_line(mail, "in-reply-to"))), above[-1] if above else None)
    if address == ours.address.lower():
        return Echo(remote_id, parent, above[0] if above else remote_id, text, arrived)
    if "auto-" in _line(mail, "auto-submitted").lower():
        return Aside(_("An automatic answer: {subject}", subject=subject[:80]), remote_id)
    thread = above[0] if above else remote_id
    if not above and is_answer(subject):
        thread = known.get(subject_key(address, subject), remote_id)
    reply_to = _maybe_person(mail, "reply-to") or address
    return Inbound(
        channel=ours.channel,
        account=ours.address,
        remote_id=remote_id,
        kind="mail",
        visibility="private",
        thread_key=thread,
        author=ContactRef(address, address, name),
        text=f"{subject}\n\n{text}".strip() if subject and not above else text,
        created_at=arrived,
        revision=fingerprint(remote_id),
        parent_id=parent,
        root_id=above[0] if above else None,
        parent_ref={"subject": subject, "id": remote_id, "references": above, "to": reply_to},
        attachments=tuple(_attachments(mail)),
        source=source,
        can_reply_public=Cap(ok=False, reason=in_public_not()),
        can_reply_private=_private(ours, reply_to),
        raw=content,
    )


def _private(ours: Ours, reply_to: str) -> Cap:
    if ours.listen_only:
        return Cap(ok=False, reason=only_listens())
    if usable_address(reply_to) is None:
        return Cap(ok=False, reason=_("The sender's address cannot be written to."))
    return Cap()


def _bounce(mail: Message, arrived: Millis) -> SendStatus | None:
    """A report that a mail of ours could not be delivered; None where it names none (RFC 3464)."""
    told, failed, reason = "", False, ""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            text = str(part)
            failed = failed or re.search(r"(?im)^action:\s*failed", text) is not None
            found = re.search(r"(?im)^diagnostic-code:\s*(?:[\w-]+;)?\s*(.{1,200})", text)
            reason = reason or (found[1].strip() if found else "")
        elif kind in {"message/rfc822", "text/rfc822-headers"}:
            found = re.search(r"(?im)^message-id:\s*<([^<>\s]{1,500})>", str(part)[:200_000])
            told = told or (found[1] if found else "")
    if not told or not failed:
        return None
    words = clean_for_store(" ".join(reason.split()))
    sentence = _("The mail could not be delivered: {words}", words=words or "?")
    return SendStatus(told, "failed", arrived, key=f"<{told}>", sentence=sentence)


def _text(mail: Message) -> str:
    """The plain text of a mail, or its HTML as text."""
    plain, rich = "", ""
    for part in mail.walk():
        if part.is_multipart() or _is_file(part):
            continue
        kind = part.get_content_type()
        if kind == "text/plain" and not plain:
            plain = _decoded(part)
        elif kind == "text/html" and not rich:
            rich = to_text(_decoded(part))
    if not plain.strip() and not rich.strip() and not mail.keys():
        raise Unreadable(_("The mail has neither headers nor text."))
    return clean_for_store(
        (plain if plain.strip() else rich).replace("\r\n", "\n").replace("\r", "\n").strip()
    )


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    named = part.get_content_charset() or "utf-8"
    for charset in (named, "utf-8", "windows-1252"):
        try:
            return content.decode(charset)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("latin-1")


def _is_file(part: Message) -> bool:
    return "attachment" in str(part.get("content-disposition", "")).lower() or (
        part.get_content_maintype() not in {"text", "multipart", "message"}
    )


def _attachments(mail: Message) -> Iterator[Attachment]:
    """Named by their place in the mail: they are never fetched by themselves."""
    for number, part in enumerate(mail.walk()):
        if not part.is_multipart() and _is_file(part):
            kind = _KINDS.get(part.get_content_maintype(), "file")
            name = clean_for_store(_decoded_words(str(part.get_filename() or "")))[:200]
            yield Attachment(kind, f"mail:{number}", part.get_content_type(), name)


def _person(mail: Message, name: str) -> tuple[str, str]:
    """Name and address of the first who is named in a header; raises Unreadable where nobody is."""
    for shown, address in getaddresses([_line(mail, name)])[:20]:
        if "@" in address and len(address) <= 320 and address.isprintable():
            return clean_for_store(_decoded_words(shown))[:200], clean_for_store(address.lower())
    raise Unreadable(_("The mail has no readable sender."))


def _maybe_person(mail: Message, name: str) -> str | None:
    try:
        return _person(mail, name)[1] if mail.get(name) is not None else None
    except Unreadable:
        return None


def _words(mail: Message, name: str) -> str:
    return clean_for_store(" ".join(_decoded_words(_line(mail, name)).split()))[:1_000]


def _decoded_words(text: str) -> str:
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, UnicodeError, ValueError):
        return text


def _line(mail: Message, name: str) -> str:
    value = mail.get(name)
    line = " ".join(str(value)[:_LONGEST_HEADER].split()) if value is not None else ""
    try:
        return line.encode("ascii", "surrogateescape").decode("utf-8", "replace")
    except UnicodeError:
        return line


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
