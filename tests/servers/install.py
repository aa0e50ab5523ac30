"""Installs the real servers that tests run against: `python -m tests.servers.install [bluesky] [matrix] ...`.

Everything lands in `.servers`, outside version control. A registry that fails three times is not our fault:
it is said loudly, and a marker makes that server's tests skip. Anything else that goes wrong fails.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVERS = ROOT / ".servers"
BLUESKY_RECIPE = Path(__file__).parent / "bluesky_network" / "package.json"
MASTODON_MOCK = "mastodon-mock==0.6.1"
SYNAPSE = "matrix-synapse==1.163.2"
AIOSMTPD = "aiosmtpd==1.4.6"
TRIES = 3
PATIENCE = 900
"""Seconds for one command; the longest compiles a database driver."""

REGISTRY_TROUBLE = re.compile(
    # npm
    r"ETIMEDOUT|ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ERR_SOCKET_TIMEOUT|\bE(?:403|404|429|5\d\d)\b"
    # pip
    r"|Could not fetch|NewConnectionError|ReadTimeoutError|ConnectTimeoutError|No matching distribution"
    r"|HTTP error (?:403|404|429|5\d\d)|Connection (?:refused|reset|timed out)"
    # apt
    r"|Failed to fetch|Could not resolve|Unable to connect|Unable to locate package"
)


class RegistryDown(Exception):
    """A package registry failed each time."""


class NotInstalled(Exception):
    """An installation that did not work, for another reason than the registry."""


def unavailable(name: str) -> str:
    """Why this server could not be had at the last installation; empty when it could."""
    marker = _marker(name)
    return marker.read_text() if marker.exists() else ""


def _marker(name: str) -> Path:
    return SERVERS / f"{name}.unavailable"


def install_bluesky() -> None:
    """PostgreSQL, Redis, and the network's own packages with their compiled database driver."""
    _install_system_packages({"redis-server": "redis-server", "postgresql": "pg_ctlcluster"})
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NotInstalled("Install Node.js 20 or newer, with npm, first.")
    folder = SERVERS / "bluesky"
    folder.mkdir(parents=True, exist_ok=True)
    if not _network_is_installed(folder):
        shutil.copy(BLUESKY_RECIPE, folder / "package.json")
        quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--loglevel", "error"]
        fetch(["npm", "install", *quiet], cwd=folder)
    if not _driver_loads(folder):
        fetch(["npm", "rebuild", "better-sqlite3", "--build-from-source"], cwd=folder)
    if not _driver_loads(folder):
        raise NotInstalled("better-sqlite3 was installed but does not load in this Node")


def install_mastodon() -> None:
    """The Mastodon mock, in a virtual environment of its own."""
    _install_in_its_own("mastodon", MASTODON_MOCK)


def install_matrix() -> None:
    """Synapse, in a virtual environment of its own."""
    _install_in_its_own("matrix", SYNAPSE)


def install_mail() -> None:
    """Dovecot for IMAP, and aiosmtpd for SMTP in a virtual environment of its own."""
    _install_system_packages({"dovecot-imapd": "dovecot"})
    _install_in_its_own("mail", AIOSMTPD)


def _install_in_its_own(name: str, requirement: str) -> None:
    folder = SERVERS / name
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    package, _equals, wanted = requirement.partition("==")
    code = f"import importlib.metadata as m; print(m.version('{package}'))"
    if _output([str(python), "-c", code]).strip() != wanted:
        fetch([str(python), "-m", "pip", "--disable-pip-version-check", "install", "-q", requirement])


RECIPES: Mapping[str, Callable[[], None]] = {
    "bluesky": install_bluesky,
    "mastodon": install_mastodon,
    "matrix": install_matrix,
    "mail": install_mail,
}


def _install_system_packages(programs: Mapping[str, str]) -> None:
    missing = [package for package, program in programs.items() if shutil.which(program) is None]
    if not missing:
        return
    if os.geteuid() != 0:
        raise NotInstalled(f"Install these first, as root: {' '.join(missing)}")
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    fetch(["apt-get", "-q", "update"], environment=environment)
    fetch(["apt-get", "-q", "install", "-y", "--no-install-recommends", *missing], environment=environment)


def _network_is_installed(folder: Path) -> bool:
    wanted = json.loads(BLUESKY_RECIPE.read_text())["dependencies"]["@atproto/dev-env"]
    manifest = folder / "node_modules" / "@atproto" / "dev-env" / "package.json"
    return manifest.exists() and json.loads(manifest.read_text())["version"] == wanted


def _driver_loads(folder: Path) -> bool:
    script = "new (require('better-sqlite3'))(':memory:'); console.log('loads')"
    return _output(["node", "-e", script], cwd=folder).strip() == "loads"


def _output(command: Sequence[str], cwd: Path | None = None) -> str:
    return subprocess.run(
        command, cwd=cwd, check=False, capture_output=True, text=True, timeout=PATIENCE
    ).stdout


def fetch(
    command: Sequence[str], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> None:
    """Run a command that talks to a registry, up to three times while the registry is what fails."""
    said = ""
    for _attempt in range(TRIES):
        try:
            done = subprocess.run(
                command,
                cwd=cwd,
                env={**os.environ, **(environment or {})},
                check=False,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            said = "no end within the time allowed"
            continue
        if done.returncode == 0:
            return
        said = done.stdout[-2000:]
        if not REGISTRY_TROUBLE.search(done.stdout):
            raise NotInstalled(f"{' '.join(command[:3])} failed: {said}")
    raise RegistryDown(f"{' '.join(command[:3])} failed {TRIES} times: {said}")


def install(name: str, recipe: Callable[[], None]) -> bool:
    """Install one server; False, with a marker left, when its registry is down. Raises NotInstalled."""
    SERVERS.mkdir(exist_ok=True)
    try:
        recipe()
    except RegistryDown as down:
        _marker(name).write_text(f"{name} could not be installed, its package registry is down: {down}")
        sys.stderr.write(f"\n*** {name}: REGISTRY DOWN, its tests will be SKIPPED ***\n{down}\n\n")
        return False
    _marker(name).unlink(missing_ok=True)
    sys.stdout.write(f"{name}: installed\n")
    return True


def main(arguments: Sequence[str]) -> int:
    """Install the named servers, or all of them."""
    unknown = sorted(set(arguments) - set(RECIPES))
    if unknown:
        sys.stderr.write(f"No such server: {', '.join(unknown)}; there are {', '.join(RECIPES)}.\n")
        return 2
    try:
        for name in arguments or RECIPES:
            install(name, RECIPES[name])
    except NotInstalled as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
