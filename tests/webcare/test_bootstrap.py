"""What the composition root finds out by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storage.sender_lock import SenderLock
from webcare.bootstrap import collects_for_us

HOLDING = """
import sys
from pathlib import Path
from storage.sender_lock import SenderLock
lock = SenderLock.beside(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not name parents")
def test_only_a_collector_of_our_own_ends_with_us(tmp_path: Path) -> None:
    """A reply that waits is worth a warning at leaving only when its sender leaves too."""
    database = tmp_path / "desk.db"
    assert not collects_for_us(database)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        assert child.stdout.readline() == b"held\n"
        assert collects_for_us(database)
        child.stdin.close()
    assert not collects_for_us(database), "its signature stays in the file, and counts for nothing"
    colleague = SenderLock.beside(database)
    assert colleague is not None
    assert not collects_for_us(database)
    colleague.release()
