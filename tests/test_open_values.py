"""What a deployment decides is judged by all that it may be: nothing is mixed, and nothing is taken for known."""

from __future__ import annotations

import pytest

ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/AB"


def outcome(check, write, policy, template):
    result = check(write("Main.template.json", template), "--show-passed")
    found = {finding["outcome"] for finding in result.json["findings"] if finding["policy"] == policy}
    return next((name for name in ("fail", "unknown", "pass") if name in found), None)


def trusting(operator, subject):
    condition = {operator: {f"{ISSUER}:sub": subject}, "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"}}
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": {"Ref": "Provider"}},
        "Condition": condition,
    }
    return {
        "Parameters": {"Subject": {"Type": "String"}, "Space": {"Type": "String"}},
        "Resources": {
            "Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}},
            "Provider": {
                "Type": "AWS::IAM::OIDCProvider",
                "Properties": {"Url": {"Fn::GetAtt": ["Plane", "OpenIdConnectIssuerUrl"]}},
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}},
            },
        },
    }


@pytest.mark.parametrize(
    ("operator", "subject", "expected"),
    [
        ("StringLike", "system:serviceaccount:shop:web", "pass"),
        ("StringLike", "system:serviceaccount:*:*", "fail"),
        ("StringLike", "{{resolve:ssm:/shop/subject}}", "unknown"),
        ("StringLike", {"Ref": "Subject"}, "unknown"),
        ("StringLike", {"Fn::Sub": "system:serviceaccount:${Space}:web"}, "unknown"),
        ("StringEqualsIfExists", {"Fn::Sub": "system:serviceaccount:${Space}:web"}, "pass"),
        ("StringLike", {"Fn::Sub": "system:serviceaccount:{{resolve:ssm:/space}}:web"}, "unknown"),
    ],
)
def test_a_trust_whose_subject_a_deployment_decides(check, write, operator, subject, expected):
    assert outcome(check, write, "irsa-trust-narrow", trusting(operator, subject)) == expected


def providers(first, second):
    provider = {
        "Type": "AWS::IAM::OIDCProvider",
        "Properties": {"Url": {"Fn::GetAtt": ["Plane", "OpenIdConnectIssuerUrl"]}},
    }
    conditions = {"A": {"Fn::Equals": [{"Ref": "P"}, "a"]}, "B": {"Fn::Not": [{"Condition": "A"}]}}
    return {
        "Parameters": {"P": {"Type": "String"}},
        "Conditions": conditions,
        "Resources": {
            "Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}},
            "One": {**provider, **first},
            "Two": {**provider, **second},
        },
    }


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {}, "fail"),
        ({"Condition": "A"}, {"Condition": "B"}, "pass"),
        ({}, {"Condition": "B"}, "unknown"),
    ],
)
def test_two_providers_of_which_conditions_may_keep_one_out(check, write, first, second, expected):
    assert outcome(check, write, "identity-provider-single", providers(first, second)) == expected


def layer(description):
    return {
        "Type": "AWS::Lambda::LayerVersion",
        "Properties": {"Description": description, "Content": {"S3Bucket": "b", "S3Key": "k.zip"}},
    }


def test_witnesses_of_two_branches_are_not_compared_with_each_other(check, write):
    new, old = (
        "/opt/kubectl/kubectl 1.35.0; /opt/helm/helm 3.18.1",
        "/opt/kubectl/kubectl 1.33.0; /opt/helm/helm 3.18.1",
    )
    template = {
        "Parameters": {"P": {"Type": "String"}},
        "Conditions": {"New": {"Fn::Equals": [{"Ref": "P"}, "new"]}},
        "Resources": {
            "Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": {"Fn::If": ["New", "1.35", "1.33"]}}},
            "NewLayer": layer(new),
            "OldLayer": layer(old),
            "Handler": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"Layers": [{"Fn::If": ["New", {"Ref": "NewLayer"}, {"Ref": "OldLayer"}]}]},
            },
            "Manifest": {
                "Type": "Custom::AWSCDK-EKS-KubernetesResource",
                "Properties": {
                    "ServiceToken": {"Fn::GetAtt": ["Handler", "Arn"]},
                    "ClusterName": {"Ref": "Plane"},
                    "Manifest": "[]",
                },
            },
        },
    }
    assert outcome(check, write, "kubectl-evidence-consistent", template) == "pass"
    assert outcome(check, write, "kubectl-version-skew", template) == "pass"


def assuming(action="sts:AssumeRole", principal=None, **handler_role):
    def trust(who, what):
        return {"Statement": [{"Effect": "Allow", "Action": what, "Principal": who}]}

    named = {"AWS": principal or {"Fn::GetAtt": ["HandlerRole", "Arn"]}}
    return {
        "Parameters": {"Action": {"Type": "String", "Default": "sts:AssumeRole"}},
        "Resources": {
            "Plane": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.35"}},
            "HandlerRole": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": trust({"Service": "lambda.amazonaws.com"}, "sts:AssumeRole"),
                    **handler_role,
                },
            },
            "Admin": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust(named, action)}},
            "Handler": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"Role": {"Fn::GetAtt": ["HandlerRole", "Arn"]}},
            },
            "Manifest": {
                "Type": "Custom::AWSCDK-EKS-KubernetesResource",
                "Properties": {
                    "ServiceToken": {"Fn::GetAtt": ["Handler", "Arn"]},
                    "ClusterName": {"Ref": "Plane"},
                    "RoleArn": {"Fn::GetAtt": ["Admin", "Arn"]},
                    "Manifest": "[]",
                },
            },
        },
    }


OWN = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/ops/kubectl"}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (assuming(), "pass"),
        (assuming("sts:TagSession"), "fail"),
        (assuming("STS:assume*"), "pass"),
        (assuming({"Ref": "Action"}), "unknown"),
        (assuming({"Ref": "Action"}, "arn:aws:iam::1:role/other"), "fail"),
        (assuming(principal=OWN, RoleName="kubectl", Path="/ops/"), "pass"),
        (assuming(principal=OWN, RoleName="kubectl"), "fail"),
        (assuming(principal="arn:aws:iam::1:role/other"), "fail"),
        (assuming(principal="arn:aws:iam::111122223333:role/kubectl", RoleName="kubectl"), "unknown"),
    ],
)
def test_whether_a_role_trusts_the_handler(check, write, template, expected):
    assert outcome(check, write, "kubectl-role-assumable", template) == expected
