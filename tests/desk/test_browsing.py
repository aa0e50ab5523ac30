"""Finding a picture by typing the beginning of its path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desk.browsing import MOST_SHOWN, listing, plain_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pictures of several ages among other things."""
    for age, name in enumerate(("Foto 1.jpg", "foto 2.PNG", "film.mp4", "brief.pdf", ".geheim.png")):
        (tmp_path / name).write_bytes(b"x" * (age + 1))
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    (tmp_path / "fotomap").mkdir()
    (tmp_path / "archief").mkdir()
    return tmp_path


def names(typed: str) -> list[str]:
    """What is offered."""
    return [one.name for one in listing(typed).entries]


def test_the_newest_pictures_come_first_and_folders_behind(folder: Path) -> None:
    assert names(f"{folder}/") == ["Foto 1.jpg", "foto 2.PNG", "film.mp4", "archief", "fotomap"]


def test_what_is_typed_narrows_it_down_whatever_its_case(folder: Path) -> None:
    assert names(f"{folder}/FO") == ["Foto 1.jpg", "foto 2.PNG", "fotomap"]
    assert names(f"{folder}/.g") == [".geheim.png"]
    assert names(f"{folder}/brief") == []


def test_tab_completes_what_they_have_in_common(folder: Path) -> None:
    assert listing(f"{folder}/fo").completed == f"{folder}/Foto"
    assert listing(f"{folder}/fotom").completed == f"{folder}/fotomap/"
    assert listing(f"{folder}/fi").completed == f"{folder}/film.mp4"
    assert listing(f"{folder}/nothing").completed == f"{folder}/nothing"
    assert listing("/nowhere/at/all").entries == ()


def test_an_exact_file_is_known_with_any_ending(folder: Path) -> None:
    assert listing(f"{folder}/brief.pdf").exact
    assert not listing(f"{folder}/brief").exact
    assert not listing("\x00/\x00").exact


def test_names_that_no_screen_can_show_are_shown_otherwise_and_still_opened(folder: Path) -> None:
    odd = os.fsdecode(b"a\x1b[31m\xff.png")
    (folder / odd).write_bytes(b"x")
    (folder / "b\x1bmap").mkdir()
    (found,) = listing(f"{folder}/a\x1b").entries
    assert found.path == f"{folder}/{odd}"
    assert "\x1b" not in found.name
    assert all("\x1b" not in name for name in names(f"{folder}/"))


def test_of_a_large_folder_some_are_shown(tmp_path: Path) -> None:
    for number in range(MOST_SHOWN + 20):
        (tmp_path / f"{number}.png").touch()
    assert len(names(f"{tmp_path}/")) == MOST_SHOWN


@pytest.mark.parametrize(
    "typed",
    ["{}/Foto 1.jpg", "'{}/Foto 1.jpg'", '"{}/Foto 1.jpg" ', "file://{}/Foto%201.jpg", "{}/Foto\\ 1.jpg"],
)
def test_a_path_as_terminals_and_file_managers_paste_it(folder: Path, typed: str) -> None:
    assert plain_path(typed.format(folder)) == folder / "Foto 1.jpg"


def test_home_is_where_it_is(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert plain_path("~/film.mp4") == folder / "film.mp4"
    assert names("~/fi") == ["film.mp4"]
    assert listing("~/fi").completed == "~/film.mp4"
    assert [one.path for one in listing("~/fi").entries] == ["~/film.mp4"]
