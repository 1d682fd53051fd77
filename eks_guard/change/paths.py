"""What stands at a path of a resource, or a node that is absent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.resolution import Absent, Attribute, Choice, Literal, Unresolved
from eks_guard.assembly.stack import Node

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Resource


def child(node: Node, key: str | int) -> Node:
    """What is below a key; where nothing is, a node that is absent."""
    raw: Any = node.raw
    if isinstance(raw, dict) and key in raw:
        return node.child(key, raw[key])
    if isinstance(raw, list) and isinstance(key, int) and key < len(raw):
        return node.child(key, raw[key])
    return node.child(key, {"Ref": "AWS::NoValue"})


def below(resource: Resource, *keys: str) -> Node:
    """A property of a resource, or a node that is absent; references on the way are followed."""
    node = resource.properties
    for key in keys:
        match node.follow():
            case Literal(at):
                node = child(at, key)
            case Absent(at):
                node = child(at, key)
            case Attribute() | Unresolved() | Choice():
                return node
    return node
