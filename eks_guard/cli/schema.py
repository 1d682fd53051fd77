"""The command `schema`."""

from __future__ import annotations

from typing import Annotated

import typer

from eks_guard.cli import completion
from eks_guard.cli.arguments import read_config
from eks_guard.cli.console import print_report
from eks_guard.cli.parameters import ConfigOption
from eks_guard.policy.catalogue import json_schema


def schema(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="policy, cases, config, report, inspect or upgrade.",
            autocompletion=completion.schemas,
        ),
    ],
    config: ConfigOption = None,
) -> None:
    """Print a JSON Schema, for editors and other programs.

    That of policies includes the facts of packages that the configuration names.
    """
    if name == "policy":
        read_config(config)
    print_report(json_schema(name))
