"""The command as a process of its own, in bounded work and memory: what hangs or grows without end fails the test.

The bound is on CPU seconds of the process, so that a busy machine fails nothing; the wall clock only ends a hang.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import Any

CPU_SECONDS = 60
MEMORY = 2 * 1024**3
HANG = 30 * 60
"""Wall-clock seconds after which a process that does not even use its CPU seconds is given up."""


def cold(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run eks-guard; the exit code of one that used up its CPU seconds is negative, as of a signal."""
    environment = {**os.environ, **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "eks_guard", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=HANG,
        env={name: value for name, value in environment.items() if value is not None},
        preexec_fn=_bound,
        **options,
    )


def _bound() -> None:
    """Let the system end the process at its last CPU second, and refuse it more memory than MEMORY."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
