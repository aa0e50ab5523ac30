"""Every configured channel gets its connector, and a channel in trouble its sentence."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from channels.base import Connector, Retryable
from storage import channels as channel_store
from webcare.bootstrap import open_database
from webcare.collecting import collector_on
from webcare.connectors import Fault, connectors_of
from webcare.program import Program, start
from webcare.session_file import SessionFile

BLUESKY = """
channels:
  bsky:
    platform: bluesky
    handle: gemeente.test
    server: http://127.0.0.1:9
    searches: [kliko]
    poll: 5 s
"""
MASTODON = """
  toots:
    platform: mastodon
    server: http://127.0.0.1:9
    hashtags: [afval]
    streaming: false
"""
Configured = Callable[..., Program]


@pytest.fixture
def configured(tmp_path: Path) -> Configured:
    """A program on a configuration file, with a file for each credential."""

    def make(yaml: str, **credentials: str) -> Program:
        path = tmp_path / "webcare.yaml"
        path.write_text(yaml, encoding="utf-8")
        (tmp_path / "credentials").mkdir(exist_ok=True, mode=0o700)
        for name, value in credentials.items():
            file = tmp_path / "credentials" / name
            file.write_text(value)
            file.chmod(0o600)
        return start(path, {"HOME": str(tmp_path), "WEBCARE_DATABASE": str(tmp_path / "desk.db")})

    return make


async def made_of(program: Program) -> dict[str, Connector]:
    connectors, faults = connectors_of(program)
    assert faults == ()
    for connector in connectors.values():
        await connector.close()
    return dict(connectors)


async def test_a_bluesky_account_is_wired_as_configured(configured: Configured) -> None:
    connectors = await made_of(configured(BLUESKY, bsky="app-password"))
    assert connectors["bsky"].channel == "bsky"
    assert connectors["bsky"].streams == ("notifications", "search:kliko")
    assert connectors["bsky"].caps.reply_public


async def test_a_mastodon_account_is_wired_as_configured(configured: Configured) -> None:
    connectors = await made_of(configured("channels:" + MASTODON, toots="token"))
    assert connectors["toots"].channel == "toots"
    assert connectors["toots"].streams == ("mentions", "conversations", "own", "tag:afval")
    assert connectors["toots"].caps.reply_private
    assert not connectors["toots"].caps.streaming


async def test_feeds_are_wired_as_configured(configured: Configured) -> None:
    yaml = "channels:\n  fora:\n    platform: feed\n    feeds: [http://127.0.0.1:9/a.xml, http://127.0.0.1:9/b.xml]\n"
    connectors = await made_of(configured(yaml))
    assert len(connectors["fora"].streams) == 2
    assert not connectors["fora"].caps.reply_public


async def test_what_only_listens_cannot_reply(configured: Configured) -> None:
    yaml = BLUESKY + "    listen_only: true\n    mentions: false\n" + MASTODON + "    listen_only: true\n"
    connectors = await made_of(configured(yaml, bsky="app-password", toots="token"))
    assert connectors["bsky"].streams == ("search:kliko",)
    assert not connectors["bsky"].caps.reply_public
    assert not connectors["toots"].caps.reply_public


async def test_a_credential_may_have_a_name_of_its_own(configured: Configured) -> None:
    program = configured(BLUESKY + "    credential: team-bluesky\n", **{"team-bluesky": "app-password"})
    assert set(await made_of(program)) == {"bsky"}


def _missing(program: Program) -> tuple[Fault, ...]:
    return connectors_of(program)[1]


async def test_a_missing_credential_is_its_channel_s_sentence_and_nobody_else_s(
    configured: Configured, tmp_path: Path
) -> None:
    program = configured(BLUESKY + MASTODON, toots="token")
    connectors, faults = connectors_of(program)
    assert set(connectors) == {"toots"}
    ((channel, error),) = faults
    assert channel.id == "bsky"
    assert str(tmp_path / "credentials" / "bsky") in str(error)
    await connectors["toots"].close()


async def test_a_credential_that_others_can_read_is_not_used(configured: Configured, tmp_path: Path) -> None:
    program = configured(BLUESKY, bsky="app-password")
    (tmp_path / "credentials" / "bsky").chmod(0o644)
    ((channel, error),) = _missing(program)
    assert channel.id == "bsky"
    assert "chmod 600" in str(error)
    assert "app-password" not in str(error)


async def test_the_collector_says_it_on_the_channel_s_health_line(configured: Configured) -> None:
    program = configured(BLUESKY + MASTODON, toots="token")
    connectors, faults = connectors_of(program)
    async with open_database(program) as database:
        work = asyncio.create_task(collector_on(database, program, connectors, faults))
        async with asyncio.timeout(10):
            while True:
                health = await database.read(channel_store.health)
                if set(health) == {"bsky", "toots"}:
                    break
                await asyncio.sleep(0.01)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    assert "credential 'bsky'" in health["bsky"]["error"]
    assert health["toots"]["error"]  # nobody listens on that port: its own sentence, fetched and failed
    assert "credential" not in health["toots"]["error"]


def test_a_channel_that_is_not_there_is_not_imported(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from webcare.program import start;"
        "from webcare.connectors import connectors_of;"
        f"connectors_of(start(None, {{'HOME': {str(tmp_path)!r}}}));"
        "print([name for name in sys.modules if name.split('.')[0] in ('httpx', 'feedparser')"
        " or name.startswith(('channels.bluesky', 'channels.mastodon', 'channels.feed'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# -- the session file -------------------------------------------------------------------------------------


async def test_a_session_is_kept_for_us_alone(tmp_path: Path) -> None:
    store = SessionFile(tmp_path / "state" / "sessions" / "bsky.json")
    assert await store.load() is None
    await store.save(json.dumps({"access": "one"}))
    await store.save(json.dumps({"access": "two"}))
    assert await SessionFile(store.path).load() == '{"access": "two"}'
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.path.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in store.path.parent.iterdir()] == ["bsky.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604])
async def test_a_session_that_others_could_read_is_not_used(tmp_path: Path, mode: int) -> None:
    store = SessionFile(tmp_path / "bsky.json")
    await store.save("{}")
    store.path.chmod(mode)
    assert await store.load() is None
    await store.save("{}")
    assert await store.load() == "{}"


async def test_a_session_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("{}")
    elsewhere.chmod(0o600)
    store = SessionFile(tmp_path / "bsky.json")
    store.path.symlink_to(elsewhere)
    assert await store.load() is None
    await store.save("{1}")
    assert elsewhere.read_text() == "{}"
    assert not store.path.is_symlink()


async def test_a_session_that_cannot_be_kept_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = SessionFile(tmp_path / "file" / "bsky.json")
    with pytest.raises(Retryable, match=r"bsky\.json"):
        await store.save("{}")


def test_what_a_killed_process_left_is_replaced(tmp_path: Path) -> None:
    store = SessionFile(tmp_path / "bsky.json")

    (tmp_path / f".bsky.json.{os.getpid()}").write_text("half")
    asyncio.run(store.save("{}"))
    assert asyncio.run(store.load()) == "{}"
    assert [path.name for path in tmp_path.iterdir()] == ["bsky.json"]
