"""A role of the app is the same role where its ARN or its name is spelled out: for nodes, aws-auth and access entries."""

from __future__ import annotations

import json

import pytest

ROLE = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "ovens", "Path": "/bakery/"}}
WRITTEN = "arn:aws:iam::1:role/bakery/ovens"
OTHER = "arn:aws:iam::1:role/ovens"
SPELLINGS = {
    "a reference": {"Fn::GetAtt": ["Role", "Arn"]},
    "an ARN": WRITTEN,
    "an ARN in parts": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/bakery/ovens"},
    "an ARN with the name": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/bakery/${Role}"},
}


@pytest.fixture
def admitted(check, assembly):
    """The outcome about nodes of a cluster, beside some resources and a role."""

    def call(mode, resources):
        access = {"AuthenticationMode": mode}
        cluster = {"Type": "AWS::EKS::Cluster", "Properties": {"Name": "plane", "AccessConfig": access}}
        template = {"Resources": {"Plane": cluster, "Role": ROLE, **resources}}
        folder = assembly({"Bakery": "Bakery.template.json"}, Bakery__template__json=template)
        found = check(folder, "--select", "node-role-admitted", "--show-passed").json["findings"]
        return {one["outcome"] for one in found}

    return call


def group(role):
    return {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": {"Ref": "Plane"}, "NodeRole": role}}


def instances(role):
    launch = {"IamInstanceProfile": {"Arn": {"Fn::GetAtt": ["Profile", "Arn"]}}}
    tags = [{"Key": "kubernetes.io/cluster/plane", "Value": "owned", "PropagateAtLaunch": True}]
    template = {"LaunchTemplateId": {"Ref": "Launch"}, "Version": "1"}
    return {
        "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": {"Roles": [role]}},
        "Launch": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": launch}},
        "Nodes": {
            "Type": "AWS::AutoScaling::AutoScalingGroup",
            "Properties": {"LaunchTemplate": template, "Tags": tags},
        },
    }


def aws_auth(arn):
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "aws-auth", "namespace": "kube-system"},
        "data": {"mapRoles": json.dumps([{"rolearn": arn, "groups": ["system:nodes"]}])},
    }
    properties = {"ClusterName": {"Ref": "Plane"}, "Overwrite": True, "Manifest": json.dumps([config])}
    return {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": properties}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(("mapped", "outcome"), [(WRITTEN, "pass"), (OTHER, "fail")])
def test_a_group_whose_role_aws_auth_maps_by_its_arn(admitted, spelling, mapped, outcome):
    resources = {"Nodes": group(SPELLINGS[spelling]), "Auth": aws_auth(mapped)}
    assert admitted("CONFIG_MAP", resources) == {outcome}


@pytest.mark.parametrize("role", [{"Ref": "Role"}, "ovens"], ids=["a reference", "a name"])
@pytest.mark.parametrize(("mapped", "outcome"), [(WRITTEN, "pass"), (OTHER, "fail")])
def test_instances_whose_role_aws_auth_maps_by_its_arn(admitted, role, mapped, outcome):
    assert admitted("CONFIG_MAP", {**instances(role), "Auth": aws_auth(mapped)}) == {outcome}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("role", [{"Ref": "Role"}, "ovens"], ids=["a reference", "a name"])
def test_instances_whose_role_has_an_access_entry(admitted, role, spelling):
    properties = {"ClusterName": {"Ref": "Plane"}, "PrincipalArn": SPELLINGS[spelling], "Type": "EC2_LINUX"}
    entry = {"Type": "AWS::EKS::AccessEntry", "Properties": properties}
    assert admitted("API", {**instances(role), "Entry": entry}) == {"pass"}
