"""Starts the Mastodon mock on 127.0.0.1: a stateful server that keeps posts, talks and notifications."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.servers.bluesky_network.bluesky_network import LEASH
from tests.servers.install import SERVERS

PYTHON = SERVERS / "mastodon" / "bin" / "python"
DEADLINE = 60.0
"""Seconds that the server may take to come up; it needs about three."""

US, THEM = "webcare", "klant"
OUR_TOKEN, THEIR_TOKEN = "tok_care", "tok_cust"
SETTINGS = f"""
[database]
path = ":memory:"
[[seed.accounts]]
username = "{US}"
access_token = "{OUR_TOKEN}"
[[seed.accounts]]
username = "{THEM}"
access_token = "{THEIR_TOKEN}"
"""


@dataclass(frozen=True, slots=True)
class MastodonServer:
    """The running server, and what people and tests do on it."""

    url: str

    def post(self, text: str, *, token: str = THEIR_TOKEN, **more: object) -> Any:
        """Write a status; the customer does, where no other token is given."""
        body = {"status": text, **more}
        return self._call("POST", "/api/v1/statuses", token, json=body)

    def ours(self) -> list[Any]:
        """Every status of ours, private ones included, newest first: the outside ledger."""
        me = self._call("GET", "/api/v1/accounts/verify_credentials", OUR_TOKEN)["id"]
        found: list[Any] = []
        while True:
            query: dict[str, str | int] = {"limit": 40}
            if found:
                query["max_id"] = found[-1]["id"]
            page = self._call("GET", f"/api/v1/accounts/{me}/statuses", OUR_TOKEN, params=query)
            if not page:
                return found
            found += page

    def below(self, status_id: str) -> list[Any]:
        """What stands under a status, as the customer sees it."""
        context = self._call("GET", f"/api/v1/statuses/{status_id}/context", THEIR_TOKEN)
        replies: list[Any] = context["descendants"]
        return replies

    def fail(self, effect: dict[str, object], *, path: str, methods: list[str], count: int | None) -> None:
        """Answer some requests otherwise; for ever where `count` is None."""
        rule: dict[str, object] = {"match": {"methods": methods, "path": path}, "effect": effect}
        if count is not None:
            rule["count"] = count
        self._call("POST", "/api/v1/_mock/faults", OUR_TOKEN, json=rule)

    def mend(self) -> None:
        """Answer as usual again."""
        self._call("DELETE", "/api/v1/_mock/faults", OUR_TOKEN)

    def _call(self, method: str, path: str, token: str, **arguments: Any) -> Any:
        headers = {"authorization": f"Bearer {token}"}
        answer = httpx.request(
            method, f"{self.url}{path}", headers=headers, timeout=30, trust_env=False, **arguments
        )
        assert answer.status_code < 300, answer.text
        return answer.json()


@contextmanager
def mastodon_server() -> Iterator[MastodonServer]:
    """A new and empty server for the time of the block."""
    folder = Path(tempfile.mkdtemp(prefix="webcare-mastodon-"))
    (folder / "mm.toml").write_text(SETTINGS)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["serve", "--config", "mm.toml", "--host", "127.0.0.1", "--port", str(port)]
    command = [str(PYTHON), "-m", "mastodon_mock", *arguments, "--log-level", "warning"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", LEASH, "leash", *command],
            stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder, start_new_session=True,
        )  # fmt: skip
    try:
        server = MastodonServer(f"http://127.0.0.1:{port}")
        _until_it_answers(server.url, process, folder / "log")
        yield server
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdin is not None
        process.stdin.close()
        shutil.rmtree(folder, ignore_errors=True)


def _until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + DEADLINE
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/api/v2/instance", timeout=5, trust_env=False).status_code == 200:
                return
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
