"""What fails in one branch of a deployment is unknown, names the branch, and fails where that is given."""

from __future__ import annotations

import pytest

CONDITIONS = {"Wide": {"Fn::Equals": [{"Ref": "Size"}, "wide"]}, "Narrow": {"Fn::Not": [{"Condition": "Wide"}]}}
NOTHING = {"Ref": "AWS::NoValue"}
PROVIDER = {"Ref": "Provider"}
ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/AB"
NAMED = {"Condition": {"StringEquals": {f"{ISSUER}:sub": "system:serviceaccount:bread:baker"}}}


def template(resources):
    return {
        "Parameters": {"Size": {"Type": "String", "AllowedValues": ["wide", "narrow"]}, "Other": {"Type": "String"}},
        "Conditions": CONDITIONS,
        "Resources": resources,
    }


def trusting(*statements):
    url = {"Url": {"Fn::GetAtt": ["Cluster", "OpenIdConnectIssuerUrl"]}}
    document = {"AssumeRolePolicyDocument": {"Statement": list(statements)}}
    return template(
        {
            "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}},
            "Provider": {"Type": "AWS::IAM::OIDCProvider", "Properties": url},
            "Role": {"Type": "AWS::IAM::Role", "Properties": document},
        }
    )


def statement(federated=PROVIDER, **more):
    action = {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity"}
    return {**action, "Principal": {"Federated": federated}, **more}


def networked(*addons, nodes=None):
    of_cluster = {"ClusterName": {"Ref": "Cluster"}}
    group = {**of_cluster, "NodeRole": "arn:aws:iam::111122223333:role/nodes"}
    bare = {"Version": "1.36", "BootstrapSelfManagedAddons": False}
    resources = {
        "Cluster": {"Type": "AWS::EKS::Cluster", "Properties": bare},
        "Nodes": {"Type": "AWS::EKS::Nodegroup", "Properties": group, **({"Condition": nodes} if nodes else {})},
    }
    for name, condition in addons:
        addon = {"Type": "AWS::EKS::Addon", "Properties": {**of_cluster, "AddonName": name}}
        resources[name.replace("-", "")] = {**addon, **({"Condition": condition} if condition else {})}
    return template(resources)


def under(condition):
    return [("vpc-cni", condition), ("kube-proxy", condition)]


CASES = {
    "a provider that a condition chooses": (
        "irsa-trust-narrow",
        trusting(statement({"Fn::If": ["Wide", PROVIDER, {"Ref": "Other"}]})),
        "Size is wide",
    ),
    "a statement that a condition leaves out": (
        "irsa-trust-narrow",
        trusting({"Fn::If": ["Wide", statement(), NOTHING]}, statement(**NAMED)),
        "Size is wide",
    ),
    "one of two statements": (
        "irsa-trust-narrow",
        trusting({"Fn::If": ["Narrow", statement(**NAMED), statement()]}),
        "Size is wide",
    ),
    "add-ons under a condition": ("nodes-have-network", networked(*under("Narrow")), "Size is wide"),
    "the plugin under a condition": (
        "nodes-have-network",
        networked(("vpc-cni", "Narrow"), ("kube-proxy", None)),
        "Size is wide",
    ),
}


@pytest.fixture
def asked(check, write):
    """The outcome of a policy and its sentences, with some parameters."""

    def call(policy, content, *parameters):
        options = [text for one in parameters for text in ("--parameters", one)]
        found = check(write("Main.template.json", content), "--show-passed", *options).json["findings"]
        about, *_ = [one for one in found if one["policy"] == policy and one["outcome"] != "not-applicable"]
        return about["outcome"], about["because"]

    return call


@pytest.mark.parametrize("name", CASES)
def test_the_branch_that_fails_is_named_and_fails_where_it_is_given(asked, name):
    policy, content, branch = CASES[name]
    outcome, why = asked(policy, content)
    assert outcome == "unknown"
    assert any(one.endswith(f"; it fails if {branch}") for one in why)
    assert asked(policy, content, "Size=wide")[0] == "fail"
    assert asked(policy, content, "Size=narrow")[0] != "fail"


@pytest.mark.parametrize(
    "content",
    [
        networked(*under(None)),
        networked(*under("Wide"), nodes="Wide"),
        networked(("vpc-cni", None), ("kube-proxy", "Wide"), nodes="Wide"),
    ],
)
def test_nodes_that_have_a_network_wherever_they_are_made_are_no_doubt(asked, content):
    assert asked("nodes-have-network", content)[0] == "pass"


@pytest.mark.parametrize("content", [networked(), networked(nodes="Wide"), networked(*under("Narrow"), nodes="Wide")])
def test_nodes_that_have_none_wherever_they_are_made_fail(asked, content):
    assert asked("nodes-have-network", content)[0] == "fail"


def test_a_plugin_without_a_proxy_in_one_branch_is_open_there(asked):
    content = networked(("vpc-cni", None), ("kube-proxy", "Wide"))
    outcome, why = asked("nodes-have-network", content)
    assert (outcome, "it fails" in " ".join(why)) == ("unknown", False)
    assert asked("nodes-have-network", content, "Size=wide")[0] == "pass"
