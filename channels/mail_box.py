"""A mailbox over IMAP: new mail since a mark, waiting for it, and our own copies.

IMAPClient is synchronous, so each visit runs in a thread of its own and its connection is cut when nobody
waits for it any more. Sources: RFC 3501, RFC 2177 (IDLE), RFC 7162 (CONDSTORE), RFC 5530 (response codes).
"""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import socket
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from channels.base import AuthFailed, Malformed, Permanent, RateLimited, Retryable
from domain.clock import MINUTE, Millis, to_datetime, to_millis
from domain.errors import ChannelError
from i18n import _

if TYPE_CHECKING:
    from imapclient import IMAPClient

Result = TypeVar("Result")

LARGEST: Final = 2_000_000
"""Bytes read of one mail; what is larger is attachments."""

PATIENCE: Final = 60.0
"""Seconds for one visit."""

IDLE_FOR: Final = 9 * 60.0
"""Seconds; a server may hang up after half an hour, and a router much sooner."""

LIMITED_FOR: Final[Millis] = 5 * MINUTE
"""IMAP names no time with `[LIMIT]`; this is ours."""


_NOT_OURS: Final = ("[LIMIT]", "[UNAVAILABLE]", "[INUSE]", "EOF", "SOCKET ERROR", "UNEXPECTED")
"""In the text of a failed sign-in: it failed for another reason than our credentials."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where a mailbox is."""

    name: str
    port: int = 993
    plain: bool = False
    """True only on this machine: without encryption."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who opens it: with a password, or with a token (XOAUTH2)."""

    user: str
    secret: str
    token: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What a folder says when it is opened."""

    validity: int
    next_uid: int
    modseq: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as it lies there."""

    uid: int
    arrived: Millis
    content: bytes


class Mailbox:
    """One mailbox."""

    def __init__(self, host: Host) -> None:
        self._host = host
        # Threads of its own: one that waits for news for minutes would block the program's few others.
        self._threads = ThreadPoolExecutor(4, "mail")

    def close(self) -> None:
        """Take no more visits."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def visit(
        self, login: Login, work: Callable[[IMAPClient], Result], patience: float = PATIENCE
    ) -> Result:
        """Open it, do the work in a thread, and close it. Raises the errors of `channels.base`."""
        opened: list[IMAPClient] = []
        loop = asyncio.get_running_loop()
        task = loop.run_in_executor(self._threads, self._visit, login, work, opened, patience)
        try:
            async with asyncio.timeout(patience + 30):
                return await asyncio.shield(task)
        except (TimeoutError, asyncio.CancelledError) as stopped:
            _cut(opened)
            with contextlib.suppress(Exception):
                await task
            if isinstance(stopped, asyncio.CancelledError):
                raise
            raise Retryable(_("{host} did not answer in time.", host=self._host.name)) from stopped

    def _visit(
        self,
        login: Login,
        work: Callable[[IMAPClient], Result],
        opened: list[IMAPClient],
        patience: float,
    ) -> Result:
        try:
            client = self._open(patience)
        except (OSError, imaplib.IMAP4.error) as error:
            raise self._said(error) from error
        opened.append(client)
        try:
            self._log_in(client, login)
            result = work(client)
        except ChannelError:
            raise
        except (OSError, imaplib.IMAP4.error, ValueError, AssertionError) as error:
            raise self._said(error) from error
        else:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.logout()
            return result
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.shutdown()

    def _open(self, patience: float) -> IMAPClient:
        from imapclient import IMAPClient, SocketTimeout  # noqa: PLC0415 - an extra, needed for mail alone

        timeout = SocketTimeout(connect=15, read=patience)
        if self._host.plain:
            return IMAPClient(self._host.name, self._host.port, ssl=False, timeout=timeout)
        context = ssl.create_default_context()
        return IMAPClient(self._host.name, self._host.port, ssl_context=context, timeout=timeout)

    def _log_in(self, client: IMAPClient, login: Login) -> None:
        try:
            if login.token:
                client.oauth2_login(login.user, login.secret)
            else:
                client.login(login.user, login.secret)
        except imaplib.IMAP4.error as error:
            if any(sign in str(error).upper() for sign in _NOT_OURS):
                raise
            raise AuthFailed(
                _("{host} does not accept our credentials; sign in again.", host=self._host.name)
            ) from None  # its text may repeat the credentials

    def _said(self, error: Exception) -> ChannelError:
        """A library's error as ours."""
        host, words = self._host.name, str(error).upper()
        if isinstance(error, ssl.SSLError):
            return Retryable(_("{host} cannot be reached safely: its certificate is not right.", host=host))
        lost = isinstance(error, OSError) or "EOF" in words or "SOCKET ERROR" in words or "CLOSED" in words
        if "[LIMIT]" in words or "[OVERQUOTA]" in words:
            return RateLimited(
                _("{host} asks us to slow down; it goes on by itself.", host=host), after=LIMITED_FOR
            )
        if "[THROTTLED]" in words or "TOO MANY" in words:
            return RateLimited(_("{host} asks us to slow down; it goes on by itself.", host=host))
        if "[NONEXISTENT]" in words or "NO SUCH MAILBOX" in words or "UNKNOWN MAILBOX" in words:
            return Permanent(_("{host} has no such folder; check its name.", host=host), code="NoFolder")
        if lost:
            return Retryable(_("{host} cannot be reached; it is tried again by itself.", host=host))
        if (
            isinstance(error, imaplib.IMAP4.abort)
            or "UNEXPECTED" in words
            or not isinstance(error, imaplib.IMAP4.error)
            or not words.strip()
            or "HTTP" in words
        ):
            return Malformed(
                _("{host} answers, but not as a mail server does; check the address.", host=host)
            )
        return Retryable(_("{host} had trouble; it is tried again by itself.", host=host))


def opened(client: IMAPClient, folder: str) -> State:
    """Open a folder for reading."""
    said: Mapping[Any, Any] = client.select_folder(folder, readonly=True)

    def count(name: bytes) -> int:
        value = said.get(name, 0)
        return value if isinstance(value, int) else 0

    return State(count(b"UIDVALIDITY"), count(b"UIDNEXT"), _modseq(said.get(b"HIGHESTMODSEQ")))


def uids_above(client: IMAPClient, uid: int) -> list[int]:
    """What has come after a mark; `n:*` always names the last one too (RFC 3501, 6.4.8)."""
    found = client.search(["UID", f"{uid + 1}:*"])
    return sorted(int(each) for each in found if int(each) > uid)


def uids_since(client: IMAPClient, moment: Millis) -> list[int]:
    """What has arrived since the day of a moment."""
    found = client.search(["SINCE", to_datetime(moment).date()])
    return sorted(int(each) for each in found)


def letters(client: IMAPClient, uids: list[int]) -> list[Letter]:
    """Mails by their numbers, without marking them as read."""
    if not uids:
        return []
    said = client.fetch(uids, ["INTERNALDATE", f"BODY.PEEK[]<0.{LARGEST}>"])
    found = []
    for uid in uids:
        entry = said.get(uid)
        if entry is None:
            continue
        content = entry.get(b"BODY[]<0>", entry.get(b"BODY[]", b""))
        arrived = entry.get(b"INTERNALDATE")
        moment = _moment(arrived) if isinstance(arrived, datetime) else 0
        found.append(Letter(uid, moment, content if isinstance(content, bytes) else b""))
    return found


def has(client: IMAPClient, message_id: str) -> bool:
    """Whether the open folder holds a mail with this id."""
    return bool(client.search(["HEADER", "Message-ID", message_id]))


def sent_folder(client: IMAPClient, named: str) -> str:
    """The folder of what we sent: as configured, else as the server marks it (RFC 6154), else `Sent`."""
    if named:
        return named
    found = client.find_special_folder(b"\\Sent")
    return found if isinstance(found, str) and found else "Sent"


def wait_for_news(client: IMAPClient, folder: str, idle_for: float = IDLE_FOR) -> bool:
    """Wait until something happens in a folder; False where the server cannot tell."""
    client.select_folder(folder, readonly=True)
    if not client.has_capability("IDLE"):
        return False
    client.idle()
    client.idle_check(timeout=idle_for)
    client.idle_done()
    return True


def _moment(arrived: datetime) -> Millis:
    """IMAPClient gives it in this machine's zone, without saying so."""
    aware = arrived if arrived.tzinfo else arrived.astimezone(UTC)
    return max(0, to_millis(aware))


def _modseq(value: object) -> int:
    first = value[0] if isinstance(value, list | tuple) and value else value
    return first if isinstance(first, int) else 0


def _cut(opened_ones: list[IMAPClient]) -> None:
    for client in opened_ones:
        with contextlib.suppress(OSError, AttributeError):
            client.socket().shutdown(socket.SHUT_RDWR)
