"""A crash shows one sentence and leaves a file without what people wrote."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.tui.conftest import Seat, sitting
from tests.tui.fake_desk import NOW, World
from tui import crash


def _burst(token: str) -> None:
    bsn = "123456782"
    raise RuntimeError(f"{token} {bsn}")


def test_the_report_names_places_and_no_contents() -> None:
    try:
        try:
            _burst("SECRETTOKEN")
        except RuntimeError as error:
            raise ValueError("text of a customer") from error
    except ValueError as error:
        report = crash.report(error, NOW)
    assert "builtins.ValueError" in report
    assert "builtins.RuntimeError" in report
    assert "in _burst" in report
    for secret in ("SECRETTOKEN", "123456782", "customer"):
        assert secret not in report


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = crash.write(RuntimeError("x"), tmp_path / "state", NOW)
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert crash.write(RuntimeError("x"), tmp_path / "state", NOW) is None  # never over another one


def test_a_folder_that_cannot_be_written_is_no_second_crash(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert crash.write(RuntimeError("x"), file, NOW) is None


async def test_the_screen_shows_one_sentence(tmp_path: Path, world: World) -> None:
    seats: list[Seat] = []

    async def work() -> None:
        async with sitting(world, crash=tmp_path) as seat:
            seats.append(seat)
            seat.screen.call_later(_burst, "SECRETTOKEN")
            await seat.until(lambda: seat.app.crashed is not None)

    with pytest.raises(RuntimeError, match="SECRETTOKEN"):  # the pilot raises it again, for the test
        await work()
    app = seats[0].app
    assert app.crashed is not None
    assert "SECRETTOKEN" not in app.crashed.read_text()
    assert "webcare stopped because of a fault of its own" in app.last_words
    assert str(app.crashed) in app.last_words
    assert "SECRETTOKEN" not in app.last_words
