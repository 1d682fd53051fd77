"""Managed node groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.model.nodes import Label, NodeGroup, Taint
from eks_guard.model.value import Known
from eks_guard.resolve.read import is_filled, is_given, read, read_targets, read_text, texts, unexpected, whole_number
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.resource import Owner
    from eks_guard.model.value import Value
    from eks_guard.resolve.identity.roles import Roles
    from eks_guard.resolve.nodes.launch import LaunchTemplates

NODE_GROUP = "AWS::EKS::Nodegroup"
SCALING = "ScalingConfig"
NOTHING: tuple[str, ...] = ()


def node_group_of(launch: LaunchTemplates, roles: Roles, resource: Resource, owner: Owner) -> NodeGroup:
    """A managed node group."""
    properties = resource.properties
    return NodeGroup(
        at=site_of(resource),
        owner=owner,
        name=read_text(properties, "NodegroupName"),
        version=read_text(properties, "Version"),
        release_version=read_text(properties, "ReleaseVersion"),
        ami_type=read_text(properties, "AmiType"),
        capacity_type=read_text(properties, "CapacityType"),
        disk_size=read(properties, "DiskSize", parse=whole_number, absent=None),
        min_size=read(properties, SCALING, "MinSize", parse=whole_number, absent=None),
        desired_size=read(properties, SCALING, "DesiredSize", parse=whole_number, absent=None),
        max_size=read(properties, SCALING, "MaxSize", parse=whole_number, absent=None),
        max_unavailable=read(properties, "UpdateConfig", "MaxUnavailable", parse=whole_number, absent=None),
        instance_types=read(properties, "InstanceTypes", parse=texts, absent=NOTHING),
        role=roles.read(properties, "NodeRole"),
        subnets=read_targets(properties, "Subnets"),
        takes_ssh=is_given(properties, "RemoteAccess", "Ec2SshKey"),
        limits_ssh=read(properties, "RemoteAccess", "SourceSecurityGroups", parse=is_filled, absent=False),
        ssh_sources=read_targets(properties, "RemoteAccess", "SourceSecurityGroups"),
        takes_remote_access=read(properties, "RemoteAccess", parse=is_filled, absent=False),
        launch_template=launch.at(properties, "LaunchTemplate"),
        labels=read(properties, "Labels", parse=_labels, absent=()),
        taints=read(properties, "Taints", parse=_taints, absent=()),
    )


def _labels(node: Node) -> Value[tuple[Label, ...]]:
    if not isinstance(node.raw, dict):
        return unexpected(node, "an object")
    return Known(tuple(Label(str(key), read_text(node, key)) for key in node.raw), node.place)


def _taints(node: Node) -> Value[tuple[Value[Taint | None], ...]]:
    if not isinstance(node.raw, list):
        return unexpected(node, "a list")
    entries = (node.child(index, entry) for index, entry in enumerate(node.raw))
    return Known(tuple(read(entry, parse=_taint, absent=None) for entry in entries), node.place)


def _taint(node: Node) -> Value[Taint | None]:
    return Known(Taint(read_text(node, "Effect")), node.place)
