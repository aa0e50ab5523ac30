"""What a process passes on to a fork and a fork cannot change: both sides must have it alike."""

from __future__ import annotations

import os
from pathlib import Path

SPACES = ("mnt", "pid", "user", "net", "ipc", "uts")
STATUS = (
    "Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp",
)  # fmt: skip


def status_of(process: int) -> dict[str, str]:
    """The kernel's sheet on a process. Raises OSError."""
    text = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    lines = (line.partition(":") for line in text.splitlines())
    return {name: " ".join(value.split()) for name, _colon, value in lines}


def standing(process: int, status: dict[str, str]) -> tuple[object, ...]:
    """Rights, names, view of the system and share of it. Raises OSError."""
    root = os.stat(f"/proc/{process}/root")  # noqa: PTH116 - pathlib would follow no such link
    return (
        [status.get(name) for name in STATUS],
        [os.readlink(f"/proc/{process}/ns/{name}") for name in SPACES],  # noqa: PTH115 - no path at all
        (root.st_dev, root.st_ino),
        _line(process, "loginuid"),
        _line(process, "attr/current"),
        os.getpriority(os.PRIO_PROCESS, process),
        os.sched_getaffinity(process),
    )


def _line(process: int, name: str) -> bytes:
    """Nothing on a kernel that does not keep it."""
    try:
        return Path(f"/proc/{process}/{name}").read_bytes()
    except OSError:
        return b""
