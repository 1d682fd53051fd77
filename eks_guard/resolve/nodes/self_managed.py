"""Groups of instances that join a cluster by themselves: a tag says which.

https://docs.aws.amazon.com/eks/latest/userguide/launch-workers.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.expressions import expression
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, Unresolved, alternatives, choice
from eks_guard.assembly.stack import Node
from eks_guard.model.nodes import SelfManagedGroup
from eks_guard.model.value import Known, Unknown, Value, flatten, lift
from eks_guard.resolve.nodes.profiles import ELSEWHERE
from eks_guard.resolve.read import read_targets
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.nodes import LaunchTemplate
    from eks_guard.model.resource import Owner, Target
    from eks_guard.model.value import When
    from eks_guard.resolve.nodes.launch import LaunchTemplates

SELF_MANAGED = "AWS::AutoScaling::AutoScalingGroup"
OWNED = "kubernetes.io/cluster/"
"""Begins the key of the tag; the name of the cluster follows."""
VALUES = ("owned", "shared")
Reader: TypeAlias = "Callable[[Resolution, Node], Resolution | None]"
"""What the key of a tag, and the tag itself, say of a cluster."""
MIXED = ("MixedInstancesPolicy", "LaunchTemplate")


def cluster_name_of(group: Resource) -> Resolution | None:
    """The cluster that a tag of a group names, absent where a condition leaves the tag out.

    Unresolved where an open tag may name one, None where no tag does.
    """
    return _read(group, _named_by) or _read(group, _perhaps_named_by)


def joins_some_cluster(group: Resource) -> bool:
    """Whether a tag of a group has a key that names a cluster, whichever the deployment fills in."""
    return _read(group, _named_by) is not None


def _read(group: Resource, read: Reader) -> Resolution | None:
    tags = alternatives(group.properties.dig("Tags"))
    return _either(group, ((when, _in_list(found, group, read)) for when, found in tags))


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
    """The roles of the instances, through the instance profiles of what launches them, in each branch."""

    def of(templates: tuple[LaunchTemplate, ...]) -> Value[tuple[Target, ...]]:
        named = [one.role for one in templates]
        roles = lift(lambda *found: tuple(dict.fromkeys(role for role in found if role)), *named)
        return roles if roles != Known(()) else Unknown(ELSEWHERE, launches.place)

    return flatten(lift(of, launches))


def _in_list(tags: Resolution, group: Resource, read: Reader) -> Resolution | None:
    if isinstance(tags, Unresolved):
        return read(tags, tags.node)
    for entry in (tags.node.items() if isinstance(tags, Literal) else None) or ():
        found = _either(group, ((when, _in_tag(tag, group, read)) for when, tag in alternatives(entry.follow())))
        if found:
            return found
    return None


def _in_tag(tag: Resolution, group: Resource, read: Reader) -> Resolution | None:
    if isinstance(tag, Unresolved):
        return read(tag, tag.node)
    if not (isinstance(tag, Literal) and isinstance(tag.node.raw, dict)):
        return None
    key = tag.node.child("Key", tag.node.raw.get("Key"))
    return _named(key) or _either(group, ((when, read(one, tag.node)) for when, one in alternatives(key.follow())))


def _named_by(key: Resolution, _: Node) -> Resolution | None:
    """The cluster that a key names, which a condition may have chosen."""
    return None if isinstance(key, Attribute) else _named(key.node)


def _perhaps_named_by(key: Resolution, tag: Node) -> Resolution | None:
    """An open key that may begin as that of the tag does, whose value is one of two; else the cluster that it names."""
    if not isinstance(key, Unresolved):
        return _named_by(key, tag)
    begin = next(key.node.parts(), "")
    value = expression(tag.dig("Value")).text
    if (isinstance(begin, str) and not OWNED.startswith(begin)) or (value is not None and value not in VALUES):
        return None
    return Unresolved(key.node, f"one of its tags may name a cluster: {key.reason}")


def _either(group: Resource, branches: Iterable[tuple[When, Resolution | None]]) -> Resolution | None:
    """The cluster that some branches of a condition name, absent in the others; None where none names one."""
    found = list(branches)
    if not any(name for _, name in found):
        return None
    nothing, reason = Absent(group.properties), "depends on the conditions of its tags"
    return choice(group.properties, reason, ((when, name or nothing) for when, name in found))


def _named(key: Node) -> Resolution | None:
    """What follows the prefix of the tag: a reference of its own, or a text with references in it."""
    match list(key.parts()):
        case [str(first), *rest] if first.startswith(OWNED):
            pieces = [piece for piece in (first.removeprefix(OWNED), *rest) if piece != ""]
            if len(pieces) == 1 and not isinstance(pieces[0], str):
                return pieces[0]
            return Node(key.stack, key.pointer, {"Fn::Join": ["", pieces]}).follow()
    return None
