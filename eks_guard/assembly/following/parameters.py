"""What `Ref` leads to: a pseudo parameter, a parameter of the template, or a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.attributes import never_made
from eks_guard.assembly.following.environment import pseudo_parameter
from eks_guard.assembly.following.lists import split
from eks_guard.assembly.following.resolution import (
    Absent,
    Attribute,
    Choice,
    DynamicReference,
    Literal,
    Unresolved,
    choice,
)
from eks_guard.assembly.following.texts import as_text, is_text
from eks_guard.assembly.given import SSM, is_list
from eks_guard.assembly.stack import Node
from eks_guard.errors import TemplateError
from eks_guard.model import asked
from eks_guard.model.value import MAX_CANDIDATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Stack

CONSTRAINTS = frozenset(["AllowedPattern", "MinLength", "MaxLength", "MinValue", "MaxValue"])


def follow_ref(follow: Follow, node: Node, name: str, hops: int) -> Resolution:
    """Return what `Ref: name` at this node leads to."""
    if name == "AWS::NoValue":
        return Absent(node)
    if name.startswith("AWS::"):
        value = pseudo_parameter(name, node.stack)
        reason = asked.PSEUDO(name)
        return Unresolved(node, reason) if value is None else Literal(Node(node.stack, node.pointer, value))
    try:
        parameter = node.stack.section("Parameters").get(name)
        resource = node.stack.declared.get(name)
    except TemplateError as error:
        return Unresolved(node, str(error))
    if isinstance(parameter, dict):
        key = (node.stack, name)
        if key not in follow.memory.parameters:
            follow.memory.parameters[key] = _parameter(follow, node, name, parameter, hops)
        return follow.memory.parameters[key]
    if resource and resource.condition is not None and follow.exists(resource) is False:
        return never_made(follow, node, resource)
    if resource and resource.answers_anything:
        return Unresolved(node, f"the id of {name} is what a custom resource answers")
    if resource:
        return follow.memory.references.setdefault((node.stack, name), Attribute(resource, "Ref"))
    return Unresolved(node, node.stack.lacks(name))


def _parameter(follow: Follow, node: Node, name: str, parameter: dict[str, Any], hops: int) -> Resolution:
    """Return a parameter's value: what the parent passes, or what its declaration leaves open."""
    declared = Node(node.stack, ("Parameters", name), parameter)
    if node.stack.parent is None:
        given = follow.assembly.given.of(node.stack, name)
        if given is None:
            return _open_parameter(follow, declared, name, parameter)
        return _given(declared, name, str(parameter.get("Type", "")), given)
    passed = follow.dig(node.stack.parent.properties, ("Parameters",), hops + 1)
    if not (isinstance(passed, Literal) and isinstance(passed.node.raw, dict)):
        return Unresolved(declared, f"parameter {name} of the nested stack is passed among parameters that are unknown")
    if name in passed.node.raw:
        found = follow.follow(passed.node.child(name, passed.node.raw[name]), hops + 1)
    elif "Default" in parameter:
        found = Literal(declared.child("Default", parameter["Default"]))
    else:
        return Unresolved(declared, f"parameter {name} of the nested stack is not passed by its parent")
    return _typed(declared, name, str(parameter.get("Type", "")), found)


def _given(declared: Node, name: str, kind: str, value: str) -> Resolution:
    """Return a value that was given: for an SSM type a path, as CloudFormation takes it, or what is found there."""
    given = Literal(Node(declared.stack, declared.pointer, value))
    if kind.startswith(SSM) and not value.startswith("/"):
        return _typed(declared, name, kind.removeprefix(f"{SSM}<").removesuffix(">"), given)
    return _typed(declared, name, kind, given)


def _typed(declared: Node, name: str, kind: str, found: Resolution) -> Resolution:
    """Return what a parameter of this type makes of what it is given."""
    match found:
        case Choice(node, reason, branches):
            return choice(node, reason, [(when, _typed(declared, name, kind, branch)) for when, branch in branches])
        case Literal(node) if kind.startswith(SSM):
            return read_from_ssm(declared, name, node.raw)
        case Literal(node) if is_list(kind) and isinstance(node.raw, str):
            return Literal(Node(node.stack, node.pointer, [item.strip() for item in node.raw.split(",")]))
        case Unresolved(node, reason, _) if kind.startswith(SSM):
            return Unresolved(node, reason)
        case Unresolved(node) if is_list(kind) and is_text(node):
            return split(node.stack.follower, declared, node, ",")
        case Attribute(resource, attribute) if kind.startswith(SSM) or is_list(kind):
            return Unresolved(declared, f"parameter {name} is made of {attribute} of {resource.logical_id}")
    return found


def read_from_ssm(declared: Node, name: str, path: Any) -> Literal | Unresolved:
    """Return a parameter whose value the deployment reads from SSM, unless somebody gives it."""
    value = declared.stack.follower.assembly.given.of_ssm(path if isinstance(path, str) else None)
    if value is not None:
        kind = str(declared.raw.get("Type", "")) if isinstance(declared.raw, dict) else ""
        items = [item.strip() for item in value.split(",")]
        return Literal(Node(declared.stack, declared.pointer, items if "List<" in kind else value))
    which = "an SSM parameter" if path is None else asked.SSM_PARAMETER(path)
    reason = f"parameter {name} is read from {which} when the stack is deployed"
    dynamic = DynamicReference("ssm", path if isinstance(path, str) else None, f"parameter {name}")
    return Unresolved(declared, reason, dynamic)


def allowed_values(stack: Stack, name: str) -> list[Node]:
    """Return the values that the declaration of a parameter allows; empty where all are, or too many.

    One that a pattern or a bound refuses is left out, unless that leaves none: nobody can deploy such a template.
    """
    parameter = stack.section("Parameters").get(name)
    if not isinstance(parameter, dict):
        return []
    allowed = parameter.get("AllowedValues")
    if allowed is None and isinstance(parameter.get("AllowedPattern"), str):
        return _listed_by_pattern(stack, name, parameter)
    if not isinstance(allowed, list) or len(allowed) > MAX_CANDIDATES:
        return []
    values = Node(stack, ("Parameters", name, "AllowedValues"), allowed)
    taken = [index for index, value in enumerate(allowed) if not _refuses(parameter, as_text(value))]
    return [values.child(index, allowed[index]) for index in taken or range(len(allowed))]


def _listed_by_pattern(stack: Stack, name: str, parameter: dict[str, Any]) -> list[Node]:
    """Return the values that the pattern of a text lists, but for those that a bound refuses."""
    if parameter.get("Type") != "String":
        return []
    from eks_guard.assembly.constraints import listed  # noqa: PLC0415 (few parameters have a pattern)

    texts = listed(parameter["AllowedPattern"], MAX_CANDIDATES)
    pointer = ("Parameters", name, "AllowedPattern")
    return [Node(stack, pointer, text) for text in texts if not _refuses(parameter, text)]


def may_be(stack: Stack, name: str, text: str) -> bool:
    """Return whether a deployment may give a text to a parameter of a stack, as far as its declaration says."""
    return not (is_open(stack, name) and _refuses(stack.section("Parameters")[name], text))


def _refuses(parameter: dict[str, Any], text: str) -> bool:
    if CONSTRAINTS.isdisjoint(parameter):
        return False
    from eks_guard.assembly.constraints import expected  # noqa: PLC0415 (few parameters have any)

    return expected(parameter, text) is not None


def is_open(stack: Stack, name: str) -> bool:
    """Return whether whoever deploys a stack decides a parameter of it, by a text."""
    parameter = stack.section("Parameters").get(name)
    if stack.parent or not isinstance(parameter, dict) or stack.follower.assembly.given.of(stack, name) is not None:
        return False
    kind = str(parameter.get("Type", ""))
    return not kind.startswith(SSM) and not is_list(kind)


def as_declared(stack: Stack, name: str) -> Resolution:
    """Return what a parameter of a stack that is deployed on its own may be before the rules of the template."""
    node = Node(stack, ("Parameters", name), stack.section("Parameters")[name])
    return _one_of(node, name, allowed_values(stack, name))


def _open_parameter(follow: Follow, node: Node, name: str, parameter: dict[str, Any]) -> Resolution:
    """Return a parameter of a stack that is deployed on its own: whoever deploys it decides."""
    if str(parameter.get("Type", "")).startswith(SSM):
        return read_from_ssm(node, name, parameter.get("Default"))
    if not is_open(node.stack, name):
        return _one_of(node, name, [])
    return _one_of(node, name, follow.let_pass(node, name, allowed_values(node.stack, name)))


def _one_of(node: Node, name: str, values: Sequence[Node]) -> Resolution:
    """Return the choice between the values of a parameter; open where there are none."""
    reason = asked.PARAMETER(name)
    if values:
        question = node.stack.question("Parameters", name)
        return choice(node, reason, ((((question, as_text(one.raw)),), Literal(one)) for one in values))
    default = node.raw.get("Default")
    if default is None:
        return Unresolved(node, f"{reason} and has no default")
    return Unresolved(node, f"{reason}; its default is {default!r}")
