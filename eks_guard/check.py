"""The command `check`, without a parser of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.arguments import (
    cache_folder,
    parse_day,
    parse_format,
    parse_output,
    parse_severity,
    read_config,
    read_stdin,
)
from eks_guard.audit import Options, audit
from eks_guard.console import print_report, tell, terminal_style, write_report
from eks_guard.errors import AssemblyError
from eks_guard.model.finding import Gate
from eks_guard.report import render
from eks_guard.report.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DEFAULT_PATH = "cdk.out"


def check(  # noqa: PLR0913 (each is an option of the contract)
    path: str = DEFAULT_PATH,
    *,
    pack: Sequence[str] | None = None,
    policy: Sequence[Path] | None = None,
    config: Path | None = None,
    format: str = "text",  # noqa: A002
    output: Sequence[str] | None = None,
    fail_on: str = "low",
    strict: bool = False,
    exit_zero: bool = False,
    stack: str | None = None,
    require_cluster: bool = False,
    show_passed: bool = False,
    today: str | None = None,
    data: Path | None = None,
    cache: bool = True,
) -> int:
    """Audit, report, and return the exit code. Raises EksGuardError for what a user can mend."""
    wanted, files = parse_format(format), [parse_output(text) for text in output or ()]
    report = audit(
        Options(
            path=path,
            today=parse_day(today),
            packs=tuple(pack or ()),
            policies=tuple(policy or ()),
            stack=stack,
            require_cluster=require_cluster,
            stdin=read_stdin(path),
            config=read_config(config),
            data=data,
            cache=cache_folder(wanted=cache),
            gate=Gate(parse_severity(fail_on), strict),
        )
    )
    for name, file in files:
        write_report(file, render(name, report, Style(show_passed=show_passed)))
    print_report(render(wanted, report, terminal_style(show_passed=show_passed)))
    tell(report.notes, report.problems, len(report.clusters), path, report.assembly.stale_templates)
    if report.problems:
        raise AssemblyError("the audit is not complete: what could not be read was not judged")
    return int(report.failed and not exit_zero)
