"""The command `schema`."""

from __future__ import annotations

from typing import Annotated

import typer

from eks_guard.cli.console import print_report
from eks_guard.policy.catalogue import json_schema


def schema(
    name: Annotated[str, typer.Argument(help="policy, cases, config, report, inspect or upgrade.", metavar="NAME")],
) -> None:
    """Print a JSON Schema, for editors and for whoever reads our JSON."""
    print_report(json_schema(name))
