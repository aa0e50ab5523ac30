"""Where caller and parent meet: a socket in a folder that is ours alone.

The folder is checked through an open descriptor and the socket is named through that descriptor, so nothing
can be put in its place between the look and the call, and a long path never meets the limit of a socket's.
"""

from __future__ import annotations

import _socket
import os
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # loading it takes as long as all the rest of this
    from collections.abc import Mapping

SOCKET = "warm.sock"

PEER = 12
"""Bytes of the kernel's word on who is at the other end: pid, uid, gid."""


class Untrusted(Exception):
    """What lies there may be somebody else's; holds its path."""


def folder_of(environment: Mapping[str, str]) -> str | None:
    """The folder's path, in the runtime directory, else in the state directory; None where neither is."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/") and os.path.isdir(runtime):  # noqa: PTH112 - pathlib is not loaded here
        return f"{runtime}/webcare"
    state, home = environment.get("XDG_STATE_HOME", ""), environment.get("HOME", "")
    if not state.startswith("/"):
        state = f"{home}/.local/state" if home.startswith("/") else ""
    return f"{state}/webcare/warm" if state else None


def open_folder(path: str, *, make: bool = True) -> int:
    """A descriptor of the folder. Raises Untrusted unless it is ours alone, OSError where none can be had."""
    try:
        for each in (os.path.dirname(path), path) if make else ():  # noqa: PTH120 - as above
            os.makedirs(each, mode=0o700, exist_ok=True)  # noqa: PTH103 - as above
        folder = os.open(path, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
    except (NotADirectoryError, FileExistsError) as error:  # a link is no folder when it is not followed
        raise Untrusted(path) from error
    found = os.fstat(folder)
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        os.close(folder)
        raise Untrusted(path)
    return folder


def socket_in(folder: int, path: str) -> str | None:
    """The socket as a path to call; None where there is none. Raises Untrusted for anything but ours."""
    try:
        found = os.stat(SOCKET, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.geteuid():
        raise Untrusted(f"{path}/{SOCKET}")
    return name_in(folder)


def name_in(folder: int) -> str:
    """A short name of the socket in an open folder."""
    return f"/proc/self/fd/{folder}/{SOCKET}"


def peer_of(line: _socket.socket) -> tuple[int, int]:
    """Process and user at the other end, by the kernel's word."""
    told = line.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, PEER)
    return int.from_bytes(told[:4], sys.byteorder), int.from_bytes(told[4:8], sys.byteorder)
