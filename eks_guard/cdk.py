"""`cdk synth` of a Python app fails on what closes the gate: `Validations.of(app).add_plugins(EksGuard())`.

CDK calls its plugins when the whole assembly is written, and may call them for some stages only.
"""

from __future__ import annotations

import sys
import traceback
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import aws_cdk
import jsii

from eks_guard import __version__
from eks_guard.api import Keywords, project_options
from eks_guard.assembly.load import outermost_assembly
from eks_guard.audit import audit
from eks_guard.errors import AssemblyError, EksGuardError
from eks_guard.model.fix import Language
from eks_guard.records import replace
from eks_guard.report import Format, render
from eks_guard.report.cdk_report import incomplete_report, plugin_report
from eks_guard.report.style import Style

if TYPE_CHECKING:
    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report

INTERFACE = "IPolicyValidationPlugin"
BETA = "Beta1"
"""What ends the names of the older interface, the only one before aws-cdk-lib 2.251."""
ENDING = "" if hasattr(aws_cdk, INTERFACE) else BETA
RAISES = tuple(int(part) for part in version("aws-cdk-lib").split(".")[:2]) >= (2, 262)
"""Whether a failed synth raises. Earlier it only is the exit code of node, which a Python app does not pass on."""


@jsii.implements(*(getattr(aws_cdk, INTERFACE + ending) for ending in dict.fromkeys((ENDING, BETA))))
class EksGuard:
    """The plugin, for `Validations.of(…).add_plugins` and for `App(policy_validation_beta1=[…])`."""

    def __init__(self, **keywords: Unpack[Keywords]) -> None:
        self._options = project_options("cdk.out", **keywords)

    @property
    def name(self) -> str:
        """The namespace of acknowledgements, too: `eks-guard::kubectl-version-skew`."""
        return "eks-guard"

    @property
    def version(self) -> str:
        """Ours, for CDK's report."""
        return __version__

    def validate(self, context: Any) -> Any:
        """Audit the assembly for CDK. No error leaves this, because the CDK CLI takes that for a success."""
        templates = [Path(path) for path in context.template_paths]
        if not templates:
            return _plugin_report({"success": True, "violations": []})
        try:
            report = self._audit(templates)
        except EksGuardError as error:
            return _incomplete(f"eks-guard: {error}", templates)
        except Exception as error:  # noqa: BLE001 (a bug, which must not open the gate)
            traceback.print_exc()
            return _incomplete(f"eks-guard: {error!r}", templates)
        if report.failed and not RAISES:
            sys.stderr.write(render(Format.TEXT, report, Style()))
            raise SystemExit(1)
        return _plugin_report(plugin_report(report))

    def _audit(self, templates: list[Path]) -> Report:
        """The findings in the stacks that CDK asks about, judged with the whole assembly around them."""
        folders = {template.parent for template in templates}
        root = outermost_assembly(templates[0].parent) or templates[0].parent
        report = audit(replace(self._options, path=str(root)))
        if report.problems:
            raise AssemblyError("\n".join(report.problems))
        for note in report.notes:
            sys.stderr.write(f"note: {note}\n")
        findings = tuple(finding for finding in report.findings if _folder(finding, root) in folders)
        return replace(report, findings=findings, language=Language.PYTHON)


def _incomplete(message: str, templates: list[Path]) -> Any:
    """What stops the synth in this release of CDK."""
    if not RAISES:
        raise SystemExit(message)
    return _plugin_report(incomplete_report(message, str(templates[0])))


def _folder(finding: Finding, root: Path) -> Path:
    """Each stage has a folder of its own, and all templates of a stack lie in one."""
    return (root / finding.subject.place.template).parent


def _plugin_report(found: dict[str, Any]) -> Any:
    """The report in the classes of CDK."""
    return _struct("PolicyValidationPluginReport")(
        success=found["success"],
        violations=[_violation(violation) for violation in found["violations"]],
        plugin_version=found.get("pluginVersion"),
        metadata=found.get("metadata"),
    )


def _violation(found: dict[str, Any]) -> Any:
    return _struct("PolicyViolation")(
        rule_name=found["ruleName"],
        description=found["description"],
        severity=found["severity"],
        fix=found.get("fix"),
        rule_metadata=found.get("ruleMetadata"),
        violating_resources=[_resource(resource) for resource in found["violatingResources"]],
    )


def _resource(found: dict[str, Any]) -> Any:
    path = {} if ENDING else {"construct_path": found.get("constructPath")}
    return _struct("PolicyViolatingResource")(
        resource_logical_id=found["resourceLogicalId"],
        template_path=found["templatePath"],
        locations=found["locations"],
        **path,
    )


def _struct(name: str) -> Any:
    return getattr(aws_cdk, name + ENDING)
