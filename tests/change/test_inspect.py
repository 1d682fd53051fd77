"""`inspect --against` and the page show each EKS resource with its fate."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import TODAY

NODES: dict[str, Any] = {"Type": "AWS::EKS::Nodegroup", "Properties": {"ClusterName": {"Ref": "C"}, "DiskSize": 20}}
BEFORE = {
    "C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.33"}},
    "Kept": {"Type": "AWS::EKS::Addon", "Properties": {"ClusterName": {"Ref": "C"}, "AddonName": "adot"}},
    "Gone": {"Type": "AWS::EKS::Addon", "Properties": {"ClusterName": {"Ref": "C"}, "AddonName": "coredns"}},
    "Nodes": NODES,
}
AFTER = {
    "C": {"Type": "AWS::EKS::Cluster", "Properties": {"Version": "1.34"}},
    "Kept": BEFORE["Kept"],
    "Nodes": {**NODES, "Properties": {**NODES["Properties"], "DiskSize": 50}},
    "New": {"Type": "AWS::EKS::Addon", "Properties": {"ClusterName": {"Ref": "C"}, "AddonName": "vpc-cni"}},
}


@pytest.fixture
def sides(tmp_path):
    for name, resources in (("before", BEFORE), ("after", AFTER)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Prod.template.json").write_text(json.dumps({"Resources": resources}))
    return tmp_path / "before", tmp_path / "after"


def test_json_names_every_resource_and_its_fate(run, sides):
    before, after = sides
    change = run("inspect", after, "--against", before, "--format", "json").json["change"]
    assert {found["logical_id"]: found["fate"] for found in change["resources"]} == {
        "Nodes": "replaced",
        "Gone": "deleted",
        "New": "created",
        "C": "kept",
        "Kept": "kept",
    }
    assert change["resources"][-2]["changed"] == ["Version"]


def test_text_tells_what_is_touched_and_counts_what_is_not(run, sides):
    before, after = sides
    out = run("inspect", after, "--against", before).out
    assert "replaced  nodegroup  Prod/Nodes" in out
    assert "in place  cluster  Prod/C" in out
    assert "kept      1 stay as they are" in out
    assert "is what is deployed" in " ".join(out.split())


def test_without_it_nothing_is_said_of_an_update(run, sides):
    assert run("inspect", sides[1], "--format", "json").json["change"] is None
    assert "update" not in run("inspect", sides[1]).out


def test_the_page_shows_the_fates(run, sides):
    before, after = sides
    page = run("check", after, "--against", before, "--format", "html", "--today", TODAY).out
    assert '<span class="fate fate-replaced">replaced</span>' in page
    assert '<span class="fate fate-in-place">in place</span>' in page
    assert 'id="update"' not in run("check", after, "--format", "html", "--today", TODAY).out
