"""Which cluster the tag of an Auto Scaling group names, and that no tag which may name one is passed over."""

from __future__ import annotations

import pytest

GROUP, OWNED = "AWS::AutoScaling::AutoScalingGroup", "kubernetes.io/cluster/"
CLUSTER = {"Type": "AWS::EKS::Cluster", "Properties": {"Name": {"Fn::Sub": "${Stage}-bakery"}, "Version": "1.35"}}
KEY, STAGE = {"Ref": "TagKey"}, {"Ref": "Stage"}
OF_CLUSTER = {"Fn::Sub": f"{OWNED}${{Control}}"}
MAY = "one of its tags may name a cluster"


def tag(key, value="owned"):
    return {"Key": key, "Value": value, "PropagateAtLaunch": True}


def chosen(one, other):
    return {"Fn::If": ["Chosen", one, other]}


def template(tags, **clusters):
    names = ("Stage", "TagKey", "Answer")
    return {
        "Parameters": {
            **{name: {"Type": "String"} for name in names},
            "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/key"},
        },
        "Conditions": {"Chosen": {"Fn::Equals": [{"Ref": "Answer"}, "x"]}},
        "Resources": {**clusters, "Group": {"Type": GROUP, "Properties": {"Tags": tags}}},
    }


@pytest.fixture
def owner(write, run):
    """The cluster of a group, or why it has none; nothing where the group is none of nodes."""

    def find(tags, **clusters):
        found = run("inspect", write("T.template.json", template(tags, **clusters)), "--format", "json").json
        owned = [cluster["id"] for cluster in found["clusters"] if cluster["self_managed_groups"]]
        return next(iter((*owned, *(thing["reason"] for thing in found["unowned"]))), None)

    return find


@pytest.mark.parametrize(
    "key",
    [OF_CLUSTER, {"Fn::Join": ["", [OWNED, {"Ref": "Control"}]]}, {"Fn::Sub": f"{OWNED}${{Stage}}-bakery"}],
)
def test_a_tag_names_the_cluster_in_any_spelling(owner, key):
    assert owner([tag(key)], Control=CLUSTER) == "T/Control"
    assert owner([tag(KEY), tag(key)], Control=CLUSTER) == "T/Control"


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ([tag(KEY)], MAY),
        ([tag(KEY, STAGE)], MAY),
        ([tag({"Ref": "Stored"})], MAY),
        ([tag("{{resolve:ssm:/key}}", "shared")], MAY),
        ([tag({"Fn::Sub": "kubernetes.io/${Stage}"})], MAY),
        ([tag({"Fn::Sub": "${Stage}/cluster/x"})], MAY),
        ([tag(chosen(KEY, "team"))], MAY),
        ([chosen(tag(OF_CLUSTER), {"Ref": "AWS::NoValue"})], "depends on the conditions of its tags"),
        ([tag({"Fn::Sub": f"{OWNED}prod-${{Stage}}"})], "the cluster that it names is unknown: parameter Stage"),
        ({"Fn::Transform": {"Name": "Tags"}}, MAY),
        ([{"Fn::Transform": {"Name": "Tag"}}], MAY),
    ],
)  # fmt: skip
def test_what_may_name_a_cluster_is_said_with_the_reason(owner, tags, reason):
    assert reason in owner(tags, Control=CLUSTER)


@pytest.mark.parametrize(
    "tags",
    [[tag("team")], [tag(KEY, "web")], [tag({"Fn::Sub": "team/${Stage}"})], [tag({"Fn::GetAtt": ["Control", "Arn"]})]],
)
def test_other_tags_name_none(owner, tags):
    assert owner(tags, Control=CLUSTER) is None


def test_beside_no_cluster_an_open_tag_says_nothing(owner):
    assert owner([tag(KEY)]) is None
