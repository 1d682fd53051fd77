"""Lines that a pipeline's log turns into annotations: GitHub's workflow commands and Azure's logging commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.outcome import Severity
from eks_guard.report.caveats import caveats
from eks_guard.report.edits import fix_text
from eks_guard.report.place import closes, open_findings, primary, sentence
from eks_guard.report.style import safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report
    from eks_guard.report.style import Style

GITHUB = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice", Severity.INFO: "notice"}
AZURE = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "warning", Severity.INFO: "warning"}
_LINES = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_GITHUB_PROPERTY = {**_LINES, ":": "%3A", ",": "%2C"}
_AZURE_LINES = {"%": "%AZP25", "\r": "%0D", "\n": "%0A"}
_AZURE_PROPERTY = {**_AZURE_LINES, ";": "%3B", "]": "%5D"}


def render_github(report: Report, _: Style) -> str:
    """GitHub's workflow commands.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    lines = [_github(GITHUB[c.severity], {"file": c.file, "title": c.name}, c.says) for c in caveats(report)]
    for finding in open_findings(report):
        spot = primary(finding, report)
        properties = {"file": spot.file, "line": str(spot.line), "col": str(spot.column), "title": finding.policy.id}
        command = "error" if closes(finding, report) else "notice"
        lines.append(_github(command, properties, *_says(finding, report)))
    return "".join(lines)


def _github(command: str, properties: Mapping[str, str], *says: str) -> str:
    written = ",".join(f"{key}={_escaped(safe(value), _GITHUB_PROPERTY)}" for key, value in properties.items())
    return f"::{command} {written}::{_message(says, _LINES)}\n"


def render_azure(report: Report, _: Style) -> str:
    """Azure's logging commands.

    https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands
    """
    lines = [_azure({"type": AZURE[c.severity], "sourcepath": c.file, "code": c.name}, c.says) for c in caveats(report)]
    for finding in open_findings(report):
        spot = primary(finding, report)
        properties = {
            "type": "error" if closes(finding, report) else "warning",
            "sourcepath": spot.file,
            "linenumber": str(spot.line),
            "columnnumber": str(spot.column),
            "code": finding.policy.id,
        }
        lines.append(_azure(properties, *_says(finding, report)))
    return "".join(lines)


def _azure(properties: Mapping[str, str], *says: str) -> str:
    written = "".join(f"{key}={_escaped(safe(value), _AZURE_PROPERTY)};" for key, value in properties.items())
    return f"##vso[task.logissue {written}]{_message(says, _AZURE_LINES)}\n"


def _says(finding: Finding, report: Report) -> list[str]:
    """What is wrong in one line, then the lines of the fix."""
    return [sentence(finding), *fix_text(finding, report).split("\n")]


def _message(lines: Sequence[str], table: Mapping[str, str]) -> str:
    """Lines of which each is harmless, with breaks between them that the service makes again."""
    return _escaped("\n".join(map(safe, lines)), table)


def _escaped(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(character, character) for character in text)
