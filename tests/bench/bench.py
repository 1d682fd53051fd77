"""What a `check` costs: as a whole cold process beside its peers and the floor, and step by step inside.

Machines are noisy: the ratios of one run are what to quote, never the single times.
"""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from peers import CACHE, OURS, TYPER, all_templates, commands, missing
from processes import measure

from eks_guard import __version__

if TYPE_CHECKING:
    from processes import Measured

HERE = Path(__file__).parent
SAMPLE = HERE.parent.parent / "sample_templates" / "payment-wrong-layer" / "cdk.out"
APPS = {
    "a": ("the payment sample", SAMPLE),
    "b": ("200 stacks, 20 with EKS", CACHE / "big" / "cdk.out"),
    "c": ("20 stacks, 2 with EKS", CACHE / "small" / "cdk.out"),
    "d": ("the 20 stacks with EKS of (b) alone", CACHE / "eks" / "cdk.out"),
}
ROUNDS = int(os.environ.get("ROUNDS", "11"))
WANTED = os.environ.get("APPS", "abcd")


def main() -> None:
    """Print the tables."""
    python = sys.version.split()[0]
    print(
        f"eks-guard {__version__}, Python {python}, {datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}, median of {ROUNDS}"
    )
    for name in missing():
        print(f"missing: {name}; `make bench-peers` installs it")
    for key, (what, assembly) in APPS.items():
        if key not in WANTED:
            continue
        if not assembly.exists():
            print(f"\n({key}) {what}: missing; `make bench-apps` synthesizes it")
            continue
        templates = all_templates(assembly, CACHE / "templates" / key)
        print(f"\n({key}) {what}: {_size(templates)} of templates, {_size(assembly)} in all")
        show_processes(measure(commands(assembly, templates), ROUNDS))
        print(f"  {'inside, all imported':<26}{'median':>10}", flush=True)
        subprocess.run([sys.executable, str(HERE / "inside.py"), str(assembly), str(ROUNDS)], check=True)


def show_processes(runs: dict[str, Measured]) -> None:
    """One line a command. A peak reads no lower than this program's own."""
    ours, floor = runs[OURS].median, runs[TYPER].median
    print(f"  {'whole cold process':<26}{'median':>10}{'x ours':>9}{'x Typer':>9}{'peak':>9}  exit  runs")
    for name, run in runs.items():
        codes = ",".join(map(str, sorted(run.exit_codes)))
        peak = f"{run.peak_bytes / 1e6:.0f} MB"
        print(
            f"  {name:<26}{run.median:8.3f} s{run.median / ours:9.2f}{run.median / floor:9.2f}{peak:>9}  {codes:<5} {len(run.seconds)}"
        )


def _size(folder: Path) -> str:
    return f"{sum(path.stat().st_size for path in folder.rglob('*') if path.is_file()) / 1e6:.1f} MB"


if __name__ == "__main__":
    main()
