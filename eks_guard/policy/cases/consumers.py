"""How the things of a case name their cluster, and what runs for its custom resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.policy.cases.cloudformation import ACCOUNT, REGION, attribute, ref, resource

if TYPE_CHECKING:
    from eks_guard.policy.cases.schema import ClusterWords

CLUSTER = "Cluster"
ANOTHER_CLUSTER = "cluster-of-another-app"
"""The name of an imported cluster, and of that of a resource without any words about a cluster."""
ANOTHER_PROVIDER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:kubectl-of-another-app"
ANOTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/role-of-another-app"
FRAMEWORK = "Framework"
KUBECTL_ROLE = "KubectlRole"
MANIFEST = "Custom::AWSCDK-EKS-KubernetesResource"
HELM_CHART = "Custom::AWSCDK-EKS-HelmChart"
OBJECT_VALUE = "Custom::AWSCDK-EKS-KubernetesObjectValue"
PRUNE_LABEL = "aws.cdk.eks/prune-c8a71cdbc2d1b1be3c1d4a8ca7f5d0b3e8"


def cluster_name(words: ClusterWords | None) -> Any:
    """What names the cluster of a case: a reference to the resource, else the name of one of another app."""
    return ref(CLUSTER) if words is not None and words.origin != "imported" else ANOTHER_CLUSTER


def provider_of(words: ClusterWords | None) -> Any:
    """What runs for a custom resource: the first handler of the case, else a provider of another app."""
    if words is None or not (words.kubectl or words.witnesses) or not words.used:
        return ANOTHER_PROVIDER
    return attribute(f"{FRAMEWORK}0", "Arn")


def role_of(words: ClusterWords | None) -> Any:
    """The role that kubectl is told to use."""
    told = words is not None and words.role_trusts_handler is not None
    return attribute(KUBECTL_ROLE, "Arn") if told else ANOTHER_ROLE


def consumer(words: ClusterWords | None, kind: str, properties: dict[str, Any], **beside: Any) -> dict[str, Any]:
    """A custom resource that runs kubectl or Helm against the cluster; its properties go before."""
    prunes = kind == MANIFEST and words is not None and words.prune
    setting = {
        "ServiceToken": provider_of(words),
        "ClusterName": cluster_name(words),
        "RoleArn": role_of(words),
        "PruneLabel": PRUNE_LABEL if prunes else None,
    }
    return resource(kind, {**setting, **properties}, **beside)
