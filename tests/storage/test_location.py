"""Where a database may not lie, and the line that mends wrong rights."""

# ruff: noqa: ASYNC240 - a test may look at its files on the loop

from __future__ import annotations

import grp
import os
import re
import stat
from pathlib import Path

import pytest

from domain.clock import ManualClock
from domain.errors import StorageError
from storage.database import Database
from storage.location import OVERRIDE, check_file_system, check_shared, create_shared, mount_of, prepare
from tests.storage.workers import SMALL

GROUP = grp.getgrgid(os.getgid()).gr_name


def mountinfo(folder: Path, kind: str, source: str = "server:/export") -> str:
    point = os.path.realpath(folder).replace(" ", "\\040")
    return (
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        f"90 22 0:45 / {point} rw,relatime shared:50 master:1 - {kind} {source} rw,vers=4.2\n"
        "torn line\n"
    )


@pytest.mark.parametrize(
    "kind",
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "9p",
        "fuse.sshfs",
        "fuse.glusterfs",
        "ceph",
        "afs",
        "lustre",
        "ocfs2",
        "gfs2",
    ],
)
def test_a_network_file_system_is_refused_with_the_way_out(tmp_path: Path, kind: str) -> None:
    with pytest.raises(StorageError) as refusal:
        prepare(tmp_path / "webcare.db", mountinfo=mountinfo(tmp_path, kind), environment={})
    sentence = str(refusal.value)
    assert f"on {kind} (" in sentence
    assert "server:/export" in sentence
    assert "/var/lib/webcare" in sentence
    assert not (tmp_path / "webcare.db").exists()


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "f2fs", "apfs"])
def test_a_local_disk_is_fine(tmp_path: Path, kind: str) -> None:
    assert prepare(tmp_path / "webcare.db", mountinfo=mountinfo(tmp_path, kind), environment={}) == ()


@pytest.mark.parametrize("kind", ["overlay", "tmpfs"])
def test_a_disk_that_may_vanish_is_only_warned_about(tmp_path: Path, kind: str) -> None:
    (finding,) = check_file_system(tmp_path, mountinfo=mountinfo(tmp_path, kind), environment={})
    assert finding.level == "warning"
    assert kind in finding.sentence


def test_the_override_leaves_a_warning(tmp_path: Path) -> None:
    (finding,) = check_file_system(
        tmp_path, mountinfo=mountinfo(tmp_path, "nfs4"), environment={OVERRIDE: "yes"}
    )
    assert finding.level == "warning"
    assert OVERRIDE in finding.fix


def test_a_symbolic_link_does_not_hide_the_network(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "export")
    with pytest.raises(StorageError, match="nfs4"):
        prepare(
            tmp_path / "home" / "webcare.db", mountinfo=mountinfo(tmp_path / "export", "nfs4"), environment={}
        )


def test_the_innermost_mount_counts_and_the_latest_of_equals(tmp_path: Path) -> None:
    inner = tmp_path / "with space"
    inner.mkdir()
    text = mountinfo(tmp_path, "nfs4") + mountinfo(inner, "ext4", "/dev/sdb1")
    mount = mount_of(inner, text)
    assert mount is not None
    assert (mount.kind, mount.point) == ("ext4", os.path.realpath(inner))
    assert check_file_system(inner, mountinfo=text, environment={}) == ()
    beside = mount_of(tmp_path, mountinfo(tmp_path, "ext4") + mountinfo(tmp_path, "cifs"))
    assert beside is not None
    assert beside.kind == "cifs"


def test_a_mount_with_a_similar_name_is_another(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data2").mkdir()
    assert (
        check_file_system(tmp_path / "data2", mountinfo=mountinfo(tmp_path / "data", "nfs4"), environment={})
        == ()
    )


def test_without_a_mount_table_nothing_is_claimed(tmp_path: Path) -> None:
    assert mount_of(tmp_path, "") is None
    assert check_file_system(tmp_path, mountinfo="") == ()


def test_a_symbolic_link_to_a_database_is_refused(tmp_path: Path) -> None:
    real = tmp_path / "real.db"
    real.touch()
    (tmp_path / "webcare.db").symlink_to(real)
    with pytest.raises(StorageError, match=r"symbolic link; name the file itself: .*real\.db"):
        prepare(tmp_path / "webcare.db")


def test_a_second_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "webcare.db").touch()
    (tmp_path / "copy.db").hardlink_to(tmp_path / "webcare.db")
    with pytest.raises(StorageError, match="2 names"):
        prepare(tmp_path / "webcare.db")


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is not a file"):
        prepare(tmp_path)


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"cannot be (made|reached)"):
        prepare(tmp_path / "file" / "sub" / "webcare.db")


def test_opening_only_what_exists(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="webcare init"):
        prepare(tmp_path / "webcare.db", create=False)
    with pytest.raises(StorageError, match="webcare init"):
        prepare(tmp_path / "none" / "webcare.db", create=False)


@pytest.mark.parametrize(("target", "fix"), [("file", "chmod g+rw"), ("folder", "chmod g+rwx")])
def test_what_may_not_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, fix: str
) -> None:
    database = tmp_path / "webcare.db"
    database.touch(0o600)
    shut = database if target == "file" else tmp_path
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != shut and allowed(path, mode))
    with pytest.raises(StorageError, match=re.escape(fix)):
        prepare(database)


async def test_a_shared_file_and_its_companions_are_the_groups(tmp_path: Path, clock: ManualClock) -> None:
    tmp_path.chmod(0o2770)
    database = tmp_path / "webcare.db"
    before = os.umask(0o077)
    try:
        create_shared(database, GROUP)
        async with await Database.open(database, clock=clock, migrations=SMALL):
            for suffix in ("", "-wal", "-shm"):
                status = database.with_name(database.name + suffix).stat()
                assert stat.S_IMODE(status.st_mode) == 0o660, suffix
                assert status.st_gid == os.getgid()
            assert check_shared(database) == ()
    finally:
        os.umask(before)


def test_a_shared_file_needs_a_directory_that_hands_its_group_on(tmp_path: Path) -> None:
    tmp_path.chmod(0o770)
    with pytest.raises(StorageError, match=r"sudo chmod 2770 "):
        create_shared(tmp_path / "webcare.db", GROUP)
    assert not (tmp_path / "webcare.db").exists()


def test_a_shared_file_needs_its_directory_first(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=f"sudo install -d -m 2770 -g {GROUP} "):
        create_shared(tmp_path / "none" / "webcare.db", GROUP)


def test_a_shared_file_needs_a_group_that_exists(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="sudo groupadd no-such-group"):
        create_shared(tmp_path / "webcare.db", "no-such-group")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a directory to another group")
def test_a_directory_of_another_group_is_named(tmp_path: Path) -> None:
    os.chown(tmp_path, -1, 65534)
    tmp_path.chmod(0o2770)
    with pytest.raises(StorageError, match=f"sudo chgrp {GROUP} "):
        create_shared(tmp_path / "webcare.db", GROUP)


def test_a_companion_that_colleagues_cannot_use_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o2770)
    database = tmp_path / "webcare.db"
    create_shared(database, GROUP)
    wal = tmp_path / "webcare.db-wal"
    wal.touch()
    wal.chmod(0o640)
    with pytest.raises(StorageError, match=r"sudo chmod 660 .*webcare\.db-wal"):
        check_shared(database)


def test_group_write_without_group_read_is_named(tmp_path: Path) -> None:
    database = tmp_path / "webcare.db"
    database.touch()
    database.chmod(0o620)
    with pytest.raises(StorageError, match=r"chmod g\+rw"):
        check_shared(database)


def test_a_file_that_everybody_can_read_is_warned_about(tmp_path: Path) -> None:
    database = tmp_path / "webcare.db"
    database.touch()
    database.chmod(0o644)
    (finding,) = check_shared(database)
    assert finding.level == "warning"
    assert "chmod o-rwx" in finding.fix
