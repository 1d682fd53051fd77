"""What `Ref` leads to: a pseudo parameter, a parameter of the template, or a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.environment import pseudo_parameter
from eks_guard.assembly.following.resolution import Absent, Attribute, Choice, Literal, Unresolved
from eks_guard.assembly.following.texts import as_text
from eks_guard.assembly.stack import Node
from eks_guard.errors import TemplateError
from eks_guard.model.value import MAX_CANDIDATES

if TYPE_CHECKING:
    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution


def follow_ref(follow: Follow, node: Node, name: str, hops: int) -> Resolution:
    """Return what `Ref: name` at this node leads to."""
    if name == "AWS::NoValue":
        return Absent(node)
    if name.startswith("AWS::"):
        value = pseudo_parameter(name, node.stack)
        reason = f"{name} is decided when the stack is deployed"
        return Unresolved(node, reason) if value is None else Literal(Node(node.stack, node.pointer, value))
    try:
        parameter = node.stack.section("Parameters").get(name)
        resource = node.stack.resources.get(name)
    except TemplateError as error:
        return Unresolved(node, str(error))
    if isinstance(parameter, dict):
        key = (node.stack, name)
        if key not in follow.memory.parameters:
            follow.memory.parameters[key] = _parameter(follow, node, name, parameter, hops)
        return follow.memory.parameters[key]
    if resource:
        return Attribute(resource, "Ref")
    return Unresolved(node, f"refers to {name}, which {node.stack.document.name} does not hold")


def _parameter(follow: Follow, node: Node, name: str, parameter: dict[str, Any], hops: int) -> Resolution:
    """Return a parameter's value: what the parent passes, or what its declaration leaves open."""
    declared = Node(node.stack, ("Parameters", name), parameter)
    if node.stack.parent is None:
        return _open_parameter(declared, name, parameter)
    passed = follow.dig(node.stack.parent.properties, "Parameters", hops=hops + 1)
    if isinstance(passed, Literal) and isinstance(passed.node.raw, dict) and name in passed.node.raw:
        return follow.follow(passed.node.child(name, passed.node.raw[name]), hops + 1)
    if "Default" in parameter:
        return Literal(declared.child("Default", parameter["Default"]))
    return Unresolved(declared, f"parameter {name} of the nested stack is not passed by its parent")


def _open_parameter(node: Node, name: str, parameter: dict[str, Any]) -> Resolution:
    """Return a parameter of a stack that is deployed on its own: whoever deploys it decides."""
    kind = str(parameter.get("Type", ""))
    default = parameter.get("Default")
    if kind.startswith("AWS::SSM::Parameter::Value"):
        return Unresolved(node, f"parameter {name} is read from SSM parameter {default!r} when the stack is deployed")
    reason = f"parameter {name} is set when the stack is deployed"
    allowed = parameter.get("AllowedValues")
    if isinstance(allowed, list) and 0 < len(allowed) <= MAX_CANDIDATES:
        values = node.child("AllowedValues", allowed)
        branches = (
            (((name, as_text(value)),), Literal(values.child(index, value))) for index, value in enumerate(allowed)
        )
        return Choice(node, reason, tuple(branches))
    if default is None:
        return Unresolved(node, f"{reason}, it has no default")
    return Unresolved(node, f"{reason}, its default is {default!r}")
