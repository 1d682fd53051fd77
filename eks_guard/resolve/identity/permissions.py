"""The policies that an app attaches to its roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def _items(node: Node, key: str) -> list[Node]:
    found = node.dig(key)
    if not (isinstance(found, Literal) and isinstance(found.node.raw, list)):
        return []
    return list(found.node.items() or ())
