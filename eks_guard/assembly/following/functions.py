"""CloudFormation's functions that compute, as far as a template decides what they need.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.conditions import decide
from eks_guard.assembly.following.resolution import Choice, Literal, Unresolved, reason_of
from eks_guard.assembly.following.texts import MAX_TEXT, TEXTS, as_text, parts_of
from eks_guard.assembly.stack import Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Stack


def follow_if(follow: Follow, node: Node, condition: str, hops: int) -> Resolution:
    """Return the branch of `Fn::If` that its condition decides on, or the choice between both."""
    decided = decide(follow, node.stack, condition)
    _, then, otherwise = node.raw["Fn::If"]
    inside = node.child("Fn::If", None)
    if decided is True:
        return follow.follow(inside.child(1, then), hops + 1)
    if decided is False:
        return follow.follow(inside.child(2, otherwise), hops + 1)
    branches = (
        (((condition, "true"),), follow.follow(inside.child(1, then), hops + 1)),
        (((condition, "false"),), follow.follow(inside.child(2, otherwise), hops + 1)),
    )
    return Choice(node, f"depends on the condition {condition}", branches)


def follow_function(follow: Follow, node: Node, name: str, hops: int) -> Resolution:
    """Return what an intrinsic computes: decided as soon as what it needs is."""
    if name in TEXTS:
        return _text(follow, node, hops)
    if name not in COMPUTED:
        decided_later = name.startswith("Fn::")
        return Unresolved(node, f"{name} is decided when the stack is deployed") if decided_later else Literal(node)
    arguments = _arguments(follow, node.child(name, node.raw[name]), hops + 1)
    if isinstance(arguments, Unresolved):
        return _any_row(follow, node, hops) if name == "Fn::FindInMap" else arguments
    try:
        result = COMPUTED[name](arguments, node.stack)
    except (LookupError, ValueError, TypeError, AttributeError, OverflowError):
        return Unresolved(node, f"{name} is not written as CloudFormation expects, or finds nothing")
    return follow.follow(Node(node.stack, node.pointer, result), hops + 1)


def _text(follow: Follow, node: Node, hops: int) -> Resolution:
    pieces = list(parts_of(follow, node, hops))
    blank = next((piece for piece in pieces if not isinstance(piece, str)), None)
    if blank is not None:
        return Unresolved(node, reason_of(blank))
    if sum(len(str(piece)) for piece in pieces) > MAX_TEXT:
        return Unresolved(node, f"makes a text of more than {MAX_TEXT} characters")
    return Literal(Node(node.stack, node.pointer, "".join(str(piece) for piece in pieces)))


def _any_row(follow: Follow, node: Node, hops: int) -> Resolution:
    """Return what a look-up in a mapping by an open key may find: one of its rows."""
    reason = "looks up a mapping by a key that is decided when the stack is deployed"
    match node.raw["Fn::FindInMap"]:
        case [str(name), _, str(column)]:
            rows = node.stack.section("Mappings").get(name)
        case _:
            return Unresolved(node, reason)
    if not isinstance(rows, dict) or not all(isinstance(row, dict) and column in row for row in rows.values()):
        return Unresolved(node, reason)
    mapping = Node(node.stack, ("Mappings", name), rows)
    branches = (
        (
            ((f"the key of {name}", key),),
            follow.follow(mapping.child(key, row).child(column, row[column]), hops + 1),
        )
        for key, row in rows.items()
    )
    return Choice(node, reason, tuple(branches))


def _arguments(follow: Follow, node: Node, hops: int) -> Any:
    """Return the arguments of an intrinsic, every inner one computed; Unresolved if one cannot be."""
    found = follow.follow(node, hops)
    if not isinstance(found, Literal):
        return found if isinstance(found, Unresolved) else Unresolved(node, reason_of(found))
    if not isinstance(found.node.raw, list):
        return found.node.raw
    computed = []
    for index, item in enumerate(found.node.raw):
        value = _arguments(follow, found.node.child(index, item), hops + 1)
        if isinstance(value, Unresolved):
            return value
        computed.append(value)
    return computed


def _select(arguments: Any, _: Stack) -> Any:
    index, items = arguments
    position = int(index)
    if position < 0:
        raise IndexError(index)
    return items[position]


def _split(arguments: Any, _: Stack) -> Any:
    separator, text = arguments
    return text.split(separator)


def _find_in_map(arguments: Any, stack: Stack) -> Any:
    name, first, second, *_ = arguments
    return stack.section("Mappings")[name][as_text(first)][as_text(second)]


COMPUTED: dict[str, Callable[[Any, Stack], Any]] = {
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
}
"""The functions whose arguments must all be decided. What text consists of may stay open, so it is followed apart."""
