"""Conditions around resources and properties, and what nothing refers to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spelling import ALWAYS
from transformation import Change, each_deployed, each_template


def under(condition: dict[str, Any], parameters: dict[str, Any]) -> Change:
    """Put each resource that has no condition under one."""

    def conditional(template: dict[str, Any]) -> dict[str, Any]:
        resources = {
            name: resource
            if not isinstance(resource, dict) or "Condition" in resource
            else {**resource, "Condition": "Tried"}
            for name, resource in template["Resources"].items()
        }
        return {
            **template,
            "Parameters": {**template.get("Parameters", {}), **parameters},
            "Conditions": {**template.get("Conditions", {}), "Tried": condition},
            "Resources": resources,
        }

    return each_deployed(conditional)


def properties_by_if(branch: Callable[[Any], list[Any]]) -> Change:
    """Choose each property by a condition that holds."""

    def chosen(template: dict[str, Any]) -> dict[str, Any]:
        def choose(resource: dict[str, Any]) -> dict[str, Any]:
            if not isinstance(resource.get("Properties"), dict):
                return resource
            kept = ("Manifest", "TemplateURL", "Parameters")  # what a nested template is found by is read as written
            properties = {
                key: value if key in kept and not isinstance(value, str) else {"Fn::If": branch(value)}
                for key, value in resource["Properties"].items()
            }
            return {**resource, "Properties": properties}

        resources = {n: choose(r) if isinstance(r, dict) else r for n, r in template["Resources"].items()}
        conditions = {**template.get("Conditions", {}), "Tried": ALWAYS, "TriedNever": {"Fn::Not": [ALWAYS]}}
        return {**template, "Conditions": conditions, "Resources": resources}

    return each_template(chosen)


def with_no_values(resource: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(resource.get("Properties"), dict):
        return resource
    return {**resource, "Properties": {**resource["Properties"], "TriedNothing": {"Ref": "AWS::NoValue"}}}


def with_dependencies_as_text(resource: dict[str, Any]) -> dict[str, Any]:
    match resource.get("DependsOn"):
        case [str(only)]:
            return {**resource, "DependsOn": only}
        case str(only):
            return {**resource, "DependsOn": [only]}
    return resource


def with_strangers(template: dict[str, Any]) -> dict[str, Any]:
    strangers = {
        "TriedTopic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}},
        "TriedWork": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Runtime": "python3.13", "Role": "r", "Code": {}},
        },
        "TriedRole": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}},
    }
    return {
        **template,
        "Description": "Tried",
        "Parameters": {**template.get("Parameters", {}), "TriedText": {"Type": "String", "Default": "x"}},
        "Mappings": {**template.get("Mappings", {}), "TriedMap": {"a": {"b": "c"}}},
        "Resources": {**strangers, **template["Resources"]},
        "Outputs": {**template.get("Outputs", {}), "TriedOutput": {"Value": {"Ref": "TriedTopic"}}},
    }
