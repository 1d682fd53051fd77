"""Two values of a deployment are the same, differ, or depend on it."""

from __future__ import annotations

import pytest

from eks_guard.assembly.following.equality import same
from eks_guard.assembly.following.expressions import Open, expression

TEMPLATE = {
    "Parameters": {
        "Name": {"Type": "String"},
        "Other": {"Type": "String", "Default": "x"},
        "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]},
        "Tier": {"Type": "String", "AllowedValues": ["dev", "prod"]},
    },
    "Conditions": {"Prod": {"Fn::Equals": [{"Ref": "Other"}, "prod"]}},
    "Mappings": {"M": {"a": {"v": "1"}, "b": {"w": "2"}}},
    "Resources": {
        "Plane": {"Type": "AWS::EKS::Cluster"},
        "Second": {"Type": "AWS::EKS::Cluster"},
        "Named": {"Type": "AWS::EKS::Cluster", "Properties": {"Name": "shop"}},
        "ByName": {"Type": "AWS::EKS::Cluster", "Properties": {"Name": {"Fn::Sub": "${Name}-plane"}}},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "ops", "Path": "/teams/"}},
        "Custom1": {"Type": "Custom::Thing"},
        "Custom2": {"Type": "Custom::Thing"},
    },
}
NAME, OTHER, PLANE = {"Ref": "Name"}, {"Ref": "Other"}, {"Ref": "Plane"}


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("1.36", 1.36, True),
        ("true", True, True),
        ("", {"Fn::Join": ["", []]}, True),
        (NAME, NAME, True),
        (NAME, {"Fn::Sub": "${Name}"}, True),
        (NAME, OTHER, None),
        (NAME, "x", None),
        (OTHER, "x", None),
        ({"Fn::Sub": "${Name}-a"}, {"Fn::Join": ["-", [NAME, "a"]]}, True),
        ({"Fn::Sub": "${Name}-a"}, {"Fn::Sub": "${Name}-b"}, False),
        ({"Fn::Sub": "a-${Name}"}, {"Fn::Sub": "b-${Name}"}, False),
        ({"Fn::Sub": "a-${Name}"}, {"Fn::Sub": "b-${Other}"}, False),
        ({"Fn::Sub": "${Name}-a"}, {"Fn::Sub": "${Other}-b"}, False),
        ({"Fn::Sub": "${Name}-a"}, {"Fn::Sub": "${Other}-a"}, None),
        ({"Fn::Sub": "${Name}-a"}, "shop-a", None),
        ({"Fn::Sub": "${Name}-a"}, "shop-b", False),
        ({"Fn::Sub": "${Name}-a"}, NAME, False),
        ({"Fn::Sub": "${Name}${Other}"}, {"Fn::Sub": "${Other}${Name}"}, None),
        (PLANE, PLANE, True),
        (PLANE, {"Fn::Sub": "${Plane}"}, True),
        (PLANE, {"Ref": "Second"}, False),
        (PLANE, {"Fn::GetAtt": ["Plane", "Arn"]}, None),
        (PLANE, NAME, None),
        (PLANE, "plane", None),
        ({"Ref": "Custom1"}, {"Ref": "Custom2"}, None),
        ({"Fn::GetAtt": "Plane.Endpoint"}, {"Fn::GetAtt": "Second.Endpoint"}, None),
        ({"Ref": "Named"}, "shop", True),
        ({"Ref": "Named"}, "other", False),
        ({"Ref": "ByName"}, {"Fn::Join": ["", [NAME, "-plane"]]}, True),
        ({"Ref": "ByName"}, {"Fn::Sub": "${Name}-nodes"}, False),
        (
            {"Fn::GetAtt": "Role.Arn"},
            {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/teams/ops"},
            True,
        ),
        ({"Fn::GetAtt": "Role.Arn"}, {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/ops"}, False),
        ({"Ref": "AWS::Region"}, {"Fn::Sub": "${AWS::Region}"}, True),
        ({"Ref": "AWS::Region"}, {"Ref": "AWS::AccountId"}, None),
        ({"Ref": "Stage"}, {"Ref": "Stage"}, True),
        ({"Ref": "Stage"}, {"Ref": "Tier"}, None),
        ({"Ref": "Stage"}, "test", False),
        ({"Ref": "Stage"}, "prod", None),
        ({"Fn::Sub": "x-${Stage}"}, {"Fn::Join": ["-", ["x", {"Ref": "Stage"}]]}, True),
        ({"Fn::If": ["Prod", "a", "b"]}, {"Fn::If": ["Prod", "a", "b"]}, True),
        ({"Fn::If": ["Prod", "a", "b"]}, {"Fn::If": ["Prod", "b", "a"]}, False),
        ({"Fn::If": ["Prod", "a", "b"]}, "a", None),
        ({"Fn::If": ["Prod", NAME, {"Fn::Sub": "${Name}"}]}, NAME, True),
        ({"Fn::ImportValue": "x"}, {"Fn::ImportValue": "x"}, True),
        ({"Fn::ImportValue": "x"}, {"Fn::ImportValue": "y"}, None),
        ({"Fn::ImportValue": {"Fn::Sub": "${Name}-n"}}, {"Fn::ImportValue": {"Fn::Join": ["-", [NAME, "n"]]}}, True),
        ("{{resolve:ssm:/a}}", "{{resolve:ssm:/a}}", True),
        ("{{resolve:ssm:/a}}", "{{resolve:ssm:/b}}", None),
        ("{{resolve:ssm:/a}}", "a", None),
        ({"Ref": "Gone"}, {"Ref": "Lost"}, None),
        ({"Ref": "Gone"}, {"Ref": "Gone"}, True),
        ({"Fn::GetAtt": "Gone.Arn"}, {"Fn::GetAtt": "Lost.Arn"}, None),
        ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, {"Fn::Select": [0, {"Fn::GetAZs": ""}]}, True),
        ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, {"Fn::Select": [1, {"Fn::GetAZs": ""}]}, None),
        ({"Fn::Transform": {"Name": "M"}}, {"Fn::Transform": {"Name": "M"}}, None),
        (["a", NAME], ["a", {"Fn::Sub": "${Name}"}], True),
        ({"Ref": "AWS::NoValue"}, "a", None),
    ],
)  # fmt: skip
def test_what_two_values_of_one_stack_are_to_each_other(situation, one, other, answer):
    made = situation(TEMPLATE)
    node = made.node(other)
    node = type(node)(node.stack, (*node.pointer[:-1], "Another"), other)
    assert same(made.node(one), node) is answer
    assert same(node, made.node(one)) is answer
    if answer and "Fn::If" not in str(one):
        assert hash(expression(made.node(one))) == hash(expression(node))


def test_what_is_below_an_open_value_is_not_all_the_same(situation):
    made = situation(TEMPLATE)
    for value in ({"Fn::FindInMap": ["M", NAME, NAME]}, {"Fn::Transform": {"Name": "M"}}, PLANE):
        assert same(made.node(value).dig("a"), made.node(value).dig("b")) is None


def test_a_name_that_nested_stacks_are_given_is_that_of_their_parent(situation):
    inner = {"Parameters": {"Cluster": {"Type": "String"}, "Free": {"Type": "String"}}, "Resources": {}}
    nested = {
        key: {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": "Inner.json", "Parameters": {"Cluster": {"Fn::Sub": "${Name}"}}},
        }
        for key in ("A", "B")
    }
    made = situation({**TEMPLATE, "Resources": nested}, Inner=inner)
    first, second = (made.node({"Ref": "Cluster"}, made.nested(key)) for key in ("A", "B"))
    assert same(first, made.node(NAME)) is True
    assert same(first, second) is True
    free = [made.node({"Ref": "Free"}, made.nested(key)) for key in ("A", "B")]
    assert same(*free) is None
    assert same(free[0], free[0]) is True


def test_two_stacks_that_are_deployed_apart_share_nothing_but_what_is_written(situation):
    one, other = situation(TEMPLATE), situation(TEMPLATE)
    assert same(one.node(NAME), other.node(NAME)) is None
    assert same(one.node({"Ref": "AWS::Region"}), other.node({"Ref": "AWS::Region"})) is None
    assert same(one.node("a"), other.node("a")) is True
    assert expression(one.node(NAME)).parts == (Open("parameter", one.stack, "Name"),)


def test_values_of_many_cases_are_undecided_soon(situation):
    value = {"Fn::Join": ["-", [{"Ref": "Stage"}, {"Ref": "Tier"}, {"Ref": "Name"}] * 10]}
    made = situation(TEMPLATE)
    assert same(made.node(value), made.node("a")) in (None, False)
