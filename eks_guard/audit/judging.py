"""Every policy asked of every subject of an assembly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.audit.findings import to_finding
from eks_guard.model.outcome import OPEN
from eks_guard.policy.evaluate import judge_each
from eks_guard.policy.kinds import asks_by_path, subjects_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.model.finding import Finding, Subject
    from eks_guard.model.policy import Policy
    from eks_guard.policy.facts.fact import Context


def subjects_by_kind(policies: Sequence[Policy], context: Context) -> Mapping[str, tuple[Subject, ...]]:
    """What some policies are about, by kind."""
    kinds = dict.fromkeys(kind for policy in policies for kind in policy.match)
    by_path = {kind for policy in policies if asks_by_path(policy) for kind in policy.match}
    return {kind: subjects_of(context.estate, kind, bodies=kind in by_path) for kind in kinds}


def judged(
    assembly: CloudAssembly,
    policies: Sequence[Policy],
    context: Context,
    subjects: Mapping[str, tuple[Subject, ...]],
    *,
    is_ahead: bool = False,
) -> Iterator[Finding]:
    """The findings about one assembly, or (`is_ahead`) what is open at versions that its clusters do not have yet."""
    for policy in policies:
        for kind in policy.match:
            for subject, verdict in judge_each(policy, kind, subjects[kind], context):
                if not is_ahead or verdict.outcome in OPEN:
                    yield to_finding(assembly, policy, subject, verdict, is_ahead=is_ahead)
