"""CoreDNS runs on Fargate in a cluster that has nothing else."""

from __future__ import annotations

from eks_guard.fix.change import Change, Job, Recipe, Safety
from eks_guard.fix.clusters import constant_writer, owned_call
from eks_guard.fix.constructs import cluster_class
from eks_guard.fix.setting import set_property
from eks_guard.fix.source import Refusal

ANNOUNCES = (("Custom::AWSCDK-EKS-KubernetesPatch", ()),)


def propose(job: Job) -> Change | Refusal:
    """Return the edits that tell a FargateCluster where its CoreDNS runs."""
    call = owned_call(job)
    if isinstance(call, Refusal):
        return call
    found = cluster_class(job.names, call)
    if found is None or found[1] != "FargateCluster":
        return Refusal("it needs a Fargate profile that selects kube-system, in a separate statement", call)
    write = constant_writer(job.names, call, "CoreDnsComputeType", "FARGATE")
    edits = set_property(job.names, call, "coreDnsComputeType", write)
    if isinstance(edits, Refusal):
        return edits
    return Change(tuple(edits), call.place, f"CoreDNS of {call.place}", ANNOUNCES)


RECIPE = Recipe(
    ("fargate-coredns",),
    propose,
    Safety.REVIEW,
    deploy="CoreDNS moves to Fargate, and cluster DNS works once its pods are ready",
)
