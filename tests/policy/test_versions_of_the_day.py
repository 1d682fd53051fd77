"""A version that is absent or imported is one of those that EKS has on the day, and what holds for all is certain."""

from __future__ import annotations

import json
from typing import Any

import pytest

TODAY = "2026-11-26"
"""Support for 1.31 ends on this day: EKS creates 1.32 to 1.37, and still runs 1.31."""
CREATED = "1.32 to 1.37, every version that EKS creates on 2026-11-26"
RUN = "1.31 to 1.37, every version that EKS runs on 2026-11-26"
ROLE = "arn:aws:iam::111122223333:role/mill"
CLUSTER = {"Type": "AWS::EKS::Cluster", "Properties": {"RoleArn": ROLE, "ResourcesVpcConfig": {"SubnetIds": ["s-1"]}}}
BUDGET = '[{"apiVersion": "policy/v1beta1", "kind": "PodDisruptionBudget", "metadata": {"name": "mill"}}]'


def _addon(version: str, name: str = "kube-proxy") -> dict[str, Any]:
    properties = {"ClusterName": {"Ref": "Mill"}, "AddonName": name, "AddonVersion": version}
    return {"Mill": CLUSTER, "Addon": {"Type": "AWS::EKS::Addon", "Properties": properties}}


def _nodes(**properties: Any) -> dict[str, Any]:
    written = {"ClusterName": {"Ref": "Mill"}, "NodeRole": ROLE, "Subnets": ["s-1"], **properties}
    return {"Mill": CLUSTER, "Nodes": {"Type": "AWS::EKS::Nodegroup", "Properties": written}}


def _imported(manifest: str = "[]", kubectl: str = "1.20.0") -> dict[str, Any]:
    described = {"Description": f"/opt/kubectl/kubectl {kubectl}; /opt/helm/helm 3.8.0", "Content": {"S3Key": "l.zip"}}
    code = {"Runtime": "python3.13", "Handler": "index.handler", "Role": ROLE, "Layers": [{"Ref": "Layer"}]}
    written = {"ServiceToken": {"Fn::GetAtt": ["Handler", "Arn"]}, "ClusterName": "mill", "Manifest": manifest}
    return {
        "Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": described},
        "Handler": {"Type": "AWS::Lambda::Function", "Properties": code},
        "Grain": {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": written},
    }


EITHER = {"Fn::If": ["Old", "1.32", {"Ref": "AWS::NoValue"}]}
BY_BRANCH = {"Mill": {**CLUSTER, "Properties": {**CLUSTER["Properties"], "Version": EITHER}}}  # type: ignore[dict-item]
BY_PARAMETER = {
    "Mill": {**CLUSTER, "Properties": {**CLUSTER["Properties"], "Version": {"Ref": "Minor"}}},  # type: ignore[dict-item]
    "Addon": _addon("v1.27.1-eksbuild.1")["Addon"],
}

CASES = [
    ("EKS creates its default", {"Mill": CLUSTER}, TODAY, "cluster-version-creatable", "pass", ""),
    ("no branch decides", BY_BRANCH, TODAY, "cluster-version-creatable", "unknown", "where Old is false, no version"),
    ("kube-proxy too old", _addon("v1.27.1-eksbuild.1"), TODAY, "addon-version-fits", "fail", CREATED),
    ("kube-proxy for some", _addon("v1.33.1-eksbuild.1"), TODAY, "addon-version-fits", "unknown", ""),
    ("an add-on of some", _addon("v1.12.4-eksbuild.1", "coredns"), TODAY, "addon-version-fits", "unknown", ""),
    ("a parameter", BY_PARAMETER, TODAY, "addon-version-fits", "unknown", "parameter Minor"),
    ("an image of one", _nodes(AmiType="AL2_x86_64"), TODAY, "node-ami-supported", "unknown", ""),
    ("an image of none", _nodes(AmiType="AL2_x86_64"), "2027-03-23", "node-ami-supported", "fail", "1.33 to"),
    ("an image of all", _nodes(AmiType="AL2023_x86_64_STANDARD"), TODAY, "node-ami-supported", "pass", ""),
    ("nodes too old", _nodes(Version="1.28"), TODAY, "nodegroup-version-skew", "fail", CREATED),
    ("nodes for some", _nodes(Version="1.34"), TODAY, "nodegroup-version-skew", "unknown", ""),
    ("the built-in kubectl", _imported(), TODAY, "kubectl-version-skew", "fail", f"{RUN}: at least 11 minors apart"),
    ("a kubectl for some", _imported(kubectl="1.33.1"), TODAY, "kubectl-version-skew", "unknown", RUN),
    ("an API that is gone", _imported(BUDGET), TODAY, "api-version-served", "fail", RUN),
]


@pytest.mark.parametrize("case", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_holds_for_each_version_of_the_day_is_certain(run, tmp_path, case):
    resources, today, policy, outcome, says = case
    template = {
        "Parameters": {"Minor": {"Type": "String"}, "Age": {"Type": "String"}},
        "Conditions": {"Old": {"Fn::Equals": [{"Ref": "Age"}, "old"]}},
        "Resources": resources,
    }
    file = tmp_path / "mill.template.json"
    file.write_text(json.dumps(template), encoding="utf-8")
    report = run("check", file, "--format", "json", "--show-passed", "--today", today).json
    found = [finding for finding in report["findings"] if finding["policy"] == policy]
    assert [finding["outcome"] for finding in found] == [outcome], found
    assert says in " ".join(found[0]["because"]), found[0]["because"]
    assert "the current day is unknown" not in " ".join(found[0]["because"]) or outcome == "unknown"
