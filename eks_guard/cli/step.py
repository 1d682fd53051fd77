"""`fix --step MINOR`: the clusters that are one minor below, and whose plan lets them go on."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from eks_guard.audit import survey
from eks_guard.cli.upgrade import minor_of
from eks_guard.errors import UsageError
from eks_guard.model.upgrade import Weight
from eks_guard.model.value import Known
from eks_guard.model.version import Version
from eks_guard.records import replace
from eks_guard.upgrade.plan import Wish, make_plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from eks_guard.audit import Options
    from eks_guard.data import Tables
    from eks_guard.fix.plan import Plan
    from eks_guard.model.finding import Finding
    from eks_guard.model.report import Report

POLICY = "cluster-version-supported"
"""The policy whose recipe is one step of an upgrade."""


def findings_of_step(report: Report, text: str, pattern: str | None) -> tuple[Finding, ...]:
    """What the policy says of the clusters that are one minor below. Raises UsageError where none is."""
    step = minor_of(text, "--step")
    below = Version(step.major, step.minor - 1)
    found = tuple(
        finding
        for finding in report.findings
        if finding.policy.id == POLICY
        and finding.subject.cluster
        and isinstance(finding.subject.cluster.version, Known)
        and finding.subject.cluster.version.value.of_minor == below
        and (pattern is None or fnmatchcase(finding.subject.cluster.id, pattern))
    )
    if not found:
        runs = ", ".join(f"{cluster.id} on {_version(cluster.version)}" for cluster in report.clusters) or "none"
        raise UsageError(f"--step: no cluster of the app is on {below}, from which {step} is one step; found: {runs}")
    return found


def blocked_steps(findings: Sequence[Finding], options: Options, tables: Tables, text: str) -> dict[str, str]:
    """Why the step of some clusters has to wait, by their ids: what the plan says must come first."""
    assembly, estate = survey(options, tables)
    named = {finding.subject.id for finding in findings}
    clusters = [cluster for cluster in estate.clusters if cluster.id in named]
    ways = make_plan(assembly, estate, clusters, tables, Wish(minor_of(text, "--step"), None, options.today)).clusters
    first = {way.site.id: next((item for item in way.all_items if item.weight is Weight.BLOCKS), None) for way in ways}
    return {id_: f"`{item.id}` comes first: {item.says}" for id_, item in first.items() if item}


def with_waiting(plan: Plan, findings: Sequence[Finding], waiting: Mapping[str, str]) -> Plan:
    """A patch, with the steps that wait as answers without a change."""
    from eks_guard.fix.plan import Answer  # noqa: PLC0415 (the extra `fix`)

    left = [
        Answer(
            finding, str(finding.location.source or finding.location.place.template), reason=waiting[finding.subject.id]
        )
        for finding in findings
        if finding.subject.id in waiting
    ]
    return replace(plan, answers=(*plan.answers, *left))


def _version(value: object) -> str:
    return str(value.value) if isinstance(value, Known) else "an unknown version"
