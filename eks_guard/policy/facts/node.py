"""Facts about node groups, managed or not, and the cluster that they belong to."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from eks_guard.model.describe import in_words
from eks_guard.model.fix import Fix
from eks_guard.model.nodes import ImageParameter, NodeGroup, SelfManagedGroup
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.model.version import Version, minors_between
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.fixes import ami_fix
from eks_guard.policy.facts.properties import beside_cluster, is_written, of_property, parsed_version
from eks_guard.policy.operators import BOOLEAN, INTEGER, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.data import Tables
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.finding import Observation
    from eks_guard.model.nodes import LaunchTemplate

Nodes: TypeAlias = NodeGroup | SelfManagedGroup

NODES = ("nodegroup", "self-managed-nodegroup")
_AL2 = "AL2_x86_64"
AMAZON_LINUX_2 = ("amazon-linux-2", "amazon-linux-2-arm64", "amazon-linux-2-gpu")
SELF_MANAGED_FIX = Fix.of(
    "Run Bottlerocket on the instances",
    typescript="machineImageType: eks.MachineImageType.BOTTLEROCKET  // of addAutoScalingGroupCapacity",
    python="machine_image_type=eks.MachineImageType.BOTTLEROCKET  # of add_auto_scaling_group_capacity",
)
"""Instances have no AMI type, and CDK offers them no Amazon Linux 2023 by a name."""
_IMAGE = re.compile(r"/aws/service/eks/optimized-ami/(\d+\.\d+)/([^/]+)/")
"""Where EKS publishes its images: https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html"""
_BOTTLEROCKET = "BOTTLEROCKET"
"""Begins the AMI types whose releases, such as `1.47.0-6154605b`, count Bottlerocket and not Kubernetes:
https://github.com/bottlerocket-os/bottlerocket/releases"""
SKEW = "nodes may not be newer, and at most three minors older"


def _ami_exists(nodes: Nodes, context: Context) -> tuple[Observation, ...]:
    cluster = context.cluster_of(nodes.owner)
    if cluster is None:
        return ()
    observations = []
    if isinstance(nodes, NodeGroup) and is_written(nodes.ami_type):
        observations.append(_ami_type(nodes, cluster, context))
    for template, parameter, version in _images(nodes):
        system = _IMAGE.match(parameter.path)
        exists = Known(_exists(_AL2, version, context.tables) or (system and system[2]) not in AMAZON_LINUX_2)
        says = (
            f"EKS publishes no Amazon Linux 2 for Kubernetes {version}: the deploy will fail with "
            f'"Unable to fetch parameters [{parameter.path}] from parameter store for this account"'
        )
        fix = SELF_MANAGED_FIX if isinstance(nodes, SelfManagedGroup) else None
        observations.append(replace(_of_image(cluster, nodes, template, parameter, exists, says), fix=fix))
    return tuple(observations)


def _ami_type(group: NodeGroup, cluster: Cluster, context: Context) -> Observation:
    ami = group.ami_type
    exists = lift(lambda kind, minor: _exists(kind, minor, context.tables), ami, cluster.version)
    says = (
        f"the AMI type {in_words(ami)} does not exist for Kubernetes {in_words(cluster.version)}: the deploy will fail "
        f'with "AMI Type {in_words(ami)} is only supported for kubernetes versions {_last(ami, context)} or earlier"'
    )
    observed = beside_cluster(cluster, "nodegroup", group.at, f"AMI type {in_words(ami)}", exists, says, ami.place)
    return replace(observed, fix=ami_fix(ami, group.instance_types, context.tables))


def _images(nodes: Nodes) -> Iterator[tuple[LaunchTemplate, ImageParameter, Version]]:
    """The images of EKS's own that a group starts from, with the Kubernetes minor that each is for."""
    for template in launches(nodes):
        image = template.image
        if isinstance(image, Known) and isinstance(image.value, ImageParameter):
            match = _IMAGE.match(image.value.path)
            if match:
                yield template, image.value, Version.parse(match[1])


def launches(nodes: Nodes) -> tuple[LaunchTemplate, ...]:
    """The launch templates of the app that a group starts instances from."""
    if isinstance(nodes, SelfManagedGroup):
        return nodes.launches.value if isinstance(nodes.launches, Known) else ()
    found = nodes.launch_template
    return (found.value,) if isinstance(found, Known) and found.value else ()


def _of_image(  # noqa: PLR0913 (what an image belongs to, and what is said of it)
    cluster: Cluster, nodes: Nodes, template: LaunchTemplate, parameter: ImageParameter, value: Value[Any], says: str
) -> Observation:
    shown = f"image {parameter.path}"
    return beside_cluster(cluster, kind_of(nodes), template.at, shown, value, says, parameter.place)


def kind_of(nodes: Nodes) -> str:
    """The kind of subject that a group is."""
    return "nodegroup" if isinstance(nodes, NodeGroup) else "self-managed-nodegroup"


def _exists(kind: Any, version: Version, tables: Tables) -> bool:
    first, last = tables.ami_types.get(str(kind), (None, None))
    return (first is None or version.of_minor >= first) and (last is None or version.of_minor <= last)


def _last(ami: Value[Any], context: Context) -> str:
    last = context.tables.ami_types.get(str(ami.value), (None, None))[1] if isinstance(ami, Known) else None
    return str(last) if last else "known"


def _minors_behind(nodes: Nodes, context: Context) -> tuple[Observation, ...]:
    cluster = context.cluster_of(nodes.owner)
    if cluster is None:
        return ()
    runs = f"the control plane runs {in_words(cluster.version)}"
    observations = []
    for name, found, version in _versions(nodes) if isinstance(nodes, NodeGroup) else ():
        behind = lift(minors_between, cluster.version, version)
        says = f"{name} gives the nodes {in_words(version)}, {runs}: {SKEW}"
        shown = f"{name} {in_words(found)}"
        observations.append(beside_cluster(cluster, "nodegroup", nodes.at, shown, behind, says, found.place))
    for template, parameter, minor in _images(nodes):
        behind = lift(lambda version, of=minor: minors_between(version, of), cluster.version)
        says = f"the image of {nodes.at.id} is for Kubernetes {minor}, {runs}: {SKEW}"
        observations.append(_of_image(cluster, nodes, template, parameter, behind, says))
    return tuple(observations)


def _versions(group: NodeGroup) -> Iterator[tuple[str, Value[Any], Value[Version]]]:
    """The versions that a group writes: of Kubernetes, and of a release of its image."""
    if is_written(group.version):
        yield "version", group.version, parsed_version(group.version)
    if is_written(group.release_version):
        ami = group.ami_type
        if isinstance(ami, Unknown):
            yield "release version", group.release_version, Unknown(ami.reason, ami.place)
        elif not str(ami.value).startswith(_BOTTLEROCKET):
            yield "release version", group.release_version, parsed_version(group.release_version)


def _ssh_limited(group: NodeGroup, _: Context) -> tuple[Observation, ...]:
    key = group.ssh_key
    if not is_written(key):
        return ()
    limited: Value[bool] = lift(bool, group.ssh_sources)
    if isinstance(key, Unknown) and key.candidates and limited != Known(value=True):
        limited = Unknown(key.reason, key.place)
    says = (
        f"{group.at.id} takes SSH and names no security group that may connect: "
        "EKS opens port 22 of every node to 0.0.0.0/0"
    )
    return (of_property("nodegroup", group.at, group.at.id, limited, says, key.place),)


def _imds_tokens(nodes: Nodes, _: Context) -> tuple[Observation, ...]:
    says = "without asking for a token: a forged request is enough to read the credentials of the node"
    found = [(template, template.http_tokens) for template in launches(nodes)]
    return _imds(found, "HttpTokens is", says)


def _imds_hops(nodes: Nodes, _: Context) -> tuple[Observation, ...]:
    found = [(template, template.hop_limit) for template in launches(nodes)]
    says = "over more than one hop: any pod can read the credentials of the node"
    return _imds(found, "HttpPutResponseHopLimit is", says)


def _imds(options: Iterable[tuple[LaunchTemplate, Value[Any]]], name: str, then: str) -> tuple[Observation, ...]:
    """An option of the metadata service in a launch template; what that leaves open, the AMI decides."""
    return tuple(
        of_property(
            "launch template",
            template.at,
            f"{name} {in_words(found)}",
            found,
            f"{name} {in_words(found)}, so the metadata service of the nodes answers {then}",
            found.place,
        )
        for template, found in options
        if is_written(found)
    )


FACTS = (
    Fact(
        "nodegroup.ami_exists",
        BOOLEAN,
        "Whether the AMI type of a node group exists for the version of its cluster.",
        "true",
        _ami_exists,
        match=NODES,
    ),
    Fact(
        "nodegroup.minors_behind",
        INTEGER,
        "How many minors a node group's Version or ReleaseVersion is behind its cluster; negative if ahead.",
        "1",
        _minors_behind,
        match=NODES,
    ),
    Fact(
        "nodegroup.ssh_limited",
        BOOLEAN,
        "Whether a node group that takes SSH names the security groups that may connect.",
        "true",
        _ssh_limited,
        match=("nodegroup",),
    ),
    Fact(
        "nodegroup.imds_tokens",
        TEXT,
        "Whether the launch template of a node group wants tokens for instance metadata: required or optional.",
        "required",
        _imds_tokens,
        match=NODES,
    ),
    Fact(
        "nodegroup.imds_hops",
        INTEGER,
        "Over how many hops the launch template of a node group lets instance metadata travel.",
        "1",
        _imds_hops,
        match=NODES,
    ),
)
