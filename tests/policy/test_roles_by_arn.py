"""A role of the app is the same role where its ARN or its name is spelled out: for nodes, aws-auth and access entries."""

from __future__ import annotations

import json
from typing import Any

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


BARE = {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonEKSCNIPolicy"]}}
BY_NAME = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}"}
WITHOUT_A_NAME = {
    "an ARN with a reference": BY_NAME,
    "an ARN in parts": {"Fn::Join": ["/", [{"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role"}, {"Ref": "Role"}]]},
    "in both branches": {"Fn::If": ["Live", BY_NAME, {"Fn::GetAtt": ["Role", "Arn"]}]},
    "in one branch": {"Fn::If": ["Live", BY_NAME, {"Ref": "Given"}]},
    "a branch inside of the ARN": {
        "Fn::Join": [
            "",
            ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":role/", {"Fn::If": ["Live", {"Ref": "Role"}, "x"]}],
        ]
    },
}
HOLDERS: dict[str, dict[str, tuple[str, dict[str, Any]]]] = {
    "cluster": {"Plane": ("AWS::EKS::Cluster", {"RoleArn": None})},
    "Auto Mode": {"Plane": ("AWS::EKS::Cluster", {"ComputeConfig": {"Enabled": True, "NodePools": ["system"], "NodeRoleArn": None}})},
    "cluster of CDK": {"Plane": ("Custom::AWSCDK-EKS-Cluster", {"Config": {"roleArn": None}})},
    "node group": {"Nodes": ("AWS::EKS::Nodegroup", {"NodeRole": None})},
    "Fargate profile": {"Pods": ("AWS::EKS::FargateProfile", {"PodExecutionRoleArn": None})},
    "capability": {"Tool": ("AWS::EKS::Capability", {"Type": "ACK", "RoleArn": None})},
    "add-on": {"Disks": ("AWS::EKS::Addon", {"AddonName": "aws-ebs-csi-driver", "ServiceAccountRoleArn": None})},
    "association of an add-on": {
        "Disks": (
            "AWS::EKS::Addon",
            {"AddonName": "aws-ebs-csi-driver", "PodIdentityAssociations": [{"ServiceAccount": "a", "RoleArn": None}]},
        )
    },
    "association": {"Till": ("AWS::EKS::PodIdentityAssociation", {"Namespace": "a", "ServiceAccount": "a", "RoleArn": None})},
    "access entry": {"Door": ("AWS::EKS::AccessEntry", {"PrincipalArn": None})},
}  # fmt: skip


def filled(value, role):
    match value:
        case None:
            return role
        case dict():
            return {key: filled(inner, role) for key, inner in value.items()}
        case list():
            return [filled(inner, role) for inner in value]
    return value


@pytest.mark.parametrize("spelling", WITHOUT_A_NAME)
@pytest.mark.parametrize("holder", HOLDERS)
def test_whoever_names_a_role_names_the_one_of_the_app(check, assembly, holder, spelling):
    resources = {"Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}}, "Role": BARE}
    for name, (kind, properties) in HOLDERS[holder].items():
        own = {} if name == "Plane" else {"ClusterName": {"Ref": "Plane"}}
        resources[name] = {"Type": kind, "Properties": {**own, **filled(properties, WITHOUT_A_NAME[spelling])}}
    parameters = {name: {"Type": "String"} for name in ("Stage", "Given")}
    conditions = {"Live": {"Fn::Equals": [{"Ref": "Stage"}, "live"]}}
    template = {"Parameters": parameters, "Conditions": conditions, "Resources": resources}
    folder = assembly({"Bakery": "Bakery.template.json"}, Bakery__template__json=template)
    found = check(folder, "--select", "managed-policy-exists", "--show-passed").json["findings"]
    assert [(one["subject"]["id"], one["outcome"]) for one in found] == [("Bakery/Role", "fail")]
