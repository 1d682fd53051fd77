"""The policies of AWS that a role names, with every reference followed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.equality import branches_of
from eks_guard.assembly.following.expressions import expression
from eks_guard.assembly.following.resolution import Absent, Attribute, reason_of
from eks_guard.model.identity import OPEN, NamedPolicy
from eks_guard.model.value import Known, Unknown, Value, choose
from eks_guard.records import replace
from eks_guard.resolve.identity.grants import any_listed
from eks_guard.resolve.identity.roles import BY_AWS

if TYPE_CHECKING:
    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.model.value import Place, When

Named: TypeAlias = tuple[str, str]
"""A partition, and a path and name."""
ALIKE = ("aws", "aws-cn", "aws-us-gov")
"""Partitions in which AWS has the same policies under the same paths."""


def policies_of_aws(role: Resource) -> tuple[NamedPolicy, ...]:
    """The policies with an ARN of AWS's own that a role names or may name, each once."""
    written: dict[Named, Place] = {}
    listed = role.properties.dig("ManagedPolicyArns")

    def has(found: Resolution, wanted: Named | None) -> Value[bool]:
        if isinstance(found, Absent | Attribute):
            return Known(value=False)
        cases = _by_aws(found.node)
        written.update({named: found.node.place for _, named in cases if named and named not in written})
        return choose([(when, Known(named == wanted)) for when, named in cases], reason_of(found), role.place)

    def policy(named: Named, at: Place) -> NamedPolicy:
        partition, name = named
        value = any_listed(listed, role.place, partial(has, wanted=named))
        if isinstance(value, Unknown):
            value = replace(value, reason=f"whether the role names {name} is decided when the stack is deployed")
        return NamedPolicy(partition, name, value, at)

    any_listed(listed, role.place, partial(has, wanted=None))
    return tuple(policy(named, at) for named, at in tuple(written.items()))


def _by_aws(node: Node) -> list[tuple[When, Named | None]]:
    """What is named in each case; None for a policy of an account, and for an ARN that is open."""
    texts = branches_of(expression(node.follow())) or [((), (node.text_with(lambda _: OPEN) or "",))]
    spelled = [(when, "".join(part if isinstance(part, str) else OPEN for part in parts)) for when, parts in texts]
    return [(when, _named(text)) for when, text in spelled]


def _named(text: str) -> Named | None:
    found = BY_AWS.fullmatch(text)
    return (OPEN if found["partition"] in ALIKE else found["partition"], found["name"]) if found else None
