"""Groups of instances that join a cluster by themselves: a tag says which.

https://docs.aws.amazon.com/eks/latest/userguide/launch-workers.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, alternatives, choice
from eks_guard.assembly.stack import Node
from eks_guard.model.nodes import SelfManagedGroup
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.resolve.nodes.profiles import ELSEWHERE
from eks_guard.resolve.read import read_targets
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.nodes import LaunchTemplate
    from eks_guard.model.resource import Owner, Target
    from eks_guard.model.value import When
    from eks_guard.resolve.nodes.launch import LaunchTemplates

SELF_MANAGED = "AWS::AutoScaling::AutoScalingGroup"
OWNED = "kubernetes.io/cluster/"
"""Begins the key of the tag; the name of the cluster follows."""
MIXED = ("MixedInstancesPolicy", "LaunchTemplate")


def cluster_name_of(group: Resource) -> Resolution | None:
    """The cluster that a tag of a group names, absent where a condition leaves the tag out; None where no tag does."""
    return _either(group, ((when, _in_list(tags, group)) for when, tags in alternatives(group.properties.dig("Tags"))))


def self_managed_group_of(launch: LaunchTemplates, resource: Resource, owner: Owner) -> SelfManagedGroup:
    """A group of instances of a cluster."""
    launches = [found for found in _launches(launch, resource) if not _is_nothing(found)]
    starts = lift(lambda *templates: tuple(dict.fromkeys(one for one in templates if one)), *launches)
    return SelfManagedGroup(
        at=site_of(resource),
        owner=owner,
        subnets=read_targets(resource.properties, "VPCZoneIdentifier"),
        launches=starts,
        roles=_roles(starts),
    )


def _launches(launch: LaunchTemplates, group: Resource) -> Iterator[Value[LaunchTemplate | None]]:
    """The template of a group, that of its mixed-instances policy with its overrides, or a launch configuration."""
    yield launch.at(group.properties, "LaunchTemplate")
    yield launch.at(group.properties, *MIXED, "LaunchTemplateSpecification")
    overrides = group.properties.dig(*MIXED, "Overrides")
    if isinstance(overrides, Literal) and isinstance(overrides.node.raw, list):
        for override in overrides.node.items() or ():
            yield launch.at(override, "LaunchTemplateSpecification")
    yield launch.of(group.properties.dig("LaunchConfigurationName"))


def _is_nothing(found: Value[LaunchTemplate | None]) -> bool:
    return isinstance(found, Known) and found.value is None


def _roles(launches: Value[tuple[LaunchTemplate, ...]]) -> Value[tuple[Target, ...]]:
    """The roles of the instances, through the instance profiles of what launches them."""
    if isinstance(launches, Unknown):
        return Unknown(launches.reason, launches.place)
    named = [one.role for one in launches.value]
    roles = lift(lambda *found: tuple(dict.fromkeys(role for role in found if role)), *named)
    return roles if roles != Known(()) else Unknown(ELSEWHERE, launches.place)


def _in_list(tags: Resolution, group: Resource) -> Resolution | None:
    for entry in (tags.node.items() if isinstance(tags, Literal) else None) or ():
        found = _either(group, ((when, _in_tag(tag, group)) for when, tag in alternatives(entry.follow())))
        if found:
            return found
    return None


def _in_tag(tag: Resolution, group: Resource) -> Resolution | None:
    if not (isinstance(tag, Literal) and isinstance(tag.node.raw, dict)):
        return None
    key = tag.node.child("Key", tag.node.raw.get("Key"))
    return _named(key) or _either(
        group, ((when, _named(one.node)) for when, one in alternatives(key.follow()) if not isinstance(one, Attribute))
    )


def _either(group: Resource, branches: Iterable[tuple[When, Resolution | None]]) -> Resolution | None:
    """The cluster that some branches of a condition name, absent in the others; None where none names one."""
    found = list(branches)
    if not any(name for _, name in found):
        return None
    nothing, reason = Absent(group.properties), "depends on the conditions of its tags"
    return choice(group.properties, reason, ((when, name or nothing) for when, name in found))


def _named(key: Node) -> Resolution | None:
    """What follows the prefix of the tag: a reference of its own, or text."""
    match list(key.parts()):
        case [str(prefix), name] if prefix == OWNED and not isinstance(name, str):
            return name
        case [*pieces] if pieces and all(isinstance(piece, str) for piece in pieces):
            text = "".join(str(piece) for piece in pieces)
            return Literal(Node(key.stack, key.pointer, text.removeprefix(OWNED))) if text.startswith(OWNED) else None
    return None
