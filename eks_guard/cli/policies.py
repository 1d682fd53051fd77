"""The command `policies`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eks_guard.cli.arguments import read_config
from eks_guard.cli.console import print_report, terminal_style
from eks_guard.cli.parameters import ConfigOption
from eks_guard.data import Tables
from eks_guard.policy.coverage import standard_of
from eks_guard.policy.freshness import span
from eks_guard.policy.packs import builtin_names
from eks_guard.policy.selection import effective
from eks_guard.report.coverage import render_coverage
from eks_guard.report.explain import render_packs

if TYPE_CHECKING:
    from eks_guard.policy.selection import Standing


def policies(
    config: ConfigOption = None,
    coverage: Annotated[
        str | None,
        typer.Option(
            "--coverage",
            metavar="PACK",
            help="List the controls of the standard that a pack follows, each with its policies or why it has none.",
        ),
    ] = None,
) -> None:
    """List the policies in effect, or what a pack covers."""
    if coverage is not None:
        standard, packs = standard_of(coverage, Tables()), dict(builtin_names())
        print_report(render_coverage(standard, packs, terminal_style()))
        return
    found = read_config(config)
    rows = [(standing.policy, _remark(standing, found.file)) for standing in effective(found)]
    print_report(render_packs(rows, span(Tables(found.data)), terminal_style()))


def _remark(standing: Standing, file: str) -> str:
    """What the project changes, and the file of a policy of its own."""
    own = Path(standing.policy.file).absolute() if standing.policy.file else None
    named = [str(own.relative_to(Path.cwd()) if own.is_relative_to(Path.cwd()) else own)] if own else []
    return "; ".join([*named, *filter(None, [standing.remark(file)])])
