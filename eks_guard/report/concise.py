"""`check --format concise`: a line for each finding, which terminals and editors take to its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.outcome import Outcome
from eks_guard.report.caveats import caveats
from eks_guard.report.edits import controls_of
from eks_guard.report.place import open_findings, primary, sentence
from eks_guard.report.style import defused, safe
from eks_guard.report.text import tail

if TYPE_CHECKING:
    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report
    from eks_guard.report.style import Style


def render(report: Report, style: Style) -> str:
    """`file:line:column: severity policy sentence`, and the counts at the end."""
    lines = [
        f"{safe(caveat.file)}:1:1: {caveat.severity} {caveat.name} {safe(caveat.says)}" for caveat in caveats(report)
    ]
    lines += [_line(finding, report) for finding in open_findings(report)]
    return defused("\n".join([*lines, *tail(report, style)]) + "\n")


def _line(finding: Finding, report: Report) -> str:
    spot = primary(finding, report)
    label = "unknown" if finding.outcome is Outcome.UNKNOWN else str(finding.severity)
    says = safe(sentence(finding).replace("\n", " "))
    controls = f" [{controls_of(finding)}]" if finding.policy.controls else ""
    return f"{safe(spot.file)}:{spot.line}:{spot.column}: {label} {finding.policy.id} {says}{controls}"
