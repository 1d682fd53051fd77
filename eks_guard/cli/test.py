"""The command `test`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eks_guard.audit.cases import run_cases
from eks_guard.cli.console import print_report, terminal_style
from eks_guard.report.cases import render_cases


def test(
    paths: Annotated[list[Path], typer.Argument(help="Policy files, case files or folders.", metavar="PATH")],
) -> None:
    """Run the .test.yaml cases beside policies."""
    results = run_cases(paths)
    print_report(render_cases([result for result in results if not result.passed], len(results), terminal_style()))
    if not all(result.passed for result in results):
        raise typer.Exit(1)
