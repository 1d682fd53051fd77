"""`Fn::Select` and `Fn::Split`, which need no more than the item that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from eks_guard.assembly.following.composed import composed
from eks_guard.assembly.following.resolution import Attribute, Choice, Literal, Unresolved, choice, reason_of
from eks_guard.assembly.following.texts import parts_of
from eks_guard.assembly.stack import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution

CLUSTERS = ("AWS::EKS::Cluster", "Custom::AWSCDK-EKS-Cluster")
"""Their ARN is `arn:<partition>:eks:<region>:<account>:cluster/<name>`, and their name is what `Ref` gives."""
_NEVER_IN_NAMES = (",", "|", ";", " ", "\n")
"""No physical id and no ARN of an AWS resource holds one of these."""


def follow_select(follow: Follow, node: Node, arguments: Any, hops: int) -> Resolution:
    """Return the item of a list that `Fn::Select` picks."""
    if not (isinstance(arguments, list) and len(arguments) == 2):  # noqa: PLR2004 (an index and a list)
        return _malformed(node, "Fn::Select")
    inside = node.child("Fn::Select", arguments)
    index = follow.follow(inside.child(0, arguments[0]), hops + 1)
    if not isinstance(index, Literal):
        return _pending(node, index)
    try:
        position = int(index.node.raw)
    except (TypeError, ValueError, OverflowError):
        return _malformed(node, "Fn::Select")
    if position < 0:
        return _malformed(node, "Fn::Select")
    match arguments[1]:
        case {"Fn::Split": [str(separator), text]} if separator:
            at = inside.child(1, arguments[1]).child("Fn::Split", None).child(1, text)
            return _part(follow, node, at, separator, position, hops)
    return _item(follow, node, follow.follow(inside.child(1, arguments[1]), hops + 1), position, hops)


def follow_split(follow: Follow, node: Node, arguments: Any, hops: int) -> Resolution:
    """Return the list that `Fn::Split` makes."""
    match arguments:
        case [str(separator), text] if separator:
            found = composed(node, list(parts_of(follow, node.child("Fn::Split", None).child(1, text), hops + 1)))
            return _split(node, separator, found)
    return _malformed(node, "Fn::Split")


def _split(node: Node, separator: str, found: Resolution) -> Resolution:
    match found:
        case Literal(at) if isinstance(at.raw, str):
            return Literal(Node(node.stack, node.pointer, at.raw.split(separator)))
        case Choice(at, reason, branches):
            return choice(at, reason, [(when, _split(node, separator, branch)) for when, branch in branches])
    return _pending(node, found)


def _item(follow: Follow, node: Node, found: Resolution, position: int, hops: int) -> Resolution:
    match found:
        case Literal(at) if isinstance(at.raw, list):
            if position < len(at.raw):
                return follow.follow(at.child(position, at.raw[position]), hops + 1)
            return _malformed(node, "Fn::Select")
        case Literal():
            return _malformed(node, "Fn::Select")
        case Choice(at, reason, branches):
            items = [(when, _item(follow, node, branch, position, hops)) for when, branch in branches]
            return choice(at, reason, items)
    return _pending(node, found)


def _part(  # noqa: PLR0913 (the arguments of two functions)
    follow: Follow, selection: Node, node: Node, separator: str, position: int, hops: int
) -> Resolution:
    """Return one part of a text that is split, as soon as no open piece before its end may hold the separator.

    Where the deployment decides it, it is what `selection` selects: another part of the same text is another value.
    """
    parts: list[list[str | Resolution]] = [[]]
    for piece, is_whole in _pieces(follow, node, separator, hops + 1):
        if isinstance(piece, str):
            first, *others = piece.split(separator)
            parts[-1].append(first)
            parts.extend([other] for other in others)
        elif is_whole:
            parts[-1].append(piece)
        elif isinstance(piece, Choice):
            whole = composed(node, list(parts_of(follow, node, hops + 1)))
            return _item(follow, node, _split(node, separator, whole), position, hops)
        else:
            return composed(node, parts[position]) if position < len(parts) - 1 else _pending(selection, piece)
        if position < len(parts) - 1:
            break
    return composed(node, parts[position]) if position < len(parts) else _malformed(node, "Fn::Select")


def _pieces(follow: Follow, node: Node, separator: str, hops: int) -> Iterator[tuple[str | Resolution, bool]]:
    """Yield the pieces of a text, and whether an open one never holds the separator.

    The ARN of a cluster is three pieces where it is split at its slash: what comes before, the slash, and the name.
    """
    for piece in parts_of(follow, _without_beginning(follow, node, separator, hops), hops):
        if separator == "/" and _is_arn_of_cluster(piece):
            yield from ((Unresolved(node, reason_of(piece)), True), ("/", True))
            yield Attribute(piece.resource, "Ref"), True
        else:
            yield piece, not isinstance(piece, str) and _never_holds(piece, separator)


def _without_beginning(follow: Follow, node: Node, separator: str, hops: int) -> Node:
    """Return the ARN of a cluster for its sixth field, where that is split at slashes: there is none before it."""
    match node.raw:
        case {"Fn::Select": [5 | "5", {"Fn::Split": [":", text]}]} if separator == "/":
            at = node.child("Fn::Select", None).child(1, None).child("Fn::Split", None).child(1, text)
            pieces = list(parts_of(follow, at, hops))
            return at if len(pieces) == 1 and _is_arn_of_cluster(pieces[0]) else node
    return node


def _is_arn_of_cluster(piece: str | Resolution) -> TypeGuard[Attribute]:
    return isinstance(piece, Attribute) and piece.name == "Arn" and piece.resource.type in CLUSTERS


def _never_holds(piece: Resolution, separator: str) -> bool:
    return (
        isinstance(piece, Attribute)
        and piece.name in ("Ref", "Arn")
        and piece.resource.type.startswith("AWS::")
        and any(character in separator for character in _NEVER_IN_NAMES)
    )


def _pending(node: Node, found: Resolution) -> Unresolved:
    return Unresolved(node, reason_of(found))


def _malformed(node: Node, name: str) -> Unresolved:
    return Unresolved(node, f"{name} is not written as CloudFormation expects, or finds nothing")
