"""How the instances of a group start: launch templates and launch configurations of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.resolution import Attribute, Choice, Literal, Unresolved
from eks_guard.model.nodes import ImageParameter, LaunchTemplate
from eks_guard.model.value import Known, Unknown, Value, choose
from eks_guard.resolve.read import read, read_pieces, read_target, read_targets, read_text, whole_number
from eks_guard.resolve.site import site_of

if TYPE_CHECKING:
    from eks_guard.assembly.cloud_assembly import CloudAssembly
    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource

LAUNCH_TEMPLATE = "AWS::EC2::LaunchTemplate"
LAUNCH_CONFIGURATION = "AWS::AutoScaling::LaunchConfiguration"


class LaunchTemplates:
    """The launch templates and configurations of one assembly, each read once."""

    def __init__(self, assembly: CloudAssembly) -> None:
        self._assembly = assembly
        self._read: dict[Resource, LaunchTemplate] = {}

    @property
    def used(self) -> tuple[LaunchTemplate, ...]:
        """Those that a group of a cluster starts instances from, as far as they were asked for."""
        return tuple(self._read.values())

    def at(self, specification: Node, *keys: str) -> Value[LaunchTemplate | None]:
        """The template that a specification names by id or by name; None where nothing is written there."""
        named = [specification.dig(*keys, name) for name in ("Id", "LaunchTemplateId")]
        named += [specification.dig(*keys, name) for name in ("Name", "LaunchTemplateName")]
        return next((self.of(found) for found in named if _is_written(found)), Known(None, specification.place))

    def of(self, found: Resolution) -> Value[LaunchTemplate | None]:
        """The template or configuration that a reference leads to."""
        match found:
            case Attribute(resource, _) if resource.type in (LAUNCH_TEMPLATE, LAUNCH_CONFIGURATION):
                return Known(self._of(resource), resource.place)
            case Literal(node) if named := self._named(node.raw):
                return Known(self._of(named), node.place)
            case Choice(node, reason, branches):
                return choose([(when, self.of(branch)) for when, branch in branches], reason, node.place)
        node = found.resource.properties if isinstance(found, Attribute) else found.node
        return Unknown("its launch template is not part of this app", node.place)

    def _named(self, name: Any) -> Resource | None:
        """The template of the app with an explicit name."""
        templates = self._assembly.resources(LAUNCH_TEMPLATE)
        named = (item for item in templates if _literal(item.properties.dig("LaunchTemplateName")) == name)
        return next(named, None) if isinstance(name, str) else None

    def _of(self, resource: Resource) -> LaunchTemplate:
        if resource not in self._read:
            self._read[resource] = _launch_template(resource)
        return self._read[resource]


def _launch_template(resource: Resource) -> LaunchTemplate:
    """A launch configuration has at the top what a launch template has in its data."""
    data = resource.properties
    if resource.type == LAUNCH_TEMPLATE:
        found = data.dig("LaunchTemplateData")
        data = found.node if isinstance(found, Literal) else data.child("LaunchTemplateData", None)
    profile = ("IamInstanceProfile",) if resource.type == LAUNCH_CONFIGURATION else ("IamInstanceProfile", "Arn")
    groups = "SecurityGroups" if resource.type == LAUNCH_CONFIGURATION else "SecurityGroupIds"
    return LaunchTemplate(
        at=site_of(resource),
        image=_image(data),
        instance_type=read_text(data, "InstanceType"),
        user_data=read_pieces(data, "UserData"),
        http_tokens=read_text(data, "MetadataOptions", "HttpTokens"),
        hop_limit=read(data, "MetadataOptions", "HttpPutResponseHopLimit", parse=whole_number, absent=None),
        instance_profile=read_target(data, *profile),
        security_groups=read_targets(data, groups),
    )


def _image(data: Node) -> Value[str | ImageParameter | None]:
    """An AMI id, or the SSM parameter that it is read from when the stack is deployed or an instance is launched."""
    found = data.dig("ImageId")
    dynamic = found.dynamic if isinstance(found, Unresolved) else None
    if dynamic and dynamic.service == "ssm" and dynamic.path:
        place = data.child("ImageId", None).place
        return Known(ImageParameter(dynamic.path, place), place)
    return read(data, "ImageId", parse=lambda node: Known(str(node.raw), node.place), absent=None)


def _is_written(found: Resolution) -> bool:
    return isinstance(found, Attribute | Choice | Unresolved) or (
        isinstance(found, Literal) and isinstance(found.node.raw, str)
    )


def _literal(found: Resolution) -> object:
    return found.node.raw if isinstance(found, Literal) else None
