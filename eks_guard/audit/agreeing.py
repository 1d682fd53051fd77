"""The fixes of each cluster made to agree with the version that one of them gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.audit.judging import judged, subjects_by_kind
from eks_guard.policy.planning import agree, leads
from eks_guard.policy.waivers import apply_waivers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.model.finding import Finding, Waiver
    from eks_guard.model.policy import Policy
    from eks_guard.policy.facts.fact import Context


def with_agreeing_fixes(
    findings: Sequence[Finding],
    waivers: Sequence[Waiver],
    assembly: CloudAssembly,
    policies: Sequence[Policy],
    context: Context,
) -> tuple[Finding, ...]:
    """The findings, each with a fix that fits its cluster once all fixes are applied.

    Clusters whose version is to be raised are judged once more, with the version that they will have, by the policies
    that ask about it.
    """
    led = leads(findings)
    if not led:
        return tuple(findings)
    from eks_guard.policy.ahead import at_versions, follows_version, may_answer_anew  # noqa: PLC0415 (most audits raise no version)

    then = at_versions(context, {resource: lead.version for resource, lead in led.items()})
    following = [policy for policy in policies if follows_version(policy)]
    subjects = {
        kind: tuple(one for one in found if one.cluster and one.cluster.resource in led)
        for kind, found in subjects_by_kind(following, then).items()
    }
    later: list[Finding] = []
    for policy in following:
        anew = {
            kind: tuple(one for one in subjects[kind] if may_answer_anew(policy, one, context, then))
            for kind in policy.match
        }
        later += judged(assembly, [policy], then, anew, is_ahead=True)
    return agree(findings, led, apply_waivers(later, waivers, context.today))
