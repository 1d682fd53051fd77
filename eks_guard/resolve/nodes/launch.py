"""How the instances of a group start: launch templates and launch configurations of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.dynamic import literal_or_dynamic
from eks_guard.assembly.following.equality import same
from eks_guard.assembly.following.resolution import (
    Absent,
    Attribute,
    Choice,
    Literal,
    Unresolved,
    alternatives,
    reason_of,
)
from eks_guard.matching import regex
from eks_guard.model.nodes import OPEN_PIECE, ImageParameter, LaunchTemplate
from eks_guard.model.value import Known, Unknown, Value, choose, lift
from eks_guard.resolve.nodes.profiles import profile_of, role_of
from eks_guard.resolve.nodes.user_data import read_user_data
from eks_guard.resolve.read import flag, read, read_target, read_targets, read_text, whole_number, written_at
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.following.resolution import DynamicReference, Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.resource import Target
    from eks_guard.model.value import Place
    from eks_guard.resolve.identity.roles import Roles

LAUNCH_TEMPLATE = "AWS::EC2::LaunchTemplate"
LAUNCH_CONFIGURATION = "AWS::AutoScaling::LaunchConfiguration"
_OPEN_PATH = regex(rf"\{{\{{resolve:ssm:(/aws/service/[^:{OPEN_PIECE}]*{OPEN_PIECE}[^:{{}}]*)(?::\d+)?\}}\}}")
"""A dynamic reference to a public parameter, in whose path a part is open."""


class LaunchTemplates:
    """The launch templates and configurations of one assembly, each read once."""

    def __init__(self, assembly: CloudAssembly, roles: Roles) -> None:
        self._assembly = assembly
        self._roles = roles
        self._read: dict[Resource, LaunchTemplate] = {}

    @property
    def used(self) -> tuple[LaunchTemplate, ...]:
        """Those that a group of a cluster starts instances from, as far as they were asked for."""
        return tuple(self._read.values())

    def at(self, specification: Node, *keys: str) -> Value[LaunchTemplate | None]:
        """The template that a specification names by id or by name; None where nothing is written there.

        Each branch of a condition may name its own in its own way.
        """
        named = [specification.dig(*keys, name) for name in ("Id", "LaunchTemplateId")]
        named += [specification.dig(*keys, name) for name in ("Name", "LaunchTemplateName")]
        written = [self.of(found) for found in named if _is_written(found)]
        if len(written) <= 1:
            return written[0] if written else Known(None, specification.place)
        return lift(lambda *found: next((one for one in found if one), None), *written)

    def of(self, found: Resolution) -> Value[LaunchTemplate | None]:
        """The template or configuration that a reference leads to."""
        match found:
            case Absent(node):
                return Known(None, node.place)
            case Attribute(resource, _) if resource.type in (LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION):
                return Known(self._of(resource), resource.place)
            case Choice(node, reason, branches):
                return choose([(when, self.of(branch)) for when, branch in branches], reason, node.place)
            case Literal(node) | Unresolved(node) if named := self._named(found):
                return Known(self._of(named), node.place)
        node = found.resource.properties if isinstance(found, Attribute) else found.node
        return Unknown("its launch template is not part of this app", node.place)

    def _named(self, name: Literal | Unresolved) -> Resource | None:
        """The template of the app that is given the same name, be it a text, a parameter or an expression."""
        templates = self._assembly.resources(LAUNCH_TEMPLATE)
        return next((item for item in templates if _is_named(item, name)), None)

    def _of(self, resource: Resource) -> LaunchTemplate:
        if resource not in self._read:
            self._read[resource] = _launch_template(resource, self._roles)
        return self._read[resource]


def _launch_template(resource: Resource, roles: Roles) -> LaunchTemplate:
    """A launch configuration has at the top what a launch template has in its data."""
    data = resource.properties
    at = ("LaunchTemplateData",) if resource.type == LAUNCH_TEMPLATE else ()
    groups = "SecurityGroups" if resource.type == LAUNCH_CONFIGURATION else "SecurityGroupIds"
    profile = profile_of(data, *at, "IamInstanceProfile")
    return LaunchTemplate(
        at=site_of(resource),
        image=_image(data.dig(*at, "ImageId"), written_at(data, (*at, "ImageId"))),
        instance_type=read_text(data, *at, "InstanceType"),
        user_data=read_user_data(data, *at, "UserData"),
        http_tokens=read_text(data, *at, "MetadataOptions", "HttpTokens"),
        hop_limit=read(data, *at, "MetadataOptions", "HttpPutResponseHopLimit", parse=whole_number, absent=None),
        instance_profile=profile,
        role=role_of(roles, data, *at, "IamInstanceProfile"),
        subnets=read(data, *at, "NetworkInterfaces", parse=_subnets, absent=()),
        security_groups=read_targets(data, *at, groups),
        market=read_text(data, *at, "InstanceMarketOptions", "MarketType"),
        hibernates=read(data, *at, "HibernationOptions", "Configured", parse=flag, absent=False),
        writes_interfaces=read(data, *at, "NetworkInterfaces", parse=_has_entries, absent=False),
    )


def _image(found: Resolution, place: Place) -> Value[str | ImageParameter | None]:
    """An AMI id, or the SSM parameter that it is read from when the stack is deployed or an instance is launched."""
    match found:
        case Unresolved(_, reason, dynamic):
            path = _path_of(dynamic) if dynamic and dynamic.service == "ssm" else None
            if path:
                return Known(ImageParameter(path, place), place)
            return Unknown(reason, place)
        case Choice(_, reason, branches):
            return choose([(when, _chosen(_image(branch, place))) for when, branch in branches], reason, place)
        case Literal(node):
            at_launch = literal_or_dynamic(node)
            return _image(at_launch, place) if isinstance(at_launch, Unresolved) else Known(str(node.raw), place)
        case Absent():
            return Known(None, place)
    return Unknown(reason_of(found), place)


def _chosen(image: Value[str | ImageParameter | None]) -> Value[str | ImageParameter | None]:
    """An image that a condition chooses; one that is given is some image, whatever the other branches name."""
    return Known(OPEN_PIECE, image.place) if isinstance(image, Unknown) and not image.candidates else image


def _path_of(reference: DynamicReference) -> str | None:
    """The path that is asked for; of one that the deployment completes, what is written, if it is public."""
    written = _OPEN_PATH.fullmatch(reference.text)
    return reference.path or (written[1] if written else None)


def _subnets(interfaces: Node) -> Value[tuple[Target, ...]]:
    """The subnets that network interfaces are put into."""
    nodes = interfaces.items() or ()
    found = [read_target(node, "SubnetId") for node in nodes]
    return lift(lambda *subnets: tuple(subnet for subnet in subnets if subnet), *found)


def _has_entries(interfaces: Node) -> Value[bool]:
    items = interfaces.items()
    return (
        Known(bool(items), interfaces.place)
        if items is not None
        else Unknown(
            "how many network interfaces the launch template has is decided when the stack is deployed",
            interfaces.place,
        )
    )


def _is_written(found: Resolution) -> bool:
    if isinstance(found, Choice):
        return any(_is_written(branch) for _, branch in alternatives(found))
    return isinstance(found, Attribute | Unresolved) or (isinstance(found, Literal) and isinstance(found.node.raw, str))


def _is_named(template: Resource, name: Literal | Unresolved) -> bool:
    own = template.properties.dig("LaunchTemplateName")
    return not isinstance(own, Absent) and same(own, name) is True
