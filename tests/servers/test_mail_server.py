"""The e-mail connector against Dovecot and a real SMTP server."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from itertools import count

import pytest

from channels.base import Permanent, Retryable, Unknown
from channels.mail import INBOX, SENT, Account, MailConnector
from channels.mail_box import Host
from channels.mail_out import Outgoing, deliver
from tests.channels.world import TEXTS, Drained, answer_to, drain, stored_and_read
from tests.servers.install import unavailable
from tests.servers.mail_server import PYTHON, US, MailServer, mail_server
from webcare.clock import SystemClock

pytestmark = pytest.mark.servers
_numbers = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    if reason := unavailable("mail"):
        pytest.skip(reason)
    assert PYTHON.exists(), "run: python -m tests.servers.install mail"
    pytest.importorskip("imapclient")
    pytest.importorskip("aiosmtplib")
    with mail_server() as running:
        yield running


def connector_of(server: MailServer, password: str = "pw") -> MailConnector:
    imap, smtp = (Host("127.0.0.1", port, plain=True) for port in (server.imap, server.smtp))
    account = Account(US, imap, smtp, user="webcare")
    return MailConnector("mail", account, password, clock=SystemClock())


async def receive(server: MailServer, text: str, **more: str) -> str:
    return await asyncio.to_thread(lambda: server.receive(text, next(_numbers), **more))


async def ready(server: MailServer) -> tuple[MailConnector, Drained]:
    """How far everything was read by now."""
    connector = connector_of(server)
    return connector, await drain(connector, INBOX)


@pytest.fixture(autouse=True)
def _without_signing_in_over_smtp(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sink knows no accounts."""

    async def without(outgoing: Outgoing, _login: object, content: bytes, to: str) -> None:
        await deliver(outgoing, None, content, to)

    monkeypatch.setattr("channels.mail.deliver", without)


def test_the_servers_listen_on_loopback_only(server: MailServer) -> None:
    listening = subprocess.run(["ss", "-Hltn"], capture_output=True, text=True, check=True).stdout
    for port in (server.imap, server.smtp):
        here = [line.split()[3] for line in listening.splitlines() if line.split()[3].endswith(f":{port}")]
        assert here == [f"127.0.0.1:{port}"]


async def test_sixty_mails_come_once_and_in_order(server: MailServer) -> None:
    connector, before = await ready(server)
    posted = [await receive(server, f"bericht {number}") for number in range(60)]
    after = await drain(connector, INBOX, before.cursor)
    assert after.ids == posted
    assert (await drain(connector_of(server), INBOX, after.cursor)).ids == []


@pytest.mark.parametrize("name", TEXTS)
async def test_texts_come_and_go_whole(server: MailServer, name: str) -> None:
    connector, before = await ready(server)
    await receive(server, TEXTS[name])
    (item,) = (await drain(connector, INBOX, before.cursor)).items
    assert TEXTS[name] in item.text
    prepared = stored_and_read(await connector.prepare(answer_to(item, TEXTS[name])))
    assert await connector.find_sent(prepared) is None
    result = await connector.send(prepared)
    found = await connector_of(server).find_sent(prepared)
    assert found is not None
    assert found.remote_id == result.remote_id
    assert result.remote_id in await asyncio.to_thread(server.subjects, "klant")
    sent = await asyncio.to_thread(server.subjects, "webcare", "Sent")
    assert sent.count(result.remote_id) == 1


async def test_a_lost_answer_is_found_by_our_own_id(server: MailServer) -> None:
    connector, before = await ready(server)
    await receive(server, "vraag")
    (item,) = (await drain(connector, INBOX, before.cursor)).items
    prepared = stored_and_read(await connector.prepare(answer_to(item, "lose the answer")))
    with pytest.raises(Unknown):
        await connector.send(prepared)
    assert await connector.find_sent(prepared) is not None
    there = await asyncio.to_thread(server.subjects, "klant")
    assert there.count(prepared.key.strip("<>")) == 1


@pytest.mark.parametrize(("address", "error"), [("full@x.example", Retryable), ("gone@x.example", Permanent)])
async def test_a_refused_recipient(server: MailServer, address: str, error: type[Exception]) -> None:
    connector, before = await ready(server)
    await receive(server, "vraag", Reply_To=address)
    (item,) = (await drain(connector, INBOX, before.cursor)).items
    with pytest.raises(error):
        await connector.send(await connector.prepare(answer_to(item)))


async def test_an_answer_comes_back_into_its_thread(server: MailServer) -> None:
    connector, before = await ready(server)
    first = await receive(server, "vraag")
    drained = await drain(connector, INBOX, before.cursor)
    result = await connector.send(await connector.prepare(answer_to(drained.items[0])))
    above = f"<{first}> <{result.remote_id}>"
    await receive(server, "nog iets", References=above, In_Reply_To=f"<{result.remote_id}>")
    (later,) = (await drain(connector, INBOX, drained.cursor)).items
    assert (later.thread_key, later.parent_id) == (first, result.remote_id)
    echoes = (await drain(connector, SENT)).echoes
    assert result.remote_id in [echo.remote_id for echo in echoes]


async def test_news_is_told_by_the_server(server: MailServer) -> None:
    connector = connector_of(server)
    heard = connector.listen(INBOX, None)
    waiting = asyncio.ensure_future(anext(heard))
    while not waiting.done():
        await receive(server, "hallo")
        await asyncio.wait({waiting}, timeout=0.5)
    await waiting
    await heard.aclose()  # type: ignore[attr-defined]


async def test_a_folder_made_anew_is_read_again(server: MailServer) -> None:
    def renew() -> None:
        with server.box("webcare") as line:
            line.select("INBOX")
            line.rename("INBOX", f"Oud{next(_numbers)}")  # the server makes an empty INBOX

    connector, before = await ready(server)
    posted = await receive(server, "hallo")
    drained = await drain(connector, INBOX, before.cursor)
    assert drained.ids == [posted]
    await asyncio.to_thread(renew)
    later = await receive(server, "na de verhuizing")
    assert later in (await drain(connector, INBOX, drained.cursor)).ids


async def test_credentials(server: MailServer) -> None:
    assert (await connector_of(server).check_auth()).ok
    state = await connector_of(server, "geheim").check_auth()
    assert not state.ok
    assert "geheim" not in state.sentence
