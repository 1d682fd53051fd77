"""The report of a CDK policy validation plugin, as `cdk synth` takes it from us.

https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.PolicyValidationPluginReport.html
Once a construct acknowledges anything, CDK no longer asks for `success`: a plugin then failed if one of the violations
left has the severity error or fatal. So exactly what closes our gate is one of these, and our own severity is metadata.
A violation without a resource would be dropped, and with it the failure, so each has one. The CDK CLI drops those whose
construct path lies outside of the stacks that it was asked for, and takes a failure without violations for a success.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard import __version__
from eks_guard.model.change import PREVIOUS
from eks_guard.model.finding import Location
from eks_guard.model.mended import MENDED_POLICIES
from eks_guard.model.outcome import OPEN, Outcome, Severity
from eks_guard.model.report import AboutAudit
from eks_guard.model.value import unescape_pointer
from eks_guard.records import replace
from eks_guard.report.caveats import caveats
from eks_guard.report.edits import fix_text
from eks_guard.report.place import in_template, primary, sentence
from eks_guard.report.style import as_json

if TYPE_CHECKING:
    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report
    from eks_guard.model.value import Place
    from eks_guard.report.caveats import Caveat
    from eks_guard.report.style import Style


def render(report: Report, _: Style) -> str:
    """The plugin report as JSON."""
    return as_json(plugin_report(report))


def plugin_report(report: Report) -> dict[str, Any]:
    """The plugin report as CDK's own interface names its parts.

    What eks-guard.yaml waives is counted and left out. What the app acknowledges is there, so that CDK itself takes it
    out and notes the reason.
    """
    shown = [finding for finding in report.findings if _is_shown(finding)]
    return {
        "success": not report.failed and not report.problems,
        "violations": [
            *(_caveat(caveat, report) for caveat in caveats(report) if caveat.name is not AboutAudit.CONFIGURED),
            *(_violation(finding, report) for finding in shown),
        ],
        "pluginVersion": __version__,
        "metadata": {
            "packs": ", ".join(report.packs),
            "clusters": str(len(report.clusters)),
            **{str(outcome): str(report.count(outcome)) for outcome in Outcome},
            "waived": str(report.waived),
            "not-judged": str(len(report.not_judged)),
            **({"configuration": str(report.configured)} if report.configured else {}),
        },
    }


def incomplete_report(message: str, template: str) -> dict[str, Any]:
    """What says that nothing was judged. It is about no construct, so that it stands whatever stacks are asked for."""
    resource = {"resourceLogicalId": "", "templatePath": template, "locations": []}
    violation = {
        "ruleName": AboutAudit.NOTHING_JUDGED,
        "description": message,
        "severity": "fatal",
        "violatingResources": [resource],
    }
    return {"success": False, "violations": [violation], "pluginVersion": __version__}


def _caveat(caveat: Caveat, report: Report) -> dict[str, Any]:
    """What to know about the audit, about no construct. It fails the synth where it fails the command."""
    closes = caveat.name is AboutAudit.INCOMPLETE and (bool(report.problems) or report.gate.strict)
    severity = "fatal" if closes else "warning" if caveat.name is AboutAudit.INCOMPLETE else "info"
    return {
        "ruleName": caveat.name,
        "description": caveat.says,
        "severity": severity,
        "violatingResources": [{"resourceLogicalId": "", "templatePath": caveat.file, "locations": []}],
    }


def _is_shown(finding: Finding) -> bool:
    kept = finding.waiver is None or finding.waiver.is_acknowledgement
    return kept and finding.outcome in OPEN


def _violation(finding: Finding, report: Report) -> dict[str, Any]:
    return {
        "ruleName": finding.policy.id,
        "description": sentence(finding),
        "severity": _severity(finding, report),
        "fix": fix_text(finding, report) + _command(finding),
        "ruleMetadata": _rule_metadata(finding, report),
        "violatingResources": [_resource(finding, report)],
    }


def _command(finding: Finding) -> str:
    """The command that may write the fix into the app's sources."""
    mended = finding.policy.id in MENDED_POLICIES and finding.outcome is Outcome.FAIL
    return f"\nas a patch: eks-guard fix --policy {finding.policy.id}" if mended else ""


def _severity(finding: Finding, report: Report) -> str:
    """One of the words that CDK knows; `error` or `fatal` for what closes the gate and for nothing else.

    In aws-cdk-lib 2.267 and older, an acknowledgement on one construct takes a rule out everywhere, unless it is fatal.
    """
    if report.gate.is_closed_by(finding):
        return "fatal" if finding.policy.id in _acknowledged(report) else "error"
    unimportant = finding.waiver is not None or (finding.outcome is Outcome.FAIL and finding.severity is Severity.INFO)
    return "info" if unimportant else "warning"


def _acknowledged(report: Report) -> set[str]:
    """The policies that the app acknowledges somewhere."""
    return {f.policy.id for f in report.findings if f.waiver and f.waiver.is_acknowledgement}


def _rule_metadata(finding: Finding, report: Report) -> dict[str, str]:
    """Text by name, which is all that CDK takes."""
    spot = primary(finding, report)
    steps = [f"{step.kind}: {step.says}{_at(location)}" for step, location in finding.trace]
    metadata = {
        "severity": str(finding.severity),
        "outcome": str(finding.outcome),
        "title": finding.policy.title,
        "location": f"{spot.file}:{spot.line}:{spot.column}",
        "proof": "\n".join(steps),
        "reference": next(iter(finding.policy.references), ""),
        "controls": ", ".join(control.id for control in finding.policy.controls),
        "fingerprint": finding.fingerprint,
    }
    return {name: text for name, text in metadata.items() if text}


def _at(location: Location | None) -> str:
    return f" ({location.place.template}:{location.line})" if location and location.line else ""


def _resource(finding: Finding, report: Report) -> dict[str, Any]:
    """The subject. Where its construct path is not told, CDK finds it by template and logical id."""
    subject, place = finding.subject, finding.location.place
    logical_id = subject.place.logical_id or ""
    told = subject.id.startswith(f"{subject.stack}/") and subject.id != f"{subject.stack}/{logical_id}"
    inside = place.template == subject.place.template and place.logical_id == logical_id
    keys = [unescape_pointer(key) for key in place.pointer.split("/")[3:]] if inside else []
    return {
        "resourceLogicalId": logical_id,
        **({"constructPath": subject.id} if told else {}),
        "templatePath": in_template(Location(_in_new(subject.place)), report).file,
        "locations": [".".join(keys)] if keys else [],
    }


def _in_new(place: Place) -> Place:
    """A place in the app that is synthesized: what is gone is reported beside what is left of its stack."""
    return replace(place, template=place.template.removeprefix(PREVIOUS))
