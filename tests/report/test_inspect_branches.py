"""`inspect` shows what a half-open value is in the branches that are known."""

from __future__ import annotations

CREATED = {"Fn::If": ["Create", {"Fn::GetAtt": ["Role", "Arn"]}, {"Ref": "Given"}]}
TEMPLATE = {
    "Parameters": {"Choice": {"Type": "String", "AllowedValues": ["new", "old"]}, "Given": {"Type": "String"}},
    "Conditions": {"Create": {"Fn::Equals": [{"Ref": "Choice"}, "new"]}},
    "Resources": {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": []}}},
        "Plane": {
            "Type": "AWS::EKS::Cluster",
            "Properties": {"Version": {"Fn::If": ["Create", "1.36", {"Ref": "Given"}]}},
        },
        "Ovens": {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": {"Ref": "Plane"}, "NodeRole": CREATED}},
    },
}
WHY = "parameter Given is set when the stack is deployed and has no default"
OPEN = {"unknown": WHY, "when": "Choice is old"}


def test_json_has_each_branch(inspect, write):
    (cluster,) = inspect(write("Main.template.json", TEMPLATE))
    assert cluster["version"] == {"unknown": WHY, "branches": [{"value": "1.36", "when": "Choice is new"}, OPEN]}
    (group,) = cluster["node_groups"]
    role = {"resource": "Main/Role", "attribute": "Arn"}
    assert group["role"] == {"unknown": WHY, "branches": [{"value": role, "when": "Choice is new"}, OPEN]}


def test_text_has_each_branch(run, write):
    words = " ".join(run("inspect", write("Main.template.json", TEMPLATE)).out.split())
    assert f"version unknown {WHY}: 1.36 if Choice is new, open if Choice is old" in words
    assert f"role unknown ({WHY}: Arn of Main/Role if Choice is new, open if Choice is old)" in words
