"""What IAM lets a role do: the statements of the policies that an app attaches to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.resolution import Attribute, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Node, Resource, Stack

ROLE = "AWS::IAM::Role"
POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")


def attached(stack: Stack) -> Iterator[tuple[Resource, Node]]:
    """The policies of one template, each once for every role that has it: the role, and what holds a PolicyDocument."""
    for policy in stack.of_type(*POLICIES):
        for name in _items(policy.properties, "Roles"):
            found = name.follow()
            if isinstance(found, Attribute):
                yield found.resource, policy.properties
    for role in stack.of_type(ROLE):
        yield from ((role, inline) for inline in _items(role.properties, "Policies"))


def statements(policy: Node, document: str = "PolicyDocument") -> Iterator[Node]:
    """The statements that allow something."""
    found = policy.dig(document, "Statement")
    if not isinstance(found, Literal):
        return
    raw = found.node.raw
    nodes = [found.node.child(i, item) for i, item in enumerate(raw)] if isinstance(raw, list) else [found.node]
    for node in nodes:
        if isinstance(node.raw, dict) and node.raw.get("Effect", "Allow") == "Allow":
            yield node


def entries(statement: Node, key: str) -> Iterator[Node]:
    """What stands at `Action`, `Resource` or a principal: one thing, or a list of them."""
    raw: Any = statement.raw.get(key)
    at = statement.child(key, raw)
    yield from (at.child(index, item) for index, item in enumerate(raw)) if isinstance(raw, list) else (at,)


def _items(node: Node, key: str) -> list[Node]:
    found = node.dig(key)
    if not (isinstance(found, Literal) and isinstance(found.node.raw, list)):
        return []
    return [found.node.child(index, item) for index, item in enumerate(found.node.raw)]
