"""The command `upgrade`: plan the way of each cluster to a newer Kubernetes, minor by minor."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eks_guard import clock
from eks_guard.audit import survey
from eks_guard.cli.console import print_report, tell, terminal_style, write_report
from eks_guard.cli.options import DEFAULT_PATH
from eks_guard.cli.parameters import (
    CacheOption,
    ConfigOption,
    DataOption,
    ParametersOption,
    PathArgument,
    StackOption,
    TodayOption,
)
from eks_guard.cli.progress import Progress
from eks_guard.cli.understanding import survey_options
from eks_guard.data import Tables
from eks_guard.errors import AssemblyError, UsageError
from eks_guard.matching import regex
from eks_guard.model.upgrade import Weight
from eks_guard.model.version import Version
from eks_guard.records import replace
from eks_guard.upgrade.answers import NO_ANSWERS, Answers
from eks_guard.upgrade.plan import Wish, make_plan

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.upgrade import UpgradePlan

FORMATS = ("text", "json", "markdown", "html")
LATEST = "latest"
_MINOR = regex(r"1\.[1-9]\d{1,2}")


def upgrade(  # noqa: PLR0913 (each is an option of the contract)
    path: PathArgument = DEFAULT_PATH,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="MINOR", help="A minor such as 1.36, or latest. Default: the next one."),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="MINOR", help="The version of clusters that have none in the assembly."),
    ] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", metavar="GLOB", help="Plan only the clusters whose id matches.")
    ] = None,
    stack: StackOption = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, json, markdown or html.")] = "text",  # noqa: A002
    output: Annotated[
        list[str] | None,
        typer.Option("--output", metavar="FORMAT=PATH", help="Also write the plan to a file; repeatable."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Also exit 1 for unknown items.")] = False,
    require_cluster: Annotated[bool, typer.Option("--require-cluster", help="Fail if there is no cluster.")] = False,
    insights: Annotated[
        list[Path] | None,
        typer.Option("--insights", metavar="FILE", help="What `aws eks list-insights` or `describe-insight` printed."),
    ] = None,
    addon_versions: Annotated[
        list[Path] | None,
        typer.Option("--addon-versions", metavar="FILE", help="What `aws eks describe-addon-versions` printed."),
    ] = None,
    parameters: ParametersOption = None,
    config: ConfigOption = None,
    today: TodayOption = None,
    data: DataOption = None,
    cache: CacheOption = True,
) -> None:
    """Plan an upgrade, minor by minor, from the assembly alone."""
    outputs = [_parse_output(text) for text in output or ()]
    _check_format(format, "--format")
    options = survey_options(
        path, clock.today(today), stack=stack, parameters=parameters, config=config, data=data, cache=cache
    )
    tables = Tables(data or options.config.data)
    answers = _answers(insights or (), addon_versions or (), options.today)
    wish = Wish(_target(to, tables), minor_of(from_, "--from") if from_ else None, options.today, answers)
    with Progress() as progress:
        assembly, estate = survey(replace(options, watch=progress), tables)
    if require_cluster and not estate.clusters:
        raise AssemblyError(f"{path}: found no EKS cluster, and --require-cluster asks for one")
    plan = make_plan(assembly, estate, _wanted(estate.clusters, cluster), tables, wish)
    for name, target in outputs:
        write_report(target, _render(plan, name))
    print_report(_render(plan, format))
    tell(plan.notes, plan.problems, len(estate.clusters), path, plan.assembly.stale_templates)
    if plan.problems:
        raise AssemblyError("the plan is not complete: what could not be read is not planned")
    closed = plan.count(Weight.BLOCKS) or (strict and plan.count(Weight.UNKNOWN))
    raise typer.Exit(int(bool(closed)))


def _answers(insights: Sequence[Path], addon_versions: Sequence[Path], today: datetime.date) -> Answers:
    if not (insights or addon_versions):
        return NO_ANSWERS
    from eks_guard.upgrade.answer_files import read_addon_versions, read_insights  # noqa: PLC0415 (pydantic)

    return Answers(read_insights(insights), read_addon_versions(addon_versions, today))


def _target(text: str | None, tables: Tables) -> Version | None:
    if text != LATEST:
        return minor_of(text, "--to") if text is not None else None
    with_layer = [minor for minor, package in tables.layer_packages.items() if package.npm]
    reach = max(with_layer)
    return max(minor for minor in tables.eks_versions if minor.minor <= reach.minor + 1)


def minor_of(text: str, option: str) -> Version:
    """Read a minor such as 1.36. Raises UsageError."""
    if not _MINOR.fullmatch(text):
        also = ", or latest" if option == "--to" else ""
        raise UsageError(f"{option}: found {text!r}, expected a minor such as 1.36{also}")
    return Version.parse(text)


def _check_format(name: str, option: str) -> None:
    if name not in FORMATS:
        raise UsageError(f"{option}: found {name!r}, expected {', '.join(FORMATS[:-1])} or {FORMATS[-1]}")


def _parse_output(text: str) -> tuple[str, Path]:
    name, separator, path = text.partition("=")
    if not separator or not path:
        raise UsageError(f"--output: found {text!r}, expected FORMAT=PATH such as json=plan.json")
    _check_format(name, "--output")
    return name, Path(path)


def _wanted(clusters: Sequence[Cluster], pattern: str | None) -> tuple[Cluster, ...]:
    """The clusters that are asked for. Raises UsageError for a pattern that matches none."""
    found = tuple(cluster for cluster in clusters if pattern is None or fnmatchcase(cluster.id, pattern))
    if pattern is not None and not found:
        names = ", ".join(cluster.id for cluster in clusters) or "none"
        raise UsageError(f"--cluster: no cluster matches {pattern!r}; available: {names}")
    return found


def _render(plan: UpgradePlan, name: str) -> str:
    match name:
        case "json":
            from eks_guard.report import upgrade_json  # noqa: PLC0415 (one format is asked for)

            return upgrade_json.render(plan)
        case "markdown":
            from eks_guard.report import upgrade_markdown  # noqa: PLC0415

            return upgrade_markdown.render(plan)
        case "html":
            from eks_guard.report.page import plan as page  # noqa: PLC0415

            return page.render(plan)
    from eks_guard.report import upgrade_text  # noqa: PLC0415

    return upgrade_text.render(plan, terminal_style())
