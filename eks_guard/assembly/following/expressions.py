"""Whether two values are the same, also where only the deployment knows what they are.

`expression(node)` is what a value is made of, canonical and hashable; `same(one, other)` compares two values, given as
nodes, resolutions or expressions: True, False, or None where it depends on the deployment.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import islice
from typing import TypeAlias

from eks_guard.assembly.following.resolution import (
    Absent,
    Attribute,
    Choice,
    Literal,
    Resolution,
    Unresolved,
    alternatives,
)
from eks_guard.assembly.following.texts import TEXTS, as_text, parts_of, split_sub
from eks_guard.assembly.stack import Node, Resource
from eks_guard.data import identifiers
from eks_guard.model.value import MAX_CANDIDATES, When, together
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
_Flat: TypeAlias = tuple[str | Open, ...]


def expression(value: Comparable) -> Expression:
    """Return what a value is made of."""
    return _expression(value, 0)


def same(one: Comparable, other: Comparable) -> bool | None:
    """Return whether two values are equal; None where that depends on the deployment."""
    first, second = expression(one), expression(other)
    if first == second:
        return True
    return _agreed(_flat(first), _flat(second))


def same_arn(one: Comparable, other: Comparable) -> bool | None:
    """Return whether two ARNs are equal but for the partition: a deployment has one, and refuses those of another."""
    return same(_without_partition(expression(one)), _without_partition(expression(other)))


def _without_partition(arn: Expression) -> Expression:
    """Return an ARN without its beginning up to the partition; what does not begin like an ARN as it is."""
    match arn.parts:
        case (str(text), *rest) if text.startswith("arn:") and ":" in text[4:]:
            return Expression((text[text.index(":", 4) :], *rest))
        case ("arn:", Open("pseudo", _, "AWS::Partition"), *rest):
            return Expression(tuple(rest))
        case ("arn:", Cases(), *rest):
            return Expression(tuple(rest))
    return arn


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
    pattern = identifiers().get(resource.type, {}).get(name)
    if pattern is None or depth > MAX_PARTS_DEPTH:
        return whole
    made: list[Expression] = []
    for literal, variable in split_sub(pattern):
        if variable is None:
            made.append(Expression((literal,)))
            continue
        path, _, default = variable.partition("=")
        found = _variable(resource, path)
        if isinstance(found, Absent):
            if not default:
                return whole
            made.append(Expression((default,)))
        else:
            made.append(_expression(found, depth + 1))
    return _joined(made)


def _variable(resource: Resource, path: str) -> Resolution:
    if path.startswith("AWS::"):
        return Node(resource.stack, resource.properties.pointer, {"Ref": path}).follow()
    return resource.properties.dig(*path.split("."))


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
        return Expression((Open("pseudo", node.stack if own else root, str(argument)),))
    if name in TEXTS:
        return _joined(
            _expression(piece, depth + 1) if not isinstance(piece, str) else Expression((piece,))
            for piece in parts_of(node.stack.follower, node)
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


def _joined(expressions: Iterable[Expression]) -> Expression:
    """Return one expression behind the other, literal texts merged."""
    parts: list[str | Open | Cases] = []
    for part in (part for made in expressions for part in made.parts):
        last = parts[-1] if parts else None
        if isinstance(part, str) and isinstance(last, str):
            parts[-1] = last + part
        elif part != "":
            parts.append(part)
    return Expression(tuple(parts))


def _flat(made: Expression) -> list[tuple[When, _Flat]]:
    """Return all that an expression may be, without cases inside; empty if there are too many."""
    found: list[tuple[When, Expression]] = [((), Expression())]
    for part in made.parts:
        options = part.branches if isinstance(part, Cases) else (((), Expression((part,))),)
        found = [
            (when, _joined((before, option)))
            for holds, before in found
            for also, option in options
            if (when := together(holds, also)) is not None
        ]
        if len(found) > MAX_CANDIDATES:
            return []
    flat: list[tuple[When, _Flat]] = []
    for when, one in found:
        if any(isinstance(part, Cases) for part in one.parts):
            flat += [(both, parts) for holds, parts in _flat(one) if (both := together(when, holds)) is not None]
        else:
            flat.append((when, tuple(part for part in one.parts if not isinstance(part, Cases))))
    return flat if len(flat) <= MAX_CANDIDATES else []


def _agreed(first: list[tuple[When, _Flat]], second: list[tuple[When, _Flat]]) -> bool | None:
    answers = {
        _compared(one, other) for holds, one in first for also, other in second if together(holds, also) is not None
    }
    return answers.pop() if len(answers) == 1 else None


def _compared(one: _Flat, other: _Flat) -> bool | None:
    """Compare two sequences of texts and open things, by what they begin and end with."""
    one, other = _without_common_start(one, other)
    if _both_begin_with_text(one, other):
        return False
    one, other = _without_common_start(_backwards(one), _backwards(other))
    if _both_begin_with_text(one, other):
        return False
    if all(isinstance(part, str) for part in one + other):
        return not one + other
    return _open_things(one[0], other[0]) if len(one) == len(other) == 1 else None


def _both_begin_with_text(one: _Flat, other: _Flat) -> bool:
    """Whether two sequences differ right where they begin, as nothing that both begin with is left."""
    return bool(one and other) and isinstance(one[0], str) and isinstance(other[0], str)


def _without_common_start(one: _Flat, other: _Flat) -> tuple[_Flat, _Flat]:
    """Drop what both begin with; a shorter text is taken off a longer one."""
    while one and other:
        first, second = one[0], other[0]
        if first == second:
            one, other = one[1:], other[1:]
            continue
        if not (isinstance(first, str) and isinstance(second, str)):
            break
        if first.startswith(second):
            one, other = (first.removeprefix(second), *one[1:]), other[1:]
        elif second.startswith(first):
            one, other = one[1:], (second.removeprefix(first), *other[1:])
        else:
            break
    return one, other


def _backwards(parts: _Flat) -> _Flat:
    return tuple(part[::-1] if isinstance(part, str) else part for part in reversed(parts))


def _open_things(one: str | Open, other: str | Open) -> bool | None:
    """Two different resources of one type never have the same id or ARN; a service of AWS hands those out."""
    match one, other:
        case Open("attribute", Resource() as first, name), Open("attribute", Resource() as second, also):
            unlike = first is not second and first.type == second.type and first.type.startswith("AWS::")
            return False if unlike and name == also and name in ("Ref", "Arn") else None
    return None
