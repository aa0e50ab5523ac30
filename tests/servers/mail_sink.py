"""An SMTP server for tests, run by the interpreter that has aiosmtpd: `mail_sink.py SMTP-PORT IMAP-PORT`.

What it takes is appended over IMAP to the mailboxes of those it is for, and to the sender's folder of what
was sent, as Google and Microsoft do. `full@` is refused for now and `gone@` for good; a text with the words
"lose the answer" is taken without a word.
"""

from __future__ import annotations

import asyncio
import imaplib
import signal
import sys
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """What aiosmtpd calls."""

    def __init__(self, imap_port: int) -> None:
        self._imap_port = imap_port

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Refuse two; take the rest."""
        if address.startswith("full@"):
            return "452 4.2.2 mailbox full"
        if address.startswith("gone@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Deliver it."""
        for address in envelope.rcpt_tos:
            await asyncio.to_thread(self._append, address.partition("@")[0], "INBOX", envelope.content)
        sender = envelope.mail_from.partition("@")[0]
        await asyncio.to_thread(self._append, sender, "Sent", envelope.content)
        if b"lose the answer" in envelope.content:
            server.transport.abort()
        return "250 OK"

    def _append(self, user: str, folder: str, content: bytes) -> None:
        with imaplib.IMAP4("127.0.0.1", self._imap_port) as line:
            line.login(user, "pw")
            line.create(folder)
            line.append(folder, "", "", content)


def main() -> None:
    """Serve until somebody ends it."""
    controller = Controller(Sink(int(sys.argv[2])), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    controller.stop()


if __name__ == "__main__":
    main()
