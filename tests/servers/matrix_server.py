"""Starts Synapse on 127.0.0.1: a real Matrix server, with our account, a customer and rooms."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from tests.servers.bluesky_network.bluesky_network import LEASH
from tests.servers.install import SERVERS

PYTHON = SERVERS / "matrix" / "bin" / "python"
DEADLINE = 90.0
"""Seconds that the server may take to come up; it needs about ten."""

SECRET = "only-for-tests"
API = "/_matrix/client/v3"
SETTINGS = """
registration_shared_secret: "{secret}"
trusted_key_servers: []
federation_domain_whitelist: []
suppress_key_server_warning: true
rc_login:
  address: {{per_second: 1000, burst_count: 1000}}
  account: {{per_second: 1000, burst_count: 1000}}
caches: {{sync_response_cache_duration: 0s}}
rc_room_creation: {{per_second: 1000, burst_count: 1000}}
rc_invites:
  per_room: {{per_second: 1000, burst_count: 1000}}
  per_user: {{per_second: 1000, burst_count: 1000}}
  per_issuer: {{per_second: 1000, burst_count: 1000}}
rc_joins: {{local: {{per_second: 1000, burst_count: 1000}}}}
rc_message: {{per_second: {messages}, burst_count: {burst}}}
listeners:
  - {{port: {port}, bind_addresses: ['127.0.0.1'], type: http, tls: false, x_forwarded: false,
     resources: [{{names: [client], compress: false}}]}}
"""
_numbers = count()


@dataclass(frozen=True, slots=True)
class MatrixServer:
    """The running server, and what people do on it."""

    url: str
    ours: str
    """Our access token."""

    theirs: str

    def room(self, *, public: bool) -> str:
        """A room that the customer makes and that we are in, or are invited to."""
        preset = "public_chat" if public else "trusted_private_chat"
        body = {"preset": preset, "invite": ["@webcare:localhost"], "is_direct": not public}
        room_id: str = self.call("POST", "/createRoom", self.theirs, json=body)["room_id"]
        return room_id

    def say(
        self, room: str, text: str, *, token: str = "", content: Mapping[str, object] | None = None
    ) -> str:
        """Say something; the customer does, where no other token is given."""
        path = f"/rooms/{quote(room)}/send/m.room.message/test{next(_numbers)}"
        body = {"msgtype": "m.text", "body": text, **(content or {})}
        event_id: str = self.call("PUT", path, token or self.theirs, json=body)["event_id"]
        return event_id

    def redact(self, room: str, event_id: str) -> None:
        """The customer takes it back."""
        path = f"/rooms/{quote(room)}/redact/{quote(event_id)}/test{next(_numbers)}"
        self.call("PUT", path, self.theirs, json={})

    def said(self, room: str) -> list[Any]:
        """What we said in a room, oldest first: the outside ledger."""
        path = f"/rooms/{quote(room)}/messages?dir=b&limit=500"
        chunk = self.call("GET", path, self.theirs)["chunk"]
        ours = [each for each in chunk if each["sender"] == "@webcare:localhost"]
        return [each for each in reversed(ours) if each["type"] == "m.room.message"]

    def call(self, method: str, path: str, token: str, **arguments: Any) -> Any:
        """Any call, by whoever has the token."""
        headers = {"authorization": f"Bearer {token}"}
        answer = httpx.request(
            method, f"{self.url}{API}{path}", headers=headers, timeout=30, trust_env=False, **arguments
        )
        assert answer.status_code < 300, answer.text
        return answer.json()


@contextmanager
def matrix_server(*, messages: float = 1000, burst: int = 1000) -> Iterator[MatrixServer]:
    """A new and empty server; `messages` a second and `burst` are how many it lets somebody say."""
    folder = Path(tempfile.mkdtemp(prefix="webcare-matrix-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    _configure(folder, port, messages, burst)
    command = [str(PYTHON), "-m", "synapse.app.homeserver", "--config-path", "hs.yaml"]
    with (folder / "out").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", LEASH, "leash", *command],
            stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder, start_new_session=True,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _until_it_answers(url, process, folder / "out")
        yield MatrixServer(url, _registered(url, "webcare"), _registered(url, "klant"))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdin is not None
        process.stdin.close()
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, port: int, messages: float, burst: int) -> None:
    arguments = ["--server-name", "localhost", "--config-path", "hs.yaml", "--generate-config"]
    command = [str(PYTHON), "-m", "synapse.app.homeserver", *arguments, "--report-stats=no"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    lines = (folder / "hs.yaml").read_text().splitlines()
    kept: list[str] = []
    inside = False
    for line in lines:  # the generated listeners and key servers make room for ours
        if line.startswith(("listeners:", "trusted_key_servers:", "registration_shared_secret:")):
            inside = True
        elif line and not line.startswith((" ", "#", "-")):
            inside = False
        if not inside:
            kept.append(line)
    more = SETTINGS.format(secret=SECRET, port=port, messages=messages, burst=burst)
    (folder / "hs.yaml").write_text("\n".join(kept) + more)


def _registered(url: str, user: str) -> str:
    """A new user's access token; the registration is signed with the shared secret."""
    address = f"{url}/_synapse/admin/v1/register"
    nonce = httpx.get(address, timeout=30, trust_env=False).json()["nonce"]
    parts = "\0".join((nonce, user, "geheim", "notadmin")).encode()
    mac = hmac.new(SECRET.encode(), parts, hashlib.sha1).hexdigest()
    body = {"nonce": nonce, "username": user, "password": "geheim", "admin": False, "mac": mac}
    answer = httpx.post(address, json=body, timeout=60, trust_env=False)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


def _until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + DEADLINE
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/_matrix/client/versions", timeout=5, trust_env=False).status_code == 200:
                return
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
