"""Whether the role that kubectl is told to use lets the handler take it.

Since aws-cdk-lib 2.80 the role that made a cluster trusts the handlers of its own stack only; a second handler, of an
import in another stack, is refused: https://github.com/aws/aws-cdk/issues/25835
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.references import Attribute, Literal
from eks_guard.model.cluster import AssumedRole
from eks_guard.model.value import Known, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from eks_guard.assembly.references import References
    from eks_guard.assembly.stack import Node, Resource

ROLE = "AWS::IAM::Role"
ASSUME = ("sts:AssumeRole", "sts:*", "*")
_ACCOUNT = re.compile(r"\*|\d{12}|arn:[^:]*:iam::[^:]*:root")
"""Principals that let in every role of an account that is itself allowed to."""


def assumed_roles(references: References, handler: Resource, consumers: Iterable[Resource]) -> tuple[AssumedRole, ...]:
    """The roles of the app that a handler is told to use, each with whether it trusts the handler's own role."""
    own = references.dig(handler.properties, "Role")
    told = (references.dig(consumer.properties, "RoleArn") for consumer in consumers)
    roles = {found.resource for found in told if isinstance(found, Attribute) and found.resource.type == ROLE}
    if not isinstance(own, Attribute):
        return ()
    by_place = sorted(roles, key=lambda role: role.place)
    return tuple(AssumedRole(role.logical_id, role.place, _trusts(references, role, own.resource)) for role in by_place)


def _trusts(references: References, role: Resource, handler_role: Resource) -> Value[bool]:
    open_reason: str | None = None
    for node in _principals(references, role):
        found = references.follow(node)
        if isinstance(found, Attribute):
            if found.resource is handler_role:
                return Known(value=True, place=node.place)
            continue
        text = references.text(node, lambda _: "$")
        if text is not None and _ACCOUNT.fullmatch(text.replace("$", "")):
            return Known(value=True, place=node.place)
        if text is None or "$" in text:
            open_reason = open_reason or f"whom {role.logical_id} trusts is decided when the stack is deployed"
    return Unknown(open_reason, role.place) if open_reason else Known(value=False, place=role.place)


def _principals(references: References, role: Resource) -> Iterator[Node]:
    """The AWS principals that may assume a role."""
    statements = references.dig(role.properties, "AssumeRolePolicyDocument", "Statement")
    if not (isinstance(statements, Literal) and isinstance(statements.node.raw, list)):
        return
    for index, statement in enumerate(statements.node.raw):
        if not isinstance(statement, dict) or not set(_listed(statement.get("Action"))) & set(ASSUME):
            continue
        at = statements.node.child(index, statement).child("Principal", statement.get("Principal"))
        named = at.child("AWS", at.raw["AWS"]) if isinstance(at.raw, dict) and "AWS" in at.raw else at
        if isinstance(at.raw, dict) and "AWS" not in at.raw:
            continue
        items = named.raw if isinstance(named.raw, list) else None
        yield from [named] if items is None else [named.child(number, item) for number, item in enumerate(items)]


def _listed(value: Any) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]
