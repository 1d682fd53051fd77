"""The command as a process of its own, in bounded time and memory: what hangs or grows without end fails the test."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import Any

SECONDS = 60
MEMORY = 2 * 1024**3


def cold(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run eks-guard; a hang is ended, and more memory than MEMORY is refused by the system."""
    environment = {**os.environ, **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-m", "eks_guard", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        env={name: value for name, value in environment.items() if value is not None},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        **options,
    )
