"""The parent's side of a model process, against one that crashes, hangs, talks nonsense or comes late."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sentiment.worker import Limits, Worker, WorkerTrouble

ROOT = Path(__file__).parents[2]
FAKE = Path(__file__).with_name("fake_model.py")
LONG = 60.0
"""Far more than anything here takes; a test that waits for it fails."""

LIMITS = Limits(patience=LONG, start=LONG, load=LONG, read=LONG, first_pause=0.0, longest_pause=0.0)
SHORT = 0.2
"""For what never comes."""

Make = Callable[..., Worker]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Workers on the fake process; ended at the end."""
    made: list[Worker] = []

    def one(mode: str = "behave", *, model: str = "/m", limits: Limits = LIMITS) -> Worker:
        worker = Worker(
            settings={"engine": "fake", "models": {"nl": model}},
            environment={**os.environ, "PYTHONPATH": str(ROOT)},
            log=tmp_path / "log" / "models.log",
            command=[sys.executable, "-P", str(FAKE), mode, str(tmp_path)],
            limits=limits,
        )
        made.append(worker)
        return worker

    yield one
    for worker in made:
        worker.close()


def starts(folder: Path) -> list[int]:
    """The process ids of all that were started."""
    file = folder / "starts"
    return [int(line) for line in file.read_text().splitlines()] if file.exists() else []


def gone(pid: int) -> bool:
    """Whether a process has ended, waiting for it."""
    until = time.monotonic() + LONG
    while time.monotonic() < until:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except FileNotFoundError:
            return True
        if "\nState:\tZ" in status:
            return True
        time.sleep(0.005)
    return False


def trouble(worker: Worker, *texts: str) -> str:
    """The code of what goes wrong."""
    with pytest.raises(WorkerTrouble) as raised:
        worker.read("nl", texts or ("hallo",))
    return raised.value.code


def test_it_reads(make: Make) -> None:
    worker = make()
    assert worker.read("nl", ["ik ben boos", "blij!", "hm"]) == [
        (0.8, 0.1, 0.1),
        (0.1, 0.1, 0.8),
        (0.1, 0.8, 0.1),
    ]
    assert worker.versions == {"nl": "/m@nl"}


def test_one_process_serves_all_calls_and_starts_at_the_first(make: Make, tmp_path: Path) -> None:
    worker = make()
    assert starts(tmp_path) == []
    for _again in range(3):
        worker.read("nl", ["hm"])
    assert starts(tmp_path) == [worker.pid]


def test_a_crash_in_the_middle_of_a_batch_costs_that_batch_only(make: Make, tmp_path: Path) -> None:
    worker = make()
    worker.read("nl", ["hm"])
    assert trouble(worker, "boos", "crash") == "stopped"
    assert worker.read("nl", ["boos"]) == [(0.8, 0.1, 0.1)]
    assert len(starts(tmp_path)) == 2


def test_after_a_crash_the_next_start_waits(make: Make, tmp_path: Path) -> None:
    worker = make(limits=replace(LIMITS, first_pause=LONG, longest_pause=LONG))
    assert trouble(worker, "crash") == "stopped"
    assert trouble(worker, "hallo") == "stopped"
    assert len(starts(tmp_path)) == 1


def test_the_pause_doubles_up_to_the_longest_and_ends_with_a_success(make: Make, tmp_path: Path) -> None:
    worker = make(limits=replace(LIMITS, first_pause=0.001, longest_pause=0.003))
    pauses: list[float] = []
    for _again in range(4):
        while trouble(worker, "crash") and len(starts(tmp_path)) == len(pauses):
            time.sleep(0.001)
        pauses.append(worker.pause)
    assert pauses == [0.001, 0.002, 0.003, 0.003]
    (tmp_path / "healed").touch()
    time.sleep(0.004)
    worker.read("nl", ["crash"])
    assert worker.pause == 0.0


def test_what_hangs_is_killed(make: Make, tmp_path: Path) -> None:
    worker = make()
    worker.read("nl", ["hm"])
    worker.limits = replace(LIMITS, read=SHORT)
    assert trouble(worker, "hang") == "hung"
    assert gone(starts(tmp_path)[0])
    worker.limits = LIMITS
    assert worker.read("nl", ["boos"]) == [(0.8, 0.1, 0.1)]


def test_garbage_is_passed_over_and_prints_go_to_the_log(make: Make, tmp_path: Path) -> None:
    worker = make("garbage")
    assert worker.read("nl", ["boos"]) == [(0.8, 0.1, 0.1)]
    worker.close()
    log = tmp_path / "log" / "models.log"
    assert log.read_text() == "a library that prints\n"
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("mode", "code"), [("flood", "hung"), ("one endless line", "stopped"), ("dead", "stopped")]
)
def test_nonsense_ends_it(make: Make, tmp_path: Path, mode: str, code: str) -> None:
    worker = make(mode, limits=replace(LIMITS, start=SHORT if mode == "flood" else LONG))
    assert trouble(worker) == code
    assert all(map(gone, starts(tmp_path)))


def test_one_that_never_listens_is_given_up(make: Make) -> None:
    worker = make("deaf", limits=replace(LIMITS, read=SHORT))
    assert trouble(worker, *["x" * 2_000] * 100) == "hung"


@pytest.mark.parametrize(
    "read",
    ["[]", "[[1, 0]]", "[[0.4, 0.1, 0.1]]", "[[2, 0, -1]]", '[["a", 0, 1]]', "[[NaN, 0, 1]]", "null", "{}"],
)
def test_an_answer_that_is_none_counts_as_a_failure(make: Make, tmp_path: Path, read: str) -> None:
    assert trouble(make(read)) == "failed"
    assert all(map(gone, starts(tmp_path)))


def test_nobody_waits_long_for_a_slow_start(make: Make, tmp_path: Path) -> None:
    worker = make("late", limits=replace(LIMITS, patience=SHORT))
    assert trouble(worker) == "busy"
    assert trouble(worker) == "busy"
    (tmp_path / "started").touch()
    worker.limits = LIMITS
    assert worker.read("nl", ["boos"]) == [(0.8, 0.1, 0.1)]
    assert len(starts(tmp_path)) == 1


def test_nobody_waits_long_for_a_model_that_loads(make: Make, tmp_path: Path) -> None:
    worker = make(model="/slow", limits=replace(LIMITS, patience=2.0))
    assert trouble(worker, "boos") == "busy"
    (tmp_path / "loaded").touch()
    worker.limits = LIMITS
    assert worker.read("nl", ["blij"]) == [(0.1, 0.1, 0.8)]
    assert len(starts(tmp_path)) == 1


def test_a_start_that_takes_too_long_is_ended(make: Make, tmp_path: Path) -> None:
    worker = make("late", limits=replace(LIMITS, start=SHORT))
    assert trouble(worker) == "hung"
    assert all(map(gone, starts(tmp_path)))


def test_a_missing_package_is_named_and_not_tried_again_at_once(make: Make, tmp_path: Path) -> None:
    worker = make("poor", limits=replace(LIMITS, longest_pause=LONG))
    with pytest.raises(WorkerTrouble) as raised:
        worker.read("nl", ["hallo"])
    assert (raised.value.code, raised.value.detail) == ("package", "torch")
    assert trouble(worker) == "package"
    assert len(starts(tmp_path)) == 1


def test_a_package_that_is_missing_for_the_real_process(make: Make) -> None:
    worker = make()
    worker.settings = {"engine": "invented", "models": {}}
    worker.command = [sys.executable, "-P", "-m", "sentiment.model_process"]
    with pytest.raises(WorkerTrouble) as raised:
        worker.read("nl", ["hallo"])
    assert (raised.value.code, raised.value.detail) == ("package", "sentiment.invented_engine")


def test_weights_that_cannot_be_loaded_cost_no_process(make: Make, tmp_path: Path) -> None:
    worker = make(model="/absent", limits=replace(LIMITS, longest_pause=LONG))
    assert trouble(worker) == "weights"
    assert trouble(worker) == "weights"
    assert worker.read("en", ["boos"]) == [(0.8, 0.1, 0.1)]
    assert len(starts(tmp_path)) == 1


def test_texts_that_a_model_chokes_on_cost_no_process(make: Make, tmp_path: Path) -> None:
    worker = make()
    assert trouble(worker, "raise") == "failed"
    assert worker.read("nl", ["boos"]) == [(0.8, 0.1, 0.1)]
    assert len(starts(tmp_path)) == 1


def test_no_text_reaches_the_log(make: Make, tmp_path: Path) -> None:
    worker = make()
    trouble(worker, "raise, zei Jan de Vries")
    worker.close()
    log = (tmp_path / "log" / "models.log").read_text()
    assert "RuntimeError" in log
    assert "Jan" not in log


def test_closing_ends_it_and_a_later_call_starts_another(make: Make, tmp_path: Path) -> None:
    worker = make()
    worker.read("nl", ["hm"])
    worker.close()
    assert gone(starts(tmp_path)[0])
    assert worker.read("nl", ["boos"]) == [(0.8, 0.1, 0.1)]


def test_a_forgotten_worker_ends_its_process(tmp_path: Path, make: Make) -> None:
    worker = replace(make(), versions={})
    worker.read("nl", ["hm"])
    del worker
    gc.collect()
    assert gone(starts(tmp_path)[0])


PARENT = """
import os, sys
from sentiment.worker import Limits, Worker
folder, fake = sys.argv[1:]
worker = Worker({"engine": "fake", "models": {}}, dict(os.environ),
                command=[sys.executable, "-P", fake, "behave", folder])
worker.read("nl", ["hm"])
print(worker.pid, flush=True)
worker.read("nl", ["hang"] if os.path.exists(folder + "/busy") else ["hm"])
sys.stdin.read()
"""


@pytest.mark.parametrize("busy", [False, True])
def test_it_dies_with_its_parent_also_in_the_middle_of_work(tmp_path: Path, busy: bool) -> None:
    if busy:
        (tmp_path / "busy").touch()
    parent = subprocess.Popen(
        [sys.executable, "-P", "-c", PARENT, str(tmp_path), str(FAKE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    assert gone(pid)
