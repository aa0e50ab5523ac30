"""Run as a program: a slow line between its own terminal and a command on a terminal behind it.

    slow_line.py BYTES_A_SECOND ONE_WAY_SECONDS HOLDS COMMAND...

It stands for a network: it takes at most HOLDS bytes ahead of what it has delivered, in each direction. A
SIGUSR1 stalls it, another lets it go on; whoever kills it breaks the line.
"""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
import tty
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

PACKET = 128
"""Bytes that travel together, unless less was written."""

LAUNCH = Path(__file__).with_name("launch.py")


@dataclass(slots=True)
class Way:
    """One direction: what was taken arrives later, in order."""

    source: int
    target: int
    rate: float
    delay: float
    holds: int
    packets: deque[tuple[float, bytes]] = field(default_factory=deque)
    free_at: float = 0.0
    underway: int = 0

    @property
    def takes(self) -> bool:
        """There is room on the line."""
        return self.underway < self.holds

    @property
    def next_at(self) -> float | None:
        """When the next packet arrives."""
        return self.packets[0][0] if self.packets else None

    def take(self, now: float) -> bool:
        """Take what was written; False when nobody will write any more."""
        try:
            data = os.read(self.source, min(4096, self.holds - self.underway))
        except OSError:
            data = b""
        self.underway += len(data)
        for start in range(0, len(data), PACKET):
            packet = data[start : start + PACKET]
            self.free_at = max(self.free_at, now) + len(packet) / self.rate
            self.packets.append((self.free_at + self.delay, packet))
        return bool(data)

    def deliver(self, now: float) -> None:
        """Hand over what has arrived."""
        while self.packets and self.packets[0][0] <= now:
            packet = self.packets.popleft()[1]
            self.underway -= len(packet)
            while packet:
                packet = packet[os.write(self.target, packet) :]

    def hold_up(self, seconds: float) -> None:
        """Everything arrives so much later."""
        self.packets = deque((at + seconds, packet) for at, packet in self.packets)
        self.free_at += seconds


class Stall:
    """Whether the line stands still, and for how long it did."""

    def __init__(self) -> None:
        self.since: float | None = None
        self.over = 0.0

    def toggle(self, *_signal: object) -> None:
        """Stand still, or go on."""
        now = time.monotonic()
        if self.since is None:
            self.since = now
        else:
            self.over += now - self.since
            self.since = None


def relay(ways: tuple[Way, Way], stall: Stall) -> None:
    """Until the command has ended and all it wrote has arrived."""
    down = ways[0]
    ends = False
    while not ends or down.packets:
        if stall.since is not None:
            time.sleep(0.01)
            continue
        for way in ways:
            way.hold_up(stall.over)
        stall.over = 0.0
        arrivals = [at for way in ways if (at := way.next_at) is not None]
        wait = max(0.0, min(arrivals) - time.monotonic()) if arrivals else 0.2
        sources = [way.source for way in ways if way.takes and not (ends and way is down)]
        readable = select.select(sources, [], [], wait)[0]
        now = time.monotonic()
        for way in ways:
            if way.source in readable and not way.take(now) and way is down:
                ends = True
            way.deliver(now)


def main() -> int:
    """Carry the command's terminal over the line; its exit status."""
    rate, delay, holds, *command = sys.argv[1:]
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, termios.tcgetwinsize(0))
    tty.setraw(0)
    stall = Stall()
    signal.signal(signal.SIGUSR1, stall.toggle)
    behind = [sys.executable, "-P", str(LAUNCH), *command]
    process = subprocess.Popen(behind, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    line = float(rate), float(delay), int(holds)
    with contextlib.suppress(OSError):
        relay((Way(master, 1, *line), Way(0, master, *line)), stall)
    return process.wait()


if __name__ == "__main__":
    sys.exit(main())
