"""CDK's own acknowledgements as waivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Waiver
from eks_guard.model.report import AboutAudit
from eks_guard.policy.names import nearest
from eks_guard.policy.packs import builtin_ids

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.model.policy import Policy

ACKNOWLEDGED_PREFIX = "eks-guard::"


def acknowledgements(assembly: CloudAssembly, policies: Sequence[Policy], judged: Collection[str]) -> Iterator[Waiver]:
    """CDK's own acknowledgements in the stacks that were judged, on a construct and all below it; without expiry."""
    known = {policy.id for policy in policies}
    for stack in (stack for stack in assembly.stacks if stack.id in judged):
        for path, rule, reason in stack.metadata.acknowledged(ACKNOWLEDGED_PREFIX):
            policy = rule.removeprefix(ACKNOWLEDGED_PREFIX)
            if policy in known:
                yield Waiver(policy, path, reason, None, "acknowledged in the app")


def misspelt(assembly: CloudAssembly, policies: Sequence[Policy], judged: Collection[str]) -> Iterator[str]:
    """A note on each acknowledgement in the stacks that were judged that names no policy, and so waives nothing."""
    known = sorted({*builtin_ids(), *(policy.id for policy in policies)})
    for stack in (stack for stack in assembly.stacks if stack.id in judged):
        for path, rule, _ in stack.metadata.acknowledged(ACKNOWLEDGED_PREFIX):
            name = rule.removeprefix(ACKNOWLEDGED_PREFIX)
            if name not in (*known, *AboutAudit):
                yield f"{path} acknowledges {rule}, which is not a policy{nearest(name, known)}"
