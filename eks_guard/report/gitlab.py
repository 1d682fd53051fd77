"""GitLab's Code Quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.outcome import Severity
from eks_guard.report.caveats import caveats, fingerprint
from eks_guard.report.edits import fix_text
from eks_guard.report.place import closes, open_findings, primary, sentence
from eks_guard.report.style import as_json

if TYPE_CHECKING:
    from eks_guard.model.report import Report
    from eks_guard.report.caveats import Caveat
    from eks_guard.report.style import Style

SEVERITIES = {Severity.HIGH: "critical", Severity.MEDIUM: "major", Severity.LOW: "minor", Severity.INFO: "minor"}
BELOW = "info"
"""What does not close the gate, and nothing else."""


def render(report: Report, _: Style) -> str:
    """The open findings as a list, behind what is to be known about the audit itself."""
    rows = [_caveat(caveat) for caveat in caveats(report)]
    for finding in open_findings(report):
        spot = primary(finding, report)
        rows.append(
            {
                "description": f"{sentence(finding)}\n{fix_text(finding, report)}",
                "check_name": finding.policy.id,
                "fingerprint": finding.fingerprint,
                "severity": SEVERITIES[finding.severity] if closes(finding, report) else BELOW,
                "location": {"path": spot.file, "lines": {"begin": spot.line}},
            }
        )
    return as_json(rows)


def _caveat(caveat: Caveat) -> dict[str, Any]:
    return {
        "description": caveat.says,
        "check_name": caveat.name,
        "fingerprint": fingerprint(caveat),
        "severity": BELOW if caveat.severity is Severity.INFO else SEVERITIES[caveat.severity],
        "location": {"path": caveat.file, "lines": {"begin": 1}},
    }
