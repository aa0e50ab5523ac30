"""The templates as they are now: a changed file is read again, and a broken one keeps its old text."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from threading import Lock

from config.template_files import read_template, template_files
from domain.errors import ConfigError
from domain.template import Template

Stamp = tuple[int, int, int]
"""What tells one state of a file from another: inode, size, time of change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """All templates that can be used, and what is wrong with the files that cannot."""

    templates: tuple[Template, ...]
    """By id, in alphabetical order."""

    faults: tuple[str, ...] = ()
    """One sentence per file that was left out, or whose older text is used, with its line."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """One file as it was read last."""

    stamp: Stamp | None
    template: Template | None
    """The last good one; None where it never was."""

    fault: str = ""


def load_templates(folder: Path) -> TemplateSet:
    """The shipped templates and those of a folder, once; a broken file leaves the others alone."""
    return TemplateShelf(folder).now()


class TemplateShelf:
    """The shipped templates and a folder of the team's own, for use from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._shipped: tuple[Template, ...] | None = None
        self._own: dict[Path, _Kept] = {}
        self._set = TemplateSet(())

    def now(self) -> TemplateSet:
        """The current set; only files that changed since the last call are read.

        A file that became unreadable gives the template that it held before, and a sentence with the line.
        """
        with self._lock:
            changed = self._shipped is None
            if self._shipped is None:
                with as_file(files("config") / "templates") as shipped:
                    self._shipped = tuple(read_template(path) for path in template_files(shipped))
            fresh = {path: self._kept(path) for path in template_files(self._folder)}
            if changed or fresh != self._own:
                self._own = fresh
                self._set = self._made(self._shipped)
            return self._set

    def _kept(self, path: Path) -> _Kept:
        stamp = _stamp(path)
        before = self._own.get(path)
        if before is not None and stamp is not None and before.stamp == stamp:
            return before
        try:
            return _Kept(stamp, read_template(path))
        except ConfigError as error:
            return _Kept(stamp, before.template if before else None, str(error))

    def _made(self, shipped: tuple[Template, ...]) -> TemplateSet:
        found = {template.id: template for template in shipped}
        found |= {kept.template.id: kept.template for kept in self._own.values() if kept.template}
        faults = tuple(kept.fault for kept in self._own.values() if kept.fault)
        return TemplateSet(tuple(found[each] for each in sorted(found)), faults)


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
