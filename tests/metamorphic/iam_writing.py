"""Other ways to write policies of IAM, each of which means the same to IAM."""

from __future__ import annotations

import json
from typing import Any

from walking import is_intrinsic

DOCUMENTS = ("AssumeRolePolicyDocument", "PolicyDocument")
LISTED = ("Action", "Resource", "NotAction", "NotResource")


def with_lists(resource: dict[str, Any]) -> dict[str, Any]:
    """Write each statement and each of its parts as a list."""
    return _documents(resource, lambda document: {**document, "Statement": [*map(_with_lists, _listed(document))]})


def without_lists(resource: dict[str, Any]) -> dict[str, Any]:
    """Write a list of one as what is in it."""
    return _documents(
        resource, lambda document: {**document, "Statement": _alone([*map(_alone_in, _listed(document))])}
    )


def with_sids(resource: dict[str, Any]) -> dict[str, Any]:
    """Name each statement."""
    return _documents(
        resource,
        lambda document: {
            **document,
            "Statement": [
                {"Sid": f"Tried{index}", **one} if isinstance(one, dict) and not is_intrinsic(one) else one
                for index, one in enumerate(_listed(document))
            ],
        },
    )


def as_text(resource: dict[str, Any]) -> dict[str, Any]:
    """Write a document without references as JSON text, which properties of type Json take."""
    return _documents(resource, lambda document: document if _has_reference(document) else json.dumps(document))


def apart(template: dict[str, Any]) -> dict[str, Any]:
    """Move the policies inside roles into resources of their own."""
    resources: dict[str, Any] = {}
    for name, resource in template["Resources"].items():
        resources[name] = resource
        for index, policy in enumerate(_inline(resource)):
            kept = {key: value for key, value in resource["Properties"].items() if key != "Policies"}
            resources[name] = {**resource, "Properties": kept}
            made = {"Type": "AWS::IAM::Policy", "Properties": {**policy, "Roles": [{"Ref": name}]}}
            shared = {key: resource[key] for key in ("Condition",) if key in resource}
            resources[f"{name}Tried{index}"] = {**made, **shared}
    return {**template, "Resources": resources}


def _inline(resource: Any) -> list[dict[str, Any]]:
    if not (isinstance(resource, dict) and resource.get("Type") == "AWS::IAM::Role"):
        return []
    policies = resource.get("Properties", {}).get("Policies")
    plain = isinstance(policies, list) and all(isinstance(p, dict) and not is_intrinsic(p) for p in policies)
    return policies if plain else []


def _documents(resource: dict[str, Any], change: Any) -> dict[str, Any]:
    properties = resource.get("Properties")
    if not isinstance(properties, dict) or is_intrinsic(properties):
        return resource
    made = {key: _changed(key, value, change) for key, value in properties.items()}
    return {**resource, "Properties": made}


def _changed(key: str, value: Any, change: Any) -> Any:
    if key in DOCUMENTS and isinstance(value, dict) and "Statement" in value and not is_intrinsic(value["Statement"]):
        return change(value)
    if key == "Policies" and isinstance(value, list):
        return [{k: _changed(k, v, change) for k, v in one.items()} if isinstance(one, dict) else one for one in value]
    return value


def _listed(document: dict[str, Any]) -> list[Any]:
    statement = document["Statement"]
    return statement if isinstance(statement, list) else [statement]


def _with_lists(statement: Any) -> Any:
    if not isinstance(statement, dict) or is_intrinsic(statement):
        return statement
    made = {
        k: [v] if k in LISTED and not isinstance(v, list) and not is_intrinsic(v) else v for k, v in statement.items()
    }
    principal = made.get("Principal")
    if isinstance(principal, dict) and not is_intrinsic(principal):
        made["Principal"] = {k: v if isinstance(v, list) or _may_be_list(v) else [v] for k, v in principal.items()}
    return made


def _alone_in(statement: Any) -> Any:
    if not isinstance(statement, dict) or is_intrinsic(statement):
        return statement
    made = {k: _alone(v) if k in LISTED else v for k, v in statement.items()}
    principal = made.get("Principal")
    if isinstance(principal, dict) and not is_intrinsic(principal):
        made["Principal"] = {k: _alone(v) for k, v in principal.items()}
    return made


def _alone(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _may_be_list(value: Any) -> bool:
    """Whether a reference may be to a list of parameters, or to nothing."""
    return is_intrinsic(value) and next(iter(value)) not in ("Fn::GetAtt", "Fn::Sub", "Fn::Join")


def _has_reference(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_reference, value))
    return isinstance(value, dict) and (is_intrinsic(value) or any(map(_has_reference, value.values())))
