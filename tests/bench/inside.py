"""Where the time of one audit goes, step by step, in a process that has everything imported: inside.py CDK_OUT ROUNDS."""

from __future__ import annotations

import datetime
import statistics
import sys
import time
from typing import TYPE_CHECKING

from eks_guard.assembly.load import load
from eks_guard.audit import Options, audit
from eks_guard.data import Tables
from eks_guard.policy.selection import select_policies
from eks_guard.report import Format, render
from eks_guard.report.style import Style
from eks_guard.resolve import Knowledge, resolve

if TYPE_CHECKING:
    from collections.abc import Callable


def main(assembly: str, rounds: int) -> None:
    """Print one line a step."""
    options = Options(path=assembly, today=datetime.date(2026, 11, 24))
    report = audit(options)
    steps: dict[str, Callable[[], object]] = {
        "load the assembly": lambda: load(options.path),
        "and resolve the estate": lambda: resolve(load(options.path), Knowledge(Tables())),
        "load the policies": lambda: select_policies(options.config, options.wanted),
        "all of an audit": lambda: audit(options),
        "render as text": lambda: render(Format.TEXT, report, Style()),
    }
    for name, step in steps.items():
        seconds = statistics.median(_timed(step) for _ in range(rounds))
        print(f"  {name:<26}{seconds * 1000:7.1f} ms")


def _timed(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
