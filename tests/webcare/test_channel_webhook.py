"""`webcare channel webhook`: Telegram is told to call, with a word that is made where there is none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.telegram import TelegramConnector
from domain.clock import ManualClock
from tests.channels.fake_platform import NOON
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.webcare.conftest import Run

ADDRESS = "https://hooks.example.org/hook/bot"
SETTINGS = f"""
channels:
  bot: {{platform: telegram, webhook: "{ADDRESS}", bot: "@gemeentebot"}}
  lines: {{platform: jsonl}}
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTelegram]:
    """A Telegram beside the command, which has a loop of its own."""
    made, ready, loop = FakeTelegram(ManualClock(NOON)), threading.Event(), asyncio.new_event_loop()
    done = asyncio.Event()

    async def serve() -> None:
        async with made.server:
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    defaults = TelegramConnector.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "base_url", made.server.url)
    folder = tmp_path / "conf"
    folder.mkdir(mode=0o700)
    (folder / "credentials").mkdir(mode=0o700)
    (folder / "webcare.yaml").write_text(SETTINGS)
    (folder / "credentials" / "bot").write_text(TOKEN)
    (folder / "credentials" / "bot").chmod(0o600)
    monkeypatch.setenv("WEBCARE_CONFIG", str(folder))
    yield made
    loop.call_soon_threadsafe(done.set)
    thread.join()
    loop.close()


def test_telegram_is_told_with_a_word_that_is_kept(fake: FakeTelegram, run: Run, tmp_path: Path) -> None:
    first = run("channel", "webhook", "bot")
    assert (first.code, ADDRESS in first.out) == (0, True)
    kept = tmp_path / "conf" / "credentials" / "bot.webhook_secret"
    assert kept.read_text().strip() == fake.webhook["secret_token"]
    assert kept.stat().st_mode & 0o077 == 0
    again = run("channel", "webhook", "bot")
    assert again.code == 0
    assert kept.read_text().strip() == fake.webhook["secret_token"]
    assert kept.read_text().strip() not in first.out + first.err + again.out + again.err


def test_and_told_to_call_no_more(fake: FakeTelegram, run: Run) -> None:
    assert run("channel", "webhook", "bot").code == 0
    assert run("channel", "webhook", "bot", "--remove").code == 0
    assert fake.webhook == {}


@pytest.mark.parametrize(("name", "code", "says"), [("lines", 5, "own pages"), ("niets", 6, "niets")])
def test_what_cannot_be_told_is_said(fake: FakeTelegram, run: Run, name: str, code: int, says: str) -> None:
    done = run("channel", "webhook", name)
    assert done.code == code
    assert says in done.err
    assert fake.webhook == {}
