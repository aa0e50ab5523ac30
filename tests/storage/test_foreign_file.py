"""Files that a person points at, which may be anything."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from domain.errors import NotAllowed
from storage.foreign_file import read_file, shown_name


def test_an_ordinary_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "foto.png"
    content = os.urandom(2_500_000)
    path.write_bytes(content)
    assert read_file(path, 2_500_000) == content


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "device"])
def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    """A pipe without a writer would hold us for ever."""
    path = tmp_path / "foto.png"
    match kind:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(os.fspath(path))
        case "device":
            path = Path("/dev/zero")
    with pytest.raises(NotAllowed, match=r"not an ordinary file|cannot be read"):
        read_file(path, 100)


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_not_followed(tmp_path: Path, there: bool) -> None:
    (tmp_path / "echt.png").write_bytes(b"x" if there else b"")
    link = tmp_path / "foto.png"
    link.symlink_to(tmp_path / ("echt.png" if there else "weg.png"))
    with pytest.raises(NotAllowed, match=r"foto\.png is a symbolic link; choose the file itself\."):
        read_file(link, 100)


@pytest.mark.parametrize("name", ["weg.png", "weg/foto.png", "x\x00y", "a" * 300])
def test_a_file_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotAllowed) as caught:
        read_file(tmp_path / name, 100)
    assert "\n" not in str(caught.value)
    assert "\x00" not in str(caught.value)


def test_a_file_that_we_may_not_read_is_said(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    path = tmp_path / "foto.png"
    path.touch(mode=0)
    with pytest.raises(NotAllowed, match="may not read"):
        read_file(path, 100)


def test_a_large_file_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "groot.png"
    with path.open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(NotAllowed, match=r"groot\.png is 1099411628 kB too large: at most 100000 kB"):
        read_file(path, 100_000_000)


@pytest.mark.parametrize("change", [b"more", b"", None])
def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, change: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It grows, is emptied, or is written over in place."""
    path = tmp_path / "foto.png"
    path.write_bytes(b"x" * 3_000_000)
    os.utime(path, ns=(0, 0))
    read = os.read

    def slow(descriptor: int, size: int) -> bytes:
        piece = read(descriptor, size)
        with path.open("r+b" if change is None else "ab" if change else "wb") as file:
            file.write(b"y" if change is None else change)
        return piece

    monkeypatch.setattr(os, "read", slow)
    with pytest.raises(NotAllowed, match="changed while it was read"):
        read_file(path, 10_000_000)


def test_a_name_is_shown_harmless() -> None:
    shown = shown_name(Path("/x/a\x1b[31m\u202eb\nc\udcff.png"))
    assert shown.isprintable()
    assert len(shown_name(Path("/x/" + "a" * 5_000))) == 200
    assert shown_name(Path("/")) == "?"
