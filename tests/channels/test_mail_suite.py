"""E-mail through the suite that every connector must pass, on servers of two manners."""

from __future__ import annotations

import email
import email.policy
from collections.abc import AsyncIterator, Sequence
from email.message import EmailMessage

import pytest

from channels.base import Connector
from channels.mail import INBOX, Account, MailConnector
from channels.mail_box import Host
from domain.clock import ManualClock
from domain.inbound import Attachment
from tests.channels.fake_mail import FakeMail, Planned
from tests.channels.fake_platform import NOON
from tests.channels.suite import ConnectorSuite
from tests.channels.world import ConnectorWorld, Sent, Trait, Trouble

US = "klantenservice@voorbeeld.example"


def letter(text: str, number: int, *, sender: str = "klant@elders.example", **headers: str) -> EmailMessage:
    """A mail to us."""
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = f"Klaas Klant <{sender}>"
    mail["To"] = US
    mail["Subject"] = f"Vraag {number}"
    mail["Message-ID"] = f"<{number}@elders.example>"
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(text, cte="base64")
    return mail


class MailWorld:
    """A mailbox and people who write to it."""

    stream = INBOX
    page = 5
    longest = 10_000
    traits: frozenset[Trait] = frozenset({"echoes", "private", "attachments", "spoils", "sends"})

    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.fake = FakeMail(self.clock)
        self.password = "pw"
        self.written = 0
        self.made: list[Connector] = []

    def connector(self) -> MailConnector:
        """As after a restart."""
        imap = Host("127.0.0.1", self.fake.imap, plain=True)
        smtp = Host("127.0.0.1", self.fake.smtp, plain=True)
        account = Account(US, imap, smtp, name="Gemeente")
        return MailConnector("mail", account, self.password, clock=self.clock, page=self.page)

    async def let_someone_post(
        self, text: str, *, private: bool = False, attachments: Sequence[Attachment] = ()
    ) -> str:
        """A mail arrives."""
        self.written += 1
        mail = letter(text, self.written)
        for each in attachments:
            kind, _slash, sub = (each.mime or "application/octet-stream").partition("/")
            mail.add_attachment(b"...", maintype=kind, subtype=sub, filename=each.alt or "x.exe")
        await self.fake.receive(mail.as_bytes())
        return f"{self.written}@elders.example"

    async def edit(self, remote_id: str, text: str) -> None:
        """Nobody edits mail."""
        raise NotImplementedError

    async def delete(self, remote_id: str) -> None:
        """Its author cannot take it back."""
        raise NotImplementedError

    async def spoil(self, remote_id: str) -> None:
        """Without a sender."""
        mails = self.fake.folders["INBOX"].mails
        mail = next(each for each in mails if remote_id in each.header("Message-ID"))
        mail.content = b"Subject: \xff\xfe\x00\r\n\r\n"

    async def post_as_us(self, text: str, in_reply_to: str) -> str:
        """A colleague answers from another program."""
        headers = {"In_Reply_To": f"<{in_reply_to}>", "References": f"<{in_reply_to}>"}
        mail = letter(text, 99, sender=US, **headers)
        await self.fake.receive(mail.as_bytes(), "Verzonden")
        return "99@elders.example"

    async def fail(self, trouble: Trouble, *, after: int = 0) -> None:
        """For reading and for sending."""
        if trouble == "token_expired" and after == 0:
            self.fake.passwords.clear()
        self.fake.reading.append(Planned(trouble, after))
        self.fake.sending.append(Planned(trouble, after))

    async def renew(self) -> None:
        """A new password."""
        self.fake.reading.clear()
        self.fake.sending.clear()
        self.password = "pw2"
        self.fake.passwords.add(self.password)

    def sent_on_server(self) -> Sequence[Sent]:
        """What was taken for delivery."""
        return [
            Sent(each.header("Message-ID").strip("<>"), text_of(each.content), private=True)
            for each in self.fake.delivered
        ]


def text_of(content: bytes) -> str:
    """The text of a plain mail."""
    body = email.message_from_bytes(content, policy=email.policy.default).get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


class TestMail(ConnectorSuite):
    """All of it."""

    @pytest.fixture(params=["keeps copies", "keeps none"])
    async def world(self, request: pytest.FixtureRequest) -> AsyncIterator[ConnectorWorld]:
        """A server of each manner; on one that keeps no copies a lost answer stays unknown."""
        world = MailWorld()
        world.fake.keeps_copies = request.param == "keeps copies"
        if not world.fake.keeps_copies and "lost_answer" in request.node.name:
            pytest.skip("without copies the operator is asked, see test_mail.py")
        async with world.fake:
            yield world
