"""The command `check`, after its options were parsed."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from eks_guard import clock
from eks_guard.audit import Options, audit
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
from eks_guard.cli.given import given_values
from eks_guard.cli.progress import Progress, account
from eks_guard.cli.variables import unknown_variables
from eks_guard.data import Tables
from eks_guard.errors import AssemblyError, UsageError
from eks_guard.policy.selection import Wanted
from eks_guard.report import Format, render
from eks_guard.report.style import Style

if TYPE_CHECKING:
    from collections.abc import Collection

    from eks_guard.cli.options import CheckOptions
    from eks_guard.model.finding import Report
    from eks_guard.policy.config import Config

CARRY_EDITS = frozenset({Format.SARIF, Format.MARKDOWN})
"""The formats that show the edits of `eks-guard fix`, where its extra is installed."""


def check(path: str, given: CheckOptions) -> int:
    """Audit, report, and return the exit code. Raises EksGuardError for what a user can mend."""
    if given.fail_on_new and given.against is None:
        raise UsageError("--fail-on-new: new since when? say with --against what was there before")
    say(*unknown_variables(os.environ))
    with Progress(shown=not given.quiet) as progress:
        path = find_assembly(path)
        config = read_config(given.config, search=not given.ignore_repository_config)
        wanted, files = chosen_format(given.format, config), chosen_outputs(given.output, config)
        report = _audited(path, given, config, progress)
        report = _with_edits(report, path, {wanted, *(name for name, _ in files)}, Tables(given.data or config.data))
        progress("writing reports")
        for name, file in files:
            write_report(file, render(name, report, Style(show_passed=given.show_passed)))
        rendered = render(wanted, report, terminal_style(show_passed=given.show_passed))
    print_report(rendered)
    if given.verbose:
        say(*account(report, config, progress.timings))
    tell(report.notes, report.problems, report.judged, path, report.assembly.stale_templates, quiet=given.quiet)
    if report.problems:
        raise AssemblyError("the audit is not complete: what could not be read was not judged")
    return int(report.failed and not given.exit_zero)


def _audited(path: str, given: CheckOptions, config: Config, progress: Progress) -> Report:
    return audit(
        Options(
            path=path,
            today=clock.today(given.today),
            wanted=Wanted(given.packs, given.policies, given.select, given.ignore),
            stack=given.stack,
            require_cluster=given.require_cluster,
            stdin=read_stdin(path, progress),
            config=config,
            data=given.data,
            parameters=given_values(given.parameters),
            cache=cache_folder(wanted=given.cache),
            acknowledgements=not given.ignore_repository_config,
            gate=replace(config.gate(parse_severity(given.fail_on), strict=given.strict), new_only=given.fail_on_new),
            against=given.against,
            watch=progress,
        )
    )


def _with_edits(report: Report, path: str, formats: Collection[Format], tables: Tables) -> Report:
    """Return the report with the edits of the sources, where a format shows them and the extra is installed."""
    if not CARRY_EDITS.intersection(formats) or report.problems or not report.failed or path == "-":
        return report
    from eks_guard.cli.sources import has_libraries, project_folder, shown_folder  # noqa: PLC0415 (few checks need it)

    folder = project_folder(path, None)
    if not has_libraries() or not (folder / "cdk.json").is_file():
        return report
    from eks_guard.fix.mending import with_mendings  # noqa: PLC0415

    return with_mendings(report, folder, shown_folder(folder), tables)
