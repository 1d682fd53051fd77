"""`Fn::Select` and `Fn::Split`, which need no more than the item that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.composed import combinations, composed
from eks_guard.assembly.following.resolution import Choice, Literal, Unresolved, choice, reason_of
from eks_guard.assembly.following.spelled import spelled
from eks_guard.assembly.following.texts import parts_of
from eks_guard.assembly.stack import Node
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from eks_guard.assembly.following.protocol import Follow
    from eks_guard.assembly.following.resolution import Resolution


@dataclass(frozen=True, slots=True)
class _Cut:
    """The parts of a text, up to an open piece that may hold the separator: the last part is then incomplete."""

    parts: list[list[str | Resolution]]
    open: Resolution | None


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
            return _each_cut(follow, node, at, separator, hops, lambda cut: _selected(node, cut, position))
    return _item(follow, node, follow.follow(inside.child(1, arguments[1]), hops + 1), position, hops)


def follow_split(follow: Follow, node: Node, arguments: Any, hops: int) -> Resolution:
    """Return the list that `Fn::Split` makes."""
    match arguments:
        case [str(separator), text] if separator:
            return split(follow, node, node.child("Fn::Split", None).child(1, text), separator, hops)
    return _malformed(node, "Fn::Split")


def split(follow: Follow, node: Node, text: Node, separator: str, hops: int = 0) -> Resolution:
    """Return the list that a text is cut into, at this node."""
    return _each_cut(follow, node, text, separator, hops, lambda cut: _listed(node, cut))


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


def _each_cut(  # noqa: PLR0913 (the arguments of two functions)
    follow: Follow, node: Node, text: Node, separator: str, hops: int, answer: Callable[[_Cut], Resolution]
) -> Resolution:
    """Return the answer for a text that is cut, or the choice between those for each text that it may be."""
    pieces = list(parts_of(follow, text, hops + 1))
    reason = next((piece.reason for piece in pieces if isinstance(piece, Choice)), "")
    cases = combinations(pieces)
    if cases is None:
        return Unresolved(node, reason)
    return choice(node, reason, [(when, answer(_cut(follow, case, separator))) for when, case in cases])


def _cut(follow: Follow, pieces: Sequence[str | Resolution], separator: str) -> _Cut:
    parts: list[list[str | Resolution]] = [[]]
    text = ""
    for piece, is_whole in (*spelled(follow, pieces, separator), ("", True)):
        if isinstance(piece, str) and piece:
            text += piece
            continue
        first, *others = text.split(separator)
        parts[-1].append(first)
        parts.extend([other] for other in others)
        text = ""
        if not is_whole:
            return _Cut(parts, None if isinstance(piece, str) else piece)
        parts[-1].append(piece)
    return _Cut(parts, None)


def _selected(node: Node, cut: _Cut, position: int) -> Resolution:
    if position < len(cut.parts) - (cut.open is not None):
        return _made(node, cut.parts[position])
    return _pending(node, cut.open) if cut.open is not None else _malformed(node, "Fn::Select")


def _listed(node: Node, cut: _Cut) -> Resolution:
    if cut.open is not None:
        return _pending(node, cut.open)
    made = [_made(node.child(index, None), part) for index, part in enumerate(cut.parts)]
    return Literal(Node(node.stack, node.pointer, [one.node.raw if isinstance(one, Literal) else one for one in made]))


def _made(node: Node, pieces: list[str | Resolution]) -> Resolution:
    """Return the text of the pieces; where it is open, what it is made of stands where it was selected."""
    found = composed(node, pieces)
    if isinstance(found, Unresolved) and found.node is node:
        return replace(found, node=Node(node.stack, node.pointer, {"Fn::Join": ["", pieces]}))
    return found


def _pending(node: Node, found: Resolution) -> Unresolved:
    return Unresolved(node, reason_of(found))


def _malformed(node: Node, name: str) -> Unresolved:
    return Unresolved(node, f"{name} is not written as CloudFormation expects, or finds nothing")
