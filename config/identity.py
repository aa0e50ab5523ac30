"""Who sits at this terminal, as the operating system says; a typed name or LOGNAME proves nothing."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.text import clean

MAX_NAME = 200
"""Characters of a full name that are looked at."""

_SESSION_FILE = Path("/proc/self/sessionid")
_NO_SESSION = 2**32 - 1
"""What the kernel shows where no audit session was started."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The person behind this process, for the events they cause."""

    uid: int
    login: str
    name: str
    """Full name from the password file; the login where it has none."""

    home: Path
    sudo_uid: int | None = None
    """The uid that called sudo, where this is a sudo session."""

    ssh_from: str | None = None
    """Address of the SSH client."""

    audit_session: int | None = None
    """The kernel's audit session, the same for everything of one login."""

    def record(self) -> dict[str, str | int]:
        """What an event keeps of it."""
        known: dict[str, str | int | None] = {
            "uid": self.uid,
            "login": self.login,
            "sudo_uid": self.sudo_uid,
            "ssh_from": self.ssh_from,
            "audit_session": self.audit_session,
        }
        return {key: value for key, value in known.items() if value is not None}


def who_am_i(environment: Mapping[str, str]) -> Identity:
    """The identity of this process by its real uid."""
    uid = os.getuid()
    try:
        entry = pwd.getpwuid(uid)
        # Some systems let people change their own full name, and its bytes need not be text.
        login = str(clean(entry.pw_name))
        full_name = clean(entry.pw_gecos.split(",")[0][:MAX_NAME]).strip()
        home = entry.pw_dir
    except KeyError:  # a container's uid without a line in the password file
        login, full_name, home = f"uid{uid}", "", environment.get("HOME", "/")
    sudo = environment.get("SUDO_UID", "")
    return Identity(
        uid=uid,
        login=login,
        name=full_name or login,
        home=Path(environment.get("HOME") or home),
        sudo_uid=int(sudo) if sudo.isascii() and sudo.isdigit() else None,
        ssh_from=clean(environment.get("SSH_CONNECTION", "").partition(" ")[0]) or None,
        audit_session=_audit_session(),
    )


def _audit_session() -> int | None:
    try:
        number = int(_SESSION_FILE.read_text(encoding="ascii"))
    except (OSError, ValueError):  # not Linux, or a kernel without auditing
        return None
    return None if number == _NO_SESSION else number
