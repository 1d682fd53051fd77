"""The command `policies`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.cli.arguments import read_config
from eks_guard.cli.console import print_report, terminal_style
from eks_guard.cli.parameters import ConfigOption
from eks_guard.data import Tables
from eks_guard.policy.freshness import span
from eks_guard.policy.selection import effective
from eks_guard.report.explain import render_packs

if TYPE_CHECKING:
    from eks_guard.policy.selection import Standing


def policies(config: ConfigOption = None) -> None:
    """List all policies as eks-guard.yaml sets them."""
    found = read_config(config)
    rows = [(standing.policy, _remark(standing, found.file)) for standing in effective(found)]
    print_report(render_packs(rows, span(Tables(found.data)), terminal_style()))


def _remark(standing: Standing, file: str) -> str:
    """What the project changes; empty for a policy that is asked as it is written."""
    if not standing.is_asked:
        return f"off, ignored by {file}" if standing.is_ignored else "off"
    policy = standing.policy
    return f"{standing.written} in its own file" if policy.severity != standing.written else ""
