"""GitLab's Code Quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Severity
from eks_guard.report.place import level, open_findings, primary, sentence
from eks_guard.report.style import as_json

if TYPE_CHECKING:
    from eks_guard.model.finding import Report
    from eks_guard.report.style import Style

SEVERITIES = {Severity.HIGH: "critical", Severity.MEDIUM: "major", Severity.LOW: "minor", Severity.INFO: "info"}


def render(report: Report, _: Style) -> str:
    """The open findings as a list."""
    rows = []
    for finding in open_findings(report):
        spot = primary(finding, report)
        rows.append(
            {
                "description": sentence(finding),
                "check_name": finding.policy.id,
                "fingerprint": finding.fingerprint,
                "severity": SEVERITIES[level(finding)],
                "location": {"path": spot.file, "lines": {"begin": spot.line}},
            }
        )
    return as_json(rows)
