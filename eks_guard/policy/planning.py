"""Fixes of one cluster agree: where its version is raised, the other edits are those for the version to come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from eks_guard.model.fix import Fix, Language
from eks_guard.model.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.model.finding import Finding
    from eks_guard.model.fix import Edit
    from eks_guard.model.resource import ResourceId
    from eks_guard.model.version import Version

_COMMENTS = {Language.TYPESCRIPT: "//", Language.PYTHON: "#", Language.CLOUDFORMATION: "#"}


def agree(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, with fixes of which the last one that is applied undoes none before it."""
    findings = tuple(findings)
    leading: dict[ResourceId, tuple[Version, Fix]] = {}
    for finding in findings:
        fix, cluster = finding.fix, finding.subject.cluster
        if cluster is None or fix is None or fix.version is None or not _is_open(finding):
            continue
        if cluster.resource not in leading or leading[cluster.resource][0] < fix.version:
            leading[cluster.resource] = fix.version, fix
    return tuple(_planned(finding, leading) for finding in findings)


def _is_open(finding: Finding) -> bool:
    return finding.outcome is Outcome.FAIL and finding.waiver is None


def _planned(finding: Finding, leading: dict[ResourceId, tuple[Version, Fix]]) -> Finding:
    fix, cluster = finding.fix, finding.subject.cluster
    if cluster is None or fix is None or fix.version is None or cluster.resource not in leading:
        return finding
    version, leader = leading[cluster.resource]
    return replace(finding, fix=_for_now_too(leader, fix)) if fix.version < version else finding


def _for_now_too(leader: Fix, other: Fix) -> Fix:
    """The leading fix; what would do as long as the version is not raised is a comment below it."""
    edits = (_with_comment(edit, other.edit(edit.language), other.version) for edit in leader.edits)
    return replace(leader, edits=tuple(edits))


def _with_comment(edit: Edit, other: Edit | None, version: Version | None) -> Edit:
    if other is None or not other.lines:
        return edit
    mark = _COMMENTS[edit.language]
    lines = [f"while the version stays {version}:", *other.code.splitlines()]
    return replace(edit, lines="\n".join([edit.lines, *(f"{mark} {line}" for line in lines)]))
