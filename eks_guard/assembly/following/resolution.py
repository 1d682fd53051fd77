"""What a value leads to when its references are followed: one of five.

A literal, the attribute of a resource, nothing (known to be absent), a choice between several under named conditions,
or unresolved with the reason.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.model.value import together
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.value import When

MAX_HOPS = 100
"""A reference through more hops than this is given up; real chains have fewer than ten."""

MAX_DEPTH = 90
"""More values that are followed for each other at one time, conditions included, are given up."""
MAX_BRANCHES = 256
"""A choice between more values than this is unresolved."""


@dataclass(frozen=True, slots=True)
class Literal:
    """JSON that is no intrinsic. Its children may still be; `node` says where it stands."""

    node: Node


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a resource, known after deployment: `Ref` for its physical id, else the name in `Fn::GetAtt`."""

    resource: Resource
    name: str


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing stands there: a missing key, or `AWS::NoValue`. `node` is where it would."""

    node: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several, each under a condition; together they are all that it can be."""

    node: Node
    reason: str
    branches: tuple[tuple[When, Resolution], ...]


@dataclass(frozen=True, slots=True)
class DynamicReference:
    """A value that a deployment reads elsewhere: from `ssm`, `ssm-secure` or `secretsmanager`.

    `path` is the name that is asked there, without a version; None where a part of it is open, or where the value is
    more than the reference. `text` is the reference as it is written.
    """

    service: str
    path: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """The assembly does not decide it; `reason` says why, and `dynamic` where a deployment reads the value."""

    node: Node
    reason: str
    dynamic: DynamicReference | None = None


Resolution: TypeAlias = Literal | Attribute | Absent | Choice | Unresolved


def alternatives(found: Resolution, when: When = ()) -> Iterator[tuple[When, Resolution]]:
    """Yield all that a resolution may be, each with what must hold for it; what contradicts itself is left out."""
    if not isinstance(found, Choice):
        yield when, found
        return
    for holds, branch in found.branches:
        both = together(when, holds)
        if both is not None:
            yield from alternatives(branch, both)


def choice(node: Node, reason: str, branches: Iterable[tuple[When, Resolution]]) -> Resolution:
    """Return the choice between the branches, flat; the one that all are where they are the same."""
    flat = list(islice(alternatives(Choice(node, reason, tuple(branches))), MAX_BRANCHES + 1))
    if len(flat) > MAX_BRANCHES:
        return Unresolved(node, reason)
    first = flat[0][1] if flat else None
    if first is not None and all(_equal(first, other) for _, other in flat[1:]):
        return first
    return Choice(node, reason, tuple(flat))


def _equal(one: Resolution, other: Resolution) -> bool:
    match one, other:
        case Literal(first), Literal(second):
            scalar = isinstance(first.raw, str | int | float)
            return (scalar or first.stack is second.stack) and same_json(first.raw, second.raw)
        case Attribute(), Attribute():
            return one == other
        case Absent(), Absent():
            return True
    return one is other


def same_json(one: object, other: object) -> bool:
    """Whether two pieces of JSON are written alike; to Python, 1 and true are equal."""
    return one == other and repr(one) == repr(other)


def endless(node: Node) -> Unresolved:
    """What a reference through more than MAX_HOPS leads to."""
    return Unresolved(node, "refers to itself, or through more references than can be followed")


def reason_of(found: Resolution) -> str:
    """Why a resolution is not the literal that was hoped for."""
    match found:
        case Attribute(resource, name):
            return f"{name} of {resource.logical_id} is known only after deployment"
        case Unresolved(_, reason) | Choice(_, reason):
            return reason
        case Absent():
            return "a part of it is missing"
    return "a part of it is not text"
