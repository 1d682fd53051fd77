"""The command `inspect`."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer

from eks_guard import clock
from eks_guard.audit import load_update, summary, survey
from eks_guard.audit.scope import not_judged
from eks_guard.cli.below import find_assembly
from eks_guard.cli.console import print_report, tell, terminal_style
from eks_guard.cli.options import DEFAULT_PATH
from eks_guard.cli.parameters import (
    AgainstOption,
    CacheOption,
    ConfigOption,
    DataOption,
    ParametersOption,
    PathArgument,
    StackOption,
)
from eks_guard.cli.progress import Progress
from eks_guard.cli.understanding import survey_options
from eks_guard.data import Tables
from eks_guard.errors import AssemblyError, UsageError
from eks_guard.records import replace
from eks_guard.report import inspect_json, inspect_text

FORMATS = ("text", "json")


def inspect(  # noqa: PLR0913 (each is an option of the contract)
    path: PathArgument = DEFAULT_PATH,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text or json.")] = "text",  # noqa: A002
    config: ConfigOption = None,
    stack: StackOption = None,
    parameters: ParametersOption = None,
    data: DataOption = None,
    cache: CacheOption = True,
    against: AgainstOption = None,
) -> None:
    """Show each cluster and its kubectl chain, without judging."""
    if format not in FORMATS:
        raise UsageError(f"--format: found {format!r}, expected {' or '.join(FORMATS)}")
    path = find_assembly(path)
    today = clock.today(None) if against else datetime.date.min
    options = survey_options(path, today, stack=stack, parameters=parameters, config=config, data=data, cache=cache)
    tables = Tables(data or options.config.data)
    with Progress() as progress:
        assembly, estate = survey(replace(options, watch=progress), tables)
        change = load_update(assembly, against, tables, options.today).change if against else None
    unseen = not_judged(assembly, tables, stack)
    notes = (*assembly.notes, *(change.notes if change else ()), *(f"not shown: {one}" for one in unseen))
    if format == "json":
        rendered = inspect_json.render(summary(assembly), estate, assembly.problems, change)
    else:
        rendered = inspect_text.render(summary(assembly), estate, terminal_style(), change)
    print_report(rendered)
    tell(notes, assembly.problems, len(estate.clusters) or len(unseen), path, assembly.stale_templates)
    if assembly.problems:
        raise AssemblyError("the inspection is not complete: what could not be read is not shown")
