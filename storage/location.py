"""Where a database may lie, and with which rights.

SQLite's WAL needs shared memory and POSIX locks that work, so all its processes run on one host and the file
lies on a local disk (https://www.sqlite.org/wal.html). A team's file is made once, group-writable, in a
setgid directory: SQLite itself creates files without group write, whatever the umask.
"""

from __future__ import annotations

import grp
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import StorageError
from i18n import _
from storage.finding import Finding

OVERRIDE = "WEBCARE_I_ACCEPT_DATABASE_CORRUPTION"
"""The environment variable that lets a database stay on a network file system, for people who know better."""

MOUNTINFO = Path("/proc/self/mountinfo")

_REFUSED = re.compile(
    r"nfs\d*|cifs|smb\d*|smbfs|9p|fuse|fuse\..+|ceph|afs|lustre|ocfs2|gfs2|gpfs|beegfs|orangefs|vboxsf|ncpfs|coda"
)
_DOUBTFUL = re.compile(r"overlay|tmpfs|ramfs|virtiofs|fuseblk")
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """What a directory lies on."""

    point: str

    kind: str
    """The file system's type as the kernel names it."""

    source: str


def prepare(
    database: Path,
    *,
    mountinfo: str | None = None,
    environment: Mapping[str, str] = os.environ,
    create: bool = True,
) -> tuple[Finding, ...]:
    """Make sure that `database` may be opened here, creating directory and file for one person where absent.

    Returns warnings; raises StorageError with what to do where it may not. `mountinfo` is the text of
    `/proc/self/mountinfo`, read where not given.
    """
    _refuse_odd_file(database)
    folder = database.parent
    if not folder.exists():
        if not create:
            raise StorageError(
                _("There is no database at {path}; make one with “webcare init”.", path=database)
            )
        _make_private(folder)
    warnings = check_file_system(folder, mountinfo=mountinfo, environment=environment)
    if database.exists():
        _refuse_unwritable(database)
        return warnings + check_shared(database)
    if not create:
        raise StorageError(_("There is no database at {path}; make one with “webcare init”.", path=database))
    _create(database, 0o600)
    return warnings


def mount_of(folder: Path, mountinfo: str) -> Mount | None:
    """The mount that `folder` lies on, None where the text names none."""
    place = os.path.realpath(folder)
    best: Mount | None = None
    for line in mountinfo.splitlines():
        mount = _mount_in(line)
        if mount is None or not _lies_under(place, mount.point):
            continue
        if best is None or len(mount.point) >= len(best.point):  # a later mount covers an earlier one
            best = mount
    return best


def check_file_system(
    folder: Path, *, mountinfo: str | None = None, environment: Mapping[str, str] = os.environ
) -> tuple[Finding, ...]:
    """Raise StorageError on a network file system; warn where a disk is doubtful or the check overridden."""
    text = _read_mountinfo() if mountinfo is None else mountinfo
    mount = mount_of(folder, text)
    if mount is None:
        return ()
    if _REFUSED.fullmatch(mount.kind):
        sentence = _(
            "The database is on {kind} ({point}, {source}), where locking is not safe; "
            "put it on a local disk, for instance /var/lib/webcare.",
            kind=mount.kind,
            point=mount.point,
            source=mount.source,
        )
        if not environment.get(OVERRIDE):
            raise StorageError(sentence)
        return (Finding("warning", sentence, _("Unset {variable} after moving it.", variable=OVERRIDE)),)
    if _DOUBTFUL.fullmatch(mount.kind):
        return (
            Finding(
                "warning",
                _(
                    "The database is on {kind} ({point}), which may not outlive a restart.",
                    kind=mount.kind,
                    point=mount.point,
                ),
                _("Move it to a local disk, for instance /var/lib/webcare."),
            ),
        )
    return ()


def create_shared(database: Path, group: str) -> None:
    """Make an empty database file for a team: 0660 in a setgid directory of `group`.

    Raises StorageError with the exact lines to type where the directory is not as it must be.
    """
    wanted = _group_id(group)
    folder = database.parent
    if not folder.is_dir():
        raise StorageError(
            _(
                "Make the directory first: sudo install -d -m 2770 -g {group} {folder}",
                group=group,
                folder=folder,
            )
        )
    _refuse_folder(folder, wanted)
    check_file_system(folder)
    _create(database, 0o660)
    check_shared(database)


def check_shared(database: Path) -> tuple[Finding, ...]:
    """Whether a group-writable file can really be shared; raises StorageError with the line that mends it.

    A file without group write belongs to one person; all that is said of it is when others can read it.
    """
    status = database.stat()
    if not status.st_mode & 0o020:
        return _readable_by_others(database, status.st_mode)
    if not status.st_mode & 0o040:
        raise StorageError(_("Colleagues cannot read {path}; type: chmod g+rw {path}", path=database))
    _refuse_folder(database.parent, status.st_gid)
    for suffix in ("-wal", "-shm"):
        _refuse_side_file(database.with_name(database.name + suffix), status.st_gid)
    return _readable_by_others(database, status.st_mode)


def _refuse_odd_file(database: Path) -> None:
    """Under a second name SQLite would look for the WAL beside the wrong one, and lose it."""
    try:
        status = database.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(
            _("{path} cannot be reached ({reason}); check the path.", path=database, reason=error.strerror)
        ) from error
    if stat.S_ISLNK(status.st_mode):
        raise StorageError(
            _(
                "{path} is a symbolic link; name the file itself: {target}",
                path=database,
                target=os.path.realpath(database),
            )
        )
    if not stat.S_ISREG(status.st_mode):
        raise StorageError(_("{path} is not a file; name the database file itself.", path=database))
    if status.st_nlink > 1:
        raise StorageError(
            _(
                "{path} has {count} names (hard links); remove all but one.",
                path=database,
                count=status.st_nlink,
            )
        )


def _refuse_unwritable(database: Path) -> None:
    """SQLite needs to write in the directory too: the WAL lies there."""
    if not os.access(database, os.R_OK | os.W_OK):
        raise StorageError(
            _("You may not write to {path}; ask its owner to type: chmod g+rw {path}", path=database)
        )
    if not os.access(database.parent, os.W_OK | os.X_OK):
        raise StorageError(
            _(
                "You may not write in {folder}; ask its owner to type: chmod g+rwx {folder}",
                folder=database.parent,
            )
        )


def _refuse_folder(folder: Path, group: int) -> None:
    status = folder.stat()
    if status.st_gid != group:
        raise StorageError(
            _(
                "{folder} belongs to another group; type: sudo chgrp {group} {folder}",
                folder=folder,
                group=_group_name(group),
            )
        )
    if not status.st_mode & stat.S_ISGID or status.st_mode & 0o070 != 0o070:
        raise StorageError(
            _(
                "New files in {folder} would not be your colleagues'; type: sudo chmod 2770 {folder}",
                folder=folder,
            )
        )


def _refuse_side_file(path: Path, group: int) -> None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return
    if status.st_gid != group or status.st_mode & 0o060 != 0o060:
        raise StorageError(
            _(
                "{path} is not your colleagues'; type: sudo chgrp {group} {path} && sudo chmod 660 {path}",
                path=path,
                group=_group_name(group),
            )
        )


def _readable_by_others(database: Path, mode: int) -> tuple[Finding, ...]:
    if not mode & 0o007:
        return ()
    return (
        Finding(
            "warning",
            _("Everybody on this machine can read {path}.", path=database),
            _("Type: chmod o-rwx {path}", path=database),
        ),
    )


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            _("The directory {folder} cannot be made: {reason}.", folder=folder, reason=error.strerror)
        ) from error


def _create(database: Path, mode: int) -> None:
    """An empty file is a valid empty database; its `-wal` and `-shm` will follow its rights."""
    try:
        descriptor = os.open(database, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    except FileExistsError:
        return  # another process was first
    except OSError as error:
        raise StorageError(
            _("{path} cannot be made: {reason}.", path=database, reason=error.strerror)
        ) from error
    try:
        os.fchmod(descriptor, mode)  # the umask has taken bits from the mode above
    finally:
        os.close(descriptor)


def _mount_in(line: str) -> Mount | None:
    """One line of mountinfo (proc(5)): fields, ` - `, type, source, options."""
    before, dash, after = line.partition(" - ")
    fields, rest = before.split(), after.split()
    if not dash or len(fields) < 5 or len(rest) < 2:
        return None
    return Mount(point=_plain(fields[4]), kind=rest[0], source=_plain(rest[1]))


def _plain(text: str) -> str:
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), text)


def _lies_under(place: str, point: str) -> bool:
    return point in (place, "/") or place.startswith(point + "/")


def _read_mountinfo() -> str:
    try:
        return MOUNTINFO.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""  # not Linux: nothing is known


def _group_id(group: str) -> int:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        raise StorageError(_("There is no group {group}; type: sudo groupadd {group}", group=group)) from None


def _group_name(group: int) -> str:
    try:
        return grp.getgrgid(group).gr_name
    except KeyError:
        return str(group)
