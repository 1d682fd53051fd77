"""Facts about node groups, managed or not, and the cluster that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.nodes import NodeGroup, SelfManagedGroup
from eks_guard.model.value import Known, Unknown, Value, lift, possible
from eks_guard.model.version import Version, minors_between
from eks_guard.policy.facts.architecture import standard_fix
from eks_guard.policy.facts.control_plane import running
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import ami_fix
from eks_guard.policy.facts.launches import (
    CUSTOM,
    NODES,
    eks_image,
    instance_types,
    is_eks_image,
    kind_of,
    launches,
    site,
    through,
)
from eks_guard.policy.facts.node_class import NODE_CLASSES, node_class_image_exists
from eks_guard.policy.facts.properties import beside_cluster, is_written, of_property, parsed_version, settled
from eks_guard.policy.operators import BOOLEAN, INTEGER
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.data import Tables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation
    from eks_guard.model.workloads import Manifest
    from eks_guard.policy.facts.launches import Launch, Nodes

_AL2 = "AL2_x86_64"
SELF_MANAGED_FIX = Fix.of(
    "Run Bottlerocket on the self-managed nodes",
    typescript="machineImageType: eks.MachineImageType.BOTTLEROCKET  // in addAutoScalingGroupCapacity",
    python="machine_image_type=eks.MachineImageType.BOTTLEROCKET  # in add_auto_scaling_group_capacity",
    cloudformation="# ImageId in the launch template: an Amazon Linux 2023 image, with a NodeConfig as user data",
)
"""Instances have no AMI type, and CDK offers them no Amazon Linux 2023 by a name."""
_BOTTLEROCKET = "BOTTLEROCKET"
"""Begins the AMI types whose releases, such as `1.47.0-6154605b`, count Bottlerocket and not Kubernetes:
https://github.com/bottlerocket-os/bottlerocket/releases"""
_WIDER = Version(1, 28)
"""From here on nodes may be three minors older, before it two: https://kubernetes.io/releases/version-skew-policy/#kubelet"""
OPEN_MINOR = "the minor in the path of its Amazon Linux 2 image is decided when the stack is deployed"
SKEW = "nodes may be at most three minors older (two before 1.28), and not newer"


def _ami_exists(subject: Nodes | Manifest, context: Context) -> tuple[Observation, ...]:
    if not isinstance(subject, NodeGroup | SelfManagedGroup):
        return node_class_image_exists(subject, context)
    cluster = context.cluster_of(subject.owner)
    if cluster is None:
        return ()
    observations = []
    if isinstance(subject, NodeGroup) and is_written(subject.ami_type):
        observations.append(_ami_type(subject, cluster, context))
        observations.extend(_own_image(subject, cluster))
    for launch, image in _images(subject):
        exists = settled(lift(lambda found: _image_exists(found, context.tables), image), OPEN_MINOR)
        fix = SELF_MANAGED_FIX if isinstance(subject, SelfManagedGroup) else None
        says = in_branches(lift(_no_such_image, image))
        observations.append(replace(_of_image(cluster, subject, launch, image, exists, says), fix=fix))
    return tuple(observations)


def _ami_type(group: NodeGroup, cluster: Cluster, context: Context) -> Observation:
    ami = group.ami_type
    runs = running(cluster, context)
    words, minor = in_branches(ami), in_branches(runs)
    exists: Value[bool] = lift(lambda kind, minor: _exists(kind, minor, context.tables), ami, runs)
    kinds = list(map(str, possible(ami)))
    unlisted = next((kind for kind in kinds if kind not in context.tables.ami_types), None)
    if unlisted:
        exists = Unknown(_not_in_table(unlisted, context.tables), ami.place)
    says = f"the AMI type {words} does not exist for Kubernetes {minor}: {_refusal(_failing(ami), context.tables)}"
    observed = beside_cluster(cluster, "nodegroup", group.at, f"AMI type {words}", exists, says, ami.place)
    return replace(observed, fix=ami_fix(ami, instance_types(group), context.tables))


def _own_image(group: NodeGroup, cluster: Cluster) -> Iterator[Observation]:
    """Whether a group of the type CUSTOM starts from a launch template that names an image.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html#launch-template-custom-ami
    """
    ami = group.ami_type
    if lift(lambda kind: kind == CUSTOM, ami) == Known(value=False):
        return
    for launch in launches(group) or (Known(None, ami.place),):
        image: Value[Any] = through(launch, lambda template: template.image)
        named = lift(lambda kind, found: kind != CUSTOM or found is not None, ami, image)
        says = f"the AMI type is {in_branches(ami)}, but no launch template names an image: EKS refuses the node group"
        observed = beside_cluster(
            cluster, "nodegroup", group.at, f"AMI type {in_branches(ami)}", named, says, ami.place
        )
        remedy = "Name the image in the launch template of the node group, or set an AMI type of EKS's own."
        yield replace(observed, fix=standard_fix(instance_types(group)), remedy=remedy)


def _not_in_table(kind: str, tables: Tables) -> str:
    from eks_guard.spelling import slip  # noqa: PLC0415 (few types are in no table)

    meant = slip(kind, tables.ami_types)
    hint = f"; did you mean {meant}?" if meant else ""
    return f"the table of AMI types, as of {tables.used['ami_types']}, does not have {kind}{hint}"


def _failing(ami: Value[Any]) -> str:
    """The type in the message of EKS, which names one."""
    return str(ami.value if isinstance(ami, Known) else ami.candidates[0].value if ami.candidates else "…")


def _image_exists(image: Any, tables: Tables) -> bool | None:
    """EKS publishes Amazon Linux 2 up to the last minor of the AMI types with it; None where the minor is open."""
    found = eks_image(image)
    if found is None or not found.is_amazon_linux_2:
        return True
    return _exists(_AL2, found.minor, tables) if found.minor else None


def _no_such_image(image: Any) -> str:
    found = eks_image(image)
    if found is None:
        return "an image that the app chooses itself"
    return (
        f'EKS publishes no Amazon Linux 2 image for Kubernetes {found.minor}: the deploy will fail with "Unable to '
        f'fetch parameters [{found.path}] from parameter store for this account"'
    )


def _images(nodes: Nodes) -> Iterator[tuple[Launch, Value[Any]]]:
    """The images of EKS's own that a group starts from, each with the launch template that names it."""
    for launch in launches(nodes):
        image: Value[Any] = through(launch, lambda template: template.image)
        if is_eks_image(image):
            yield launch, image


def _of_image(  # noqa: PLR0913 (what an image belongs to, and what is said of it)
    cluster: Cluster, nodes: Nodes, launch: Launch, image: Value[Any], value: Value[Any], says: str
) -> Observation:
    named = lift(lambda found: getattr(found, "path", found), image)
    at, shown = site(nodes, launch), f"image {in_branches(named)}"
    return beside_cluster(cluster, kind_of(nodes), at, shown, value, says, image.place)


def _exists(kind: Any, version: Version, tables: Tables) -> bool:
    first, last = tables.ami_types.get(str(kind), (None, None))
    return (first is None or version.of_minor >= first) and (last is None or version.of_minor <= last)


def _refusal(kind: str, tables: Tables) -> str:
    first, last = tables.ami_types.get(kind, (None, None))
    if last:
        message = f"AMI Type {kind} is only supported for kubernetes versions {last} or earlier"
        return f'the deploy will fail with "{message}"'
    return f"{first} is the first that has it" if first else "the deploy will fail"


def _minors_behind(nodes: Nodes, context: Context) -> tuple[Observation, ...]:
    return _compared(nodes, context, minors_between)


def _version_fits(nodes: Nodes, context: Context) -> tuple[Observation, ...]:
    return (*_compared(nodes, context, _fits, of_another=True), *_release_of_version(nodes))


def _release_of_version(nodes: Nodes) -> Iterator[Observation]:
    """Whether a group that writes its version and a release of its image names one minor with both."""
    found = tuple(_versions(nodes)) if isinstance(nodes, NodeGroup) else ()
    if len(found) > 1:
        (_, written, version), (_, release, of_release) = found
        same = lift(lambda one, other: not (one and other) or one.of_minor == other.of_minor, version, of_release)
        says = (
            f"the release version {in_branches(release)} is of another minor than the version {in_branches(written)}: "
            f'the deploy will fail with "Requested release version {in_branches(release)} is not valid for kubernetes '
            f'version {in_branches(written)}"'
        )
        shown = f"release version {in_branches(release)}"
        yield of_property("nodegroup", nodes.at, shown, same, says, release.place)


def _fits(cluster: Version, nodes: Version) -> bool:
    return 0 <= minors_between(cluster, nodes) <= (3 if cluster >= _WIDER else 2)


def _compared(
    nodes: Nodes, context: Context, compare: Callable[[Version, Version], Any], of_another: bool | None = None
) -> tuple[Observation, ...]:
    """The version of the nodes beside that of their cluster, wherever the group says it.

    `of_another`: the answer for an image that is none of EKS's, in a branch beside one that is.
    """
    cluster = context.cluster_of(nodes.owner)
    if cluster is None:
        return ()
    version_of_cluster = running(cluster, context)
    runs = f"the control plane runs {in_branches(version_of_cluster)}"
    observations = []
    for name, found, version in _versions(nodes) if isinstance(nodes, NodeGroup) else ():
        behind: Value[Any] = lift(lambda runs, of: compare(runs, of or runs), version_of_cluster, version)
        says = f"{name} puts the nodes on {in_branches(version)}, but {runs}: {SKEW}"
        shown = f"{name} {in_branches(found)}"
        observations.append(beside_cluster(cluster, "nodegroup", nodes.at, shown, behind, says, found.place))
    for launch, image in _images(nodes):
        minor: Value[Any] = lift(lambda found: getattr(eks_image(found), "minor", None), image)
        if minor != Known(None):
            behind = lift(
                lambda runs, of, found: compare(runs, of) if of else None if eks_image(found) else of_another,
                version_of_cluster,
                minor,
                image,
            )
            says = f"the image of {nodes.at.id} is for Kubernetes {in_branches(minor)}, but {runs}: {SKEW}"
            observations.append(_of_image(cluster, nodes, launch, image, behind, says))
    return tuple(observations)


def _versions(group: NodeGroup) -> Iterator[tuple[str, Value[Any], Value[Version | None]]]:
    """The versions that a group writes: of Kubernetes, and of a release of its image."""
    if is_written(group.version):
        yield "version", group.version, parsed_version(group.version)
    if is_written(group.release_version):
        ami = group.ami_type
        if isinstance(ami, Unknown):
            yield "release version", group.release_version, Unknown(ami.reason, ami.place)
        elif not str(ami.value).startswith(_BOTTLEROCKET):
            yield "release version", group.release_version, parsed_version(group.release_version)


FACTS = (
    Fact(
        "nodegroup.ami_exists",
        BOOLEAN,
        "Whether the image of a node group or Karpenter node class exists for the cluster's Kubernetes version.",
        "true",
        _ami_exists,
        match=(*NODES, *NODE_CLASSES),
        by_version=True,
    ),
    Fact(
        "nodegroup.minors_behind",
        INTEGER,
        "How many minors a node group's Version or ReleaseVersion is behind its cluster; negative if ahead.",
        "1",
        _minors_behind,
        match=NODES,
        by_version=True,
    ),
    Fact(
        "nodegroup.version_fits",
        BOOLEAN,
        "Whether a node group's Version, ReleaseVersion or image is within the version skew its cluster supports.",
        "true",
        _version_fits,
        match=NODES,
        by_version=True,
    ),
)
