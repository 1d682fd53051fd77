"""The command `init`."""

from __future__ import annotations

from pathlib import Path

from eks_guard import clock
from eks_guard.audit import Options, audit
from eks_guard.cli.arguments import read_stdin
from eks_guard.cli.console import say, write_report
from eks_guard.cli.options import DEFAULT_PATH
from eks_guard.cli.parameters import PathArgument, TodayOption
from eks_guard.errors import AssemblyError, UsageError
from eks_guard.model.outcome import Outcome
from eks_guard.policy.config import FILE
from eks_guard.report.starter import render_starter


def init(path: PathArgument = DEFAULT_PATH, today: TodayOption = None) -> None:
    """Waive today's failures for 90 days, in a new eks-guard.yaml."""
    target = Path(FILE)
    if target.exists():
        raise UsageError(f"{target}: already exists; delete it first, or add waivers by hand")
    report = audit(Options(path=path, today=clock.today(today), stdin=read_stdin(path)))
    if report.problems:
        raise AssemblyError("\n".join(report.problems))
    write_report(target, render_starter(report))
    say(f"{target}: {sum(f.outcome is Outcome.FAIL for f in report.findings)} failures waived for 90 days")
