"""What several commands take, declared for typer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eks_guard.cli import completion

PathArgument = Annotated[
    str, typer.Argument(metavar="PATH", help="A cdk.out, a template, a folder of templates, or stdin (-).")
]
PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="A cdk.out, a template, a folder of templates, or stdin (-); several apps are several paths. "
        "Default: cdk.out.",
        show_default=False,
    ),
]
StackOption = Annotated[
    str | None,
    typer.Option("--stack", metavar="GLOB", help="Show only matching stacks.", autocompletion=completion.stacks),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="PATH",
        help="Use this configuration. Default: eks-guard.yaml here or in the nearest parent folder.",
    ),
]
CacheOption = Annotated[bool, typer.Option("--cache/--no-cache", help="Cache the versions found inside zip files.")]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="PATH", help="Read tables from this folder; they replace the built-in ones."),
]
ParametersOption = Annotated[
    list[str] | None,
    typer.Option("--parameters", metavar="KEY=VALUE", help="Set the value of a parameter; repeatable."),
]
TodayOption = Annotated[str | None, typer.Option("--today", metavar="YYYY-MM-DD", help="Judge as of this day.")]
AgainstOption = Annotated[
    str | None,
    typer.Option("--against", metavar="PREVIOUS", help="Also show the effects of the update from what is deployed."),
]
