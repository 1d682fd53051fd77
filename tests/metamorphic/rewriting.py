"""Ways to write conditions, rules, lists and texts of a template that people use, and that mean the same."""

from __future__ import annotations

import json
import random
from typing import Any

from moving import referred
from walking import is_intrinsic, parsed_json, rebuilt

SETS = (
    "EnabledTypes", "ManagedPolicyArns", "Policies", "PublicAccessCidrs", "SecurityGroupIds", "SecurityGroupIngress",
    "SecurityGroupEgress", "Statement", "SubnetIds", "Subnets", "Tags", "PodIdentityAssociations", "InstanceTypes", "Roles",
)  # fmt: skip
"""Lists whose order means nothing."""
HOLDS = {"Fn::Equals": ["one", "one"]}


def sets_in_another_order(specimen: Any, chance: random.Random) -> Any:
    """Shuffle the lists whose order means nothing."""
    changed = {name: _shuffled(template, chance) for name, template in specimen.templates.items()}
    return specimen.with_files(**changed) if changed != specimen.templates else None


def _shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, list):
        return [_shuffled(item, chance) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: _shuffled(item, chance) for key, item in value.items()}
    for key in SETS:
        if isinstance(made.get(key), list):
            made[key] = chance.sample(made[key], len(made[key]))
    return made


def conditions_composed(template: dict[str, Any]) -> dict[str, Any]:
    """Write each condition as one of several that come to the same."""
    ways = (
        lambda one: {"Fn::Not": [{"Fn::Not": [one]}]},
        lambda one: {"Fn::And": [one, HOLDS]},
        lambda one: {"Fn::Or": [{"Fn::Not": [HOLDS]}, one]},
    )
    conditions = template.get("Conditions", {})
    made = {name: ways[index % 3](one) for index, (name, one) in enumerate(conditions.items())}
    return {**template, "Conditions": made} if made else template


def choices_turned_around(template: dict[str, Any]) -> dict[str, Any]:
    """Write each Fn::If with the opposite condition."""
    opposite: dict[str, Any] = {}

    def turned(node: dict[str, Any]) -> Any:
        match node.get("Fn::If"):
            case [str(name), then, other]:
                opposite[f"TriedNot{name}"] = {"Fn::Not": [{"Condition": name}]}
                return {"Fn::If": [f"TriedNot{name}", other, then]}
        return node

    made: dict[str, Any] = {key: rebuilt(template[key], turned) for key in ("Resources", "Outputs") if key in template}
    return {**template, **made, "Conditions": {**template.get("Conditions", {}), **opposite}} if opposite else template


def conditions_written_out(template: dict[str, Any]) -> dict[str, Any]:
    """Write what a condition refers to in its place, and the sides of what is compared the other way round."""
    conditions = template.get("Conditions", {})
    made = {name: _written_out(one, conditions, (name,)) for name, one in conditions.items()}
    return {**template, "Conditions": made} if conditions else template


def _written_out(value: Any, conditions: dict[str, Any], inside: tuple[str, ...]) -> Any:
    match value:
        case {"Condition": str(name)} if name in conditions and name not in inside:
            return _written_out(conditions[name], conditions, (*inside, name))
        case {"Fn::Equals": [one, other]}:
            return {"Fn::Equals": [other, one]}
        case {"Fn::And": [*several]} | {"Fn::Or": [*several]}:
            return {next(iter(value)): [_written_out(one, conditions, inside) for one in reversed(several)]}
        case {"Fn::Not": [one]}:
            return {"Fn::Not": [_written_out(one, conditions, inside)]}
    return value


def with_a_rule_about_nothing(template: dict[str, Any]) -> dict[str, Any]:
    """Assert what always holds."""
    rule = {"Assertions": [{"Assert": HOLDS, "AssertDescription": "one is one"}]}
    return {**template, "Rules": {**template.get("Rules", {}), "Tried": rule}}


def dependencies_written_out(template: dict[str, Any]) -> dict[str, Any]:
    """Depend on what a resource refers to anyway."""
    names = {n for n, one in template["Resources"].items() if isinstance(one, dict) and "Condition" not in one}
    resources = dict(template["Resources"])
    for name in names:
        one = resources[name]
        listed = one.get("DependsOn", [])
        meant = {
            *([listed] if isinstance(listed, str) else listed),
            *(referred(one.get("Properties")) & names - {name}),
        }
        if meant:
            resources[name] = {**one, "DependsOn": sorted(meant)}
    return {**template, "Resources": resources}


def rules_apart(template: dict[str, Any]) -> dict[str, Any]:
    """Move the rules inside security groups into resources of their own."""
    resources: dict[str, Any] = {}
    for name, resource in template["Resources"].items():
        resources[name] = resource
        rules = _rules(resource)
        if rules:
            kept = {key: value for key, value in resource["Properties"].items() if key != "SecurityGroupIngress"}
            resources[name] = {**resource, "Properties": kept}
        for index, rule in enumerate(rules):
            made = {"GroupId": {"Fn::GetAtt": [name, "GroupId"]}, **rule}
            resources[f"{name}Tried{index}"] = {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": made}
    return {**template, "Resources": resources}


def _rules(resource: Any) -> list[dict[str, Any]]:
    if (
        not (isinstance(resource, dict) and resource.get("Type") == "AWS::EC2::SecurityGroup")
        or "Condition" in resource
    ):
        return []
    rules = resource.get("Properties", {}).get("SecurityGroupIngress")
    plain = isinstance(rules, list) and all(isinstance(rule, dict) and not is_intrinsic(rule) for rule in rules)
    return rules if plain else []


def everything_exported(template: dict[str, Any]) -> dict[str, Any]:
    """Export what every resource is referred to by, as some teams do."""
    exports = {
        f"TriedOut{name}": {"Value": {"Ref": name}, "Export": {"Name": f"tried-{name}"}}
        for name, resource in template["Resources"].items()
        if isinstance(resource, dict) and "Condition" not in resource and not name.startswith("Fn::")
    }
    return {**template, "Outputs": {**template.get("Outputs", {}), **exports}}


def with_extensions(template: dict[str, Any]) -> dict[str, Any]:
    """Use the transform of the language extensions, without any of them."""
    return template if "Transform" in template else {**template, "Transform": ["AWS::LanguageExtensions"]}


def with_a_macro(template: dict[str, Any]) -> dict[str, Any]:
    """Let a macro of the account have the last word on the template."""
    listed = template.get("Transform", [])
    return {**template, "Transform": [*([listed] if isinstance(listed, str) else listed), "Tried"]}


def with_a_console(template: dict[str, Any]) -> dict[str, Any]:
    """Tell the console how to show the parameters, and assert nothing about them."""
    names = list(template.get("Parameters", {}))
    groups = [{"Label": {"default": "Tried"}, "Parameters": names}]
    metadata = {**template.get("Metadata", {}), "AWS::CloudFormation::Interface": {"ParameterGroups": groups}}
    return {"AWSTemplateFormatVersion": "2010-09-09", **template, "Metadata": metadata}


def objects_indented(resource: dict[str, Any]) -> dict[str, Any]:
    """Write the objects of a manifest, the values of a chart and a patch as JSON with indentation."""
    properties = resource.get("Properties")
    if not isinstance(properties, dict) or not str(resource.get("Type")).startswith("Custom::AWSCDK-EKS"):
        return resource
    return {**resource, "Properties": {key: _indented(value) for key, value in properties.items()}}


def _indented(value: Any) -> Any:
    parsed = parsed_json(value)
    return value if parsed is None else json.dumps(parsed, indent=2)
