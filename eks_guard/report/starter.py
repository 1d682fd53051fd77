"""The configuration that `init` writes: today's failures waived for a while, so that a team can adopt the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.outcome import Outcome
from eks_guard.report.style import safe
from eks_guard.report.waiver_yaml import waiver_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.report import Report


def render_starter(report: Report) -> str:
    """`eks-guard.yaml` with comments."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield "# What eks-guard judges in this project. `eks-guard schema config` describes every key."
    yield f"packs: [{', '.join(report.packs)}]"
    yield ""
    yield "# declare:                  # what the assembly cannot say"
    yield '#   clusters: [{name: "prod-*", version: "1.35"}]'
    yield '#   layers: [{arn: "arn:aws:lambda:*:layer:our-kubectl:*", kubectl: "1.35"}]'
    yield '#   subnets: [{id: "subnet-*", egress: true}]'
    failed = [finding for finding in report.findings if finding.outcome is Outcome.FAIL and finding.waiver is None]
    if not failed:
        return
    yield ""
    yield f"# What failed on {report.today}. New failures close the gate; these do from the day after `expires` on."
    yield "# Delete a waiver when its failure is mended; one that matches nothing is reported."
    yield "waivers:"
    for finding in failed:
        yield f"  # {finding.severity}: {safe(finding.because[0]) if finding.because else finding.policy.title}"
        yield from waiver_lines(finding, "Failed when eks-guard was introduced.", report.today)
