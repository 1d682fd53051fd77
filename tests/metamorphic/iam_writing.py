"""Other ways to write policies of IAM, each of which means the same to IAM."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from spelling import SOUGHT
from walking import is_intrinsic

DOCUMENTS = ("AssumeRolePolicyDocument", "PolicyDocument")
ACCOUNT = re.compile(r"\d{12}")
ROOT = re.compile(rf"arn:aws:iam::({ACCOUNT.pattern}):root")
ATTACHED: dict[str, Callable[[dict[str, Any], Any], dict[str, Any]]] = {
    "AWS::IAM::Policy": lambda policy, role: {**policy, "Roles": [role]},
    "AWS::IAM::RolePolicy": lambda policy, role: {**policy, "RoleName": role},
    "AWS::IAM::ManagedPolicy": lambda policy, role: {"PolicyDocument": policy.get("PolicyDocument"), "Roles": [role]},
}
"""The properties of a policy of each type, as it was inside a role."""
EQUAL_AS_LIKE = {
    f"{equal}{end}": f"{like}{end}"
    for equal, like in (("StringEquals", "StringLike"), ("StringNotEquals", "StringNotLike"))
    for end in ("", "IfExists")
}
"""Operators that compare the same where no value has a wildcard."""
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


def with_versions(resource: dict[str, Any]) -> dict[str, Any]:
    """Name the version of the language, where no variable would get a meaning by it, and the document."""

    def named(document: dict[str, Any]) -> dict[str, Any]:
        fits = "Version" in document or "${" not in json.dumps(document)
        return {"Version": "2012-10-17", "Id": "Tried", **document} if fits else document

    return _documents(resource, named)


def actions_apart(resource: dict[str, Any]) -> dict[str, Any]:
    """Write a statement for each action."""
    return _documents(
        resource,
        lambda document: {**document, "Statement": [one for many in _listed(document) for one in _by_action(many)]},
    )


def _by_action(statement: Any) -> list[Any]:
    actions = statement.get("Action") if isinstance(statement, dict) else None
    if not isinstance(actions, list) or not all(isinstance(one, str) for one in actions):
        return [statement]
    kept = {key: value for key, value in statement.items() if key != "Sid"}
    return [{**kept, "Action": one} for one in actions] or [statement]


def in_capitals(resource: dict[str, Any]) -> dict[str, Any]:
    """Write actions and the keys of conditions in capitals, which IAM takes for the same."""
    return _statements(resource, _in_capitals)


def _in_capitals(statement: dict[str, Any]) -> dict[str, Any]:
    made = dict(statement)
    for name in ("Action", "NotAction"):
        match made.get(name):
            case str(one) if one not in SOUGHT:
                made[name] = one.upper()
            case [*many]:
                made[name] = [one.upper() if isinstance(one, str) and one not in SOUGHT else one for one in many]
    return _conditions(made, lambda operator, keys: (operator, {key.upper(): value for key, value in keys.items()}))


def accounts_as_roots(resource: dict[str, Any]) -> dict[str, Any]:
    """Write an account as its root, and its root as the account."""
    return _statements(resource, _accounts_as_roots)


def _accounts_as_roots(statement: dict[str, Any]) -> dict[str, Any]:
    def other(value: Any) -> Any:
        if isinstance(value, list):
            return [other(one) for one in value]
        root = ROOT.fullmatch(value) if isinstance(value, str) else None
        if root:
            return root[1]
        return f"arn:aws:iam::{value}:root" if isinstance(value, str) and ACCOUNT.fullmatch(value) else value

    principal = statement.get("Principal")
    if not isinstance(principal, dict) or "AWS" not in principal:
        return statement
    return {**statement, "Principal": {**principal, "AWS": other(principal["AWS"])}}


def equal_as_like(resource: dict[str, Any]) -> dict[str, Any]:
    """Compare by patterns that have no wildcard."""
    return _statements(resource, lambda statement: _conditions(statement, _as_like))


def _as_like(operator: str, keys: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    plain = not any(sign in json.dumps(keys) for sign in "*?$")
    return (EQUAL_AS_LIKE.get(operator, operator) if plain else operator), keys


def values_as_lists(resource: dict[str, Any]) -> dict[str, Any]:
    """Write each value of a condition as a list of one."""
    listed = lambda value: [value] if isinstance(value, str) else value  # noqa: E731 (a word)
    return _statements(
        resource,
        lambda statement: _conditions(statement, lambda name, keys: (name, {k: listed(v) for k, v in keys.items()})),
    )


def _conditions(statement: dict[str, Any], change: Any) -> dict[str, Any]:
    """Change each operator of a statement's condition, where that keeps all of them apart."""
    condition = statement.get("Condition")
    if not isinstance(condition, dict) or is_intrinsic(condition):
        return statement
    pairs = [change(k, v) if isinstance(v, dict) and not is_intrinsic(v) else (k, v) for k, v in condition.items()]
    return {**statement, "Condition": dict(pairs)} if len(dict(pairs)) == len(condition) else statement


def _statements(resource: dict[str, Any], change: Any) -> dict[str, Any]:
    return _documents(
        resource,
        lambda document: {
            **document,
            "Statement": [
                change(one) if isinstance(one, dict) and not is_intrinsic(one) else one for one in _listed(document)
            ],
        },
    )


def apart(kind: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Move the policies inside roles into resources of their own, of this type."""

    def moved(template: dict[str, Any]) -> dict[str, Any]:
        resources: dict[str, Any] = {}
        for name, resource in template["Resources"].items():
            resources[name] = resource
            for index, policy in enumerate(_inline(resource)):
                kept = {key: value for key, value in resource["Properties"].items() if key != "Policies"}
                resources[name] = {**resource, "Properties": kept}
                made = {"Type": kind, "Properties": ATTACHED[kind](policy, {"Ref": name})}
                shared = {key: resource[key] for key in ("Condition",) if key in resource}
                resources[f"{name}Tried{index}"] = {**made, **shared}
        return {**template, "Resources": resources}

    return moved


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
