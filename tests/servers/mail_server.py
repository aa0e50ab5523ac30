"""Starts Dovecot and an SMTP server on 127.0.0.1: real mailboxes, with mail in and out."""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.servers.bluesky_network.bluesky_network import LEASH
from tests.servers.install import SERVERS

PYTHON = SERVERS / "mail" / "bin" / "python"
SINK = Path(__file__).parent / "mail_sink.py"
DEADLINE = 30.0
"""Seconds that the servers may take to come up; they need about one."""

US = "webcare@voorbeeld.example"
SETTINGS = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password=pw
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True, slots=True)
class MailServer:
    """The running servers, and what people do."""

    imap: int
    smtp: int
    folder: Path

    def receive(self, text: str, number: int, *, subject: str = "Vraag", **headers: str) -> str:
        """A mail arrives in our mailbox; its id."""
        mail = EmailMessage()
        mail["From"] = "Klaas Klant <klant@elders.example>"
        mail["To"] = US
        mail["Subject"] = subject
        mail["Message-ID"] = f"<{number}@elders.example>"
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        with self.box("webcare") as line:
            line.append("INBOX", "", "", mail.as_bytes())
        return f"{number}@elders.example"

    def subjects(self, user: str, folder: str = "INBOX") -> list[str]:
        """The ids of what lies in a folder: the outside ledger."""
        with self.box(user) as line:
            line.select(folder, readonly=True)
            _ok, data = line.search(None, "ALL")
            found = []
            for number in data[0].split():
                _ok, parts = line.fetch(number.decode(), "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
                found.append(parts[0][1].decode().partition(":")[2].strip().strip("<>"))  # type: ignore[index, union-attr]
            return found

    @contextmanager
    def box(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A mailbox, opened by hand."""
        with imaplib.IMAP4("127.0.0.1", self.imap) as line:
            line.login(user, "pw")
            yield line


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """New and empty servers for the time of the block."""
    folder = Path(tempfile.mkdtemp(prefix="webcare-mail-"))
    user, group = _whom()
    imap, smtp = _free(), _free()
    for part in ("run", "state", "mail"):
        (folder / part).mkdir()
    if os.geteuid() == 0:
        folder.chmod(0o755)
        shutil.chown(folder / "mail", user, group)
    settings = SETTINGS.format(folder=folder, user=user, group=group, port=imap)
    (folder / "dovecot.conf").write_text(settings)
    commands = (
        ["dovecot", "-F", "-c", str(folder / "dovecot.conf")],
        [str(PYTHON), str(SINK), str(smtp), str(imap)],
    )
    started: list[subprocess.Popen[bytes]] = []
    with (folder / "out").open("wb") as log:
        started += [
            subprocess.Popen(
                ["sh", "-c", LEASH, "leash", *command],
                stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder, start_new_session=True,
            )
            for command in commands
        ]  # fmt: skip
    try:
        for port in (imap, smtp):
            _until_it_listens(port, started, folder)
        yield MailServer(imap, smtp, folder)
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            assert process.stdin is not None
            process.stdin.close()
        shutil.rmtree(folder, ignore_errors=True)


def _whom() -> tuple[str, str]:
    """Under whose name mail lies: never root's."""
    if os.geteuid() == 0:
        return "mail", "mail"
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _until_it_listens(port: int, started: list[subprocess.Popen[bytes]], folder: Path) -> None:
    deadline = time.monotonic() + DEADLINE
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        said = "".join(path.read_text() for path in (folder / "out", folder / "dovecot.log") if path.exists())
        assert all(process.poll() is None for process in started), said
        assert time.monotonic() < deadline, said
        time.sleep(0.05)
