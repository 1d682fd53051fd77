"""What stands at a path of a resource, whether it is set, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.resolution import Absent, Attribute, Choice, Literal, Unresolved
from eks_guard.assembly.stack import Node
from eks_guard.model.value import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.stack import Resource


def child(node: Node, key: str | int) -> Node:
    """What is below a key; where nothing is, a node that is absent."""
    raw: Any = node.raw
    if isinstance(raw, dict) and key in raw:
        return node.child(key, raw[key])
    if isinstance(raw, list) and isinstance(key, int) and key < len(raw):
        return node.child(key, raw[key])
    return node.child(key, {"Ref": "AWS::NoValue"})


def side_by_side(old: Resource, new: Resource) -> Iterator[tuple[str, Node, Node]]:
    """Each property that one of two resources has, with what both say of it."""
    written = [side.properties.raw for side in (old, new) if isinstance(side.properties.raw, dict)]
    for name in dict.fromkeys(name for raw in written for name in raw):
        yield name, child(old.properties, name), child(new.properties, name)


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


def is_set(node: Node) -> bool:
    """Whether something stands there, decided or not."""
    return not isinstance(node.follow(), Absent)


def filled(node: Node, unset: Any) -> Node:
    """The node, or one that says `unset` where nothing stands there; None for no default."""
    return node if unset is None or is_set(node) else Node(node.stack, node.pointer, unset)


def literal(node: Node) -> Any:
    """What a node says: text, other JSON, None where it is not set, Unknown where it is not decided."""
    match node.follow():
        case Absent():
            return None
        case Literal(at):
            return node.text() if isinstance(at.raw, str | int | float) else at.raw
    return Unknown("it is decided when the stack is deployed", node.place)
