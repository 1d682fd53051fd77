"""Groups of instances that join a cluster by themselves: a tag says which.

https://docs.aws.amazon.com/eks/latest/userguide/launch-workers.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.resolution import Attribute, Literal
from eks_guard.assembly.stack import Node
from eks_guard.model.nodes import SelfManagedGroup
from eks_guard.model.value import Known, Unknown, Value, lift
from eks_guard.resolve.site import resource_id, site_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.model.nodes import LaunchTemplate
    from eks_guard.model.resource import Owner, ResourceId
    from eks_guard.resolve.nodes.launch import LaunchTemplates

SELF_MANAGED = "AWS::AutoScaling::AutoScalingGroup"
OWNED = "kubernetes.io/cluster/"
"""Begins the key of the tag; the name of the cluster follows."""
MIXED = ("MixedInstancesPolicy", "LaunchTemplate")


def cluster_name_of(group: Resource) -> Resolution | None:
    """The cluster that a tag of a group names; None where no tag does."""
    tags = group.properties.dig("Tags")
    if not (isinstance(tags, Literal) and isinstance(tags.node.raw, list)):
        return None
    for index, tag in enumerate(tags.node.raw):
        if isinstance(tag, dict):
            owner = _named(tags.node.child(index, tag).child("Key", tag.get("Key")))
            if owner:
                return owner
    return None


def self_managed_group_of(launch: LaunchTemplates, resource: Resource, owner: Owner) -> SelfManagedGroup:
    """A group of instances of a cluster."""
    launches = [found for found in _launches(launch, resource) if not _is_nothing(found)]
    return SelfManagedGroup(
        at=site_of(resource),
        owner=owner,
        launches=lift(lambda *templates: tuple(dict.fromkeys(templates)), *launches),
        role=_role(resource),
    )


def _launches(launch: LaunchTemplates, group: Resource) -> Iterator[Value[LaunchTemplate | None]]:
    """The template of a group, that of its mixed-instances policy with its overrides, or a launch configuration."""
    yield launch.at(group.properties, "LaunchTemplate")
    yield launch.at(group.properties, *MIXED, "LaunchTemplateSpecification")
    overrides = group.properties.dig(*MIXED, "Overrides")
    if isinstance(overrides, Literal) and isinstance(overrides.node.raw, list):
        for index, raw in enumerate(overrides.node.raw):
            yield launch.at(overrides.node.child(index, raw), "LaunchTemplateSpecification")
    configuration = group.properties.dig("LaunchConfigurationName")
    if isinstance(configuration, Attribute):
        yield launch.of(configuration)


def _is_nothing(found: Value[LaunchTemplate | None]) -> bool:
    return isinstance(found, Known) and found.value is None


def _role(group: Resource) -> Value[ResourceId | None]:
    """The role of the instances, through the instance profile of what launches them."""
    for specification in (("LaunchTemplate",), (*MIXED, "LaunchTemplateSpecification")):
        template = group.properties.dig(*specification, "LaunchTemplateId")
        if isinstance(template, Attribute):
            data = ("LaunchTemplateData", "IamInstanceProfile")
            found = [template.resource.properties.dig(*data, name) for name in ("Arn", "Name")]
            return _role_of_profile(next((item for item in found if isinstance(item, Attribute)), None))
    configuration = group.properties.dig("LaunchConfigurationName")
    if isinstance(configuration, Attribute):
        return _role_of_profile(configuration.resource.properties.dig("IamInstanceProfile"))
    return _role_of_profile(None)


def _role_of_profile(profile: Resolution | None) -> Value[ResourceId | None]:
    if isinstance(profile, Attribute) and profile.resource.type == "AWS::IAM::InstanceProfile":
        role = profile.resource.properties.dig("Roles", 0)
        if isinstance(role, Attribute):
            return Known(resource_id(role.resource), role.resource.place)
    return Unknown("the role of its instances is not one of this app")


def _named(key: Node) -> Resolution | None:
    """What follows the prefix of the tag: a reference of its own, or text."""
    match list(key.parts()):
        case [str(prefix), name] if prefix == OWNED and not isinstance(name, str):
            return name
        case [*pieces] if pieces and all(isinstance(piece, str) for piece in pieces):
            text = "".join(str(piece) for piece in pieces)
            return Literal(Node(key.stack, key.pointer, text.removeprefix(OWNED))) if text.startswith(OWNED) else None
    return None
