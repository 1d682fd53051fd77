"""The command `facts`."""

from __future__ import annotations

from eks_guard.cli.arguments import read_config
from eks_guard.cli.console import print_report, terminal_style
from eks_guard.policy.catalogue import fact_rows
from eks_guard.report.explain import render_facts


def facts() -> None:
    """List the facts that policies can ask for."""
    read_config(None)
    print_report(render_facts(fact_rows(), terminal_style()))
