"""CDK's own acknowledgements as waivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.finding import Waiver

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
