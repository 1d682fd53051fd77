"""The instance profile that instances start with, and the role in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Absent, Attribute, Choice, Literal
from eks_guard.model.value import Known, Unknown, Value, choose, lift
from eks_guard.resolve.identity.roles import link_to_role
from eks_guard.resolve.read import read_target, text
from eks_guard.resolve.site import link_to

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.resource import Target
    from eks_guard.resolve.identity.roles import Roles

INSTANCE_PROFILE = "AWS::IAM::InstanceProfile"
NAMED = ("Arn", "Name")
"""How a launch template names a profile; in a launch configuration the property itself is its name."""
ELSEWHERE = "the role of its instances is not declared in this app"


def profile_of(data: Node, *keys: str) -> Value[Target | None]:
    """The instance profile, by name, by ARN, or as one of the app; None where none is named."""
    if _is_named_directly(data.dig(*keys)):
        return read_target(data, *keys)
    written = (read_target(data, *keys, name) for name in NAMED)
    return next((found for found in written if found != Known(None)), Known(None, data.place))


def role_of(roles: Roles, data: Node, *keys: str) -> Value[Target | None]:
    """The role in the instance profile; None where no profile is named."""
    direct = data.dig(*keys)
    if _is_named_directly(direct):
        return _role(direct, data, roles)
    named = (data.dig(*keys, name) for name in NAMED)
    found = next((one for one in named if not isinstance(one, Absent)), None)
    return Known(None, data.place) if found is None else _role(found, data, roles)


def _is_named_directly(found: Resolution) -> bool:
    return isinstance(found, Attribute) or (isinstance(found, Literal) and isinstance(found.node.raw, str))


def _role(found: Resolution, data: Node, roles: Roles) -> Value[Target | None]:
    match found:
        case Attribute(resource, _) if resource.type == INSTANCE_PROFILE:
            return _in_profile(resource, resource.properties.dig("Roles", 0), roles)
        case Choice(node, reason, branches):
            return choose([(when, _role(branch, data, roles)) for when, branch in branches], reason, node.place)
        case Absent(node):
            return Known(None, node.place)
    return Unknown(ELSEWHERE, data.place)


def _in_profile(profile: Resource, role: Resolution, roles: Roles) -> Value[Target | None]:
    """What a profile names as its role, in each branch that a condition chooses."""
    match role:
        case Attribute(resource, _):
            return Known(link_to(role), resource.place)
        case Literal(node):
            return lift(lambda name: _of_name(name, roles), text(node))
        case Choice(node, reason, branches):
            return choose([(when, _in_profile(profile, one, roles)) for when, one in branches], reason, node.place)
    return Unknown(ELSEWHERE, profile.place)


def _of_name(name: str, roles: Roles) -> Target:
    """The role of the app with a name, else the name."""
    role = roles.of_name(name)
    return link_to_role(role) if role else name
