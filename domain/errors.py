"""Everything that can go wrong, as one tree.

WebcareError
├── ConfigError            a file that a person wrote: file, line, key, and what to write instead
├── StorageError           the database file: place, rights, version, space
│   ├── DatabaseBusy       somebody else holds the write lock past our patience
│   ├── DatabaseFull       no space left; nothing was written
│   └── NewerDatabase      the file belongs to a newer program
├── Conflict               an act that lost a race or whose ground has moved; carries what is there now
├── NotAllowed             an act that the rules, the channel or the role refuse
├── NotFound               an id that names nothing
├── TemplateError          a template that cannot be rendered; carries the place
└── ChannelError           a platform; its subclasses live in channels/base.py

The message of each is one sentence for a person, already translated, and says what to do.
"""

from __future__ import annotations


class WebcareError(Exception):
    """Base of all errors that carry a sentence for a person."""

    exit_code = 1
    """What the command line exits with; documented in docs/cli.md."""


class ConfigError(WebcareError):
    """A configuration that cannot be used."""

    exit_code = 2


class StorageError(WebcareError):
    """The database file cannot be used as it is."""

    exit_code = 3


class DatabaseBusy(StorageError):
    """The write lock could not be had within the deadline."""


class DatabaseFull(StorageError):
    """The disk is full; the transaction was rolled back whole."""


class NewerDatabase(StorageError):
    """The database was migrated by a newer program; this one must not write."""


class Conflict(WebcareError):
    """The act's ground has moved since the person looked."""

    exit_code = 4


class NotAllowed(WebcareError):
    """The rules, the channel or the role refuse this act."""

    exit_code = 5


class NotFound(WebcareError):
    """An id that names nothing here."""

    exit_code = 6


class TemplateError(WebcareError):
    """A template that cannot be rendered into a reply."""

    exit_code = 7

    def __init__(self, sentence: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(sentence)
        self.line = line
        self.column = column


class ChannelError(WebcareError):
    """A platform refused, is unreachable, or lies."""

    exit_code = 8
