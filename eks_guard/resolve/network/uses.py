"""Which lists of subnets and of security groups belong to whose things."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.model.nodes import NodeGroup, SelfManagedGroup
from eks_guard.model.value import possible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.model.cluster import Cluster
    from eks_guard.model.nodes import FargateProfile, LaunchTemplate
    from eks_guard.model.resource import Owner, Target
    from eks_guard.model.value import Value

    Nodes: TypeAlias = NodeGroup | SelfManagedGroup | FargateProfile
    Use: TypeAlias = tuple[Owner, Value[tuple[Target, ...]]]
    """A list of subnets or of groups, and whose thing has it."""


def subnet_lists(clusters: Iterable[Cluster], nodes: Iterable[Nodes]) -> Iterator[Use]:
    """The subnets of clusters, handlers and nodes."""
    for cluster in clusters:
        yield cluster.resource, cluster.network.subnets
        for provider in cluster.kubectl:
            for handler in possible(provider.handler):
                yield cluster.resource, handler.subnets
    for group in nodes:
        yield group.owner, group.subnets
        for launch in _launches(group):
            yield group.owner, launch.subnets


def group_lists(clusters: Iterable[Cluster], nodes: Iterable[Nodes]) -> Iterator[Use]:
    """The security groups of clusters, handlers and nodes, and those that may reach nodes by SSH."""
    for cluster in clusters:
        yield cluster.resource, cluster.network.security_groups
        for provider in cluster.kubectl:
            for handler in possible(provider.handler):
                yield cluster.resource, handler.security_groups
    for group in nodes:
        if isinstance(group, NodeGroup):
            yield group.owner, group.ssh_sources
        for launch in _launches(group):
            yield group.owner, launch.security_groups


def _launches(group: Nodes) -> Iterator[LaunchTemplate]:
    match group:
        case NodeGroup():
            yield from filter(None, possible(group.launch_template))
        case SelfManagedGroup():
            for several in possible(group.launches):
                yield from several
