"""A name that a condition chooses: it means a cluster only where each branch means the same one."""

from __future__ import annotations

import json

import pytest

from eks_guard.assembly.load import load
from eks_guard.data import Tables
from eks_guard.model.resource import Unowned
from eks_guard.resolve import Knowledge, resolve

MADE = {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.36"}}


def resolved(name, resource="AWS::EKS::Nodegroup"):
    template = {
        "Parameters": {"Stage": {"Type": "String"}, "Name": {"Type": "String"}},
        "Conditions": {"IsBlue": {"Fn::Equals": [{"Ref": "Stage"}, "blue"]}},
        "Resources": {
            "Blue": MADE,
            "Green": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.34", "Name": {"Ref": "Name"}}},
            "Thing": {"Type": resource, "Properties": {"ClusterName": name, "Manifest": "[]", "ServiceToken": "t"}},
        },
    }
    return resolve(load("-", json.dumps(template).encode()), Knowledge(Tables()))


@pytest.mark.parametrize(
    "name",
    [
        {"Fn::If": ["IsBlue", {"Ref": "Green"}, {"Fn::Sub": "${Green}"}]},
        {"Fn::Join": ["", [{"Ref": "Name"}]]},
        {"Fn::Sub": "${Name}"},
    ],
)
def test_every_spelling_of_one_cluster_means_it(name):
    (group,) = resolved(name).node_groups
    assert group.owner.logical_id == "Green"


@pytest.mark.parametrize("other", [{"Ref": "Green"}, "elsewhere"])
def test_what_a_condition_chooses_between_two_belongs_to_neither(other):
    (group,) = resolved({"Fn::If": ["IsBlue", {"Ref": "Blue"}, other]}).node_groups
    assert isinstance(group.owner, Unowned)
    assert "depends on the condition IsBlue" in group.owner.reason
    assert "Blue" in group.owner.reason


def test_a_manifest_for_either_cluster_is_not_said_to_be_for_an_import():
    estate = resolved(
        {"Fn::If": ["IsBlue", {"Ref": "Blue"}, {"Ref": "Green"}]}, "Custom::AWSCDK-EKS-KubernetesResource"
    )
    (either,) = (cluster for cluster in estate.clusters if cluster.resource.logical_id == "Thing")
    assert "depends on the condition IsBlue" in either.version.reason
    assert "imported" not in either.version.reason
