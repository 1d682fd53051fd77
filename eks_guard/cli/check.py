"""The command `check`, after its options were parsed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from eks_guard import clock
from eks_guard.audit import Options, audit
from eks_guard.cli.apps import apps, together
from eks_guard.cli.arguments import (
    cache_folder,
    chosen_format,
    chosen_outputs,
    parse_severity,
    read_config,
    read_stdin,
)
from eks_guard.cli.below import find_assembly
from eks_guard.cli.console import print_report, say, tell, terminal_style, write_report
from eks_guard.cli.progress import Progress, account
from eks_guard.cli.stale import stale_notes
from eks_guard.cli.variables import unknown_variables
from eks_guard.data import Tables
from eks_guard.errors import AssemblyError, UsageError
from eks_guard.policy.selection import Wanted
from eks_guard.records import replace
from eks_guard.report import SINGLE, Format, render_all
from eks_guard.report.style import Style

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from eks_guard.cli.options import CheckOptions
    from eks_guard.model.given import GivenValue
    from eks_guard.model.report import Report
    from eks_guard.policy.config import Config

CARRY_EDITS = frozenset({Format.SARIF, Format.MARKDOWN})
"""The formats that show the edits of `eks-guard fix`, where its extra is installed."""


def check(paths: Sequence[str], given: CheckOptions) -> int:
    """Audit, report, and return the exit code. Raises EksGuardError for what a user can mend."""
    say(*unknown_variables(os.environ))
    config = read_config(given.config, search=not given.ignore_repository_config)
    wanted, files = chosen_format(given.format, config), chosen_outputs(given.output, config)
    formats = {wanted, *(name for name, _ in files)}
    _check_usage(paths, given, formats)
    tables = Tables(given.data or config.data)
    with Progress(shown=not given.quiet) as progress:
        reports = [_audited(path, app, given, config, progress) for path, app in apps(map(find_assembly, paths))]
        reports = together([_with_edits(report, formats, tables) for report in reports])
        progress("writing reports")
        for name, file in files:
            write_report(file, render_all(name, reports, Style(show_passed=given.show_passed)))
        rendered = render_all(wanted, reports, terminal_style(show_passed=given.show_passed))
    print_report(rendered)
    if given.verbose:
        for report in reports:
            say(*account(report, config, progress.timings))
    for report in reports:
        _tell(report, given, several=len(reports) > 1)
    if any(report.problems for report in reports):
        raise AssemblyError("the audit is not complete: what could not be read was not judged")
    return int(any(report.failed for report in reports) and not given.exit_zero)


def _tell(report: Report, given: CheckOptions, *, several: bool) -> None:
    """What belongs beside a report, on stderr."""
    path, stale = report.assembly.path, report.assembly.stale_templates
    notes = (*report.notes, *stale_notes(report))
    judged = report.judged or len(report.not_judged)
    tell(notes, report.problems, judged, path, stale, app=f"{path}: " if several else "", quiet=given.quiet)


def _check_usage(paths: Sequence[str], given: CheckOptions, formats: Collection[Format]) -> None:
    """Raise UsageError for what does not go together."""
    if given.fail_on_new and given.against is None:
        raise UsageError("--fail-on-new: needs --against, to know what was there before")
    if len(paths) == 1:
        return
    if given.against is not None:
        raise UsageError(f"--against: takes one app, found {len(paths)}: {', '.join(paths)}")
    single = sorted(SINGLE.intersection(formats))
    if single:
        raise UsageError(f"{single[0]}: takes one app, found {len(paths)}: {', '.join(paths)}")


def _audited(path: str, app: str | None, given: CheckOptions, config: Config, progress: Progress) -> Report:
    """The report of one app."""
    gate = config.gate(parse_severity(given.fail_on), strict=given.strict)
    return audit(
        Options(
            path=path,
            app=app,
            today=clock.today(given.today),
            wanted=Wanted(given.packs, given.policies, given.select, given.ignore),
            stack=given.stack,
            require_cluster=given.require_cluster,
            stdin=read_stdin(path, progress),
            config=config,
            data=given.data,
            parameters=_values(given.parameters),
            cache=cache_folder(wanted=given.cache),
            acknowledgements=not given.ignore_repository_config,
            gate=replace(gate, new_only=given.fail_on_new),
            against=given.against,
            watch=progress,
        )
    )


def _values(given: Sequence[str]) -> tuple[GivenValue, ...]:
    """The values of `--parameters`."""
    if not given:
        return ()
    from eks_guard.cli.given import given_values  # noqa: PLC0415 (few checks give any)

    return given_values(given)


def _with_edits(report: Report, formats: Collection[Format], tables: Tables) -> Report:
    """Return the report with the edits of the sources, where a format shows them and the extra is installed."""
    path = report.assembly.path
    if not CARRY_EDITS.intersection(formats) or report.problems or not report.failed or path == "-":
        return report
    from eks_guard.cli.sources import has_libraries, project_folder, shown_folder  # noqa: PLC0415 (few checks need it)

    folder = project_folder(path, None)
    if not has_libraries() or not (folder / "cdk.json").is_file():
        return report
    from eks_guard.fix.mending import with_mendings  # noqa: PLC0415

    return with_mendings(report, folder, shown_folder(folder), tables)
