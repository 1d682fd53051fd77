"""What a policy's `match` means in an assembly."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eks_guard.model.policy import Policy

KINDS: dict[str, tuple[str, ...]] = {
    "cluster": (),
    "handler": ("AWS::Lambda::Function",),
    "nodegroup": ("AWS::EKS::Nodegroup",),
    "self-managed-nodegroup": ("AWS::AutoScaling::AutoScalingGroup",),
    "addon": ("AWS::EKS::Addon",),
    "service-account": ("Custom::AWSCDK-EKS-KubernetesResource",),
    "manifest": ("Custom::AWSCDK-EKS-KubernetesResource",),
    "helm-chart": ("Custom::AWSCDK-EKS-HelmChart",),
}
"""The kinds of subjects by their names in the field, with the resource types that spell them."""


def resource_types(match: str) -> tuple[str, ...]:
    """The CloudFormation types that a `match` asks about; none for clusters, which are resolved."""
    return KINDS.get(match, (match,))


def asks_by_path(policy: Policy) -> bool:
    """Whether a policy looks into resources by JSONPath."""
    return any(line.path for line in (*policy.when, *policy.expect))
