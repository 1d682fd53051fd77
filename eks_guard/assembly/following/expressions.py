"""What values are made of, in a form that is canonical and hashable, also where only the deployment knows them.

`expression(node)` gives it for a node, a resolution or an expression; `equality.same` compares two.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import groupby, islice
from typing import TypeAlias

from eks_guard.assembly.following.environment import deployed_with
from eks_guard.assembly.following.identifiers import made_of
from eks_guard.assembly.following.resolution import (
    Absent,
    Attribute,
    Choice,
    Literal,
    Resolution,
    Unresolved,
    alternatives,
)
from eks_guard.assembly.following.texts import TEXTS, as_text, is_written_at, parts_of
from eks_guard.assembly.stack import Node, Resource
from eks_guard.model.value import MAX_CANDIDATES, When
from eks_guard.records import dataclass

MAX_PARTS_DEPTH = 20
"""A value of parts inside each other that are deeper is compared by its place alone."""


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that the deployment decides: two are equal if they are the same thing of the same scope."""

    kind: str
    scope: Hashable
    name: Hashable


@dataclass(frozen=True, slots=True)
class Cases:
    """One of several expressions, each under conditions of the deployment."""

    branches: tuple[tuple[When, Expression], ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """What a value is made of: literal texts and open things, in order."""

    parts: tuple[str | Open | Cases, ...] = ()

    @property
    def text(self) -> str | None:
        """The text, where all of it is known."""
        if any(not isinstance(part, str) for part in self.parts):
            return None
        return "".join(part for part in self.parts if isinstance(part, str))


Comparable: TypeAlias = Node | Resolution | Expression


def expression(value: Comparable) -> Expression:
    """Return what a value is made of."""
    return _expression(value, 0)


def _expression(value: Comparable, depth: int) -> Expression:
    match value:
        case Expression():
            return value
        case Node():
            return _expression(value.follow(), depth)
        case Literal(node) if isinstance(node.raw, str | int | float):
            return Expression((as_text(node.raw),) if node.raw != "" else ())
        case Literal(node):
            return Expression((Open("structure", None, _structure(node, depth)),))
        case Attribute(resource, name):
            return _of_attribute(resource, name, depth)
        case Absent():
            return Expression((Open("absent", None, ""),))
        case Choice():
            flat = islice(alternatives(value), MAX_CANDIDATES + 1)
            branches = tuple((when, _expression(branch, depth + 1)) for when, branch in flat)
            if len(branches) > MAX_CANDIDATES:
                return Expression((_at(value.node),))
            first = branches[0][1] if branches else Expression()
            return first if all(made == first for _, made in branches) else Expression((Cases(branches),))
        case Unresolved():
            return _of_open(value, depth)


def _of_attribute(resource: Resource, name: str, depth: int) -> Expression:
    """Return an attribute of a resource: the name or ARN that follows from its properties, where they give a name."""
    whole = Expression((Open("attribute", resource, name),))
    made = made_of(resource, name) if depth <= MAX_PARTS_DEPTH else None
    if made is None:
        return whole
    return joined(Expression((part,)) if isinstance(part, str) else _expression(part, depth + 1) for part, _ in made)


def _of_open(found: Unresolved, depth: int) -> Expression:
    """Return what the deployment decides, named by what it is."""
    node = found.node
    root = node.stack.root
    if found.dynamic and found.dynamic.path and node.pointer[:1] != ("Parameters",):
        return Expression((Open("dynamic", root, found.dynamic.text),))
    if node.pointer[:1] == ("Parameters",) and len(node.pointer) == 2:  # noqa: PLR2004 (the declaration itself)
        return Expression((Open("parameter", node.stack, node.pointer[1]),))
    if depth > MAX_PARTS_DEPTH or not isinstance(node.raw, dict) or len(node.raw) != 1:
        return Expression((_at(node, found.reason),))
    name, argument = next(iter(node.raw.items()))
    if name == "Ref" and str(argument).startswith("AWS::"):
        own = argument in ("AWS::StackName", "AWS::StackId", "AWS::NotificationARNs")
        scope = node.stack if own else deployed_with(root.follower, root)
        return Expression((Open("pseudo", scope, str(argument)),))
    pieces = list(parts_of(node.stack.follower, node)) if name in TEXTS else []
    if pieces and not any(is_written_at(piece, node) for piece in pieces):
        return joined(
            _expression(piece, depth + 1) if not isinstance(piece, str) else Expression((piece,)) for piece in pieces
        )
    if name.startswith(("Fn::", "Ref")) and name != "Fn::Transform":  # a macro may answer one question in two ways
        arguments = _structure(Node(node.stack, (*node.pointer, name), argument), depth + 1)
        return Expression((Open("function", root if name in _SAME_IN_NESTED else node.stack, (name, arguments)),))
    return Expression((_at(node, found.reason),))


_SAME_IN_NESTED = ("Fn::Base64", "Fn::Cidr", "Fn::GetAZs", "Fn::ImportValue", "Fn::Select", "Fn::Split")
"""Functions whose arguments mean the same in a nested stack as in the one above it."""


def _structure(node: Node, depth: int) -> Hashable:
    """Return a list or an object of expressions, hashable."""
    raw = node.raw
    if depth > MAX_PARTS_DEPTH:
        return _at(node)
    if isinstance(raw, dict) and not (len(raw) == 1 and str(next(iter(raw))).startswith(("Ref", "Fn::"))):
        return tuple(sorted((key, _structure(node.child(key, item), depth + 1)) for key, item in raw.items()))
    if isinstance(raw, list):
        return ("[]", *(_structure(node.child(index, item), depth + 1) for index, item in enumerate(raw)))
    return _expression(node, depth + 1)


def _at(node: Node, reason: str = "") -> Open:
    return Open("place", node.stack, (node.pointer, reason))


def joined(expressions: Iterable[Expression]) -> Expression:
    """Return one expression behind the other, literal texts merged."""
    parts: list[str | Open | Cases] = []
    for is_text, run in groupby((part for made in expressions for part in made.parts), _is_text):
        parts += ["".join(map(str, run))] if is_text else run  # noqa: B031 (one of both)
    return Expression(tuple(part for part in parts if part != ""))


def _is_text(part: str | Open | Cases) -> bool:
    return isinstance(part, str)
