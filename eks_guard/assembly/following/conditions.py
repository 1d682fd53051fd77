"""Whether a condition of a template holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.equality import same
from eks_guard.assembly.stack import Node
from eks_guard.errors import TemplateError

if TYPE_CHECKING:
    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.stack import Stack

MAX_CONDITION_DEPTH = 50


def decide(follow: Follow, stack: Stack, name: str, depth: int = 0) -> bool | None:
    """Return whether the named condition of a stack holds; None where that is decided at deploy time."""
    memory = follow.memory
    if (stack, name) not in memory.conditions:
        memory.conditions[stack, name] = None  # for a condition that asks for itself
        memory.depth += 1
        memory.conditions[stack, name] = _decide(follow, stack, name, depth)
        memory.depth -= 1
    return memory.conditions[stack, name]


def _decide(follow: Follow, stack: Stack, name: str, depth: int) -> bool | None:
    follow.assembly.root.budget.step()
    try:
        body = stack.section("Conditions").get(name)
    except TemplateError:
        return None
    if body is None or depth > MAX_CONDITION_DEPTH:
        return None
    return _holds(follow, Node(stack, ("Conditions", name), body), depth)


def _holds(follow: Follow, node: Node, depth: int) -> bool | None:
    if depth > MAX_CONDITION_DEPTH:
        return None
    match node.raw:
        case {"Condition": str(name)}:
            return decide(follow, node.stack, name, depth + 1)
        case {"Fn::Equals": [left, right]}:
            return _equal(node, left, right)
        case {"Fn::Not": [inner]}:
            held = _holds(follow, node.child("Fn::Not", inner), depth + 1)
            return None if held is None else not held
        case {"Fn::And": list(inner)}:
            held_all = [_holds(follow, node.child("Fn::And", item), depth + 1) for item in inner]
            return False if False in held_all else None if None in held_all else True
        case {"Fn::Or": list(inner)}:
            held_any = [_holds(follow, node.child("Fn::Or", item), depth + 1) for item in inner]
            return True if True in held_any else None if None in held_any else False
    return None


def _equal(node: Node, left: Any, right: Any) -> bool | None:
    sides = node.child("Fn::Equals", None)
    return same(sides.child(0, left), sides.child(1, right))
