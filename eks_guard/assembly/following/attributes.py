"""What `Fn::GetAtt` leads to: an attribute, the output of a nested stack, or a value from another region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.exports import stacks_that_write
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal, Unresolved
from eks_guard.assembly.stack import Node, Stack
from eks_guard.data import identifiers
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource

EXPORT_READER = "Custom::CrossRegionExportReader"
EXPORT_WRITER = "Custom::CrossRegionExportWriter"


def names_in(target: Any) -> tuple[str, str] | None:
    """The resource and the attribute that `Fn::GetAtt: target` names, where both are written."""
    if isinstance(target, str):
        target = target.split(".", 1)
    if not isinstance(target, list) or len(target) != 2:  # noqa: PLR2004
        return None
    logical_id, attribute = target
    return (logical_id, attribute) if isinstance(logical_id, str) and isinstance(attribute, str) else None


def follow_attribute(follow: Follow, node: Node, target: Any, hops: int) -> Resolution:
    """Return what `Fn::GetAtt: target` at this node leads to."""
    names = names_in(target)
    if names is None:
        return _computed(follow, node, target, hops)
    found = _found(follow, node, *names, hops)
    if isinstance(found, Attribute | Literal):  # the same for whoever asks
        follow.memory.attributes[node.stack, *names] = found
    return found


def _computed(follow: Follow, node: Node, target: Any, hops: int) -> Resolution:
    """Return what an attribute leads to whose name a function makes."""
    match target:
        case [str(logical_id), dict(computed)]:
            found = follow.follow(Node(node.stack, (*node.pointer, "Fn::GetAtt", 1), computed), hops + 1)
            if isinstance(found, Literal) and isinstance(found.node.raw, str):
                return _found(follow, node, logical_id, found.node.raw, hops)
            return Unresolved(node, f"the name of an attribute of {logical_id} is not decided")
    return Unresolved(node, "Fn::GetAtt is not written as CloudFormation expects")


def _found(follow: Follow, node: Node, logical_id: str, attribute: str, hops: int) -> Resolution:
    try:
        resource = node.stack.declared.get(logical_id)
    except TemplateError as error:
        return Unresolved(node, str(error))
    if resource is None:
        return Unresolved(node, node.stack.lacks(logical_id))
    if resource.condition is not None and follow.exists(resource) is False:
        return never_made(follow, node, resource)
    return _of_resource(follow, node, resource, attribute, hops)


def _of_resource(follow: Follow, node: Node, resource: Resource, attribute: str, hops: int) -> Resolution:
    if attribute.startswith("Outputs.") and resource.type == "AWS::CloudFormation::Stack":
        return _nested_output(follow, node, resource, attribute, hops)
    if resource.type == EXPORT_READER:
        return _cross_region(follow, node, attribute, hops)
    if resource.answers_anything:
        return Unresolved(node, f"{attribute} of {resource.logical_id} is what a custom resource answers")
    return _given(follow, resource, attribute, hops) or Attribute(resource, attribute)


def never_made(follow: Follow, node: Node, resource: Resource) -> Unresolved:
    """Return where a reference leads to something that no deployment makes, and note what follows from that.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
    """
    name, notes = resource.logical_id, follow.assembly.notes
    says = (
        f"{node.stack.id} refers to {name}, whose condition {resource.condition} does not hold: CloudFormation will "
        f'refuse the template with "Unresolved resource dependencies [{name}]"'
    )
    user = node.stack.declared.get(str(node.pointer[1])) if node.pointer[:1] == ("Resources",) else None
    if user is not None and follow.exists(user) and says not in notes:
        notes.append(says)
    return Unresolved(node, node.stack.lacks(name))


def _given(follow: Follow, resource: Resource, attribute: str, hops: int) -> Resolution | None:
    """What a property leads to whose value an attribute repeats; None where that says more, or is made up."""
    pattern = identifiers().get(resource.type, {}).get(attribute, "")
    if pattern != f"${{{attribute}}}":
        return None
    found = follow.dig(resource.properties, (attribute,), hops + 1)
    return None if isinstance(found, Absent) else found


def _nested_output(follow: Follow, node: Node, resource: Resource, attribute: str, hops: int) -> Resolution:
    stack = follow.assembly.nested(resource)
    if not isinstance(stack, Stack):
        return Attribute(resource, attribute)
    name = attribute.removeprefix("Outputs.")
    try:
        output = stack.section("Outputs").get(name)
    except TemplateError as error:
        return Unresolved(node, str(error))
    if isinstance(output, dict) and "Value" in output:
        return follow.follow(Node(stack, ("Outputs", name, "Value"), output["Value"]), hops + 1)
    return Unresolved(node, f"nested stack {resource.logical_id} has no output {name}")


def _cross_region(follow: Follow, node: Node, key: str, hops: int) -> Resolution:
    """Return the value that a `Custom::CrossRegionExportWriter` of another stack hands over."""
    for stack in stacks_that_write(follow.assembly, node.stack, key):
        for writer in stack.of_type(EXPORT_WRITER):
            exports = follow.dig(writer.properties, ("WriterProps", "exports"), hops + 1)
            if isinstance(exports, Literal) and isinstance(exports.node.raw, dict) and key in exports.node.raw:
                return follow.follow(exports.node.child(key, exports.node.raw[key]), hops + 1)
    return Unresolved(node, f"reads {key} from another region, which no stack of this app writes")
