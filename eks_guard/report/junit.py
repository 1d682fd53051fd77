"""JUnit XML, as Jenkins, GitLab, Azure and CodeBuild read it: one test case for each policy and subject."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from eks_guard.matching import regex
from eks_guard.model.outcome import Outcome, Severity
from eks_guard.model.report import AboutAudit, Ruling
from eks_guard.report.caveats import caveats
from eks_guard.report.edits import fix_text
from eks_guard.report.place import primary, sentence
from eks_guard.report.style import defused

if TYPE_CHECKING:
    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report
    from eks_guard.report.caveats import Caveat
    from eks_guard.report.style import Style

_NOT_XML = regex(
    "[^\t\n\x20-\x7e\xa0-\u061b\u061d-\u200d\u2010-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
"""What XML 1.0 forbids even as a character reference, https://www.w3.org/TR/xml/#charsets, or a terminal obeys."""


def render(report: Report, _: Style) -> str:
    """What closes the gate as failures, unknown and waived as skipped, the rest as passed; inapplicable is left out."""
    asked = [finding for finding in report.findings if finding.outcome is not Outcome.NOT_APPLICABLE]
    told = caveats(report)
    rulings = Counter(report.gate.rule(finding) for finding in asked)
    failures, skipped = rulings[Ruling.FAILED], rulings[Ruling.UNKNOWN] + rulings[Ruling.WAIVED]
    errors = sum(_is_error(caveat) for caveat in told)
    skipped += len(told) - errors
    counts = {"tests": str(len(asked) + len(told)), "failures": str(failures), "errors": str(errors)}
    suites = ET.Element("testsuites", {"name": "eks-guard", **counts})
    suite = ET.SubElement(suites, "testsuite", {"name": _text(report.assembly.path), **counts, "skipped": str(skipped)})
    for caveat in told:
        case = ET.SubElement(suite, "testcase", {"classname": "eks-guard", "name": caveat.name})
        ET.SubElement(case, "error" if _is_error(caveat) else "skipped", {"message": _text(caveat.says)})
    for finding in asked:
        _case(suite, finding, report)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + defused(ET.tostring(suites, encoding="unicode")) + "\n"


def _is_error(caveat: Caveat) -> bool:
    """What could not be read is an error; what was not judged is one where what is unknown fails."""
    return caveat.name is AboutAudit.INCOMPLETE and caveat.severity is Severity.HIGH


def _case(suite: ET.Element, finding: Finding, report: Report) -> None:
    case = ET.SubElement(suite, "testcase", {"classname": _text(finding.subject.id), "name": finding.policy.id})
    ruling = report.gate.rule(finding)
    if finding.waiver:
        ET.SubElement(case, "skipped", {"message": _text(f"waived: {finding.waiver.reason}")})
    elif ruling is Ruling.UNKNOWN:
        ET.SubElement(case, "skipped", {"message": _text(sentence(finding))})
    elif ruling is Ruling.NOTED:
        note = f"{finding.severity}, below the gate: {sentence(finding)}\n{_details(finding, report)}"
        ET.SubElement(case, "system-out").text = _text(note)
    elif ruling is Ruling.FAILED:
        failure = ET.SubElement(case, "failure", {"type": str(finding.severity), "message": _text(sentence(finding))})
        failure.text = _text(_details(finding, report))


def _details(finding: Finding, report: Report) -> str:
    """Place and fix."""
    spot = primary(finding, report)
    return f"{spot.file}:{spot.line}:{spot.column}\n{fix_text(finding, report)}"


def _text(text: str) -> str:
    return _NOT_XML.sub("�", text)
