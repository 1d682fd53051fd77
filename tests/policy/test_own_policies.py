"""Rules that platform teams write: each does on a good and on a bad app what it says."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from conftest import TODAY

GOOD: dict[str, Any] = {
    "Resources": {
        "C": {
            "Type": "AWS::EKS::Cluster",
            "Properties": {
                "Name": "prod-shop",
                "Version": "1.35",
                "Tags": [{"Key": "team", "Value": "shop"}],
                "ResourcesVpcConfig": {"SubnetIds": ["subnet-1", "subnet-2"]},
            },
        },
        "N": {
            "Type": "AWS::EKS::Nodegroup",
            "Properties": {
                "ClusterName": {"Ref": "C"},
                "AmiType": "AL2023_ARM_64_STANDARD",
                "ScalingConfig": {"MinSize": "3", "MaxSize": 5},
            },
        },
        "Cni": {"Type": "AWS::EKS::Addon", "Properties": {"ClusterName": {"Ref": "C"}, "AddonName": "vpc-cni"}},
    }
}
RULES: dict[str, tuple[str, str, tuple[str, str], list[Any]]] = {
    "arm": ("nodegroup", "{path: $.Properties.AmiType, matches: ARM_64}", ("N", "AmiType"), ["AL2023_x86_64_STANDARD", None]),
    "size": ("nodegroup", "{path: $.Properties.ScalingConfig.MinSize, at_least: 3}", ("N", "ScalingConfig"), [{"MinSize": "2"}, None]),
    "name": ("cluster", "{fact: cluster.name, matches: ^prod-}", ("C", "Name"), ["shop"]),
    "tags": ("cluster", "{fact: cluster.tags, contains: [team]}", ("C", "Tags"), [[{"Key": "owner", "Value": "x"}], None]),
    "subnets": ("cluster", "{fact: cluster.subnets, at_least: 2}", ("C", "ResourcesVpcConfig"), [{"SubnetIds": ["subnet-1"]}]),
    "present": ("cluster", "{fact: cluster.addons, contains: vpc-cni}", ("Cni", "AddonName"), ["coredns"]),
    "approved": ("addon", "{path: $.Properties.AddonName, one_of: [vpc-cni, coredns]}", ("Cni", "AddonName"), ["falco"]),
    "by-cluster": ("nodegroup", "{fact: cluster.version, at_least: '1.35'}", ("C", "Version"), ["1.34"]),
    "by-stack": ("cluster", "{fact: subject.stack, matches: ^T$}", ("C", "Name"), []),
}  # fmt: skip


def policy(rule, when=""):
    match, line, _, _ = RULES[rule]
    fields = {
        "id": f"own-{rule}",
        "title": "t",
        "severity": "low",
        "match": match,
        "rationale": "R.",
        "remediation": "Do.",
    }
    return f"{yaml.safe_dump(fields)}expect: [{line}]\n{when}"


@pytest.fixture
def outcomes(run, write):
    def call(rule, template, when=""):
        own = write(f"own-{rule}.yaml", policy(rule, when))
        path = write("T.template.json", template)
        arguments = ("--policy", own, "--select", f"own-{rule}", "--show-passed", "--format", "json", "--today", TODAY)
        return [finding["outcome"] for finding in run("check", path, *arguments).json["findings"]]

    return call


@pytest.mark.parametrize("rule", RULES)
def test_a_good_app_passes(outcomes, rule):
    assert outcomes(rule, GOOD) == ["pass"]


@pytest.mark.parametrize(("rule", "bad"), [(rule, bad) for rule, row in RULES.items() for bad in row[3]])
def test_a_bad_app_fails(outcomes, rule, bad):
    logical_id, key = RULES[rule][2]
    resource = GOOD["Resources"][logical_id]
    properties = {name: value for name, value in resource["Properties"].items() if name != key}
    properties |= {} if bad is None else {key: bad}
    template = {"Resources": {**GOOD["Resources"], logical_id: {**resource, "Properties": properties}}}
    assert outcomes(rule, template) == ["fail"]


@pytest.mark.parametrize(("stack", "expected"), [("^Prod", "not-applicable"), ("^T$", "pass")])
def test_a_rule_can_be_for_some_stacks(outcomes, stack, expected):
    assert outcomes("name", GOOD, f"when: [{{fact: subject.stack, matches: '{stack}'}}]") == [expected]


def test_a_fix_may_use_any_function_of_cloudformation(check, write):
    name = "${AWS::StackName}-keys"
    own = write(
        "own-key.yaml",
        {
            "id": "own-key",
            "title": "secrets have the key of the team",
            "severity": "high",
            "match": "cluster",
            "expect": [{"fact": "cluster.tags", "contains": "key"}],
            "rationale": "The team owns its keys.",
            "remediation": "Tag it.",
            "fix": {
                "typescript": "tags: { key: 'keys' }",
                "python": 'tags={"key": "keys"}',
                "cloudformation": f"Tags: [{{Key: key, Value: !Sub '{name}'}}, {{Key: owner, Value: !Ref Team}}]",
            },
        },
    )
    template = write("T.template.json", {"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {}}}})
    (found,) = check(template, "--policy", own, "--select", "own-key").json["findings"]
    assert "!Ref Team" in str(found["fix"])
