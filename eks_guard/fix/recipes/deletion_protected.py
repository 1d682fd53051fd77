"""EKS refuses to delete the cluster."""

from __future__ import annotations

from eks_guard.fix.change import Change, Job, Recipe, Safety
from eks_guard.fix.clusters import owned_call
from eks_guard.fix.constructs import V2, cluster_class
from eks_guard.fix.setting import set_property
from eks_guard.fix.source import Refusal

ANNOUNCES = (
    ("Custom::AWSCDK-EKS-Cluster", ("Config.deletionProtection",)),
    ("AWS::IAM::Policy", ("PolicyDocument",)),
)


def propose(job: Job) -> Change | Refusal:
    """Return the edits that turn deletion protection on."""
    call = owned_call(job)
    if isinstance(call, Refusal):
        return call
    found = cluster_class(job.names, call)
    if found is not None and found[0] in V2:
        return Refusal("aws-eks-v2 has no property for it; set it on the CfnCluster, in a separate statement", call)
    text = "True" if call.source.dialect.name == "python" else "true"
    edits = set_property(job.names, call, "deletionProtection", lambda _: (text, ()))
    if isinstance(edits, Refusal):
        return edits
    return Change(tuple(edits), call.place, f"deletion protection of {call.place}", ANNOUNCES)


RECIPE = Recipe(
    ("deletion-protected",),
    propose,
    Safety.REVIEW,
    "deletion protection",
    "it needs aws-cdk-lib 2.258 or newer; before the cluster can be deleted, a deploy has to turn protection off",
)
