"""A line between the program and a real server that can be listened to, cut, or answered instead."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

_HOP = frozenset({"connection", "transfer-encoding", "keep-alive", "content-length", "date", "server"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that came by."""

    at: float
    """Seconds by the monotonic clock."""

    method: str
    path: str


@dataclass(slots=True)
class Trick:
    """What to do with the next requests of a kind."""

    method: str
    path: str
    times: int
    do: Literal["lose", "answer"]
    """`lose`: the server does it, and its answer never arrives. `answer`: the server is not asked."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)


class Proxy:
    """Where the program thinks the server is."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream)
        self.seen: list[Seen] = []
        self.url = ""
        self._tricks: list[Trick] = []
        self._lock = threading.Lock()

    def requests(self, method: str, path: str) -> list[Seen]:
        """Those that came by so far."""
        return [each for each in self.seen if (each.method, each.path) == (method, path)]

    def trick(self, trick: Trick) -> None:
        """Play it on the next requests that fit."""
        with self._lock:
            self._tricks.append(trick)

    def note(self, method: str, path: str) -> Trick | None:
        """Remember a request, and say what is to be done with it."""
        with self._lock:
            self.seen.append(Seen(time.monotonic(), method, path))
            for trick in self._tricks:
                if (trick.method, trick.path) == (method, path) and trick.times > 0:
                    trick.times -= 1
                    return trick
        return None


class _Handler(BaseHTTPRequestHandler):
    """One connection of the program's."""

    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        trick = self.proxy.note(self.command, urlsplit(self.path).path)
        if trick is not None and trick.do == "answer":
            self._say(trick.status, trick.headers, b'{"error": "RateLimitExceeded"}')
            return
        status, headers, answer = self._ask(body)
        if trick is not None:
            self.close_connection = True
            return
        self._say(status, headers, answer)

    do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815 - the library's names

    def _ask(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = self.proxy.upstream
        line = http.client.HTTPConnection(str(upstream.hostname), upstream.port, timeout=30)
        try:
            asked = {name: word for name, word in self.headers.items() if name.lower() != "connection"}
            line.request(self.command, self.path, body or None, asked)
            said = line.getresponse()
            return said.status, dict(said.getheaders()), said.read()
        finally:
            line.close()

    def _say(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, word in headers.items():
            if name.lower() not in _HOP:
                self.send_header(name, word)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def proxy(upstream: str) -> Iterator[Proxy]:
    """A proxy before this server for the time of the block."""
    made = Proxy(upstream)
    handler = type("Handler", (_Handler,), {"proxy": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
