"""`check --format json`: the contract for scripts, `eks-guard.report/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.fix import Language
from eks_guard.model.outcome import Outcome
from eks_guard.model.report import Ruling
from eks_guard.records import replace
from eks_guard.report.place import own_line
from eks_guard.report.saved import (
    SCHEMA,
    Previous,
    SavedEdit,
    SavedFinding,
    SavedFix,
    SavedGate,
    SavedLocation,
    SavedReport,
    SavedStep,
    SavedSubject,
    SavedWaiver,
    Summary,
    as_document,
)
from eks_guard.report.style import as_json

if TYPE_CHECKING:
    from eks_guard.model.finding import Finding, Location, Waiver
    from eks_guard.model.fix import Fix
    from eks_guard.model.kubectl import Step
    from eks_guard.model.report import Assembly, Report
    from eks_guard.model.resource import SourcePosition
    from eks_guard.report.style import Style


def render(report: Report, style: Style) -> str:
    """The report as JSON, one finding per policy and subject."""
    return as_json(as_document(saved(report, show_passed=style.show_passed)))


def saved(report: Report, *, show_passed: bool = False) -> SavedReport:
    """What is written of a report: what failed or is unknown, and the rest where it is asked for."""
    shown = (*Outcome,) if show_passed else (Outcome.FAIL, Outcome.UNKNOWN)
    change = report.change
    return SavedReport(
        schema=SCHEMA,
        complete=report.complete,
        assembly=report.assembly,
        packs=report.packs,
        summary=_summary(report),
        gate=_gate(report),
        not_judged=report.not_judged,
        configuration=report.configured,
        findings=tuple(_finding(finding, report) for finding in report.findings if finding.outcome in shown),
        gone=report.gone,
        previous=Previous(change.previous, change.condition) if change else None,
        coverage=report.standards,
        notes=report.notes,
        problems=report.problems,
    )


def _summary(report: Report) -> Summary:
    return Summary(
        clusters=len(report.clusters),
        pass_=report.count(Outcome.PASS),
        fail=report.count(Outcome.FAIL),
        unknown=report.count(Outcome.UNKNOWN),
        not_applicable=report.count(Outcome.NOT_APPLICABLE),
        waived=report.waived,
        not_judged=len(report.not_judged),
    )


def _gate(report: Report) -> SavedGate:
    return SavedGate(
        fail_on=report.gate.fail_on,
        strict=report.gate.strict,
        closed=report.failed,
        closed_by=len(report.ruled(Ruling.FAILED)),
    )


def _finding(finding: Finding, report: Report) -> SavedFinding:
    policy, subject = finding.policy, finding.subject
    return SavedFinding(
        policy=policy.id,
        title=policy.title,
        severity=finding.severity,
        outcome=finding.outcome,
        ruling=report.gate.rule(finding),
        subject=SavedSubject(subject.kind, subject.id, subject.stack, subject.place.logical_id),
        because=finding.because,
        location=_location(replace(finding.location, source=own_line(finding, report))),
        trace=tuple(_step(step, at) for step, at in finding.trace),
        remediation=policy.remediation,
        fix=_fix(finding.fix, report.language) if finding.fix else None,
        references=policy.references,
        controls=tuple(control.id for control in policy.controls),
        waiver=_waiver(finding.waiver) if finding.waiver else None,
        fingerprint=finding.fingerprint,
        baseline=finding.baseline,
    )


def _fix(fix: Fix, language: Language | None) -> SavedFix:
    """Each language as one text, as before, and the parts of each edit; YAML alone for a template without an app."""
    plain = Language.CLOUDFORMATION
    if language is plain and fix.edit(plain):
        fix = replace(fix, edits=tuple(edit for edit in fix.edits if edit.language is plain))
    return SavedFix(
        typescript=_code(fix, Language.TYPESCRIPT),
        python=_code(fix, Language.PYTHON),
        title=fix.title,
        disposition=fix.disposition,
        edits=tuple(SavedEdit(edit.language, edit.install, edit.imports, edit.lines) for edit in fix.edits),
    )


def _code(fix: Fix, language: Language) -> str:
    edit = fix.edit(language)
    return edit.code if edit else ""


def _location(found: Location) -> SavedLocation:
    place = found.place
    return SavedLocation(place.template, place.logical_id, place.pointer, found.line, found.column, found.source)


def _step(step: Step, at: Location | None) -> SavedStep:
    place = step.place
    return SavedStep(
        template=place.template if place else None,
        logical_id=place.logical_id if place else None,
        pointer=place.pointer if place else None,
        line=at.line if at else None,
        column=at.column if at else None,
        kind=step.kind,
        says=step.says,
    )


def _waiver(waiver: Waiver) -> SavedWaiver:
    return SavedWaiver(waiver.reason, waiver.expires, waiver.subject, waiver.origin)


def assembly(found: Assembly) -> Any:
    """What was audited, as JSON."""
    return as_document(found)


def location(found: Location) -> Any:
    """Where something is, in the template and in the user's code, as JSON."""
    return as_document(_location(found))


def source(position: SourcePosition | None) -> Any:
    """A line of the user's code, as JSON; null where the assembly does not give it."""
    return as_document(position)
