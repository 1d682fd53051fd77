"""The command `fix`: audit, plan, print the patch, and on demand write it or prove it."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eks_guard import clock
from eks_guard.audit import Options, audit
from eks_guard.cli import completion
from eks_guard.cli.arguments import cache_folder, read_config
from eks_guard.cli.console import print_report, say, tell, write_report
from eks_guard.cli.options import DEFAULT_PATH
from eks_guard.cli.parameters import CacheOption, ConfigOption, DataOption, PathArgument, TodayOption
from eks_guard.cli.progress import Progress
from eks_guard.cli.sources import need_libraries, project_folder
from eks_guard.cli.step import POLICY as STEP_POLICY
from eks_guard.cli.step import blocked_steps, findings_of_step, with_waiting
from eks_guard.data import Tables
from eks_guard.errors import AssemblyError, UsageError
from eks_guard.policy.selection import Wanted
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.fix.plan import Plan
    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report

FORMATS = ("text", "json")


def fix(  # noqa: PLR0913 (each is an option of the contract)
    path: PathArgument = DEFAULT_PATH,
    pack: Annotated[
        list[str] | None,
        typer.Option("--pack", metavar="PACK", help="Use this pack; repeatable.", autocompletion=completion.packs),
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(
            "--policy",
            metavar="ID",
            help="Fix only this policy, including edits that need review; repeatable.",
            autocompletion=completion.policies,
        ),
    ] = None,
    step: Annotated[
        str | None,
        typer.Option(
            "--step", metavar="MINOR", help="Raise clusters that are one minor below, with their kubectl layer."
        ),
    ] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", metavar="GLOB", help="Fix only clusters whose id matches.")
    ] = None,
    project: Annotated[
        Path | None,
        typer.Option(
            "--project", metavar="PATH", help="Edit the sources in this folder. Default: the folder of cdk.json."
        ),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Edit the files instead of printing a patch.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Also edit files with uncommitted changes.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Run the app on a patched copy and show what the patch changes.")
    ] = False,
    output: Annotated[
        str | None, typer.Option("--output", metavar="patch=FILE", help="Write the patch to a file.")
    ] = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text or json.")] = "text",  # noqa: A002
    config: ConfigOption = None,
    today: TodayOption = None,
    data: DataOption = None,
    cache: CacheOption = True,
) -> None:
    """Print a patch of the app's sources for what failed."""
    need_libraries()
    target = _parse_output(output)
    if format not in FORMATS:
        raise UsageError(f"--format: found {format!r}, expected {' or '.join(FORMATS)}")
    if step and (pack or policy):
        raise UsageError("--step: one step of an upgrade is a patch of its own; leave out --pack and --policy")
    folder = project_folder(path, project)
    options = Options(
        path=path,
        today=clock.today(today),
        wanted=Wanted(packs=tuple(pack or ()), select=(STEP_POLICY,) if step else tuple(policy or ())),
        config=read_config(config),
        data=data,
        cache=cache_folder(wanted=cache),
    )
    with Progress() as progress:
        report = audit(replace(options, watch=progress))
    findings = findings_of_step(report, step, cluster) if step else _wanted(report, policy or (), cluster)
    tell(report.notes, report.problems, report.judged, path, report.assembly.stale_templates)
    if report.problems:
        raise AssemblyError("the audit is not complete: what could not be read was not judged, so nothing is edited")
    tables = Tables(data or options.config.data)
    waiting = blocked_steps(findings, options, tables, step) if step else {}
    ready = [finding for finding in findings if finding.subject.id not in waiting]
    plan = _plan(report, ready, folder, tables, review=bool(policy or step))
    plan = with_waiting(plan, findings, waiting)
    proved = not verify or _is_proved(plan, options, folder)
    _deliver(plan, folder, format=format, target=target, write=write and proved, force=force)
    raise typer.Exit(_exit_code(plan, report, proved=proved, asked=bool(step)))


def _parse_output(text: str | None) -> Path | None:
    if text is None:
        return None
    name, separator, path = text.partition("=")
    if name != "patch" or not separator or not path:
        raise UsageError(f"--output: found {text!r}, expected patch=FILE")
    return Path(path)


def _wanted(report: Report, policies: Sequence[str], cluster: str | None) -> tuple[Finding, ...]:
    """Return the failures that are asked for. Raises UsageError for a name that matches nothing."""
    from eks_guard.fix.plan import mendable  # noqa: PLC0415

    ids = [found.id for found in report.clusters]
    if cluster is not None and not any(fnmatchcase(name, cluster) for name in ids):
        raise UsageError(f"--cluster: no cluster matches {cluster!r}; available: {', '.join(ids) or 'none'}")
    return tuple(
        finding
        for finding in mendable(report)
        if (not policies or finding.policy.id in policies) and (cluster is None or _is_of(finding, cluster))
    )


def _is_of(finding: Finding, pattern: str) -> bool:
    found = finding.subject.cluster
    return found is not None and fnmatchcase(found.id, pattern)


def _plan(report: Report, findings: Sequence[Finding], folder: Path, tables: Tables, *, review: bool) -> Plan:
    from eks_guard.fix.plan import make_plan, positions  # noqa: PLC0415
    from eks_guard.fix.project import Project  # noqa: PLC0415

    named = {posixpath.normpath(file) for file in positions(report)}
    return make_plan(report, findings, Project(folder, named), tables, review=review)


def _is_proved(plan: Plan, options: Options, folder: Path) -> bool:
    """Return whether the proof of the patch holds, and say what it found."""
    from eks_guard.fix.verify import prove  # noqa: PLC0415

    if not plan.after:
        return True
    say("verify    the app of the project runs in a patched copy")
    with Progress() as progress:
        progress("running the app and comparing")
        proof = prove(plan, options, folder)
    say(*(f"proved    {fact}" for fact in proof.facts))
    say(*(f"failed    {failure}" for failure in proof.failures))
    return not proof.failures


def _deliver(plan: Plan, folder: Path, *, format: str, target: Path | None, write: bool, force: bool) -> None:  # noqa: A002, PLR0913
    """Print the patch, or write it, or the files."""
    from eks_guard.fix.answers import as_document, diff_of, sentences  # noqa: PLC0415
    from eks_guard.fix.writing import write_files  # noqa: PLC0415

    if target is not None:
        write_report(target, diff_of(plan))
    if write:
        write_files(folder, plan.after, force=force)
    if format == "json":
        print_report(as_document(plan))
    elif target is None and not write:
        print_report(diff_of(plan))
    say(*sentences(plan))


def _exit_code(plan: Plan, report: Report, *, proved: bool, asked: bool) -> int:
    """Return 2 where the sources are not those of the assembly, 1 where something is left to the user.

    `asked`: whether each answer was asked for by name, as a step is, whatever the gate says of it.
    """
    if any(answer.is_stale for answer in plan.answers):
        return UsageError.exit_code
    left = [
        answer
        for answer in plan.answers
        if answer.change is None and (asked or report.gate.is_closed_by(answer.finding))
    ]
    return int(bool(left) or not proved)
