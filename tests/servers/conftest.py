"""The real servers, started once for all tests that need them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.bluesky_network.bluesky_network import INSTALLED, Network, bluesky_network
from tests.servers.install import unavailable
from tests.servers.mastodon_server import PYTHON, MastodonServer, mastodon_server
from tests.terminal.workplace import Workplace


@pytest.fixture(scope="session")
def network() -> Iterator[Network]:
    """A Bluesky network with its rate limits on."""
    if reason := unavailable("bluesky"):
        pytest.skip(reason)
    assert (INSTALLED / "node_modules").is_dir(), "run: python -m tests.servers.install bluesky"
    with bluesky_network(rate_limits=True) as running:
        yield running


@pytest.fixture
def mastodon() -> Iterator[MastodonServer]:
    """A Mastodon server for one test."""
    if reason := unavailable("mastodon"):
        pytest.skip(reason)
    assert PYTHON.exists(), "run: python -m tests.servers.install mastodon"
    with mastodon_server() as running:
        yield running


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    """A desk's files."""
    return Workplace(tmp_path)
