"""Facts about the versions of node groups, managed or not, beside that of their cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.model.describe import in_branches
from eks_guard.model.nodes import NodeGroup
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.model.version import Version, minors_between
from eks_guard.policy.facts.control_plane import running
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.launches import NODES, eks_image, images_of, of_image
from eks_guard.policy.facts.properties import beside_cluster, is_written, of_property, parsed_version
from eks_guard.policy.operators import BOOLEAN, INTEGER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.model.finding import Observation
    from eks_guard.policy.facts.launches import Nodes

_BOTTLEROCKET = "BOTTLEROCKET"
"""Begins the AMI types whose releases, such as `1.47.0-6154605b`, count Bottlerocket and not Kubernetes:
https://github.com/bottlerocket-os/bottlerocket/releases"""
_WIDER = Version(1, 28)
"""From here on nodes may be three minors older, before it two: https://kubernetes.io/releases/version-skew-policy/#kubelet"""
SKEW = "nodes may be at most three minors older (two before 1.28), and not newer"


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
    for launch, image in images_of(nodes):
        minor: Value[Any] = lift(lambda found: getattr(eks_image(found), "minor", None), image)
        if minor != Known(None):
            behind = lift(
                lambda runs, of, found: compare(runs, of) if of else None if eks_image(found) else of_another,
                version_of_cluster,
                minor,
                image,
            )
            says = f"the image of {nodes.at.id} is for Kubernetes {in_branches(minor)}, but {runs}: {SKEW}"
            observations.append(of_image(cluster, nodes, launch, image, behind, says))
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
