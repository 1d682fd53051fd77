"""`fleet report`: what the tables of runs say."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from eks_guard.cli.console import print_report, terminal_style, write_report
from eks_guard.errors import UsageError
from eks_guard.fleet.database import Database, open_database
from eks_guard.fleet.report import FORMATS, renderer
from eks_guard.fleet.report.export import export
from eks_guard.fleet.report.gather import Question, all_queries, choose, gather
from eks_guard.fleet.runs import finished_runs
from eks_guard.report.style import Style


def report(  # noqa: PLR0913 (each is an option of the contract)
    runs: Annotated[Path, typer.Argument(metavar="RUNS", help="The folder that `eks-guard fleet` wrote.")] = Path(
        "runs"
    ),
    by: Annotated[
        str, typer.Option("--by", metavar="NAMES", help="Labels or columns to group clusters by: team,version.")
    ] = "version",
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="YYYY-MM-DD", help="Compare with the first run from this day on."),
    ] = None,
    run: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="Report on this run. Default: the newest.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Count every archive, not the newest of each app and stack.")
    ] = False,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, markdown, html or json.")] = "text",  # noqa: A002
    output: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="FORMAT=PATH", help="Also write the report to a file; repeatable."),
    ] = None,
    exports: Annotated[
        list[str] | None,
        typer.Option(
            "--export",
            metavar="TABLE=PATH",
            help="Write the counted rows to a .csv, .json or .parquet file; repeatable.",
        ),
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the queries as SQL instead.")] = False,
) -> None:
    """Report on runs of `eks-guard fleet`: versions, ends of support, policies, and what changed."""
    finished = finished_runs(runs)
    question = Question(
        folder=runs,
        runs=finished,
        chosen=choose(finished, runs, run),
        by=tuple(name.strip() for name in by.split(",") if name.strip()),
        since=_day(since),
        every=every,
    )
    files = [_output(text) for text in output or ()]
    render = renderer(format, "--format")
    if sql:
        print_report(all_queries(question))
        return
    with open_database() as database:
        _answer(question, database, exports or [])
        found = gather(question, database)
    for name, path in files:
        write_report(path, renderer(name, "--output")(found, Style()))
    print_report(render(found, terminal_style()))


def _answer(question: Question, database: Database, exports: list[str]) -> None:
    for text in exports:
        table, separator, path = text.partition("=")
        if not separator or not path:
            raise UsageError(f"--export: found {text!r}, expected TABLE=PATH such as clusters=clusters.csv")
        export(question, database, table, Path(path))


def _day(text: str | None) -> datetime.date | None:
    try:
        return None if text is None else datetime.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--since: found {text!r}, expected a day such as 2026-10-01") from None


def _output(text: str) -> tuple[str, Path]:
    name, separator, path = text.partition("=")
    if not separator or not path:
        raise UsageError(f"--output: found {text!r}, expected FORMAT=PATH such as html=fleet.html")
    if name not in FORMATS:
        renderer(name, "--output")
    return name, Path(path)
