"""The command `policies`."""

from __future__ import annotations

from eks_guard.cli.arguments import read_config
from eks_guard.cli.console import print_report, terminal_style
from eks_guard.cli.parameters import ConfigOption
from eks_guard.data import Tables
from eks_guard.policy.freshness import span
from eks_guard.policy.packs import builtin_packs, load_pack
from eks_guard.report.explain import render_packs


def policies(config: ConfigOption = None) -> None:
    """List the packs with their policies, and how old the facts are."""
    packs = {name: load_pack(name) for name in builtin_packs()}
    print_report(render_packs(packs, span(Tables(read_config(config).data)), terminal_style()))
