"""Whole cold processes: wall time and peak memory, as the operating system accounts for them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

SLOW = 20.0
"""Seconds after which a command is measured once only: nobody waits an hour for a table."""
_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(slots=True)
class Measured:
    """The runs of one command."""

    seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0
    exit_codes: set[int] = field(default_factory=set)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def measure(commands: dict[str, list[str]], rounds: int) -> dict[str, Measured]:
    """Run the commands in turn, so that the machine's moods meet all of them. The first round only warms the file cache."""
    runs = {name: Measured() for name in commands}
    slow: set[str] = set()
    for round_ in range(rounds + 1):
        for name, command in commands.items():
            if name not in slow:
                seconds = _run(command, runs[name])
                if seconds > SLOW:
                    slow.add(name)
                if round_ or name in slow:
                    runs[name].seconds.append(seconds)
    return runs


def _run(command: list[str], measured: Measured) -> float:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    measured.peak_bytes = max(measured.peak_bytes, usage.ru_maxrss * _UNIT)
    measured.exit_codes.add(process.returncode)
    return seconds
