"""Credentials of channels: never in the configuration file, never shown, never in an event.

A credential named `bluesky` is looked for in this order:

1. `$CREDENTIALS_DIRECTORY/bluesky`, which systemd hands to a service,
2. the file `credentials/bluesky` beside the configuration file, 0600 and owned by this user, in directories
   that nobody else can write,
3. the environment variable `WEBCARE_CREDENTIAL_BLUESKY`, with a warning: every child process inherits it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from domain.errors import ConfigError
from i18n import _

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.ASCII)
_MAX_BYTES = 64 * 1024
_LONG_ENOUGH = 16
"""A shorter secret would give too much of itself away by its last four characters."""


class Secret:
    """A value that no repr, log line or pickle shows."""

    __slots__ = ("_value", "name", "source")

    def __init__(self, name: str, value: str, source: str) -> None:
        self.name = name
        self.source = source
        """Where it came from, in words, for `webcare doctor`."""

        self._value = value

    def reveal(self) -> str:
        """The value itself; only for the request that needs it."""
        return self._value

    def fingerprint(self) -> str:
        """The last four characters and eight digits of the SHA-256: enough to compare, too little to use."""
        digest = hashlib.sha256(self._value.encode()).hexdigest()[:8]
        tail = self._value[-4:] if len(self._value) >= _LONG_ENOUGH else ""
        return f"…{tail} sha256:{digest}"

    def __repr__(self) -> str:
        return f"Secret({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self.name)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


class Credentials:
    """Finds credentials by name; remembers what it loaded, so that logs can be cleaned of it."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._loaded: dict[str, Secret] = {}

    @property
    def loaded(self) -> tuple[Secret, ...]:
        """Every secret handed out so far."""
        return tuple(self._loaded.values())

    def warnings(self) -> tuple[str, ...]:
        """What is wrong with where the loaded secrets came from, one sentence each."""
        return tuple(
            _(
                "The credential '{name}' comes from the environment, which every child process inherits; "
                "put it in {file} with mode 0600.",
                name=secret.name,
                file=self._folder / secret.name,
            )
            for secret in self.loaded
            if secret.source == _variable(secret.name)
        )

    def get(self, name: str) -> Secret:
        """The secret with this name; ConfigError says where to put it, or which mode to give it."""
        check_name(name)
        secret = self._from_service(name) or self._from_file(name) or self._from_environment(name)
        if secret is None:
            raise ConfigError(
                _(
                    "There is no credential '{name}'; put it in {file} with mode 0600.",
                    name=name,
                    file=self._folder / name,
                )
            )
        self._loaded[name] = secret
        return secret

    def available(self, name: str) -> bool:
        """Whether this process can read the credential; it is not loaded."""
        service = self._environment.get("CREDENTIALS_DIRECTORY")
        files = ([Path(service) / name] if service else []) + [self._folder / name]
        return _variable(name) in self._environment or any(os.access(file, os.R_OK) for file in files)

    def _from_service(self, name: str) -> Secret | None:
        """No check of rights: systemd makes the directory for this service alone."""
        folder = self._environment.get("CREDENTIALS_DIRECTORY")
        if not folder or not (Path(folder) / name).is_file():
            return None
        path = Path(folder) / name
        return _secret(name, path.read_bytes()[: _MAX_BYTES + 1], str(path))

    def _from_file(self, name: str) -> Secret | None:
        path = self._folder / name
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except OSError as error:
            reason = error.strerror or str(error)
            raise ConfigError(_("{file} cannot be read: {reason}.", file=path, reason=reason)) from error
        with os.fdopen(descriptor, "rb") as stream:
            _check_file(path, os.fstat(descriptor))
            _check_parents(path)
            return _secret(name, stream.read(_MAX_BYTES + 1), str(path))

    def _from_environment(self, name: str) -> Secret | None:
        variable = _variable(name)
        value = self._environment.get(variable)
        return None if value is None else _secret(name, value.encode(errors="surrogateescape"), variable)


def check_name(name: str) -> None:
    """ConfigError where a name could leave the directory, or could not be a variable."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            _("'{name}' cannot be a credential's name; use small letters, digits and '-'.", name=name)
        )


def _variable(name: str) -> str:
    return "WEBCARE_CREDENTIAL_" + re.sub(r"[^A-Z0-9]", "_", name.upper())


def _secret(name: str, content: bytes, source: str) -> Secret:
    """One line of UTF-8 text; the newline that every editor adds is not part of it."""
    try:
        value = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        value = ""  # the sentence below says what to do; the bytes stay out of the traceback
    if not value or len(content) > _MAX_BYTES or not value.isprintable():
        raise ConfigError(
            _("The credential '{name}' ({source}) must be one line of text.", name=name, source=source)
        )
    return Secret(name, value, source)


def _check_file(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(_("{file} must be an ordinary file.", file=path))
    if status.st_uid != os.geteuid():
        raise ConfigError(
            _("{file} belongs to another user; run: chown {uid} '{file}'", file=path, uid=os.geteuid())
        )
    if status.st_mode & 0o077:
        raise ConfigError(_("{file} can be read by other users; run: chmod 600 '{file}'", file=path))


def _check_parents(path: Path) -> None:
    """Whoever can write a directory can put another file in the place of ours; sticky ones forbid that."""
    for folder in path.absolute().parents:
        status = folder.stat()
        open_to_others = status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX
        if open_to_others or status.st_uid not in {0, os.geteuid()}:
            raise ConfigError(
                _(
                    "Other users can replace files in {folder}, so the credential {file} is not safe; "
                    "run: chmod go-w '{folder}'",
                    folder=folder,
                    file=path.name,
                )
            )
