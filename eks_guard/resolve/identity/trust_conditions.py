"""What a statement of a trust compares, however it is written.

CDK hides the conditions behind `Custom::AWSCDKCfnJson`, because CloudFormation takes no intrinsic as a key;
hand-written roles have them in place, with `StringLike`, in JSON text, or not at all.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from eks_guard.assembly.following.resolution import Absent, Attribute, Literal
from eks_guard.model.identity import TrustCondition
from eks_guard.model.value import Known, Unknown, Value
from eks_guard.resolve.identity.documents import document_at, text_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eks_guard.assembly.stack import Node, Resource

CFN_JSON = "Custom::AWSCDKCfnJson"


def conditions_of(statement: Node) -> Value[tuple[TrustCondition, ...]]:
    """All comparisons of a statement; unknown where one of them is open."""
    found = document_at(statement, "Condition")
    if isinstance(found, Absent):
        return Known((), statement.place)
    if not (isinstance(found, Literal) and isinstance(found.node.raw, dict)):
        return Unknown("the condition of the trust policy is decided when the stack is deployed", statement.place)
    conditions: list[TrustCondition] = []
    for operator, raw in found.node.raw.items():
        block = _block(found.node.child(operator, raw))
        if block is None:
            return Unknown(
                f"the value that {operator} compares is decided when the stack is deployed", found.node.place
            )
        conditions += [TrustCondition(operator, *_split(key), tuple(values)) for key, values in block.items()]
    return Known(tuple(conditions), found.node.place)


def _block(node: Node) -> dict[str, list[str]] | None:
    """What one operator compares: in place, or in the JSON text of a CfnJson; None where that is open."""
    found = node.follow()
    if isinstance(found, Attribute) and found.resource.type == CFN_JSON:
        return _of_cfn_json(found.resource)
    if not (isinstance(found, Literal) and isinstance(found.node.raw, dict)):
        return None
    block: dict[str, list[str]] = {}
    for key, raw in found.node.raw.items():
        if key == "Fn::Transform":
            return None
        texts = [text_at(item) for item in _listed_nodes(found.node.child(key, raw))]
        if None in texts:
            return None
        block[key] = [text for text in texts if text is not None]
    return block


def _of_cfn_json(resource: Resource) -> dict[str, list[str]] | None:
    raw = resource.properties.raw
    value = raw.get("Value") if isinstance(raw, dict) else None
    text = text_at(resource.properties.child("Value", value))
    try:
        parsed = json.loads(text) if text is not None else None
    except (ValueError, RecursionError):
        return None
    return {key: list(map(str, _listed(item))) for key, item in parsed.items()} if isinstance(parsed, dict) else None


def _listed_nodes(node: Node) -> Iterable[Node]:
    found = node.follow()
    if isinstance(found, Literal) and isinstance(found.node.raw, list):
        return found.node.items() or ()
    return (node,)


def _split(key: str) -> tuple[str, str]:
    """Issuer and claim of a key such as `oidc.eks.eu-central-1.amazonaws.com/id/ABC:sub`; IAM takes any letters."""
    issuer, _, claim = key.rpartition(":")
    return issuer, claim.lower()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
