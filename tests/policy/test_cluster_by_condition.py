"""What a condition gives to a cluster of the app, else to one that a parameter names, is judged as both."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

EITHER = {"Fn::If": ["NewCluster", {"Ref": "Cluster"}, {"Ref": "ExistingName"}]}
TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "CreateCluster": {"Type": "String", "AllowedValues": ["yes", "no"]},
        "ExistingName": {"Type": "String", "Default": ""},
    },
    "Conditions": {
        "NewCluster": {"Fn::Equals": [{"Ref": "CreateCluster"}, "yes"]},
        "OldCluster": {"Fn::Not": [{"Condition": "NewCluster"}]},
    },
    "Resources": {
        "Cluster": {"Type": "AWS::EKS::Cluster", "Condition": "NewCluster", "Properties": {"Version": "1.35"}},
    },
}
WRONG = {
    "nodegroup-version-skew": ("Nodegroup", {"Version": "1.29", "Subnets": ["subnet-1"], "NodeRole": "nodes"}),
    "addon-version-fits": ("Addon", {"AddonName": "kube-proxy", "AddonVersion": "v1.36.0-eksbuild.1"}),
    "pod-identity-usable": ("PodIdentityAssociation", {"Namespace": "bread", "ServiceAccount": "baker"}),
    "node-ami-supported": ("Nodegroup", {"AmiType": "AL2_x86_64", "Subnets": ["subnet-1"], "NodeRole": "nodes"}),
}
PODS = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "pods.eks.amazonaws.com"},
                    "Action": ["sts:AssumeRole", "sts:TagSession"],
                }
            ]
        }
    },
}


def template(kind, properties, name=EITHER, **resources):
    found = deepcopy(TEMPLATE)
    role = {"RoleArn": {"Fn::GetAtt": ["Baker", "Arn"]}} if kind == "PodIdentityAssociation" else {}
    body = {"Type": f"AWS::EKS::{kind}", "Properties": {"ClusterName": name, **role, **properties}}
    found["Resources"] |= {"Baker": PODS, "Thing": body, **resources}
    return found


def of_addon(name, cluster):
    return {"Type": "AWS::EKS::Addon", "Properties": {"ClusterName": cluster, "AddonName": name}}


@pytest.fixture
def judged(check, write):
    """What policies say of the thing, by policy, and the notes, with some parameters."""

    def call(content, *parameters):
        options = [text for one in parameters for text in ("--parameters", one)]
        result = check(write("Main.template.json", content), "--show-passed", *options)
        found = [one for one in result.json["findings"] if one["subject"]["logical_id"] == "Thing"]
        return {one["policy"]: (one["outcome"], " ".join(one["because"])) for one in found}, result.err

    return call


@pytest.mark.parametrize("policy", WRONG)
def test_what_is_wrong_beside_the_cluster_of_the_app_fails_in_its_branch(judged, policy):
    content = template(*WRONG[policy])
    outcome, why = judged(content)[0][policy]
    assert outcome == "unknown"
    assert "it fails if CreateCluster is yes: " in why
    assert judged(content, "CreateCluster=yes")[0][policy][0] == "fail"
    assert judged(content, "CreateCluster=no")[0][policy][0] in ("not-applicable", "pass")


@pytest.mark.parametrize(
    "name", [{"Ref": "ExistingName"}, {"Fn::If": ["NewCluster", {"Ref": "Cluster"}, {"Ref": "ExistingName"}]}]
)
def test_one_name_for_the_new_cluster_and_an_existing_one_is_judged_in_the_branch_of_the_new_one(judged, name):
    content = template(*WRONG["node-ami-supported"], name)
    content["Resources"]["Cluster"]["Properties"]["Name"] = {"Ref": "ExistingName"}
    outcome, why = judged(content)[0]["node-ami-supported"]
    assert (outcome, "it fails if CreateCluster is yes: " in why) == ("unknown", True)
    assert judged(content, "CreateCluster=yes")[0]["node-ami-supported"][0] == "fail"
    assert judged(content, "CreateCluster=no")[0]["node-ami-supported"][0] == "not-applicable"
    content["Resources"]["Thing"]["Condition"] = "NewCluster"
    assert judged(content)[0]["node-ami-supported"][0] == "fail"
    content["Resources"]["Thing"]["Condition"] = "OldCluster"
    assert judged(content)[0]["node-ami-supported"][0] == "not-applicable"


def test_what_is_right_there_passes(judged):
    found, _ = judged(template("Addon", {"AddonName": "kube-proxy", "AddonVersion": "v1.35.0-eksbuild.2"}))
    assert found["addon-version-fits"][0] == "pass"
    assert found["cluster-created-first"][0] == "pass"


def test_a_name_in_text_does_not_make_it_wait_in_the_branch_of_the_new_cluster(judged):
    content = template(
        "Addon", {"AddonName": "kube-proxy"}, {"Fn::If": ["NewCluster", "shop", {"Ref": "ExistingName"}]}
    )
    content["Resources"]["Cluster"]["Properties"]["Name"] = "shop"
    outcome, why = judged(content)[0]["cluster-created-first"]
    assert (outcome, "it fails if CreateCluster is yes: " in why) == ("unknown", True)


def test_what_is_wrong_whichever_cluster_it_is_fails(judged):
    content = template("Nodegroup", {"Subnets": ["subnet-1"], "NodeRole": "nodes", "NodegroupName": "no good name"})
    assert judged(content)[0]["name-accepted"][0] == "fail"


def test_an_agent_beside_it_is_there_in_both_branches(judged):
    agent = of_addon("eks-pod-identity-agent", EITHER)
    kind, properties = WRONG["pod-identity-usable"]
    assert judged(template(kind, properties, Agent=agent))[0]["pod-identity-usable"][0] == "pass"
    of_new = of_addon("eks-pod-identity-agent", {"Ref": "Cluster"}) | {"Condition": "NewCluster"}
    assert judged(template(kind, properties, Agent=of_new))[0]["pod-identity-usable"][0] == "pass"
    of_old = {**agent, "Condition": "OldCluster"}
    outcome, why = judged(template(kind, properties, Agent=of_old))[0]["pod-identity-usable"]
    assert (outcome, "it fails if CreateCluster is yes" in why) == ("unknown", True)


def test_the_summary_says_where_it_belongs_to_no_cluster_of_the_app(judged):
    _, notes = judged(template(*WRONG["addon-version-fits"]))
    assert "Main/Thing is judged against Main/Cluster if CreateCluster is yes, and else against no cluster: " in notes
    assert "not judged" not in notes


@pytest.mark.parametrize(("condition", "outcome"), [("NewCluster", "fail"), ("OldCluster", "not-applicable")])
def test_a_condition_of_its_own_decides(judged, condition, outcome):
    content = template(*WRONG["addon-version-fits"])
    content["Resources"]["Thing"]["Condition"] = condition
    assert judged(content)[0]["addon-version-fits"][0] == outcome


def test_beside_a_cluster_that_is_always_made_it_belongs_to_none(judged):
    """In one branch that cluster is without it, so nothing can be said of the cluster by it."""
    content = template(*WRONG["addon-version-fits"])
    del content["Resources"]["Cluster"]["Condition"]
    found, notes = judged(content)
    assert found["addon-version-fits"][0] == "not-applicable"
    assert "not judged against a cluster" in notes


def test_a_choice_between_two_clusters_of_the_app_belongs_to_neither(judged):
    other = {"Type": "AWS::EKS::Cluster", "Condition": "OldCluster", "Properties": {"Version": "1.34"}}
    kind, properties = WRONG["addon-version-fits"]
    name = {"Fn::If": ["NewCluster", {"Ref": "Cluster"}, {"Ref": "Other"}]}
    assert judged(template(kind, properties, name, Other=other))[0]["addon-version-fits"][0] == "not-applicable"


def test_inspect_shows_it_with_the_cluster_and_says_when_it_is_not_there(run, write):
    result = run("inspect", write("Main.template.json", template(*WRONG["addon-version-fits"])), "--format", "json")
    (cluster,) = result.json["clusters"]
    assert [addon["logical_id"] for addon in cluster["addons"]] == ["Thing"]
    (elsewhere,) = result.json["unowned"]
    assert elsewhere["reason"].startswith("it belongs to Main/Cluster only if CreateCluster is yes; else the cluster ")


IS_LIVE = {"Fn::Equals": [{"Ref": "ExistingName"}, "live"]}
NEW_AND_LIVE = {"Fn::And": [{"Condition": "NewCluster"}, IS_LIVE]}
NEITHER = {"Fn::Not": [{"Fn::Or": [{"Condition": "NewCluster"}, IS_LIVE]}]}


@pytest.mark.parametrize(("condition", "outcome"), [(NEW_AND_LIVE, "fail"), (NEITHER, "not-applicable")])
@pytest.mark.parametrize("name", [EITHER, {"Ref": "ExistingName"}])
def test_a_condition_that_implies_another_one_decides_whose_it_is(judged, condition, outcome, name):
    content = template(*WRONG["addon-version-fits"], name)
    content["Conditions"]["Mixed"] = condition
    content["Resources"]["Cluster"]["Properties"]["Name"] = {"Ref": "ExistingName"}
    content["Resources"]["Thing"]["Condition"] = "Mixed"
    assert judged(content)[0]["addon-version-fits"][0] == outcome
