"""CloudFormation's functions that compute, as far as a template decides what they need.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.composed import composed
from eks_guard.assembly.following.conditions import asked, by_values, decide
from eks_guard.assembly.following.lists import follow_select, follow_split
from eks_guard.assembly.following.mappings import follow_find_in_map
from eks_guard.assembly.following.resolution import Literal, Unresolved, choice, reason_of, same_json
from eks_guard.assembly.following.texts import TEXTS, parts_of
from eks_guard.assembly.stack import Node
from eks_guard.model import asked as words

if TYPE_CHECKING:
    from collections.abc import Callable

    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution


def follow_if(follow: Follow, node: Node, condition: str, hops: int) -> Resolution:
    """Return the branch of `Fn::If` that its condition decides on, or the choice between both."""
    decided = decide(follow, node.stack, condition)
    then, otherwise = _taken(node, condition, 1), _taken(node, condition, 2)
    if decided is True or same_json(then.raw, otherwise.raw):
        return follow.follow(then, hops + 1)
    if decided is False:
        return follow.follow(otherwise, hops + 1)
    first, second = follow.follow(then, hops + 1), follow.follow(otherwise, hops + 1)
    values = by_values(follow, node.stack, condition)
    if values:
        return choice(node, words.CONDITION(condition), ((when, first if holds else second) for when, holds in values))
    named, holds = asked(follow, node.stack, condition)
    question = node.stack.question("Conditions", named)
    branches = (
        (((question, "true" if holds else "false"),), first),
        (((question, "false" if holds else "true"),), second),
    )
    return choice(node, words.CONDITION(condition), branches)


def _taken(node: Node, condition: str, index: int) -> Node:
    """Return a branch of `Fn::If` at a node, and where that asks for the same condition again, the branch of it."""
    while True:
        node = node.child("Fn::If", None).child(index, node.raw["Fn::If"][index])
        match node.raw:
            case {"Fn::If": [again, _, _]} if again == condition and len(node.raw) == 1:
                continue
        return node


def follow_function(follow: Follow, node: Node, name: str, hops: int) -> Resolution:
    """Return what an intrinsic computes: decided as soon as what it needs is."""
    if name in TEXTS:
        return composed(node, list(parts_of(follow, node, hops)))
    if name in FUNCTIONS:
        return FUNCTIONS[name](follow, node, node.raw[name], hops)
    decided_later = name.startswith("Fn::")
    return Unresolved(node, f"{name} is decided when the stack is deployed") if decided_later else Literal(node)


def _base64(follow: Follow, node: Node, argument: Any, hops: int) -> Resolution:
    text = composed(node, list(parts_of(follow, node.child("Fn::Base64", argument), hops + 1)))
    if isinstance(text, Literal) and isinstance(text.node.raw, str):
        encoded = base64.b64encode(text.node.raw.encode(errors="replace")).decode()
        return Literal(Node(node.stack, node.pointer, encoded))
    return Unresolved(node, "Fn::Base64 is decided when the stack is deployed")


def _length(follow: Follow, node: Node, argument: Any, hops: int) -> Resolution:
    """Return how many items a list has; they need not be known."""
    if not node.stack.has_language_extensions:
        return Unresolved(node, "Fn::Length needs the transform AWS::LanguageExtensions")
    found = follow.follow(node.child("Fn::Length", argument), hops + 1)
    if isinstance(found, Literal) and isinstance(found.node.raw, list):
        return Literal(Node(node.stack, node.pointer, len(found.node.raw)))
    return Unresolved(node, f"counts the items of an unknown list: {reason_of(found)}")


FUNCTIONS: dict[str, Callable[[Follow, Node, Any, int], Resolution]] = {
    "Fn::Base64": _base64,
    "Fn::FindInMap": follow_find_in_map,
    "Fn::Length": _length,
    "Fn::Select": follow_select,
    "Fn::Split": follow_split,
}
