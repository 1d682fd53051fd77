"""SARIF 2.1.0 for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
Waived findings stay out, because GitHub ignores `suppressions` and would show them.
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from eks_guard import __version__
from eks_guard.model.addresses import REPOSITORY, help_page, page
from eks_guard.model.outcome import Outcome, Severity
from eks_guard.model.report import AboutAudit
from eks_guard.report.caveats import caveats, fingerprint
from eks_guard.report.edits import edits_for, fenced, fix_text
from eks_guard.report.markdown import plain
from eks_guard.report.place import Spot, closes, in_template, named, open_findings, primary, sentence
from eks_guard.report.style import as_json, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.model.coverage import Standard, StandardControl
    from eks_guard.model.finding import Finding, Mending, Replacement
    from eks_guard.model.policy import Policy
    from eks_guard.model.report import Report
    from eks_guard.report.caveats import Caveat
    from eks_guard.report.style import Style

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note", Severity.INFO: "note"}
SCORES = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.5", Severity.INFO: "0.5"}
"""GitHub sorts by `security-severity`: above 9 critical, from 7 high, from 4 medium."""


def render(report: Report, _: Style) -> str:
    """The open findings as one run, with all policies that were asked as its rules."""
    policies = sorted({finding.policy.id: finding.policy for finding in report.findings}.values(), key=lambda p: p.id)
    index = {policy.id: number for number, policy in enumerate(policies)}
    driver = {
        "name": "eks-guard",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": REPOSITORY,
        **({"supportedTaxonomies": [_component(one) for one in report.standards]} if report.standards else {}),
        "rules": [
            *(_rule(policy, report.standards) for policy in policies),
            *([] if report.complete else [_INCOMPLETE_RULE]),
        ],
    }
    missing = [caveat for caveat in caveats(report) if caveat.name is AboutAudit.INCOMPLETE]
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"eks-guard/{safe(named(report))}/"},
        "columnKind": "unicodeCodePoints",
        **({"taxonomies": list(map(_taxonomy, report.standards))} if report.standards else {}),
        "results": [
            *(_incomplete(caveat, len(policies)) for caveat in missing),
            *(_result(finding, report, index[finding.policy.id]) for finding in open_findings(report)),
        ],
        "invocations": [
            {"executionSuccessful": not report.problems, "toolExecutionNotifications": _notifications(report)}
        ],
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


_INCOMPLETE_RULE = {
    "id": AboutAudit.INCOMPLETE,
    "name": "AuditIncomplete",
    "shortDescription": {"text": "the audit saw all that may hold EKS resources"},
    "fullDescription": {"text": "What could not be read or was not judged may hold a cluster that will fail."},
    "help": {"text": "Repair what cannot be read; check separately what this audit could not see."},
    "helpUri": page("formats"),
    "properties": {"tags": ["eks"], "security-severity": SCORES[Severity.MEDIUM]},
}


def _incomplete(caveat: Caveat, rule: int) -> dict[str, Any]:
    return {
        "ruleId": AboutAudit.INCOMPLETE,
        "ruleIndex": rule,
        "kind": "fail",
        "level": LEVELS[caveat.severity],
        "message": {"text": caveat.says},
        "locations": [_location(Spot(caveat.file))],
        "partialFingerprints": {"eksGuard/v1": fingerprint(caveat)},
    }


def _rule(policy: Policy, standards: Sequence[Standard]) -> dict[str, Any]:
    related = [_relation(one, taxon) for one in standards for taxon in one.controls if policy.id in taxon.policies]
    fix = "".join(fenced(edit) for edit in policy.fix.edits) if policy.fix else ""
    return {
        "id": policy.id,
        "name": "".join(word.capitalize() for word in policy.id.split("-")),
        "shortDescription": {"text": policy.title},
        "fullDescription": {"text": policy.rationale},
        "helpUri": help_page(policy),
        "help": {
            "text": f"{policy.rationale}\n\n{policy.remediation}",
            "markdown": f"{policy.rationale}\n\n**Fix.** {policy.remediation}{fix}{_sources(policy)}",
        },
        "defaultConfiguration": {"level": LEVELS[policy.severity]},
        **({"relationships": related} if related else {}),
        "properties": {
            "security-severity": SCORES[policy.severity],
            "tags": ["eks", "cdk", policy.pack, *(control.id for control in policy.controls)],
        },
    }


def _sources(policy: Policy) -> str:
    links = "".join(f"\n- <{reference}>" for reference in policy.references)
    return f"\n\n**Sources**\n{links}" if links else ""


def _component(standard: Standard) -> dict[str, Any]:
    return {"name": standard.name}


def _relation(standard: Standard, control: StandardControl) -> dict[str, Any]:
    return {"target": {"id": control.id, "toolComponent": _component(standard)}, "kinds": ["relevant"]}


def _taxonomy(standard: Standard) -> dict[str, Any]:
    """A standard with all its controls, those that no policy judges with the reason."""
    return {
        **_component(standard),
        "version": standard.version,
        "informationUri": standard.source,
        "shortDescription": {"text": standard.sums},
        "isComprehensive": True,
        "taxa": [
            {
                "id": control.id,
                "shortDescription": {"text": control.title},
                "properties": {"state": control.state, **({"why": control.why} if control.why else {})},
            }
            for control in standard.controls
        ],
    }


def _result(finding: Finding, report: Report, rule: int) -> dict[str, Any]:
    kind, level = _kind(finding, report)
    steps = [(step, location) for step, location in finding.trace if location]
    related = [
        {"id": number, **_location(in_template(location, report)), "message": {"text": f"{step.kind}: {step.says}"}}
        for number, (step, location) in enumerate(steps)
    ]
    logical = {"fullyQualifiedName": finding.subject.id, "kind": "resource"}
    return {
        "ruleId": finding.policy.id,
        "ruleIndex": rule,
        "kind": kind,
        "level": level,
        "message": {
            "text": f"{sentence(finding)}\n\nFix: {fix_text(finding, report)}",
            "markdown": _markdown(finding, report),
        },
        "locations": [{**_location(primary(finding, report)), "logicalLocations": [logical]}],
        "relatedLocations": related,
        **({"baselineState": finding.baseline} if finding.baseline else {}),
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint, "eksGuard/v1": finding.fingerprint},
        **({"fixes": [_fix(finding.mending, finding)]} if finding.mending else {}),
    }


def _fix(mending: Mending, finding: Finding) -> dict[str, Any]:
    """The edits of `eks-guard fix`, as editors and code scanning offer them."""
    files = sorted({replacement.file for replacement in mending.replacements})
    return {
        "description": {"text": finding.policy.remediation},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": _uri(file)},
                "replacements": [
                    _replacement(replacement) for replacement in mending.replacements if replacement.file == file
                ],
            }
            for file in files
        ],
    }


def _replacement(replacement: Replacement) -> dict[str, Any]:
    (line, column), (end_line, end_column) = replacement.start, replacement.end
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    return {"deletedRegion": region, "insertedContent": {"text": replacement.text}}


def _kind(finding: Finding, report: Report) -> tuple[str, str]:
    """Kind and level: `error` for what closes the gate and for nothing else. SARIF gives what is open no level."""
    if closes(finding, report):
        return "fail", "error"
    return ("open", "none") if finding.outcome is Outcome.UNKNOWN else ("fail", "note")


def _markdown(finding: Finding, report: Report) -> str:
    edits = "".join(fenced(edit) for _, edit in edits_for(finding.fix, report.language))
    return f"{plain(sentence(finding))}\n\n**Fix.** {plain(finding.policy.remediation)}{edits}"


def _location(spot: Spot) -> dict[str, Any]:
    region = {
        "startLine": spot.line,
        "startColumn": spot.column,
        "endLine": spot.line,
        "endColumn": spot.column + spot.width,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(spot.file)}, "region": region}}


def _uri(file: str) -> str:
    quoted = quote(file, errors="backslashreplace")
    return f"file://{quoted}" if file.startswith("/") else quoted


def _notifications(report: Report) -> list[dict[str, Any]]:
    told = [{"level": LEVELS[caveat.severity], "message": {"text": caveat.says}} for caveat in caveats(report)]
    return told + [{"level": "note", "message": {"text": text}} for text in report.notes]
