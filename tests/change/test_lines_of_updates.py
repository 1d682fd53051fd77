"""The lines for an update are code that works: ids that are free, names in quotes."""

from __future__ import annotations

import json

import pytest
from conftest import TODAY

CLUSTER = {"Type": "AWS::EKS::Cluster", "Properties": {"Name": "mill", "Version": "1.36"}}
ADDON = {"Type": "AWS::EKS::Addon", "Properties": {"ClusterName": {"Ref": "C"}, "AddonName": "vpc-cni"}}
ENTRY = {"Type": "AWS::EKS::AccessEntry", "Properties": {"ClusterName": {"Ref": "C"}, "PrincipalArn": "arn:aws:iam::111122223333:role/a"}}  # fmt: skip


@pytest.fixture
def lines(run, tmp_path):
    """The lines by language of a policy's failure for an update of the resources beside a cluster."""

    def of(policy, before, after):
        for side, resources in (("before", before), ("after", after)):
            (tmp_path / side).mkdir()
            template = {"Resources": {"C": CLUSTER, **resources}}
            (tmp_path / side / "Shop.template.json").write_text(json.dumps(template), encoding="utf-8")
        arguments = ("--against", tmp_path / "before", "--select", policy, "--format", "json", "--today", TODAY)
        report = run("check", tmp_path / "after", "--pack", "change-safety", *arguments).json
        (finding,) = (one for one in report["findings"] if one["outcome"] == "fail")
        return {edit["language"]: edit["lines"] for edit in finding["fix"]["edits"]}

    return of


def test_a_new_logical_id_is_one_that_nothing_has(lines):
    before = {"N": ADDON, "N2": ENTRY}
    after = {"N": ENTRY, "N3": {"Type": "AWS::SNS::Topic"}}
    assert "under the logical id N4" in lines("resource-type-kept", before, after)["cloudformation"]


def manifest(selector):
    labels = {"matchLabels": {"a": selector}}
    body = [{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "it's"}, "spec": {"selector": labels}}]
    properties = {"ServiceToken": "x", "ClusterName": {"Ref": "C"}, "Manifest": json.dumps(body)}
    return {"M": {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": properties}}


def test_a_name_is_quoted_as_its_language_asks(lines):
    assert "name: 'it\\'s-2'," in lines("object-update-possible", manifest("b"), manifest("c"))["typescript"]
