"""The command `explain`."""

from __future__ import annotations

from typing import Annotated

import typer

from eks_guard.cli import completion
from eks_guard.cli.arguments import read_config
from eks_guard.cli.console import print_report, terminal_style
from eks_guard.cli.parameters import ConfigOption
from eks_guard.data import Tables
from eks_guard.errors import UsageError
from eks_guard.policy.freshness import span
from eks_guard.policy.names import nearest
from eks_guard.policy.selection import effective
from eks_guard.report.explain import render_policy


def explain(
    policy: Annotated[
        str,
        typer.Argument(
            metavar="POLICY",
            help="The id of a policy, built in or named in eks-guard.yaml, or its rule in cfn-lint.",
            autocompletion=completion.policies,
        ),
    ],
    config: ConfigOption = None,
) -> None:
    """Explain a policy: what it checks, why, and how to fix it."""
    found = read_config(config)
    policy = next((name for name, rule in Tables().cfnlint_ids.items() if rule == policy), policy)
    standings = {standing.policy.id: standing for standing in effective(found)}
    if policy not in standings:
        raise UsageError(
            f"found no policy {policy!r}{nearest(policy, list(standings))}; `eks-guard policies` lists them"
        )
    standing = standings[policy]
    remark = standing.remark(found.file) if found.given else ""
    print_report(render_policy(standing.policy, span(Tables(found.data)), terminal_style(), remark))
