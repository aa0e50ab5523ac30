"""E-mail: threads, HTML, bounces, tokens, and what the servers may say."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.access import RenewedAccess
from channels.base import AuthFailed, Permanent, Retryable, Unknown
from channels.mail import INBOX, SENT, Account, MailConnector
from channels.mail_box import Host
from channels.mail_parse import Ours, answer_subject, read_mail, usable_address
from domain.clock import DAY
from domain.inbound import Aside, BadItem, Echo, Inbound, SendStatus
from tests.channels.fake_mail import Planned
from tests.channels.fault_server import FaultServer, json_reply
from tests.channels.mutations import assert_read
from tests.channels.test_mail_suite import US, MailWorld, letter, text_of
from tests.channels.world import answer_to, drain, stored_and_read

OURS = Ours("mail", US)
NOON = 1_763_031_600_000
BOUNCE = b"""From: MAILER-DAEMON@elders.example\r
To: klantenservice@voorbeeld.example\r
Subject: Undelivered\r
MIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r
\r
--b\r
Content-Type: text/plain\r
\r
Sorry.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; elders.example\r
\r
Final-Recipient: rfc822; weg@elders.example\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 no such user\r
\r
--b\r
Content-Type: message/rfc822\r
\r
Message-ID: <abc.webcare@voorbeeld.example>\r
Subject: Re: Vraag\r
\r
Hallo\r
--b--\r
"""


@pytest.fixture
async def world() -> AsyncIterator[MailWorld]:
    made = MailWorld()
    async with made.fake:
        yield made


def account_of(world: MailWorld, folder: str = "INBOX") -> Account:
    imap, smtp = (Host("127.0.0.1", port, plain=True) for port in (world.fake.imap, world.fake.smtp))
    return Account(US, imap, smtp, folder=folder)


def read(content: bytes, **known: str) -> object:
    return read_mail(content, NOON, OURS, INBOX, known)


async def test_an_answer_hangs_under_what_it_answers(world: MailWorld) -> None:
    first = await world.let_someone_post("Waar blijft mijn pas?")
    connector = world.connector()
    drained = await drain(connector, INBOX)
    (item,) = drained.items
    assert (item.kind, item.text) == ("mail", "Vraag 1\n\nWaar blijft mijn pas?")
    assert not item.can_reply_public.ok
    prepared = stored_and_read(await connector.prepare(answer_to(item)))
    await connector.send(prepared)
    (sent,) = world.fake.delivered
    assert sent.header("Subject") == "Re: Vraag 1"
    assert sent.header("In-Reply-To") == sent.header("References") == f"<{first}>"
    assert sent.header("From") == f"Gemeente <{US}>"
    assert sent.header("To") == "klant@elders.example"
    assert text_of(sent.content).strip() == prepared.text
    ours = prepared.key.strip("<>")
    again = letter("Nog steeds niet", 2, In_Reply_To=f"<{ours}>", References=f"<{first}> <{ours}>")
    await world.fake.receive(again.as_bytes())
    (later,) = (await drain(connector, INBOX, drained.cursor)).items
    assert (later.thread_key, later.parent_id, later.text) == (first, ours, "Nog steeds niet")
    (echo,) = (await drain(connector, SENT)).echoes
    assert (echo.remote_id, echo.parent_id, echo.thread_key) == (ours, first, first)


async def test_an_answer_without_references_is_known_by_its_subject(world: MailWorld) -> None:
    first = await world.let_someone_post("Waar blijft mijn pas?")
    connector = world.connector()
    drained = await drain(connector, INBOX)
    await world.fake.receive(letter("Nu?", 2, Subject="RE:  AW: vraag  1").as_bytes())
    await world.fake.receive(letter("Iets anders", 3, Subject="Re: Vraag 9").as_bytes())
    other = letter("Ik ook", 4, Subject="Re: Vraag 1", sender="ander@elders.example")
    await world.fake.receive(other.as_bytes())
    threads = [item.thread_key for item in (await drain(connector, INBOX, drained.cursor)).items]
    assert threads == [first, "3@elders.example", "4@elders.example"]


async def test_a_folder_made_anew_is_read_again_with_the_same_ids(world: MailWorld) -> None:
    posted = [await world.let_someone_post(f"bericht {n}") for n in range(3)]
    connector = world.connector()
    drained = await drain(connector, INBOX)
    inbox = world.fake.folders["INBOX"]
    inbox.validity += 1
    for number, mail in enumerate(inbox.mails, start=100):
        mail.uid = number
    inbox.next_uid = 103
    again = await drain(connector, INBOX, drained.cursor)
    assert drained.ids == again.ids == posted
    assert (await drain(connector, INBOX, again.cursor)).ids == []
    posted.append(await world.let_someone_post("nieuw"))
    assert (await drain(connector, INBOX, again.cursor)).ids == posted[-1:]


async def test_old_mail_is_left_alone_at_the_first_look(world: MailWorld) -> None:
    await world.let_someone_post("oud")
    world.clock.advance(30 * DAY)
    new = await world.let_someone_post("nieuw")
    assert (await drain(world.connector(), INBOX)).ids == [new]


async def test_news_is_told_at_once(world: MailWorld) -> None:
    heard = world.connector().listen(INBOX, None)
    waiting = asyncio.ensure_future(anext(heard))
    await world.fake.idling.wait()
    while not waiting.done():  # news in the very moment of asking is told with the next
        await world.let_someone_post("bericht")
        await asyncio.wait({waiting}, timeout=0.05)
    await waiting
    await heard.aclose()  # type: ignore[attr-defined]


async def test_whoever_stops_listening_does_not_wait(world: MailWorld) -> None:
    listening = asyncio.ensure_future(anext(world.connector().listen(INBOX, None)))
    await world.fake.idling.wait()
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening


async def test_a_lost_answer_without_copies_is_not_found(world: MailWorld) -> None:
    """So the desk waits, and then asks a person: it may have gone out."""
    world.fake.keeps_copies = False
    await world.let_someone_post("bericht")
    connector = world.connector()
    (item,) = (await drain(connector, INBOX)).items
    prepared = await connector.prepare(answer_to(item))
    world.fake.sending.append(Planned("answer_lost"))
    with pytest.raises(Unknown):
        await connector.send(prepared)
    assert await connector.find_sent(prepared) is None
    assert not connector.caps.idempotent_send


@pytest.mark.parametrize("keeps_copies", [True, False])
async def test_one_copy_stands_with_what_was_sent(world: MailWorld, *, keeps_copies: bool) -> None:
    world.fake.keeps_copies = keeps_copies
    await world.let_someone_post("bericht")
    connector = world.connector()
    (item,) = (await drain(connector, INBOX)).items
    await connector.send(await connector.prepare(answer_to(item)))
    assert len(world.fake.folders["Verzonden"].mails) == 1


async def test_a_copy_that_cannot_be_put_is_no_failure_to_send(world: MailWorld) -> None:
    world.fake.keeps_copies = False
    await world.let_someone_post("bericht")
    connector = world.connector()
    (item,) = (await drain(connector, INBOX)).items
    prepared = await connector.prepare(answer_to(item))
    del world.fake.folders["Verzonden"]
    await connector.send(prepared)
    assert connector.notice
    assert len(world.fake.delivered) == 1


@pytest.mark.parametrize(
    ("said", "error"), [("550 5.1.1 no such user", Permanent), ("452 4.2.2 full", Retryable)]
)
async def test_a_refused_recipient(world: MailWorld, said: str, error: type[Exception]) -> None:
    world.fake.refusals["klant@elders.example"] = said
    await world.let_someone_post("bericht")
    connector = world.connector()
    (item,) = (await drain(connector, INBOX)).items
    with pytest.raises(error, match=said.partition(" ")[2]):
        await connector.send(await connector.prepare(answer_to(item)))


async def test_a_token_opens_the_mailbox_and_is_renewed(world: MailWorld) -> None:
    """XOAUTH2: an expired token is asked for anew, once; a refused refresh token needs a person."""
    given = iter(["een", "twee"])

    def answer(call: object) -> object:
        token = next(given, None)
        world.fake.tokens = {token} if token else set()
        return json_reply(
            {"access_token": token} if token else {"error": "invalid_grant"}, 200 if token else 400
        )

    async with FaultServer(answer) as provider:  # type: ignore[arg-type]
        tokens = RenewedAccess(
            f"{provider.url}/token", {"grant_type": "refresh_token", "refresh_token": "r"}, clock=world.clock
        )
        connector = MailConnector("mail", account_of(world), "", clock=world.clock, tokens=tokens)
        await world.let_someone_post("bericht")
        (item,) = (await drain(connector, INBOX)).items
        world.fake.tokens = set()
        await connector.send(await connector.prepare(answer_to(item)))
        assert len(world.fake.delivered) == 1
        world.fake.tokens = set()
        assert not (await connector.check_auth()).ok
        await connector.close()


async def test_a_wrong_password_is_said_without_it(world: MailWorld) -> None:
    world.password = "geheim-wachtwoord"
    state = await world.connector().check_auth()
    assert not state.ok
    assert "geheim" not in state.sentence
    with pytest.raises(AuthFailed) as caught:
        await world.connector().pull(INBOX, None)
    assert caught.value.__cause__ is None


async def test_a_folder_that_is_not_there_is_said(world: MailWorld) -> None:
    account = account_of(world, folder="Webcare")
    connector = MailConnector("mail", account, "pw", clock=world.clock)
    assert "folder" in (await connector.check_auth()).sentence


async def test_a_server_that_is_not_there_is_worth_another_try(world: MailWorld) -> None:
    nowhere = Host("127.0.0.1", 1, plain=True)
    connector = MailConnector("mail", Account(US, nowhere, nowhere), "pw", clock=world.clock)
    with pytest.raises(Retryable):
        await connector.pull(INBOX, None)


def test_html_is_shown_as_text() -> None:
    mail = letter("plat", 1)
    mail.set_content("<p>Beste,</p><p>zie <a href='https://v.example'>hier</a></p>", subtype="html")
    item = read(mail.as_bytes())
    assert isinstance(item, Inbound)
    assert "Beste,\n\nzie hier" in item.text
    assert "https://v.example" in item.text


def test_plain_text_is_preferred_and_strange_letters_are_read() -> None:
    mail = b"From: a@b.example\nContent-Type: text/plain; charset=onzin\n\nCaf\xe9"
    item = read(mail)
    assert isinstance(item, Inbound)
    assert item.text == "Café"
    assert item.remote_id.startswith("sha256:")
    subject = b"From: =?utf-8?q?Zo=C3=AB?= <a@b.example>\nSubject: =?iso-8859-1?q?caf=E9?=\n\nx"
    item = read(subject)
    assert isinstance(item, Inbound)
    assert (item.author.name, item.text) == ("Zoë", "café\n\nx")


def test_where_the_answer_goes_is_the_sender_s_word() -> None:
    item = read(letter("x", 1, Reply_To="Balie <balie@elders.example>").as_bytes())
    assert isinstance(item, Inbound)
    assert item.parent_ref is not None
    assert item.parent_ref["to"] == "balie@elders.example"
    assert item.author.remote_id == "klant@elders.example"


def test_a_bounce_settles_what_was_sent() -> None:
    status = read(BOUNCE)
    assert isinstance(status, SendStatus)
    assert (status.remote_id, status.state, status.key) == (
        "abc.webcare@voorbeeld.example", "failed", "<abc.webcare@voorbeeld.example>",
    )  # fmt: skip
    assert "550 5.1.1 no such user" in status.sentence


def test_an_automatic_answer_asks_for_none() -> None:
    assert isinstance(read(letter("Ik ben weg", 1, Auto_Submitted="auto-replied").as_bytes()), Aside)
    assert isinstance(read(letter("Hallo", 1, Auto_Submitted="no").as_bytes()), Inbound)


def test_our_own_mail_is_an_echo() -> None:
    assert isinstance(read(letter("Hallo", 1, sender=US.upper()).as_bytes()), Echo)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"Subject: x\n\nhallo", b"From: nobody\n\nhallo"])
def test_what_has_no_sender_is_set_apart(content: bytes) -> None:
    assert isinstance(read(content), BadItem)


@pytest.mark.parametrize(
    "address", ["a b@c.example", "a@b@c", "a@b\r\nBcc: x@y.example", "<a@b.c>", "", "ä@b.c"]
)
def test_no_address_smuggles_anything(address: str) -> None:
    assert usable_address(address) is None


def test_a_subject_stays_on_one_line() -> None:
    assert answer_subject("Re: RE: Vraag\r\nBcc: x@y.example") == "Re: Vraag Bcc: x@y.example"


@given(st.binary(max_size=400), st.integers(0, 900))
def test_no_mail_breaks_the_reading(noise: bytes, place: int) -> None:
    whole = letter("Beste, <b>waar</b> blijft het?", 1).as_bytes()
    assert_mail(read(whole[:place] + noise + whole[place + len(noise) :]))
    assert_mail(read(BOUNCE[:place] + noise + BOUNCE[place:]))
    assert_mail(read(noise))


@given(
    st.sampled_from(["From", "To", "Subject", "References", "Content-Type", "Message-ID"]),
    st.text(max_size=60),
)
def test_no_header_breaks_the_reading(name: str, value: str) -> None:
    head = f"{name}: {value}\r\nFrom: a@b.example\r\n\r\nhallo"
    assert_mail(read(head.encode("utf-8", "replace")))


def assert_mail(one: object) -> None:
    if isinstance(one, SendStatus):
        assert one.remote_id
        json.dumps(one.sentence)
    else:
        assert_read([one])
