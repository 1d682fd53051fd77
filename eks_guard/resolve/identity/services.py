"""Whether a role trusts an AWS service, as EKS asks before it takes the role for a cluster, nodes or pods."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from eks_guard.assembly.following.expressions import Open as OpenPart
from eks_guard.assembly.following.expressions import expression
from eks_guard.assembly.following.resolution import Absent, Attribute, Literal
from eks_guard.model.identity import OPEN
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.resolve.identity.documents import (
    ASSUME,
    TRUST,
    any_entry,
    any_of,
    covers,
    document_at,
    may_match,
    one_answer,
    statements_of,
    text_at,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.assembly.following.resolution import Resolution
    from eks_guard.assembly.stack import Resource
    from eks_guard.resolve.identity.documents import Statement

IsMet: TypeAlias = "Callable[[Statement], bool | None]"


def trusts_service(role: Resource, principals: tuple[str, ...], is_met: IsMet) -> Value[bool]:
    """Whether the trust of a role lets a service take it, which any of some principals names.

    `is_met`: whether the service meets the conditions of a statement.
    """
    statements = statements_of(role.properties, TRUST)
    read = [found for found in statements if not isinstance(found, Unknown)]
    allowed = any_of(_is_about(one, principals, is_met) for one in read if one.allows is not False)
    denied = any_of(_is_about(one, principals, is_met) for one in read if one.allows is not True)
    answer = allowed if denied is False and len(read) == len(statements) else None
    if answer is None:
        reason = f"unknown whether the trust policy of {role.logical_id} lets {principals[0]} assume it"
        keys = sorted({key for one in read if _is_about(one, principals, is_met) is None for key in _asked(one)})
        if keys:
            return Unknown(f"{reason}: its Condition compares {', '.join(keys)}", role.place)
        trust = role.properties.child(TRUST, role.properties.raw.get(TRUST))
        chosen = ": conditions decide whom it trusts" if '"Fn::If"' in json.dumps(trust.raw, default=str) else ""
        return Unknown(f"{reason}{chosen}", trust.place)
    return Known(answer, role.place)


def _asked(statement: Statement) -> Iterator[str]:
    """The keys of the conditions of a statement, where these can be read."""
    found = document_at(statement.node, "Condition")
    blocks = found.node.raw if isinstance(found, Literal) else None
    for block in blocks.values() if isinstance(blocks, dict) else ():
        yield from map(str, block) if isinstance(block, dict) else ()


def _is_about(statement: Statement, principals: tuple[str, ...], is_met: IsMet) -> bool | None:
    """Whether a statement is about a service that takes the role; open where it may not meet the conditions."""
    about = covers(statement, ASSUME)
    named = names_service(statement, *principals)
    if about is False or named is False:
        return False
    met = is_met(statement) if statement.says("Condition") else True
    if met is False and statement.allows is False:
        return False
    return True if about and named and met and statement.allows is not None and not statement.when else None


def names_service(statement: Statement, *principals: str) -> bool | None:
    """Whether a statement of a trust is about a service by one of its names; None where that is open."""
    return one_answer(statement.node.dig("Principal"), lambda found: _has(found, principals))


def _has(found: Resolution, principals: tuple[str, ...]) -> bool | None:
    if isinstance(found, Literal) and isinstance(found.node.raw, dict):
        return any_entry(found.node, "Service", lambda entry: any_of(_is(entry, one) for one in principals))
    return False if isinstance(found, Absent) else None


def _is(entry: Resolution, principal: str) -> bool | None:
    """Whether an entry is the principal; so is its name with the suffix of the partition, `ec2.${AWS::URLSuffix}`."""
    if isinstance(entry, Literal):
        return bool(entry.node.raw == principal)
    if isinstance(entry, Absent | Attribute):
        return False if isinstance(entry, Absent) else None
    text = text_at(entry.node)
    if text is None or not may_match(text.replace(OPEN, "*"), principal):
        return None if text is None else False
    match expression(entry).parts:
        case (str(name), OpenPart("pseudo", _, "AWS::URLSuffix")) if name == f"{principal.partition('.')[0]}.":
            return True
    return None
