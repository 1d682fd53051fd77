"""What conditions say of each other counts: one that is made of others implies them, or excludes them."""

from __future__ import annotations

import pytest

NOTHING = {"Ref": "AWS::NoValue"}
CONDITIONS = {
    "A": {"Fn::Equals": [{"Ref": "P"}, "y"]},
    "B": {"Fn::Equals": [{"Ref": "Q"}, "y"]},
    "AB": {"Fn::And": [{"Condition": "A"}, {"Condition": "B"}]},
    "NotB": {"Fn::Not": [{"Condition": "B"}]},
    "Either": {"Fn::Or": [{"Condition": "A"}, {"Condition": "B"}]},
}


def group(**properties):
    return {
        "Type": "AWS::EKS::Nodegroup",
        "Properties": {"ClusterName": {"Ref": "Cluster"}, "NodeRole": "arn:aws:iam::111122223333:role/n", **properties},
    }


def template(**resources):
    cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}}
    parameters = {"P": {"Type": "String"}, "Q": {"Type": "String", "AllowedValues": ["y", "n"]}}
    return {"Parameters": parameters, "Conditions": CONDITIONS, "Resources": {"Cluster": cluster, **resources}}


def taints(**counts):
    listed = [
        ({"Key": f"{name}{index}", "Effect": "NO_SCHEDULE"}, name) for name in counts for index in range(counts[name])
    ]
    return [taint if name == "always" else {"Fn::If": [name, taint, NOTHING]} for taint, name in listed]


@pytest.fixture
def outcome(check, write):
    def call(policy, content):
        found = check(write("Main.template.json", content), "--show-passed").json["findings"]
        return next(one["outcome"] for one in found if one["policy"] == policy)

    return call


@pytest.mark.parametrize(
    ("counts", "condition", "expected"),
    [
        ({"AB": 30, "NotB": 30}, None, "pass"),
        ({"AB": 30, "A": 30}, None, "unknown"),
        ({"AB": 30, "B": 20}, None, "pass"),
        ({"B": 26, "NotB": 26, "always": 25}, None, "fail"),
        ({"Either": 26, "always": 25}, "AB", "fail"),
        ({"A": 26, "always": 25}, "AB", "fail"),
        ({"NotB": 30, "always": 25}, "AB", "pass"),
        ({"NotB": 30, "always": 25}, "A", "unknown"),
    ],
)
def test_taints_count_as_far_as_their_conditions_let_them_be_there_together(outcome, counts, condition, expected):
    nodes = group(Taints=taints(**counts)) | ({"Condition": condition} if condition else {})
    assert outcome("node-labels-accepted", template(Nodes=nodes)) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"Fn::If": ["AB", "ovens", "others"]}, {"Fn::If": ["NotB", "ovens", "more"]}, "pass"),
        ({"Fn::If": ["AB", "ovens", "others"]}, {"Fn::If": ["A", "ovens", "more"]}, "unknown"),
    ],
)
def test_names_that_are_one_only_in_branches_that_exclude_each_other_are_two(outcome, one, other, expected):
    content = template(One=group(NodegroupName=one), Other=group(NodegroupName=other))
    assert outcome("resource-declared-once", content) == expected


def test_taints_under_too_many_conditions_to_try_are_counted_apart(outcome):
    names = [f"C{index}" for index in range(40)]
    content = template(Nodes=group(Taints=taints(**dict.fromkeys(names, 2))))
    for index, name in enumerate(names):
        content["Parameters"][name] = {"Type": "String"}
        chain = {"Fn::Equals": [{"Ref": f"{name}"}, {"Ref": names[index - 1]}]}
        content["Conditions"][name] = {"Fn::Or": [chain, {"Condition": "A"}]}
    assert outcome("node-labels-accepted", content) == "unknown"
