"""What a value leads to when its references are followed: one of five.

A literal, the attribute of a resource, nothing (known to be absent), a choice between several under named conditions,
or unresolved with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.value import When

MAX_HOPS = 100
"""A reference through more hops than this is given up; real chains have fewer than ten."""


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
class Unresolved:
    """The assembly does not decide it; `reason` says why."""

    node: Node
    reason: str


Resolution: TypeAlias = Literal | Attribute | Absent | Choice | Unresolved


def endless(node: Node) -> Unresolved:
    """What a reference through more than MAX_HOPS leads to."""
    return Unresolved(node, "refers to itself, or through too many references to follow")


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
