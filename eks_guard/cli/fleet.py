"""The commands `fleet` and `fleet report`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from eks_guard import clock
from eks_guard.cli.fleet_progress import progress
from eks_guard.cli.fleet_report import report
from eks_guard.cli.fleet_run import Asked, conclude, start
from eks_guard.cli.help import Command, DefaultCommand, Group

RUN = "run"
REPORT = "report"
EPILOG = "`eks-guard fleet report RUNS` reads what this writes: see `eks-guard fleet report --help`."


class _RunByDefault(Group):
    """`fleet SOURCE…` audits; `fleet report …` reports."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args if args[:1] == [REPORT] else [RUN, *args])


fleet = typer.Typer(cls=_RunByDefault, name="fleet", help="Audit every app of an organisation into one table.")
fleet.command(REPORT, cls=Command)(report)


@fleet.command(RUN, cls=DefaultCommand, epilog=EPILOG)
def run(  # noqa: PLR0913 (each is an option of the contract)
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="A URL with globs (s3://, gs://, abfs://, https:// or a path), a folder, or @list.jsonl.",
        ),
    ],
    output: Annotated[Path, typer.Option("--output", metavar="DIR", help="Write the runs to this folder.")] = Path(
        "runs"
    ),
    labels: Annotated[
        str | None, typer.Option("--labels", metavar="FILE", help="Labels by url: CSV or JSON Lines.")
    ] = None,
    labels_from: Annotated[
        str | None,
        typer.Option("--labels-from", metavar="URL", help="Labels in URLs, such as 's3://ci/{team}/{app}/*.zip'."),
    ] = None,
    include: Annotated[
        list[str] | None, typer.Option("--include", metavar="GLOB", help="Only archives that match; repeatable.")
    ] = None,
    engine: Annotated[
        str,
        typer.Option("--engine", metavar="ENGINE", help="local, one-by-one, or a Dask scheduler: tcp://host:8786."),
    ] = "local",
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Processes at once. Default: one per core.")
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.1, help="The limit for one archive.")
    ] = 60,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Retry archives that were refused, died or timed out.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="Read at most this many archives.")
    ] = None,
    storage_option: Annotated[
        list[str] | None,
        typer.Option(
            "--storage-option", metavar="KEY=VALUE", help="Pass an option to the storage library; repeatable."
        ),
    ] = None,
    pack: Annotated[
        list[str] | None,
        typer.Option("--pack", metavar="PACK", help="Use this pack; repeatable. Default: deploy-safety, baseline."),
    ] = None,
    policy: Annotated[
        list[Path] | None,
        typer.Option("--policy", metavar="PATH", help="Add a policy file or a folder of them; repeatable."),
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option("--select", metavar="NAME", help="Use only these policies; repeatable.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="NAME", help="Leave out these policies; repeatable.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="PATH",
            help="Use this configuration. Default: eks-guard.yaml here or in the nearest parent folder.",
        ),
    ] = None,
    own_waivers: Annotated[
        bool, typer.Option("--own-waivers", help="Apply the waivers of an eks-guard.yaml in the archive, too.")
    ] = False,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on", metavar="SEVERITY", help="Exit 1 for failures of this severity or higher. Default: low."
        ),
    ] = None,
    strict: Annotated[
        bool | None, typer.Option("--strict/--no-strict", help="Treat unknown results as failures.")
    ] = None,
    upgrade_to: Annotated[
        str | None,
        typer.Option("--upgrade-to", metavar="MINOR", help="Also plan each cluster's upgrade to this minor."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="RUN",
            help="Also judge updates from the object versions that this run read; needs a versioned bucket.",
        ),
    ] = None,
    today: Annotated[str | None, typer.Option("--today", metavar="YYYY-MM-DD", help="Judge as of this day.")] = None,
    data: Annotated[Path | None, typer.Option("--data", metavar="PATH", help="Read tables from this folder.")] = None,
) -> None:
    """Audit every app of an organisation into one table."""
    asked = Asked(
        sources=tuple(sources),
        output=output,
        labels=labels,
        labels_from=labels_from,
        include=tuple(include or ()),
        engine=engine,
        workers=workers,
        timeout=timeout,
        retry_failed=retry_failed,
        limit=limit,
        storage_options=tuple(storage_option or ()),
        packs=tuple(pack or ()),
        policies=tuple(policy or ()),
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
        config=config,
        own_waivers=own_waivers,
        fail_on=fail_on,
        strict=strict,
        upgrade_to=upgrade_to,
        against=against,
        today=clock.today(today),
        data=data,
    )
    with progress() as watcher:
        outcome = start(asked, watcher, datetime.datetime.now(tz=datetime.UTC))
    raise typer.Exit(conclude(outcome))
