"""A policy asked by JSONPath where a condition of the template decides what stands at its path, or on the way to it."""

from __future__ import annotations

from collections import Counter

import pytest

from eks_guard.policy import path_cases, paths

POLICY = """\
id: mine
title: a claim
severity: low
match: "AWS::EKS::Nodegroup"
when: {when}
expect: [{expect}]
rationale: Because.
remediation: Do it.
"""
PARAMETERS = {"Env": {"Type": "String", "AllowedValues": ["dev", "prod"]}, "Any": {"Type": "String"}}
CONDITIONS = {"IsProd": {"Fn::Equals": [{"Ref": "Env"}, "prod"]}, "IsAny": {"Fn::Equals": [{"Ref": "Any"}, "x"]}}
NOTHING = {"Ref": "AWS::NoValue"}
OPEN = {"Ref": "Any"}
SMALL = "{path: $.Properties.ScalingConfig.MaxSize, at_most: 3}"
SMALL_IF_SET = "{path: $.Properties.ScalingConfig.MaxSize, at_most: 3, absent: pass}"
SMALL_OR_SKIPPED = "{path: $.Properties.ScalingConfig.MaxSize, at_most: 3, absent: skip}"
NO_TAINT = "{path: '$.Properties.Taints[*].Effect', equals: NO_EXECUTE, absent: pass}"
OF_TEAM = "{path: '$.Properties.Taints[?(@.Key == \"team\")].Value', equals: a, absent: pass}"
ANYWHERE = "{path: $..MaxSize, at_most: 3}"
FEW = "{path: '$.Properties.Taints.`len`', at_most: 1}"


def either(one, other, condition="IsProd"):
    return {"Fn::If": [condition, one, other]}


def scaling(size):
    return {"ScalingConfig": {"MaxSize": size}}


@pytest.fixture
def finding(check, write):
    def call(expect, properties, when="[]", condition=None):
        own = write("mine.yaml", POLICY.format(expect=expect, when=when), "own")
        group = {"Type": "AWS::EKS::Nodegroup", "Properties": properties} | (
            {"Condition": condition} if condition else {}
        )
        template = {"Parameters": PARAMETERS, "Conditions": CONDITIONS, "Resources": {"Group": group}}
        path = write("T.template.json", template)
        report = check(path, "--policy", own, "--select", "mine", "--show-passed").json
        (found,) = [one for one in report["findings"] if one["policy"] == "mine"]
        return found

    return call


@pytest.mark.parametrize(
    ("expect", "properties", "expected"),
    [
        (SMALL, scaling(either(2, 3)), "pass"),
        (SMALL, scaling(either(4, 5)), "fail"),
        (SMALL, scaling(either(2, 5)), "unknown"),
        (SMALL, scaling(either(2, OPEN)), "unknown"),
        (SMALL, {"ScalingConfig": either({"MaxSize": 2}, {"MaxSize": 3})}, "pass"),
        (SMALL, {"ScalingConfig": either({"MaxSize": 4}, {"MaxSize": 5})}, "fail"),
        (SMALL, {"ScalingConfig": either({"MaxSize": 4}, {"MinSize": 5})}, "fail"),
        (SMALL, {"ScalingConfig": either({"MaxSize": 2}, {"MinSize": 5})}, "unknown"),
        (SMALL_IF_SET, {"ScalingConfig": either({"MaxSize": 2}, {"MinSize": 5})}, "pass"),
        (SMALL_IF_SET, {"ScalingConfig": either({"MaxSize": 4}, {"MinSize": 5})}, "unknown"),
        (SMALL_IF_SET, {"ScalingConfig": either({"MaxSize": 2}, NOTHING)}, "pass"),
        (SMALL_IF_SET, scaling(either(4, NOTHING)), "unknown"),
        (SMALL_OR_SKIPPED, scaling(either(2, NOTHING)), "pass"),
        (SMALL_OR_SKIPPED, scaling(either(4, NOTHING)), "unknown"),
        (SMALL_OR_SKIPPED, scaling(either(NOTHING, NOTHING)), "not-applicable"),
        (SMALL, scaling(either(2, either(3, 9, "IsProd"))), "unknown"),
        (SMALL, scaling(either(2, either(9, 3, "IsProd"))), "pass"),
        (SMALL, {"ScalingConfig": either({"MaxSize": either(3, 9)}, {"MaxSize": either(9, 3)})}, "pass"),
        (NO_TAINT, {"Taints": [{"Effect": "NO_EXECUTE"}, either({"Effect": "NO_SCHEDULE"}, NOTHING)]}, "unknown"),
        (NO_TAINT, {"Taints": [{"Effect": "NO_EXECUTE"}, either({"Effect": "NO_EXECUTE"}, NOTHING)]}, "pass"),
        (NO_TAINT, {"Taints": [{"Effect": "NO_EXECUTE"}, {"Effect": OPEN}]}, "unknown"),
        (NO_TAINT, {"Taints": [{"Effect": "NO_EXECUTE"}, OPEN]}, "unknown"),
        (NO_TAINT, {"Taints": either([{"Effect": "NO_EXECUTE"}], [{"Effect": "NO_SCHEDULE"}])}, "unknown"),
        (OF_TEAM, {"Taints": [{"Key": "team", "Value": "a"}, {"Key": OPEN, "Value": "b"}]}, "unknown"),
        (OF_TEAM, {"Taints": [{"Key": "team", "Value": "a"}, OPEN]}, "unknown"),
        (OF_TEAM, {"Taints": [{"Key": "team", "Value": "a"}, {"Key": either("x", "y"), "Value": "b"}]}, "pass"),
        (OF_TEAM, {"Taints": [{"Key": either("team", "tier"), "Value": "b"}]}, "unknown"),
        (ANYWHERE, {"ScalingConfig": OPEN}, "unknown"),
        (ANYWHERE, {"ScalingConfig": either({"MaxSize": 4}, {"MaxSize": 5})}, "fail"),
        (FEW, {"Taints": [{"Key": "a"}, either({"Key": "b"}, NOTHING)]}, "unknown"),
        (FEW, {"Taints": [either({"Key": "a"}, NOTHING), either(NOTHING, {"Key": "b"})]}, "pass"),
        (FEW, {"Taints": [{"Key": "a"}, OPEN]}, "fail"),
    ],
)
def test_what_fails_in_each_branch_fails_and_what_fails_in_some_is_unknown(finding, expect, properties, expected):
    assert finding(expect, properties)["outcome"] == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"AmiType": either("CUSTOM", "AL2023_x86_64_STANDARD"), **scaling(either(2, 9))}, "pass"),
        ({"AmiType": either("CUSTOM", "AL2023_x86_64_STANDARD"), **scaling(either(9, 2))}, "unknown"),
        ({"AmiType": either("CUSTOM", "CUSTOM", "IsAny"), **scaling(9)}, "fail"),
        ({"AmiType": either("AL2023_x86_64_STANDARD", "BOTTLEROCKET_x86_64"), **scaling(9)}, "not-applicable"),
    ],
)
def test_a_line_is_asked_in_the_branches_in_which_when_holds(finding, properties, expected):
    assert finding(SMALL, properties, "[{path: $.Properties.AmiType, equals: CUSTOM}]")["outcome"] == expected


def test_a_resource_is_judged_in_the_branches_that_create_it(finding):
    assert finding(SMALL, scaling(either(2, 9)), condition="IsProd")["outcome"] == "pass"
    assert finding(SMALL, scaling(either(9, 2)), condition="IsProd")["outcome"] == "fail"


def test_the_branches_are_named(finding):
    size = "$.Properties.ScalingConfig.MaxSize is {}, which is expected to be at most 3"
    both = finding(SMALL, scaling(either(4, 5)))
    assert both["because"][1:] == [f"if Env is dev, {size.format(5)}", f"if Env is prod, {size.format(4)}"]
    assert finding(SMALL, scaling(either(4, 4, "IsAny")))["because"][1:] == [size.format(4)]
    (one,) = finding(SMALL, scaling(either(4, 2)))["because"]
    assert one == f"unknown: depends on the condition IsProd; if Env is prod, {size.format(4)}"


def test_one_condition_around_many_entries_is_asked_once(finding, monkeypatch):
    asked = Counter[str]()
    looked = paths.open_values
    monkeypatch.setattr(path_cases, "open_values", lambda *given: asked.update(["open_values"]) or looked(*given))
    entry = either({"Effect": "NO_EXECUTE"}, {"Effect": "NO_EXECUTE", "Key": "team"})
    for entries in (2, 60):
        asked.clear()
        assert finding(NO_TAINT, {"Taints": [entry] * entries})["outcome"] == "pass"
        assert asked["open_values"] == 4  # of the resource, again to begin, and in each of two branches


def test_more_branches_than_are_told_apart_leave_it_unknown(finding, monkeypatch):
    names = [f"P{number}" for number in range(7)]
    for name in names:
        monkeypatch.setitem(PARAMETERS, name, {"Type": "String", "AllowedValues": ["a", "b"]})
        monkeypatch.setitem(CONDITIONS, f"Is{name}", {"Fn::Equals": [{"Ref": name}, "a"]})
    taints = [{"Effect": either("NO_EXECUTE", "NO_SCHEDULE", f"Is{name}")} for name in names]
    assert finding(NO_TAINT, {"Taints": taints[:6]})["outcome"] == "unknown"
    assert "if P0 is a" not in str(finding(NO_TAINT, {"Taints": taints})["because"])
    assert finding(NO_TAINT, {"Taints": taints})["outcome"] == "unknown"
