"""One step of an upgrade: the next minor of Kubernetes, with the kubectl layer that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.fix.change import Change, Job, Recipe, Safety
from eks_guard.fix.clusters import owned_call, version_constant, written_version
from eks_guard.fix.edits import Edit
from eks_guard.fix.names import Names
from eks_guard.fix.options import read, replaced
from eks_guard.fix.recipes.kubectl_layer import layer_change, layer_of, near
from eks_guard.fix.recipes.layer_added import ADDED
from eks_guard.fix.shapes import Call, Member, Text
from eks_guard.fix.source import Refusal, Spot
from eks_guard.model.value import Known
from eks_guard.model.version import Version, minors_between
from eks_guard.records import replace

if TYPE_CHECKING:
    from eks_guard.data.rows import LayerPackage
    from eks_guard.model.cluster import Cluster

ANNOUNCES = (
    ("Custom::AWSCDK-EKS-Cluster", ("Config.version",)),
    ("AWS::EKS::Cluster", ("Version",)),
    *ADDED,
)


def propose(job: Job) -> Change | Refusal:
    """Return the edits that raise the version by one minor together with the layer.

    A layer that cannot be changed stays where its kubectl is within one minor of the version to come.
    """
    cluster = job.cluster
    assert cluster, "the policy is about clusters"
    layer = layer_of(cluster)
    if isinstance(layer, Refusal):
        return layer
    names = Names(job.names.project, near(job.names, layer))
    job = replace(job, names=names)
    call = owned_call(job)
    if isinstance(call, Refusal):
        return call
    current = written_version(names, call, cluster)
    if isinstance(current, Refusal):
        return current
    target = Version(current.major, current.minor + 1)
    if target not in job.tables.eks_versions:
        return Refusal(f"EKS does not offer {target} yet", call)
    raised = _raised(names, call, target)
    if isinstance(raised, Refusal):
        return raised
    edits, package, file = [raised], None, ""
    if layer is not None and not _has_layer_for(cluster, target, within=0):
        more = layer_change(replace(job, clusters=_raised_clusters(job, target)), names, call, target)
        if isinstance(more, Change):
            edits, package, file = [*edits, *more.edits], more.package, more.file
        elif not _has_layer_for(cluster, target, within=1):
            return more
    return _change(call, edits, package, file)


def _change(call: Spot, edits: list[Edit], package: LayerPackage | None, file: str) -> Change:
    return Change(tuple(edits), call.place, f"version of {call.place}", ANNOUNCES, package, file)


def _has_layer_for(cluster: Cluster, target: Version, *, within: int) -> bool:
    """Return whether the kubectl of all handlers is within so many minors of the version to come."""
    kubectl = [provider.kubectl for provider in cluster.kubectl if provider.used]
    versions = [getattr(found, "value", None) for found in kubectl]
    return all(isinstance(v, Version) and abs(minors_between(v.of_minor, target)) <= within for v in versions)


def _raised_clusters(job: Job, target: Version) -> tuple[Cluster, ...]:
    """Return the clusters as they are after the step."""
    return tuple(
        replace(cluster, version=Known(target)) if cluster.id in job.failing else cluster for cluster in job.clusters
    )


def _raised(names: Names, call: Spot, target: Version) -> Edit | Refusal:
    """Return the edit of the one constant that says the version."""
    given = read(names, call, "version", sole=True)
    constant = names.follow(given, sole=True) if isinstance(given, Spot) else given
    if constant is None or isinstance(constant, Refusal):
        return constant or Refusal("it does not set a version", call)
    shape = constant.source.dialect.shape(constant.node)
    if isinstance(shape, Member) and version_constant(names, constant) is not None:
        return replaced(constant.at(shape.name_node), f"V{target.major}_{target.minor}")
    if isinstance(shape, Call) and len(shape.arguments) == 1:
        text = constant.at(shape.arguments[0])
        if isinstance(text.source.dialect.shape(text.node), Text):
            return Edit(text.source.path, text.node.start_byte + 1, text.node.end_byte - 1, str(target))
    return Refusal("its version is written in a way that fix does not edit", constant)


RECIPE = Recipe(
    ("cluster-version-supported",),
    propose,
    Safety.REVIEW,
    "version",
    "EKS upgrades the control plane, which cannot be undone; deploy the step on its own",
)
