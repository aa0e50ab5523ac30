"""`webcare hook` as a person and a platform meet it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.channels import meta_bodies as bodies
from tests.hooks.calling import call, free_port, signature
from tests.webcare.conftest import Run


def lines_of(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_body_is_printed_a_line_each(run: Run) -> None:
    done = run("hook", "parse", "--channel", "facebook", text=bodies.comment())
    (line,) = lines_of(done.out)
    assert done.code == 0
    assert (line["type"], line["kind"], line["text"]) == ("item", "comment", "Waar blijft mijn kliko?")


@pytest.mark.parametrize(
    ("channel", "body", "kind"),
    [
        ("whatsapp", bodies.wa_status("delivered"), "status"),
        ("whatsapp", bodies.wa_message("reaction"), "set_aside"),
        ("instagram", bodies.ig_change("story_insights"), "set_aside"),
        ("messenger", bodies.message(text="hallo"), "item"),
        ("messenger", bodies.messaging({"telepathy": {}}), "quarantine"),
        ("facebook", b'{"a": 1}', "quarantine"),
        ("facebook", b"[1, 2]", "quarantine"),
        ("facebook", b"null", "quarantine"),
    ],
)
def test_what_is_no_item_says_why(run: Run, channel: str, body: bytes, kind: str) -> None:
    done = run("hook", "parse", "--channel", channel, text=body)
    assert done.code == 0
    assert [line["type"] for line in lines_of(done.out)] == [kind]
    if kind in {"set_aside", "quarantine"}:
        assert all(line["reason"] for line in lines_of(done.out))


@pytest.mark.parametrize("body", [b"", b"{", b"hallo", b"\xff", b"{'a': 1}"])
def test_what_is_no_json_is_refused(run: Run, body: bytes) -> None:
    done = run("hook", "parse", "--channel", "facebook", text=body)
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1


def test_several_bodies_under_names_are_read_one_by_one(run: Run) -> None:
    cases = {
        "one": json.loads(bodies.wa_status("read")),
        "two": json.loads(bodies.wa_message(text={"body": "x"})),
    }
    done = run("hook", "parse", "--channel", "whatsapp", text=json.dumps(cases))
    assert [(line["case"], line["type"]) for line in lines_of(done.out)] == [
        ("one", "status"),
        ("two", "item"),
    ]


def test_an_unknown_platform_is_told_the_names(run: Run) -> None:
    done = run("hook", "parse", "--channel", "hyves", text=b"{}")
    assert done.code != 0
    assert "whatsapp" in done.err
    done = run("hook", "parse", "--channel", "bluesky", text=b"{}")
    assert done.code != 0
    assert "Bluesky" in done.err


def test_without_a_channel_that_is_called_there_is_nothing_to_receive(run: Run) -> None:
    done = run("hook")
    assert done.code == 2
    assert "nothing to receive" in done.err


CONFIG = """
channels:
  page: {platform: facebook, page: "1001"}
"""


def configured(folder: Path, more: str = "") -> dict[str, str]:
    """A team's folder, and the environment of its processes."""
    (folder / "credentials").mkdir(mode=0o700, parents=True)
    (folder / "webcare.yaml").write_text(CONFIG + more)
    secrets = {
        "page": "token",
        "page.app_secret": "old the-app-secret",
        "page.verify_token": "word",
        "hook": "spooltoken",
    }
    for name, value in secrets.items():
        file = folder / "credentials" / name
        file.write_text(value)
        file.chmod(0o600)
    return {
        **os.environ,
        "HOME": str(folder),
        "WEBCARE_CONFIG": str(folder),
        "WEBCARE_DATABASE": str(folder / "desk.db"),
    }


async def until(process: asyncio.subprocess.Process, port: int, body: bytes) -> int:
    """The status of a signed call, once somebody listens."""
    async with asyncio.timeout(20):
        while True:
            try:
                return (await call(port, body, headers={"x-hub-signature-256": signature(body)}))[0]
            except ConnectionError:
                assert process.returncode is None
                await asyncio.sleep(0.02)


async def stop(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def command(environment: dict[str, str], *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "webcare", *words, env=environment, stdout=subprocess.DEVNULL
    )


async def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    def ask() -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            return [tuple(row) for row in connection.execute(sql)]

    return await asyncio.to_thread(ask)


async def stored(database: Path, remote_id: str) -> None:
    """Wait until the collector, another process, has this message in its file."""
    async with asyncio.timeout(30):
        while True:
            with suppress(sqlite3.OperationalError):
                if await rows(database, f"SELECT 1 FROM message WHERE remote_id = '{remote_id}'"):
                    return
            await asyncio.sleep(0.02)


async def test_a_receiver_keeps_and_counts(tmp_path: Path) -> None:
    environment, port = configured(tmp_path), free_port()
    process = await command(environment, "hook", "--listen", f"127.0.0.1:{port}")
    assert await until(process, port, bodies.comment()) == 200
    assert (await call(port, b"{}"))[0] == 403
    await stop(process)
    assert await rows(tmp_path / "desk.db", "SELECT channel, read_at FROM hook_event") == [("page", None)]
    assert await rows(tmp_path / "desk.db", "SELECT reason, count FROM hook_refused") == [("forged", 1)]
    told = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "webcare", "doctor", env=environment, stdout=subprocess.PIPE
    )
    said, _nothing = await told.communicate()
    assert b"Webhooks of page: 1 kept, 1 not read yet; refused: forged 1." in said


async def test_the_collector_receives_and_reads_by_itself(tmp_path: Path) -> None:
    port = free_port()
    environment = configured(tmp_path, f"hook: {{port: {port}}}\n")
    process = await command(environment, "collect")
    assert await until(process, port, bodies.comment()) == 200
    await stored(tmp_path / "desk.db", "77_88")
    await stop(process)


async def test_a_far_receiver_hands_over_to_the_collector(tmp_path: Path) -> None:
    port = free_port()
    far = configured(tmp_path / "far")
    near = configured(tmp_path / "near", f"hook: {{pull: 'http://127.0.0.1:{port}/spool'}}\n")
    receiver = await command(far, "hook", "--listen", f"127.0.0.1:{port}", "--spool", str(tmp_path / "spool"))
    assert await until(receiver, port, bodies.comment()) == 200
    collector = await command(near, "collect")
    await stored(tmp_path / "near" / "desk.db", "77_88")
    await stop(receiver)
    await stop(collector)
    assert not (tmp_path / "far" / "desk.db").exists()
