"""`inspect` names the open parts of ARNs, and each role of aws-auth once."""

from __future__ import annotations

import json

TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
ARN = {"Fn::GetAtt": ["Porter", "Arn"]}
ADMIN = {"Fn::Sub": "arn:${AWS::Partition}:eks::aws:cluster-access-policy/${Which}"}
HEAD, TAIL = json.dumps(
    [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "aws-auth", "namespace": "kube-system"},
            "data": {"mapRoles": '[{"rolearn":"|","username":"porter","groups":["porters"]}]'},
        }
    ]
).split("|")
TEMPLATE = {
    "Parameters": {"Which": {"Type": "String"}},
    "Resources": {
        "Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}},
        "Porter": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "Entry": {
            "Type": "AWS::EKS::AccessEntry",
            "Properties": {
                "ClusterName": {"Ref": "Plane"},
                "PrincipalArn": ARN,
                "AccessPolicies": [{"PolicyArn": ADMIN, "AccessScope": {"Type": "cluster"}}],
            },
        },
        "Auth": {
            "Type": "Custom::AWSCDK-EKS-KubernetesResource",
            "Properties": {
                "ServiceToken": "x",
                "ClusterName": {"Ref": "Plane"},
                "Manifest": {"Fn::Join": ["", [HEAD, ARN, TAIL]]},
            },
        },
    },
}


def test_open_parts_are_named_and_roles_are_shown_once(run, write):
    shown = " ".join(run("inspect", write("Main.template.json", TEMPLATE)).out.split())
    assert "policies arn:${Partition}:eks::aws:cluster-access-policy/${Which}" in shown
    assert "mapped roles Arn of Main/Porter" in shown
    assert "${Porter.Arn}" not in shown
