"""The command as a process of its own, with what it spent: CPU seconds and the most memory that it held."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import IO, Any

CPU_SECONDS = 60
MEMORY = 1024**3
"""What docs/limits.md promises of a check at any limit."""
_HARD = 4 * MEMORY
"""Address space beyond which a process is stopped, before it takes the machine's."""


@dataclass(frozen=True)
class Spent:
    """How a command ended, and what it took."""

    code: int
    out: str
    err: str
    seconds: float
    bytes: int

    def check(self) -> Spent:
        """Fail where more was spent than is promised, or nothing was said."""
        said = f"{self.seconds:.1f} CPU seconds, {self.bytes >> 20} MB, exit {self.code}: {self.err[-500:]}"
        assert self.code in (0, 1, 2, 3), said
        assert self.seconds < CPU_SECONDS, said
        assert self.bytes < MEMORY, said
        assert "Traceback" not in self.err, said
        return self


def measured(*arguments: object, **options: Any) -> Spent:
    """Run eks-guard, and measure it."""
    command = [sys.executable, "-m", "eks_guard", *map(str, arguments)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, preexec_fn=_bound, **options)  # noqa: PLW1509 (no threads here)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said, complained = (_content(file) for file in (out, err))
    return Spent(process.returncode, said, complained, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (2 * CPU_SECONDS, 2 * CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_HARD, _HARD))
