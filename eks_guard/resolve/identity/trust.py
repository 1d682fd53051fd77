"""Which service accounts a role trusts: the conditions of `sts:AssumeRoleWithWebIdentity`, however they are written.

CDK hides them behind `Custom::AWSCDKCfnJson`, because CloudFormation takes no intrinsic as a key; hand-written roles
have them in place, with `StringLike`, or not at all.
https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.resolution import Absent, Attribute, Literal, Unresolved
from eks_guard.assembly.stack import Node
from eks_guard.model.identity import TrustCondition, TrustStatement
from eks_guard.model.value import Known, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.assembly.resolution import Resolution
    from eks_guard.assembly.stack import Resource

WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
OIDC_PROVIDERS = ("Custom::AWSCDKOpenIdConnectProvider", "AWS::IAM::OIDCProvider")
CFN_JSON = "Custom::AWSCDKCfnJson"


def web_identity_statements(role: Resource) -> Iterator[tuple[Resolution, TrustStatement]]:
    """The statements that let service accounts take a role, each with the provider that it trusts."""
    statements = role.properties.dig("AssumeRolePolicyDocument", "Statement")
    if not isinstance(statements, Literal):
        return
    raw = statements.node.raw
    nodes = (
        [statements.node.child(i, item) for i, item in enumerate(raw)] if isinstance(raw, list) else [statements.node]
    )
    for node in nodes:
        if isinstance(node.raw, dict) and WEB_IDENTITY in _listed(node.raw.get("Action")):
            provider = node.dig("Principal", "Federated")
            yield provider, TrustStatement(node.place, _conditions(node))


def _conditions(statement: Node) -> Value[tuple[TrustCondition, ...]]:
    found = statement.dig("Condition")
    if isinstance(found, Absent):
        return Known((), statement.place)
    if not (isinstance(found, Literal) and isinstance(found.node.raw, dict)):
        return Unknown("the condition of the trust is decided when the stack is deployed", statement.place)
    conditions: list[TrustCondition] = []
    for operator, raw in found.node.raw.items():
        block = _block(found.node.child(operator, raw), wild="Like" in operator)
        if block is None:
            return Unknown(f"what {operator} compares is decided when the stack is deployed", found.node.place)
        conditions += [TrustCondition(operator, *_split(key), tuple(_texts(value))) for key, value in block.items()]
    return Known(tuple(conditions), found.node.place)


def _block(node: Node, *, wild: bool) -> dict[str, Any] | None:
    """What one operator compares: in place, or in the JSON text of a CfnJson; None where a deployment decides it.

    `wild`: whether a star in a value stands for any text, so that an open part of it may let everything in.
    """
    found = node.follow()
    if isinstance(found, Attribute) and found.resource.type == CFN_JSON:
        raw = found.resource.properties.raw
        value = raw.get("Value") if isinstance(raw, dict) else None
        text = found.resource.properties.child("Value", value).text_with(_open)
        try:
            parsed = json.loads(text) if text is not None else None
        except (ValueError, RecursionError):
            return None
        return parsed if isinstance(parsed, dict) else None
    if not (isinstance(found, Literal) and isinstance(found.node.raw, dict)):
        return None
    block: dict[str, Any] = {}
    for key, raw in found.node.raw.items():
        items = raw if isinstance(raw, list) else [raw]
        nodes = [found.node.child(key, raw).child(index, item) for index, item in enumerate(items)]
        if any(_is_open(value, wild=wild) for value in nodes):
            return None
        texts = [value.text_with(_open) for value in nodes]
        block[key] = [text for text in texts if text is not None]
    return block


def _is_open(value: Node, *, wild: bool) -> bool:
    """Whether a deployment decides a value as a whole, or a part of it that may be a wildcard."""
    match value.follow():
        case Unresolved(_, _, dynamic):
            open_parts: list[Resolution] = []

            def note(part: Resolution) -> str:
                open_parts.append(part)
                return ""

            rest = value.text_with(note)
            whole = rest == "" and len(open_parts) == 1
            decided = any(isinstance(part, Unresolved) and _is_given(part) for part in open_parts)
            return dynamic is not None or (decided and (whole or wild))
    return False


def _is_given(part: Unresolved) -> bool:
    """Whether whoever deploys the stack chooses the value, rather than a resource of the stack."""
    return part.dynamic is not None or part.node.pointer[:1] == ("Parameters",)


def _open(part: Resolution) -> str:
    """`$` for a part that only the deployment knows; what its form tells is kept, because a key must fit it."""
    if isinstance(part, Attribute):
        if part.resource.type in OIDC_PROVIDERS and part.name in ("Ref", "Arn"):
            return "arn:$"
        if part.name == "OpenIdConnectIssuerUrl":
            return "https://$"
    return "$"


def _split(key: str) -> tuple[str, str]:
    """Issuer and claim of a key such as `oidc.eks.eu-central-1.amazonaws.com/id/ABC:sub`."""
    issuer, _, claim = key.rpartition(":")
    return issuer, claim


def _texts(value: Any) -> Iterator[str]:
    return (str(item) for item in _listed(value))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
