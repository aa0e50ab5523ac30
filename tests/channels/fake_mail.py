"""A small mail server on loopback: IMAP (RFC 3501, IDLE, CONDSTORE, special folders) and SMTP, with faults.

`keeps_copies` is the manner of Google and Microsoft, who put what goes out over SMTP with what was sent.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import email
import email.policy
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from domain.clock import Clock, Millis, to_datetime
from tests.channels.world import Trouble

LOCALHOST = "127.0.0.1"


class Hangs(Exception):
    """The connection is closed without a word."""


@dataclass(slots=True)
class Mail:
    """One mail in a folder."""

    uid: int
    arrived: Millis
    content: bytes

    def header(self, name: str) -> str:
        """As it stands in it."""
        parsed = email.message_from_bytes(self.content, policy=email.policy.default)
        return str(parsed[name] or "")


@dataclass(slots=True)
class Folder:
    """One folder."""

    validity: int = 7
    next_uid: int = 1
    modseq: int = 1
    mails: list[Mail] = field(default_factory=list)

    def add(self, content: bytes, arrived: Millis) -> Mail:
        """Put a mail in it."""
        mail = Mail(self.next_uid, arrived, content)
        self.next_uid += 1
        self.modseq += 1
        self.mails.append(mail)
        return mail


@dataclass(slots=True)
class Planned:
    """A fault to come."""

    trouble: Trouble
    after: int = 0


class FakeMail:
    """Use as an async context manager; `imap` and `smtp` are its ports."""

    def __init__(self, clock: Clock, *, keeps_copies: bool = True) -> None:
        self.clock = clock
        self.keeps_copies = keeps_copies
        self.folders = {"INBOX": Folder(), "Verzonden": Folder()}
        self.passwords = {"pw"}
        self.tokens: set[str] = set()
        self.delivered: list[Mail] = []
        self.refusals: dict[str, str] = {}
        """What is answered to a recipient."""

        self.imap = self.smtp = 0
        self.logins = 0
        self.reading: list[Planned] = []
        self.sending: list[Planned] = []
        self.idles = True
        self.idling = asyncio.Event()
        """Somebody waits for news."""

        self._changed = asyncio.Condition()
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.Task[None]] = set()

    async def receive(self, content: bytes, folder: str = "INBOX") -> Mail:
        """A mail arrives."""
        mail = self.folders[folder].add(content, self.clock.now())
        async with self._changed:
            self._changed.notify_all()
        return mail

    async def __aenter__(self) -> Self:
        for talk in (self._imap, self._smtp):
            server = await asyncio.start_server(self._serving(talk), LOCALHOST, 0, limit=2**22)
            self._servers.append(server)
        self.imap, self.smtp = (each.sockets[0].getsockname()[1] for each in self._servers)
        return self

    async def __aexit__(self, *_exception: object) -> None:
        for server in self._servers:
            server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        for server in self._servers:
            await server.wait_closed()

    def _serving(
        self, talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._open.add(task)
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, Hangs):
                await talk(reader, writer)
            self._open.discard(task)
            writer.close()

        return serve

    @staticmethod
    def _due(planned: list[Planned]) -> Trouble | None:
        if not planned or planned[0].trouble == "token_expired":
            return None
        if planned[0].after > 0:
            planned[0].after -= 1
            return None
        return planned.pop(0).trouble

    # IMAP

    async def _imap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK fake IMAP4rev1\r\n")
        opened = Folder()
        while True:
            line, literals = await _command(reader, writer)
            tag, _space, rest = line.decode().partition(" ")
            command = rest.upper()
            if command.startswith(("SELECT", "EXAMINE")):
                name = rest.split(" ")[1].strip('"')
                if name not in self.folders:
                    writer.write(f"{tag} NO [NONEXISTENT] no such mailbox\r\n".encode())
                    continue
                if name == "INBOX" and (trouble := self._due(self.reading)):
                    self._fail_reading(trouble, tag, writer)
                    await writer.drain()
                    continue
                opened = self.folders[name]
                writer.write(_selected(opened, tag))
            elif command == "IDLE":
                writer.write(b"+ idling\r\n")
                await self._idle(opened, reader, writer)
                writer.write(f"{tag} OK done\r\n".encode())
            elif command.startswith("AUTHENTICATE"):
                await self._authenticate(tag, reader, writer)
            else:
                writer.write(self._simple(tag, rest, literals, opened))
            await writer.drain()
            if command.startswith("LOGOUT"):
                return

    async def _authenticate(
        self, tag: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"+ \r\n")
        said = base64.b64decode((await reader.readuntil(b"\r\n")).strip()).decode()
        writer.write(self._let_in(tag, good=any(f"Bearer {token}\1" in said for token in self.tokens)))

    def _simple(self, tag: str, rest: str, literals: list[bytes], opened: Folder) -> bytes:
        """What is answered to commands that need nothing of the connection."""
        command, upper = rest.partition(" ")[0].upper(), rest.upper()
        said = b""
        if command == "CAPABILITY":
            idle = "IDLE " if self.idles else ""
            said = f"* CAPABILITY IMAP4rev1 {idle}CONDSTORE SPECIAL-USE AUTH=XOAUTH2\r\n".encode()
        elif command == "LOGIN":
            password = re.findall(r'"([^"]*)"|(\S+)', rest)[2]
            return self._let_in(tag, good=(password[0] or password[1]) in self.passwords)
        elif command == "LIST":
            said = (
                b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\HasNoChildren \\Sent) "/" "Verzonden"\r\n'
            )
        elif command == "APPEND":
            name = rest.split(" ")[1].strip('"')
            self.folders[name].add(literals[0], self.clock.now())
        elif upper.startswith("UID SEARCH"):
            found = [str(each.uid) for each in opened.mails if _matches(each, rest, literals, opened)]
            said = f"* SEARCH {' '.join(found)}\r\n".encode()
        elif upper.startswith("UID FETCH"):
            said = _fetched(opened, rest)
        elif command == "LOGOUT":
            said = b"* BYE\r\n"
        return said + f"{tag} OK done\r\n".encode()

    def _let_in(self, tag: str, *, good: bool) -> bytes:
        self.logins += 1
        if self.reading and self.reading[0].trouble == "token_expired":
            if self.reading[0].after > 0:
                self.reading[0].after -= 1
            else:
                good = False
        word = "OK done" if good else "NO [AUTHENTICATIONFAILED] wrong"
        return f"{tag} {word}\r\n".encode()

    def _fail_reading(self, trouble: Trouble, tag: str, writer: asyncio.StreamWriter) -> None:
        words = {
            "rate_limited": f"{tag} NO [LIMIT] slow down\r\n",
            "rate_limited_without_time": f"{tag} NO [THROTTLED] slow down\r\n",
            "server_error": f"{tag} NO [SERVERBUG] trouble\r\n",
            "broken_json": "!! {{{ \r\n",
            "web_page": "HTTP/1.1 200 OK\r\n\r\n<html>Maintenance</html>\r\n",
        }
        if trouble not in words:
            raise Hangs
        writer.write(words[trouble].encode())

    async def _idle(self, opened: Folder, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        done = asyncio.ensure_future(reader.readuntil(b"\r\n"))
        self.idling.set()
        while not done.done():
            async with self._changed:
                news = asyncio.ensure_future(self._changed.wait())
                await asyncio.wait({done, news}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                with suppress(asyncio.CancelledError):
                    await news
            if not done.done():
                writer.write(f"* {len(opened.mails)} EXISTS\r\n".encode())
        await done

    # SMTP

    async def _smtp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 fake ESMTP\r\n")
        trouble = None
        while True:
            line = (await reader.readuntil(b"\r\n"))[:-2].decode()
            verb = line.partition(" ")[0].upper()
            if verb == "EHLO":
                writer.write(b"250-fake\r\n250-AUTH PLAIN XOAUTH2\r\n250 8BITMIME\r\n")
            elif verb == "AUTH":
                writer.write(self._authenticated(line.split(" ")[-1]))
            elif verb == "RCPT":
                trouble = self._due(self.sending)
                refused = next((said for name, said in self.refusals.items() if name in line), "250 ok")
                limited = trouble in {"rate_limited", "rate_limited_without_time"}
                writer.write(f"{'452 4.7.0 slow down' if limited else refused}\r\n".encode())
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                text = (await reader.readuntil(b"\r\n.\r\n"))[:-3]
                self._accept(re.sub(rb"(?m)^\.\.", b".", text), trouble)
                writer.write(b"xyz\r\n" if trouble in {"broken_json", "web_page"} else b"250 ok\r\n")
            else:
                writer.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            await writer.drain()
            if verb == "QUIT":
                return

    def _authenticated(self, said: str) -> bytes:
        try:
            words = base64.b64decode(said).decode()
        except (binascii.Error, UnicodeError):
            words = ""
        password = words.rpartition("\0")[2] in self.passwords
        token = any(f"Bearer {each}\1" in words for each in self.tokens)
        return b"235 welcome\r\n" if password or token else b"535 5.7.8 wrong\r\n"

    def _accept(self, content: bytes, trouble: Trouble | None) -> None:
        if trouble in {"connection_lost", "server_error"}:
            raise Hangs
        self.delivered.append(Mail(len(self.delivered), self.clock.now(), content))
        if self.keeps_copies:
            self.folders["Verzonden"].add(content, self.clock.now())
        if trouble == "answer_lost":
            raise Hangs


async def _command(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[bytes, list[bytes]]:
    """One command with the literals in it."""
    line = (await reader.readuntil(b"\r\n"))[:-2]
    literals: list[bytes] = []
    while found := re.search(rb"\{(\d+)\}$", line):
        writer.write(b"+ go on\r\n")
        literals.append(await reader.readexactly(int(found[1])))
        line = line[: found.start()] + b"LITERAL" + (await reader.readuntil(b"\r\n"))[:-2]
    return line, literals


def _selected(folder: Folder, tag: str) -> bytes:
    return (
        f"* {len(folder.mails)} EXISTS\r\n* OK [UIDVALIDITY {folder.validity}] ok\r\n"
        f"* OK [UIDNEXT {folder.next_uid}] ok\r\n* OK [HIGHESTMODSEQ {folder.modseq}] ok\r\n"
        f"{tag} OK [READ-ONLY] done\r\n"
    ).encode()


def _matches(mail: Mail, rest: str, literals: list[bytes], opened: Folder) -> bool:
    if found := re.search(r"SEARCH UID (\d+):\*", rest, re.IGNORECASE):
        last = max((each.uid for each in opened.mails), default=0)
        return mail.uid >= int(found[1]) or mail.uid == last
    if found := re.search(r"SINCE (\S+)", rest):
        day = datetime.strptime(found[1].strip('"'), "%d-%b-%Y").replace(tzinfo=UTC)
        return to_datetime(mail.arrived).date() >= day.date()
    wanted = literals[-1].decode() if literals else rest.rpartition(" ")[2].strip('"')
    return wanted in mail.header("Message-ID")


def _fetched(opened: Folder, rest: str) -> bytes:
    wanted = {int(each) for part in rest.split(" ")[2].split(",") for each in [part] if each.isdigit()}
    spans = [part.split(":") for part in rest.split(" ")[2].split(",") if ":" in part]
    found = b""
    for number, mail in enumerate(opened.mails, start=1):
        if mail.uid in wanted or any(int(low) <= mail.uid <= int(high) for low, high in spans):
            arrived = to_datetime(mail.arrived).strftime("%d-%b-%Y %H:%M:%S +0000")
            head = f'* {number} FETCH (UID {mail.uid} INTERNALDATE "{arrived}" BODY[]<0> '
            found += f"{head}{{{len(mail.content)}}}\r\n".encode() + mail.content + b")\r\n"
    return found
