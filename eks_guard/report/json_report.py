"""`check --format json`: the contract for scripts, `eks-guard.report/1`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eks_guard.model.finding import Ruling
from eks_guard.model.fix import Language
from eks_guard.model.outcome import Outcome
from eks_guard.report.style import as_json

if TYPE_CHECKING:
    from eks_guard.model.configured import Configured
    from eks_guard.model.finding import Assembly, Finding, Location, Report, Waiver
    from eks_guard.model.fix import Fix
    from eks_guard.model.kubectl import Step
    from eks_guard.model.not_judged import NotJudged
    from eks_guard.model.resource import SourcePosition
    from eks_guard.report.style import Style

SCHEMA = "eks-guard.report/1"


def render(report: Report, style: Style) -> str:
    """The report as JSON, one finding per policy and subject."""
    shown = (Outcome.FAIL, Outcome.UNKNOWN)
    document = {
        "schema": SCHEMA,
        "complete": report.complete,
        "assembly": assembly(report.assembly),
        "packs": list(report.packs),
        "summary": {
            "clusters": len(report.clusters),
            "pass": report.count(Outcome.PASS),
            "fail": report.count(Outcome.FAIL),
            "unknown": report.count(Outcome.UNKNOWN),
            "not_applicable": report.count(Outcome.NOT_APPLICABLE),
            "waived": report.waived,
            "not_judged": len(report.not_judged),
        },
        "gate": {
            "fail_on": str(report.gate.fail_on),
            "strict": report.gate.strict,
            "closed": report.failed,
            "closed_by": len(report.ruled(Ruling.FAILED)),
        },
        "not_judged": [_not_judged(entry) for entry in report.not_judged],
        "configuration": _configuration(report.configured) if report.configured else None,
        "findings": [_finding(f, report) for f in report.findings if style.show_passed or f.outcome in shown],
        "gone": list(report.gone),
        "previous": _previous(report),
        "notes": list(report.notes),
        "problems": list(report.problems),
    }
    return as_json(document)


def assembly(found: Assembly) -> dict[str, Any]:
    """What was audited."""
    return {
        "path": found.path,
        "version": found.version,
        "stacks": found.stacks,
        "stale_templates": list(found.stale_templates),
    }


def _not_judged(entry: NotJudged) -> dict[str, Any]:
    return {"what": entry.what, "where": entry.where, "why": entry.why, "chosen": entry.chosen}


def _configuration(configured: Configured) -> dict[str, Any]:
    return {"file": configured.file, "changes": list(configured.changes)}


def _previous(report: Report) -> dict[str, Any] | None:
    """What the update was judged from; null for one assembly."""
    change = report.change
    return {"path": change.previous, "condition": change.condition} if change else None


def _finding(finding: Finding, report: Report) -> dict[str, Any]:
    policy, subject = finding.policy, finding.subject
    return {
        "policy": policy.id,
        "title": policy.title,
        "severity": str(finding.severity),
        "outcome": str(finding.outcome),
        "ruling": str(report.gate.rule(finding)),
        "subject": {
            "kind": subject.kind,
            "id": subject.id,
            "stack": subject.stack,
            "logical_id": subject.place.logical_id,
        },
        "because": list(finding.because),
        "location": location(finding.location),
        "trace": [_step(step, at) for step, at in finding.trace],
        "remediation": policy.remediation,
        "fix": _fix(finding.fix, report.language) if finding.fix else None,
        "references": list(policy.references),
        "controls": [control.id for control in policy.controls],
        "waiver": _waiver(finding.waiver) if finding.waiver else None,
        "fingerprint": finding.fingerprint,
        "baseline": finding.baseline,
    }


def _fix(fix: Fix, language: Language | None) -> dict[str, Any]:
    """Each language as one text, as before, and the parts of each edit; YAML alone for a template without an app."""
    plain = Language.CLOUDFORMATION
    if language is plain and fix.edit(plain):
        fix = replace(fix, edits=tuple(edit for edit in fix.edits if edit.language is plain))
    return {
        "typescript": _code(fix, Language.TYPESCRIPT),
        "python": _code(fix, Language.PYTHON),
        "title": fix.title,
        "disposition": str(fix.disposition),
        "edits": [
            {
                "language": str(edit.language),
                "install": list(edit.install),
                "imports": list(edit.imports),
                "lines": edit.lines,
            }
            for edit in fix.edits
        ],
    }


def _code(fix: Fix, language: Language) -> str:
    edit = fix.edit(language)
    return edit.code if edit else ""


def location(found: Location) -> dict[str, Any]:
    """Where something stands, in the template and in the user's code."""
    return {
        "template": found.place.template,
        "logical_id": found.place.logical_id,
        "pointer": found.place.pointer,
        "line": found.line,
        "column": found.column,
        "source": source(found.source),
    }


def source(position: SourcePosition | None) -> dict[str, Any] | None:
    """A line of the user's code; null where the assembly does not tell it."""
    return {"file": position.file, "line": position.line, "column": position.column} if position else None


def _step(step: Step, at: Location | None) -> dict[str, Any]:
    return {
        "template": step.place.template if step.place else None,
        "logical_id": step.place.logical_id if step.place else None,
        "pointer": step.place.pointer if step.place else None,
        "line": at.line if at else None,
        "column": at.column if at else None,
        "kind": step.kind,
        "says": step.says,
    }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    return {
        "reason": waiver.reason,
        "expires": waiver.expires.isoformat() if waiver.expires else None,
        "subject": waiver.subject,
        "origin": waiver.origin,
    }
