"""The clusters of an assembly, and the custom resources that talk to each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Attribute, Literal
from eks_guard.model.resource import ResourceId
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.records import dataclass, field
from eks_guard.resolve.kubectl.consumers import CONSUMERS, cluster_of
from eks_guard.resolve.ownership import NamedCluster, Owners, name_key
from eks_guard.resolve.read import read_text
from eks_guard.resolve.spellings import BY_TYPE, CLUSTER_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource, Stack
    from eks_guard.resolve.ownership import NameKey


@dataclass(slots=True)
class Group:
    """A cluster with what talks to it. `resource` is None for a cluster of another app, which has consumers then."""

    resource: Resource | None
    named: Resolution
    name: Value[str | None]
    consumers: list[Resource] = field(default_factory=list)

    @property
    def first(self) -> Resource:
        """The resource that stands for the cluster: its own, or the first one that talks to it."""
        return self.resource or min(self.consumers, key=lambda consumer: (consumer.place, consumer.id))

    @property
    def id(self) -> ResourceId:
        """What identifies the cluster."""
        return self.first.id

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The custom resources of some types that talk to the cluster."""
        return (consumer for consumer in self.consumers if consumer.type in types)


def find_groups(assembly: CloudAssembly) -> tuple[list[Group], Owners]:
    """Every cluster with the custom resources that talk to it, and the way to find one by a name."""
    own = [_own(resource) for resource in assembly.resources(*CLUSTER_TYPES)]
    owners = Owners([_named(group) for group in own])
    by_id = {group.id: group for group in own}
    foreign: dict[NameKey, Group] = {}
    for consumer in assembly.resources(*CONSUMERS):
        name = cluster_of(consumer)
        owner = owners.of(name, consumer.stack)
        group = by_id.get(owner) if isinstance(owner, ResourceId) else None
        if group is None:
            group = foreign.setdefault(_foreign_key(name, consumer.stack), Group(None, name, _foreign_name(name)))
        group.consumers.append(consumer)
    groups = own + list(foreign.values())
    return groups, Owners([_named(group) for group in groups])


def _own(resource: Resource) -> Group:
    keys = BY_TYPE[resource.type].keys("name")
    return Group(resource, resource.properties.dig(*keys), read_text(resource.properties, *keys))


def _named(group: Group) -> NamedCluster:
    return NamedCluster(group.id, group.resource, group.named, group.first.stack)


def _foreign_key(name: Resolution, stack: Stack) -> NameKey:
    """The same for all that talk to one cluster of another app."""
    return (stack.stage, *(name_key(name, stack) or ("nothing", stack.root.id)))


def _foreign_name(name: Resolution) -> Value[str | None]:
    match name:
        case Literal(node) if isinstance(node.raw, str):
            return Known(node.raw, node.place)
        case Attribute(resource, attribute):
            return Unknown(f"{attribute} of {resource.logical_id} is known only after deployment", resource.place)
        case Absent(node) | Literal(node):
            return Unknown("the name of the cluster is missing", node.place)
    return Unknown(name.reason, name.node.place)
