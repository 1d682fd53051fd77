"""What a cold `check` costs: as a whole process beside `python -c pass` and a bare Typer program, and step by step inside.

Machines are noisy: the ratios of one run are what to quote, never the single times.
"""

from __future__ import annotations

import datetime
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.assembly.load import load
from eks_guard.audit import Options, audit, select_policies
from eks_guard.data import Tables
from eks_guard.report import Format, render
from eks_guard.report.style import Style
from eks_guard.resolve.clusters import find_clusters

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).parent.parent.parent / "sample_templates" / "payment-wrong-layer" / "cdk.out"
ROUNDS = int(os.environ.get("ROUNDS", "11"))
BARE = (
    "import typer\napp = typer.Typer()\n@app.command()\ndef check(path: str = 'x') -> None:\n    print(path)\napp()\n"
)


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "bare Typer program": [sys.executable, str(bare)],
            "eks-guard check": [sys.executable, "-m", "eks_guard", "check", str(SAMPLE)],
        }
        times = whole_processes(commands)
    floor = times["bare Typer program"]
    print(f"whole cold processes, median of {ROUNDS}, Python {sys.version.split()[0]}")
    for name, seconds in times.items():
        print(f"  {name:<22}{seconds * 1000:7.0f} ms   {seconds / floor:5.2f} x bare Typer")
    print(f"inside, median of {ROUNDS}")
    for name, seconds in steps().items():
        print(f"  {name:<22}{seconds * 1000:7.1f} ms")


def whole_processes(commands: dict[str, list[str]]) -> dict[str, float]:
    """Median wall time of each command, run in turn so that the machine's moods meet all of them."""
    measured: dict[str, list[float]] = {name: [] for name in commands}
    for round_ in range(ROUNDS + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            if round_:  # the first round warms the file cache
                measured[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in measured.items()}


def steps() -> dict[str, float]:
    """Median time of each step of an audit, in a process that has everything imported."""
    options = Options(path=str(SAMPLE), today=datetime.date(2026, 11, 24))
    tables, assembly, report = Tables(), load(options.path), audit(options)
    work: dict[str, Callable[[], object]] = {
        "load the assembly": lambda: load(options.path),
        "resolve the clusters": lambda: find_clusters(load(options.path), tables),
        "load the policies": lambda: select_policies(options),
        "all of an audit": lambda: audit(options),
        "render as text": lambda: render(Format.TEXT, report, Style()),
    }
    assert assembly.stacks, "the sample has stacks"
    return {name: statistics.median(_timed(step) for _ in range(ROUNDS)) for name, step in work.items()}


def _timed(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
