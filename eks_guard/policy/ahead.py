"""The estate as it is once clusters have other versions: what policies say of the way, and of its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.matching import regex
from eks_guard.model.nodes import ImageParameter, NodeGroup, SelfManagedGroup
from eks_guard.model.resource import Unowned
from eks_guard.model.value import Known
from eks_guard.model.workloads import Manifest
from eks_guard.policy.facts import FACTS
from eks_guard.policy.facts.apis_judged import is_lasting_always, is_served_always
from eks_guard.policy.facts.fact import Context
from eks_guard.policy.facts.node_class import has_no_node_class
from eks_guard.policy.facts.objects_judged import is_valid_at
from eks_guard.policy.facts.pods_admitted import is_unasked
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Subject
    from eks_guard.model.nodes import LaunchTemplate
    from eks_guard.model.policy import Policy
    from eks_guard.model.resource import ResourceId
    from eks_guard.model.version import Version
    from eks_guard.policy.facts.launches import Nodes

_MINOR_IN_PATH = regex(r"(/aws/service/(?:eks/optimized-ami/|bottlerocket/aws-k8s-))(?:\d+\.\d+|…)")
"""The SSM parameters of EKS's images: https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html"""


def at_versions(context: Context, versions: Mapping[ResourceId, Version]) -> Context:
    """The estate in which some clusters have other versions, and their groups the images that follow these."""
    estate = context.estate
    clusters = tuple(
        _moved(cluster, versions[cluster.resource]) if cluster.resource in versions else cluster
        for cluster in estate.clusters
    )
    moved = replace(
        estate,
        clusters=clusters,
        node_groups=tuple(_managed_at(nodes, versions) for nodes in estate.node_groups),
        self_managed_groups=tuple(_self_managed_at(nodes, versions) for nodes in estate.self_managed_groups),
    )
    return Context(context.tables, context.today, moved, judges=context.judges, early=context.early)


def follows_version(policy: Policy) -> bool:
    """Whether a policy may judge a cluster differently once it has another version."""
    return any(line.fact and FACTS[line.fact].by_version for line in policy.lines)


def may_answer_anew(policy: Policy, subject: Subject, now: Context, then: Context) -> bool:
    """Whether a policy that was asked of a subject may say something else once clusters have other versions."""
    manifest = subject.thing
    if not isinstance(manifest, Manifest) or manifest.branches or subject.only_in or now.cases:
        return True
    facts = (line.fact for line in policy.lines if line.fact and FACTS[line.fact].by_version)
    return not all(fact in _SURE and _SURE[fact](manifest, now, then) for fact in facts)


_SURE: dict[str, Callable[[Manifest, Context, Context], bool]] = {
    "manifest.valid": is_valid_at,
    "manifest.apis_served": lambda manifest, _, then: is_served_always(manifest, then),
    "manifest.apis_lasting": lambda manifest, _, then: is_lasting_always(manifest, then),
    "manifest.pods_admitted": lambda manifest, now, _: is_unasked(manifest, now),
    "nodegroup.ami_exists": lambda manifest, _, __: has_no_node_class(manifest),
}
"""Of the facts that depend on the version, whether one surely finds the same of a manifest."""


def _moved(cluster: Cluster, version: Version) -> Cluster:
    return replace(cluster, version=Known(version, cluster.version_place), malformed_version=None)


def images_at(nodes: Nodes, minor: Version) -> Nodes:
    """A group whose images of EKS's own are those of another minor, as a path in CDK follows the cluster."""
    return _self_managed(nodes, minor) if isinstance(nodes, SelfManagedGroup) else _managed(nodes, minor)


def _managed_at(nodes: NodeGroup, versions: Mapping[ResourceId, Version]) -> NodeGroup:
    minor = None if isinstance(nodes.owner, Unowned) else versions.get(nodes.owner)
    return _managed(nodes, minor) if minor else nodes


def _self_managed_at(nodes: SelfManagedGroup, versions: Mapping[ResourceId, Version]) -> SelfManagedGroup:
    minor = None if isinstance(nodes.owner, Unowned) else versions.get(nodes.owner)
    return _self_managed(nodes, minor) if minor else nodes


def _managed(nodes: NodeGroup, minor: Version) -> NodeGroup:
    template = nodes.launch_template
    if isinstance(template, Known) and template.value:
        return replace(nodes, launch_template=Known(_launch_at(template.value, minor), template.place))
    return nodes


def _self_managed(nodes: SelfManagedGroup, minor: Version) -> SelfManagedGroup:
    if not isinstance(nodes.launches, Known):
        return nodes
    moved = tuple(_launch_at(launch, minor) for launch in nodes.launches.value)
    return replace(nodes, launches=Known(moved, nodes.launches.place))


def _launch_at(launch: LaunchTemplate, minor: Version) -> LaunchTemplate:
    image = launch.image
    if isinstance(image, Known) and isinstance(image.value, ImageParameter):
        path = _MINOR_IN_PATH.sub(rf"\g<1>{minor}", image.value.path)
        return replace(launch, image=Known(replace(image.value, path=path), image.place))
    return launch


def follows_minor(path: str) -> bool:
    """Whether an SSM parameter names an image of EKS's own for one Kubernetes minor."""
    return _MINOR_IN_PATH.match(path) is not None
